"""Values that become operators or code in a query of MongoDB: shown by errors, by conditions, by waiting."""

import json
import re
from collections.abc import AsyncIterator, Callable
from functools import partial

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Condition,
    Fresh,
    InputPoint,
    Location,
    Malformed,
    PluginInfo,
    Probe,
    Proof,
    Severity,
    Stable,
    any_document,
    as_login,
    complaint,
    delays,
    difference,
    document_errors,
    learn_page,
    only_reads,
    same_documents,
    takes_objects,
    with_object,
)

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

# {v}: the value that is there, {c}: a condition or a call that waits.
SCRIPTS = (
    "{v}' && {c} && '1'=='1",
    '{v}" && {c} && "1"=="1',
    "{v}';if(!({c}))return false;var _s2n='",
)
READING_SCRIPTS = ("{v}' || {c} || '1'=='2",)
NUMBER_SCRIPTS = ("{v} && {c}",)
WAIT = "(function(){sleep(M);return true})()"
"""In a function, so that no other language takes it for a call of its own, whose sleep may count seconds."""


class Plugin:
    """Sends objects in place of values, and scripts that end a text; one finding a point."""

    info = PluginInfo(
        id="nosql_injection",
        title="NoSQL injection",
        severity=Severity.HIGH,
        cwe="CWE-943",
        owasp="A03:2021",
        wstg="WSTG-INPV-05",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
        cvss_score=8.2,
        what="The value is handed to a document database as it comes: it can be an operator or end a script.",
        why="Whoever sends it gets in without a password, reads documents of others, and guesses secrets "
        "sign by sign.",
        fix="Make each value the type that is expected (a text, a number) before it goes into a query, and "
        "refuse objects. Don't use $where, and switch server-side scripts off.",
        references=(
            "https://owasp.org/www-project-web-security-testing-guide/",
            "https://cheatsheetseries.owasp.org/cheatsheets/Injection_Prevention_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/943.html",
        ),
        max_requests=50,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """The first proof ends it."""
        if point.location is Location.HEADER and not point.value:
            return  # a header nobody asked for is no value that is looked up
        probe = (await ctx.probe(point)).writing(lambda value: with_object(point, value))
        for technique in (_by_error, _by_condition, _by_delay):
            proof = await technique(probe)
            if proof is not None:
                yield ctx.finding(proof, point)
                return


async def _by_error(probe: Probe) -> Proof | None:
    value = probe.point.value
    harmless: Callable[[Fresh], str] = lambda fresh: value + fresh.letters()  # noqa: E731 -- shared by both
    if takes_objects(probe.point):
        operator = Malformed(
            broken=lambda word: json.dumps({f"${word}": "1"}),
            harmless=[harmless, lambda fresh: str(fresh.number())],
            balanced=lambda fresh: json.dumps({"$ne": fresh.letters()}),
            unbalanced=lambda fresh: json.dumps({f"${fresh.letters()}": "1"}),
        )
        if proof := await complaint(probe, operator, document_errors):
            return proof
    script = Malformed(
        broken=lambda word: f"{value}'\"{word}",
        harmless=[harmless, lambda fresh: str(fresh.number())],
        balanced=lambda fresh: f"{value}{fresh.letters()}'+'",
        unbalanced=lambda fresh: f"{value}{fresh.letters()}'+''",
    )
    return await complaint(probe, script, document_errors)


async def _by_condition(probe: Probe) -> Proof | None:
    """A true condition gives another page than a false one."""
    page = await learn_page(probe)
    if page is None:
        return None
    value, reads, objects = probe.point.value, only_reads(probe.point), takes_objects(probe.point)
    conditions: list[tuple[Condition, bool]] = []
    if objects and await _breaks(probe, page, json.dumps({f"${probe.fresh.letters()}": "1"})):
        conditions += [(condition, True) for condition in same_documents(value)]
    if objects and reads:
        conditions += [(condition, False) for condition in any_document()]
    if await _breaks(probe, page, f"{value}'\"{probe.fresh.letters()}"):
        forms = (*NUMBER_SCRIPTS, *SCRIPTS) if _NUMBER.fullmatch(value) else SCRIPTS
        conditions += [(_script(value, form), True) for form in forms]
    if reads:
        conditions += [(_script(value, form), False) for form in READING_SCRIPTS]
    for condition, like_true in conditions:
        proof = await difference(probe, condition, page, like_true=like_true)
        if proof is not None:
            return proof
    login = as_login(probe) if reads else None
    for condition in any_document() if login else ():
        proof = await difference(login or probe, condition, page, like_true=False)
        if proof is not None:
            return proof
    return None


async def _breaks(probe: Probe, page: Stable, value: str) -> bool:
    """Does what no query survives change the page? If not, nothing here is a query."""
    return not page.same(await probe.send(value), value)


def _script(value: str, form: str) -> Condition:
    def filled(condition: str) -> str:
        return form.replace("{v}", value).replace("{c}", condition)

    def false(fresh: Fresh) -> str:
        number = fresh.number()
        return filled(f"{number}=={number + 1}")

    def true(fresh: Fresh) -> str:
        number = fresh.number()
        return filled(f"{number}=={number}")

    return Condition(
        true=true, false=false, broken=lambda fresh: filled(f"{fresh.number()} {fresh.number()}")
    )


async def _by_delay(probe: Probe) -> Proof | None:
    """The script waits, for each document that it finds by the value."""
    if probe.point.location in {Location.HEADER, Location.COOKIE} or not probe.point.value:
        return None
    form = NUMBER_SCRIPTS[0] if _NUMBER.fullmatch(probe.point.value) else SCRIPTS[0]

    def waiting(word: str, seconds: int) -> str:
        call = WAIT.replace("M", str(seconds * 1000)).replace("sleep", word)
        return form.replace("{v}", probe.point.value).replace("{c}", call)

    return await delays(probe, partial(waiting, "sleep"), partial(waiting, "slepe"))
