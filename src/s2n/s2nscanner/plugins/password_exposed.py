"""Answers that hold passwords of users, or hashes of them: whole records where a few members were meant."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from s2n.s2nscanner.sdk import Claim, Exchange, PluginInfo, Request, Severity, disclosure, report

MAX_TEXT = 2 << 20
"""Bytes of a body that are read."""

MAX_MASKED = 1000
"""Values that are kept out of the report."""

_HINT = re.compile(rb'(?i)"[^"]{0,20}(?:pass|pwd|passwort|senha|contrase)')
_PASSWORD = re.compile(
    r"(?i)^(?:user|login|account|hashed|encrypted|plain|clear)?[_-]?"
    r"(?:pass(?:word|wd|phrase)?|pwd|passwort|senha|contrase(?:n|ñ)a)"
    r"[_-]?(?:hash(?:ed)?|digest|encrypted|bcrypt|plain|text)?$"
)
_PERSON = re.compile(
    r"(?i)^(?:(?:user|account|login|member|customer)[_-]?(?:name|id)|user|login|e[_-]?mail(?:[_-]?address)?|nick(?:name)?"
    r"|_?id|uu?id|(?:first|last|full|display)[_-]?name|name|phone|role|is[_-]?admin|admin)$"
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+")
_HASH = re.compile(
    r"\$(?:2[abxy]?|argon2\w*|[1567y]|scrypt|pbkdf2[\w-]*)\$\S+|\{S?(?:SHA|MD5)\w*\}\S+|(?:pbkdf2|scrypt|sha|bcrypt|argon2)\w*[:$]\S+"
    r"|(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})(?::\S+)?"
)
_NOTHING = re.compile(
    r"(?i)\W*|[*•x.]+|[\[<(]?(?:string|text|required|optional|hidden|null|none|undefined|redacted|filtered|masked"
    r"|protected|encrypted|secret|true|false|yes|no)[\])>]?"
)
"""Values that stand for a password, and are none."""

_DESCRIPTIONS = frozenset(
    {"example", "examples", "schema", "schemas", "properties", "definitions", "default"}
)
"""Members of descriptions, in which records are only examples."""


class Plugin:
    """One finding for each answer; the report never holds the passwords themselves."""

    info = PluginInfo(
        id="password_exposed",
        title="Passwords of users are shown",
        severity=Severity.HIGH,
        cwe="CWE-200",
        owasp="A01:2021",
        wstg="WSTG-INFO-05",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        cvss_score=7.5,
        what="An answer holds records of users with their passwords, or with hashes of them.",
        why="Whoever may read the answer logs in as these users, here and wherever else they use the "
        "password; hashes of common passwords are guessed in minutes.",
        fix="Name the members that an answer may have, and give out no others; never the record as it is "
        "stored. Keep passwords only as salted hashes (Argon2id, bcrypt).",
        references=(
            "https://owasp.org/API-Security/editions/2023/en/0xa3-broken-object-property-level-authorization/",
            "https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields a claim if the answer is JSON with such records."""
        response = exchange.response
        if response.status >= 400 or not response.content_type.endswith("json"):
            return
        body = response.body[:MAX_TEXT]
        if not _HINT.search(body):
            return
        try:
            answer = msgspec.json.decode(body)
        except (ValueError, RecursionError):
            return
        sent = _sent(exchange.request)
        found = [shown for shown in exposed(answer) if shown[1] not in sent]
        if found:
            yield _claim(exchange, found)


def exposed(answer: Any) -> Iterator[tuple[str, str]]:
    """The name and value of each password that stands in a record of a person."""
    stack = [(answer, False)]
    while stack:
        value, among_others = stack.pop()
        if isinstance(value, list):
            several = sum(isinstance(each, dict) for each in value) > 1
            stack += [(each, several) for each in value if isinstance(each, (dict, list))]
        elif isinstance(value, dict):
            if {"openapi", "swagger", "$schema"} & value.keys():
                continue
            if _is_person(value, among_others=among_others):
                yield from _passwords(value)
            stack += [
                (inner, False)
                for name, inner in value.items()
                if isinstance(inner, (dict, list)) and name not in _DESCRIPTIONS
            ]


def _is_person(record: dict[str, Any], *, among_others: bool) -> bool:
    """Is it of somebody? Texts of a user interface have the same names: a number or an address tells."""
    held = [value for name, value in record.items() if _PERSON.match(name)]
    if among_others:
        return any(isinstance(value, (str, int)) and value != "" for value in held)
    return any(
        isinstance(value, int) or (isinstance(value, str) and _ADDRESS.fullmatch(value)) for value in held
    )


def _passwords(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in record.items():
        if isinstance(value, str) and _PASSWORD.match(name) and not _NOTHING.fullmatch(value):
            yield name, value


def _sent(request: Request) -> str:
    """What was sent: an answer that repeats it gives nothing away."""
    return unquote_plus(f"{request.target}\n{request.body.decode('utf-8', 'replace')}")


def _claim(exchange: Exchange, found: list[tuple[str, str]]) -> Claim:
    hashed = all(_HASH.fullmatch(value) for _, value in found)
    names = ", ".join(sorted({name for name, _ in found}))
    several = len(found) > 1
    what = (
        ("hashes of passwords" if hashed else "passwords in clear")
        if several
        else ("the hash of a password" if hashed else "a password in clear")
    )
    worst = Severity.HIGH if several or not hashed else Severity.MEDIUM
    return report(
        exchange,
        f"The answer holds {what} in {len(found)} record{'s' * several} of users (member {names}).",
        title="Hashes of passwords are shown" if hashed else "",
        marker=f'"{found[0][0]}"',
        masked=tuple(dict.fromkeys(value for _, value in found))[:MAX_MASKED],
        parameter=names,
        **disclosure(Severity.CRITICAL if several and not hashed else worst),
    )
