"""Values that become part of an SQL statement: shown by errors, by conditions, by rows, by waiting."""

from collections.abc import AsyncIterator

from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    SQL_BREAKS,
    SQL_WITNESS_DIGITS,
    SQL_WITNESSES,
    CheckContext,
    Claim,
    Condition,
    Fresh,
    InputPoint,
    Malformed,
    PluginInfo,
    Probe,
    Product,
    Proof,
    Severity,
    SqlContexts,
    alone,
    complaint,
    delays,
    difference,
    learn_page,
    learned,
    new_messages,
    prove_computed,
    sql_errors,
    sql_inert,
    sql_unions,
)

BLIND_COLUMNS = 6
"""Columns tried where the page changes by itself, so that no condition can be seen."""


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
        blind=True,
        max_requests=90,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """Try one input point, filled in along with the others and alone; the first proof ends it."""
        places, usual = SqlContexts.of(point), None
        for each in filter(None, (point, alone(point))):
            probe = await ctx.probe(each)
            if usual is not None and usual.same(probe.baseline, point.value):
                return  # the other fields make no difference
            usual = learned([probe.baseline], point.value)
            for technique in (_by_error, _by_condition, _by_delay)[: 3 if each is point else 2]:
                if (proof := await technique(probe, places)) is not None:
                    yield ctx.finding(proof, each)
                    return


async def _by_error(probe: Probe, places: SqlContexts) -> Proof | None:
    """A broken value provokes a database message; at best the message holds what the database computed."""
    for template in SQL_BREAKS:
        proof = await complaint(probe, _malformed(places, template), sql_errors)
        if proof is not None:
            return await _witness(probe, places, proof) or proof
    return None


def _malformed(places: SqlContexts, template: str) -> Malformed:
    value = places.value
    if places.is_number:
        return Malformed(
            broken=lambda word: places.fill(template, t=word),
            harmless=[lambda fresh: str(fresh.number())],
            balanced=lambda fresh: f"{value}-{fresh.number()}+1",
            unbalanced=lambda fresh: f"{value}-{fresh.number()}+",
        )
    harmless = [lambda fresh: value + fresh.letters()]
    if places.names:  # an unknown column is an error of its own
        harmless.append(lambda _: f"{value},{value}")
    return Malformed(
        broken=lambda word: places.fill(template, t=word),
        harmless=harmless,
        balanced=lambda fresh: f"{value}{fresh.letters()}''",
        unbalanced=lambda fresh: f"{value}{fresh.letters()}'''",
    )


async def _witness(probe: Probe, places: SqlContexts, shown: Proof) -> Proof | None:
    messages = new_messages(probe, shown.exchange, sql_errors)
    expression = next((SQL_WITNESSES[m.source] for m in messages if m.source in SQL_WITNESSES), None)
    if expression is None:
        return None
    for template in places.values:
        proof = await _computed(probe, places, template, expression)
        if proof is not None:
            return replace(proof, evidence=f"{shown.evidence}; {proof.evidence}")
    return None


async def _by_condition(probe: Probe, places: SqlContexts) -> Proof | None:
    """A true condition gives another page than a false one; at best a row of ours appears as well."""
    broken = places.fill(SQL_BREAKS[-1], t=probe.fresh.letters())
    seen = await probe.send(broken)
    before = learned([probe.baseline], places.value)
    if before is not None and before.same(seen, broken) and not places.readings:
        return None
    page = await learn_page(probe)
    if page is None:
        blind = ("{v} AND {c}", "{v}' AND {c}") if places.is_number else ("{v}' AND {c}",)
        return await _by_row(probe, places, blind, BLIND_COLUMNS)
    if not page.same(seen, broken):  # otherwise the value breaks nothing
        for template in dict.fromkeys((*places.values, *places.names, *places.tables, *places.evasions)):
            proof = await difference(probe, _condition(places, template), page)
            if proof is not None:
                row = await _by_row(probe, places, (template,))
                return replace(row, evidence=f"{proof.evidence}; {row.evidence}") if row else proof
    for template in places.readings:
        proof = await difference(probe, _condition(places, template), page, like_true=False)
        if proof is not None:
            return proof
    return None


async def _by_row(
    probe: Probe, places: SqlContexts, templates: tuple[str, ...], most: int | None = None
) -> Proof | None:
    """The page shows a row that a UNION added; not tried where that row may be written somewhere."""
    for template in templates if places.reads else ():
        for union in sql_unions(template)[:most]:
            proof = await _computed(probe, places, union, "{a}*{b}")
            if proof is not None:
                return proof
    return None


async def _computed(probe: Probe, places: SqlContexts, template: str, expression: str) -> Proof | None:
    def payload(product: Product) -> str:
        filled = expression.replace("{a}", str(product.a)).replace("{b}", str(product.b))
        return places.fill(template, c=filled)

    return await prove_computed(probe, payload, digits=SQL_WITNESS_DIGITS)


async def _by_delay(probe: Probe, places: SqlContexts) -> Proof | None:
    """The database waits as long as it is told to."""
    for dbms, template in places.waits:
        word = probe.fresh.letters()

        def payload(seconds: int, template: str = template, word: str = word) -> str:
            return places.fill(template, t=word, s=str(seconds))

        def inert(seconds: int, template: str = template, word: str = word) -> str:
            return places.fill(sql_inert(template), t=word, s=str(seconds))

        proof = await delays(probe, payload, inert)
        if proof is not None:
            return replace(proof, evidence=f"{proof.evidence}: {dbms}")
    return None


def _condition(places: SqlContexts, template: str) -> Condition:
    """Conditions of equal length in two spellings, so that nothing but their meaning can tell them apart."""
    second = "{0}<{1}" if template in places.evasions else "{1} BETWEEN {0} AND {2}"

    def numbers(fresh: Fresh) -> list[int]:
        return [1000 + fresh.number(3), 2000 + fresh.number(3), 3000 + fresh.number(3)]

    def true(fresh: Fresh) -> str:
        spelling = fresh.shuffled(["{0}={0}", second])[0]
        return places.fill(template, c=spelling.format(*numbers(fresh)))

    def false(fresh: Fresh) -> str:
        a, b, c = numbers(fresh)
        spelling = fresh.shuffled(["{0}={1}", second])[0]
        return places.fill(template, c=spelling.format(b, a, c))

    def broken(fresh: Fresh) -> str:
        return places.fill(template, c=" ".join(map(str, numbers(fresh))))

    return Condition(true, false, broken)
