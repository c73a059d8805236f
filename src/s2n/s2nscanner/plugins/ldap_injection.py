"""A value that becomes part of a search filter of a directory: shown by errors and by conditions."""

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

MESSAGES = [
    re.compile(pattern)
    for pattern in (
        r"Bad search filter[^\n<]{0,80}|ldap_(?:search|list|read)\(\): [^\n<]{0,80}",
        r"InvalidSearchFilterException[^\n<]{0,120}|com\.sun\.jndi\.ldap\.\w+|javax\.naming\.NamingException",
        r"LDAPInvalidFilterError[^\n<]{0,80}|ldap\.FILTER_ERROR[^\n<]{0,80}|\bLDAPException\b[^\n<]{0,80}",
        r"The [^\n<]{1,200} search filter is invalid|Directory(?:ServicesCOM|Operation)Exception",
        r"Filter Compile Error[^\n<]{0,80}|ldap: [^\n<]{0,40}filter[^\n<]{0,80}",
        r"Net::LDAP::\w*(?:Filter|Error)\w*[^\n<]{0,80}",
        r"(?:unbalanced parens|(?:illegal unescaped|invalid escaped) char)[^\n<]{0,60}",
    )
]
messages = messages_of(
    "LDAP",
    MESSAGES,
    (
        *("ldap", "search filter", "searchfilter", "namingexception", "directoryservicescom"),
        *("directoryoperation", "filter compile", "unbalanced parens", "unescaped char", "escaped char"),
    ),
)
"""What directories and their libraries say of a filter that is none."""

# {v}: the value that is there, {c}: a name, or * for any.
NARROWER = "{v})(objectClass={c}"
WIDER = (
    NARROWER,  # among alternatives
    "*)(objectClass={c}",
    "*)(objectClass={c}))\0",  # libraries in C stop here, before a password is compared
)


class Plugin:
    """Writes the value in the filter's own escapes, then adds conditions on the object's class."""

    info = PluginInfo(
        id="ldap_injection",
        title="LDAP injection",
        severity=Severity.HIGH,
        cwe="CWE-90",
        owasp="A03:2021",
        wstg="WSTG-INPV-06",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N",
        cvss_score=8.2,
        what="A value from the request becomes part of a directory's search filter without being escaped.",
        why="Whoever sends it reads entries and attributes that are not meant for them, and signs in as "
        "somebody else where the filter decides who is who.",
        fix="Escape values for filters (RFC 4515: * ( ) \\ and NUL) with your library's function, and check "
        "passwords by binding as the user.",
        references=(
            "https://owasp.org/www-community/attacks/LDAP_Injection",
            "https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html",
            "https://www.rfc-editor.org/rfc/rfc4515",
        ),
        max_requests=40,
    )

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        """The first proof ends it."""
        if point.location in {Location.HEADER, Location.COOKIE} and not point.value:
            return
        probe = await ctx.probe(point)
        proof = await complaint(probe, _malformed(point.value), messages) or await _by_condition(probe)
        if proof is not None:
            yield ctx.finding(proof, point)


def _malformed(value: str) -> Malformed:
    """An escaped parenthesis is a sign like others, a bare one is none."""
    return Malformed(
        broken=lambda word: f"{value}){word}((",
        harmless=[lambda fresh: value + fresh.letters(), lambda fresh: str(fresh.number())],
        balanced=lambda fresh: f"{value}{fresh.letters()}\\28",
        unbalanced=lambda fresh: f"{value}{fresh.letters()}(",
    )


async def _by_condition(probe: Probe) -> Proof | None:
    value = probe.point.value
    return await by_conditions(
        probe,
        f"{value}){probe.fresh.letters()}((",
        (_escaped(value), _class(value, NARROWER)) if value else (),
        [_class(value, form) for form in WIDER] if only_reads(probe.point) else (),
    )


def _escaped(value: str) -> Condition:
    r"""``\6a\6f`` is ``jo`` to a filter and to nothing else."""

    def spelt(text: str, fresh: Fresh) -> str:
        codes = [f"\\{byte:02x}" for byte in text.encode()]
        return "".join(fresh.shuffled([code, code.upper()])[0] for code in codes)

    def other(fresh: Fresh) -> str:
        """As long, so that no limit tells them apart."""
        word = fresh.letters(len(value.encode()))
        return word if word != value else other(fresh)

    return Condition(
        true=lambda fresh: spelt(value, fresh),
        false=lambda fresh: spelt(other(fresh), fresh),
        broken=lambda fresh: spelt(value, fresh) + "\\z" + fresh.letters(3),
    )


def _class(value: str, form: str) -> Condition:
    """Every entry has a class, none has one of one letter."""

    def filled(name: str) -> str:
        return form.replace("{v}", value).replace("{c}", name)

    return Condition(
        true=lambda _: filled("*"),
        false=lambda fresh: filled(fresh.letters(1)),
        broken=lambda fresh: filled(f"({fresh.letters()}"),
    )
