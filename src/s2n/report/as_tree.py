"""The site model as a tree of paths, for a terminal or a log."""

from collections.abc import Iterator
from typing import Literal

from s2n.model import Location
from s2n.model.site import Endpoint, Parameter, Site, ValueType
from s2n.report.verdict import site_notice

MAX_CHILDREN = 100
"""Entries of one folder that are listed; more than these are counted."""

MAX_DEPTH = 30
MAX_STATES = 20
MAX_PARAMETERS = 12
MAX_SHOWN = 3
"""Values, or choices, that stand behind a parameter."""

MAX_VALUE = 30

Role = Literal["", "branch", "path", "method", "status", "bad", "parameter", "value", "note", "head"]
Line = list[tuple[str, Role]]
"""Pieces of a line, with what each is, for whoever draws it in colours."""

_OK = range(200, 400)


class _Node:
    """A path segment: what lies there, and below."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []
        self.children: dict[str, _Node] = {}

    def collapsed(self, name: str) -> tuple[str, "_Node"]:
        """``a`` with nothing but ``b`` in it as ``a/b``."""
        node = self
        while not node.endpoints and len(node.children) == 1:
            below, node = next(iter(node.children.items()))
            name = f"{name}/{below}"
        return name, node

    def size(self) -> int:
        return len(self.endpoints) + sum(child.size() for child in self.children.values())


def render(site: Site) -> bytes:
    """The tree, how complete it is, and what was left out; as plain text."""
    text = "".join("".join(piece for piece, _ in line) + "\n" for line in lines(site))
    return text.encode("utf-8", "backslashreplace")


def lines(site: Site) -> Iterator[Line]:
    """The same as pieces that can be coloured."""
    yield [(f"s2n {site.scanner_version}  {_printable(site.target_url)}", "head")]
    yield [(f"{site.pages} pages, {site.total_requests} requests: {_counts(site)}", "note")]
    yield [("", "")]
    for origin, root in sorted(_grown(site).items()):
        yield [(_printable(origin), "head")]
        yield from _below(root, "")
        yield [("", "")]
    yield from _states(site)
    yield from _messages(site)
    for text in _remarks(site):
        yield [(_printable(text), "note")]


def _counts(site: Site) -> str:
    taking = sum(bool(endpoint.parameters) for endpoint in site.endpoints)
    parameters = sum(len(endpoint.parameters) for endpoint in site.endpoints)
    return f"{len(site.endpoints)} endpoints, {taking} with parameters ({parameters})"


def _grown(site: Site) -> dict[str, _Node]:
    roots: dict[str, _Node] = {}
    for endpoint in site.endpoints:
        node = roots.setdefault(endpoint.origin, _Node())
        for segment in endpoint.template.removeprefix("/").split("/", MAX_DEPTH):
            node = node.children.setdefault(segment, _Node())
        node.endpoints.append(endpoint)
    return roots


def _below(node: _Node, indent: str) -> Iterator[Line]:
    # A folder's own page, "", stands first.
    entries = sorted(node.children.items())
    shown = entries if len(entries) <= MAX_CHILDREN else entries[: MAX_CHILDREN - 1]
    for number, (segment, entry) in enumerate(shown, 1):
        last = number == len(entries)
        name, child = entry.collapsed(segment)
        branch, deeper = ("└── ", "    ") if last else ("├── ", "│   ")
        title = _printable(f"{name}/" if child.children and name else name) or "/"
        head: Line = [(f"{indent}{branch}", "branch"), (title, "path")]
        if not child.endpoints:
            yield head
        for index, endpoint in enumerate(child.endpoints):
            lead: Line = head if index == 0 else [(f"{indent}{deeper}", "branch"), (" " * len(title), "path")]
            yield [*lead, ("  ", ""), *_endpoint(endpoint)]
        yield from _below(child, indent + deeper)
    if len(shown) < len(entries):
        rest = entries[len(shown) :]
        count = sum(child.size() for _, child in rest)
        yield [(f"{indent}└── ", "branch"), (f"… {len(rest)} more, with {count} endpoints", "note")]


def _endpoint(endpoint: Endpoint) -> Line:
    line: Line = [(endpoint.method, "method")]
    if endpoint.status:
        line += [(" ", ""), (str(endpoint.status), "status" if endpoint.status in _OK else "bad")]
    if endpoint.content_type:
        line += [(f" {_printable(endpoint.content_type.removeprefix('text/'))}", "note")]
    if endpoint.login:
        line += [(" (needs a login)", "bad")]
    for parameter in endpoint.parameters[:MAX_PARAMETERS]:
        line += [("  ", ""), *_parameter(parameter)]
    if len(endpoint.parameters) > MAX_PARAMETERS:
        line += [(f"  … {len(endpoint.parameters) - MAX_PARAMETERS} more", "note")]
    if endpoint.found:
        first = endpoint.found[0]
        page = first.page.removeprefix(endpoint.origin)
        line += [(f"  ← {_printable(' '.join(filter(None, (first.how, page))))}", "note")]
    return line


def _parameter(parameter: Parameter) -> Line:
    where = "" if parameter.location in {Location.QUERY, Location.PATH} else f"{parameter.location}."
    mark = "*" if parameter.required and parameter.location is not Location.PATH else ""
    values = parameter.choices or parameter.values
    kind = "" if parameter.type is ValueType.STRING else f":{parameter.type}"
    line: Line = [(f"{where}{_printable(parameter.name)}{mark}{kind}", "parameter")]
    if values:
        shown = "|".join(_short(value) for value in values[:MAX_SHOWN])
        line.append((f"={shown}{'|…' if len(values) > MAX_SHOWN else ''}", "value"))
    return line


def _remarks(site: Site) -> Iterator[str]:
    """How complete it is, and why not."""
    yield site_notice(site) or "complete"
    if site.left_out.skipped:
        counts = sorted(site.left_out.skipped.items(), key=lambda item: -item[1])
        yield "links not followed: " + ", ".join(f"{count} {reason}" for reason, count in counts)
    for url, message in site.left_out.failed[:MAX_SHOWN]:
        yield f"failed: {url}: {message}"
    for text in site.warnings:
        yield f"warning: {text}"


def _states(site: Site) -> Iterator[Line]:
    """What was done to pages in the browser, each once."""
    ways = dict.fromkeys(" → ".join((state.start, *state.actions)) for state in site.states)
    for text in list(ways)[:MAX_STATES]:
        yield [("state  ", "note"), (_printable(text), "path")]
    if len(ways) > MAX_STATES:
        yield [(f"       … {len(ways) - MAX_STATES} more", "note")]
    if ways:
        yield [("", "")]


def _messages(site: Site) -> Iterator[Line]:
    """What pages said over WebSockets, each once."""
    said = dict.fromkeys((each.url, each.sent, each.text) for each in site.messages)
    for url, sent, text in list(said)[:MAX_STATES]:
        yield [
            ("socket ", "note"),
            (_printable(url), "path"),
            (f" {'→' if sent else '←'} {_short(text)}", "note"),
        ]
    if len(said) > MAX_STATES:
        yield [(f"       … {len(said) - MAX_STATES} more", "note")]
    if said:
        yield [("", "")]


def _short(value: str) -> str:
    text = _printable(value)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"


def _printable(text: str) -> str:
    """Control characters of the target must not drive the terminal."""
    return "".join(ch if ch.isprintable() else repr(ch)[1:-1] for ch in text)
