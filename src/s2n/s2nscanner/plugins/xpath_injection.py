"""A value that becomes part of an XPath expression: shown by errors and by conditions."""

import re
from collections.abc import AsyncIterator

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
    by_conditions,
    complaint,
    messages_of,
    only_reads,
)

# MySQL's "XPATH syntax error" is none of these: it comes of SQL.
MESSAGES = [
    re.compile(pattern)
    for pattern in (
        r"\bXPathEvalError\b[^\n<]{0,80}|\bxmlXPath\w+[^\n<]{0,60}|\bXPath error\b[^\n<]{0,80}",
        r"SimpleXMLElement::xpath\(\)[^\n<]{0,80}|DOMXPath::(?:query|evaluate)\(\)[^\n<]{0,80}",
        r"\bXPath(?:Expression|Parser)?Exception\b[^\n<]{0,120}|\borg\.apache\.xpath\b|\bnet\.sf\.saxon\b",
        r"System\.Xml\.XPath[^\n<]{0,80}|MS\.Internal\.Xml\b|(?<=[^\n<])' has an invalid token",
        r"Nokogiri::XML::XPath::SyntaxError[^\n<]{0,80}|\bXPath parse error\b[^\n<]{0,80}",
        r"\bX[PQ](?:ST|TY|DY)\d{4}\b[^\n<]{0,80}|Empty Path Expression|must evaluate to a node-set",
    )
]
messages = messages_of(
    "XPath",
    MESSAGES,
    (
        *("xpath", "saxon", "ms.internal.xml", "invalid token", "empty path", "node-set"),
        *("xpst", "xpty", "xpdy", "xqst", "xqty", "xqdy"),
    ),
)
"""What XPath libraries say of an expression that is none."""

# {v}: the value that is there, {c}: a condition.
TEXT_FORMS = (
    "{v}' and {c} and 'x'='x",
    '{v}" and {c} and "x"="x',
    "{v}') and {c} and ('x'='x",
    '{v}") and {c} and ("x"="x',
)
NUMBER_FORMS = ("{v} and {c}", "{v}][{c}")
NAME_FORMS = ("{v}[{c}]",)
WIDER_FORMS = (
    "{v}' or {c} or 'x'='y",
    '{v}" or {c} or "x"="y',
    "{v}') or {c} or ('x'='y",
)

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_LENGTHS = [5, 6, 7, 8]


class Plugin:
    """Adds conditions in functions that only XPath has, so that no other language's flaw is taken for it."""

    info = PluginInfo(
        id="xpath_injection",
        title="XPath injection",
        severity=Severity.HIGH,
        cwe="CWE-643",
        owasp="A03:2021",
        wstg="WSTG-INPV-09",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
        cvss_score=8.2,
        what="The value becomes part of an XPath expression: it can end a text and add its own conditions.",
        why="Whoever sends it reads the whole document, node by node, and gets in without a password where "
        "the document holds the users.",
        fix="Bind values as variables of the expression (your library has a way), or take only values of a "
        "fixed list. Show users no messages of the library.",
        references=(
            "https://owasp.org/www-community/attacks/XPATH_Injection",
            "https://cwe.mitre.org/data/definitions/643.html",
        ),
        max_requests=50,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """The first proof ends it."""
        if point.location in {Location.HEADER, Location.COOKIE} and not point.value:
            return
        probe = await ctx.probe(point)
        proof = await _by_error(probe) or await _by_condition(probe)
        if proof is not None:
            yield ctx.finding(proof, point)


async def _by_error(probe: Probe) -> Proof | None:
    value = probe.point.value
    endings = [("' and 'a'='a", "' and 'a'='a'\"")]
    if _NUMBER.fullmatch(value):
        endings.append(("-1+1", "-1+"))
    for balanced, unbalanced in endings:
        proof = await complaint(probe, _malformed(value, balanced, unbalanced), messages)
        if proof is not None:
            return proof
    return None


def _malformed(value: str, balanced: str, unbalanced: str) -> Malformed:
    return Malformed(
        broken=lambda word: f"{value}'\"{word}",
        harmless=[lambda fresh: value + fresh.letters(), lambda fresh: str(fresh.number())],
        balanced=lambda _: value + balanced,
        unbalanced=lambda _: value + unbalanced,
    )


async def _by_condition(probe: Probe) -> Proof | None:
    value = probe.point.value
    return await by_conditions(
        probe,
        f"{value}'\"{probe.fresh.letters()}]",
        [_condition(value, form) for form in _forms(value)],
        [_condition(value, form) for form in WIDER_FORMS] if only_reads(probe.point) else (),
    )


def _forms(value: str) -> tuple[str, ...]:
    if _NUMBER.fullmatch(value):
        return (*NUMBER_FORMS, *TEXT_FORMS)
    return (*TEXT_FORMS, *NAME_FORMS) if _NAME.fullmatch(value) else TEXT_FORMS


def _condition(value: str, form: str) -> Condition:
    """How long a number is, in digits: ``string-length`` is no name in SQL or a programming language.

    True and false conditions are written with the same lengths, so that no search for words tells them apart.
    """

    def length(fresh: Fresh, *, true: bool) -> str:
        digits, other = fresh.shuffled(_LENGTHS)[:2]
        says = digits if true else other
        return filled(f"string-length(string({fresh.number(digits)}))={says}")

    def filled(condition: str) -> str:
        return form.replace("{v}", value).replace("{c}", condition)

    return Condition(
        true=lambda fresh: length(fresh, true=True),
        false=lambda fresh: length(fresh, true=False),
        broken=lambda fresh: filled(f"{fresh.number()} {fresh.number()}"),
    )
