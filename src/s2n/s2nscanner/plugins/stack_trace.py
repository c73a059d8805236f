"""Pages on which a program that failed shows its insides: stack traces, debuggers, paths and line numbers."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    Claim,
    Exchange,
    PluginInfo,
    Response,
    Severity,
    disclosure,
    entries,
    own_text,
    plain_text,
    report,
)

MAX_TEXT = 1 << 20
"""Characters of a body that are searched."""

AT_THE_START = 300
"""Characters of a text file within which a trace is the file's own subject, not something it tells of."""

# Without any of these words there is no trace, and most pages have none of them.
_HINT = re.compile(
    r"Traceback|, line \d|[Ee]xception|Error\b|Cannot |on line|\bat /|#0 |\.rb:\d|goroutine|\.go:\d|panicked"
    r"|DEBUG = True|[Dd]ebug|\btrace|Stack|Warning|Notice|Deprecated"
    r"|\.exs?:\d|\.erl:\d|ccurred in|Whoops|ignit"
)
_THROWN = re.compile(r"(?<![\w.\-])[\w.\-]+\.[A-Za-z]\w{0,4}(?::\d+){1,2}(?!\d)")
"""Where it was thrown: errors of one place in the source are one flaw, whatever was asked for."""

_TELLING = re.compile(r"(?i)trace|stack|exception|error|debug|detail|cause|fault")
_OUTCOME = re.compile(r"(?i)^(error|exception|success|ok|status|code|trace|file|line)$")


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one kind of failure looks; the fields are explained at the top of the data file."""

    title: str
    looks: str
    severity: Severity
    markup: bool = False
    switch: bool = False

    def find(self, text: str) -> str | None:
        """The part of ``text`` that has this shape."""
        match = re.search(self.looks, text)
        return match[0] if match else None


def shapes() -> tuple[Shape, ...]:
    """What to look for, from the data file beside this module."""
    return entries(__file__, Shape)


class Plugin:
    """Believes an error page whatever it says; of other pages only what they don't quote."""

    info = PluginInfo(
        id="stack_trace",
        title="Stack trace is shown",
        severity=Severity.MEDIUM,
        cwe="CWE-209",
        owasp="A05:2021",
        wstg="WSTG-ERRH-02",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
        cvss_score=5.3,
        what="A response shows what helps a developer when a program fails: a stack trace, a debugger, "
        "the path of a source file.",
        why="It tells an attacker which libraries and versions run, where files lie and how input is used; "
        "an open debugger even runs code.",
        fix="Switch debug mode off in production. Log errors on the server, and answer with a page that says "
        "only that something went wrong.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html",
            "https://cwe.mitre.org/data/definitions/209.html",
        ),
        kind="passive",
    )

    def inspect(self, exchange: Exchange) -> Iterator[Claim]:
        """Yields one claim at most: the first and most telling shape."""
        response = exchange.response
        body = response.text[:MAX_TEXT]
        if not _HINT.search(body) or not _may_hold_one(response):
            return
        found = next(_found(response, body), None)
        if found is None:
            return
        shape, shown = found
        line = next((line for line in shown.splitlines() if line.strip()), shown).strip()
        text = " ".join(plain_text(shown).split())
        thrown = None if shape.switch or response.status < 400 else _THROWN.search(text)
        yield report(
            exchange,
            f"The response shows {text[:200]!r}.",
            title=shape.title,
            marker=line if line in body else "",
            variant=f"{shape.title}: {thrown[0]}" if thrown is not None else shape.title,
            per_site=shape.switch or thrown is not None,
            **disclosure(shape.severity),
        )

    def overhear(self, exchange: Exchange) -> Iterator[Claim]:
        """What attacks bring to light is told once for a site: one switch is to blame, wherever it shows."""
        for claim in self.inspect(exchange):
            yield replace(claim, per_site=True, variant=claim.title)


def _may_hold_one(response: Response) -> bool:
    kind = response.content_type
    return response.is_html or kind in {"", "text/plain"} or kind.endswith(("json", "xml"))


def _found(response: Response, body: str) -> Iterator[tuple[Shape, str]]:
    failed = response.status >= 400
    if response.content_type.endswith("json"):
        yield from _matches(body, markup=True)
        for text in _strings(_json(body), wanted=failed):
            yield from _matches(text)
        return
    if response.is_html:
        yield from _matches(body, markup=True)
        plain = plain_text(body)
        if next(_matches(plain), None) is not None:
            yield from _matches(plain if failed else own_text(body))
        return
    whole = plain_text(body) if response.content_type.endswith("xml") else body
    yield from _matches(whole if failed else whole[:AT_THE_START])


def _matches(text: str, *, markup: bool = False) -> Iterator[tuple[Shape, str]]:
    for shape in shapes():
        if shape.markup is markup and (shown := shape.find(text)) is not None:
            yield shape, shown


def _json(body: str) -> Any:
    try:
        return msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return body


def _strings(value: Any, *, wanted: bool) -> Iterator[str]:
    """Texts of a JSON value; unless ``wanted`` only those whose names say that something failed.

    Lists of texts, as traces often come, are joined.
    """
    stack = [(value, wanted)]
    while stack:
        item, telling = stack.pop()
        if isinstance(item, str):
            if telling:
                yield item
        elif isinstance(item, list):
            lines = [line for line in item if isinstance(line, str)]
            stack += [(other, telling) for other in item if not isinstance(other, str)]
            stack.append(("\n".join(lines), telling))
        elif isinstance(item, dict):
            reports = any(_OUTCOME.match(name) for name in item)
            for name, inner in item.items():
                says = bool(_TELLING.search(name)) or (reports and name.lower() in {"message", "msg"})
                stack.append((inner, telling or says))
