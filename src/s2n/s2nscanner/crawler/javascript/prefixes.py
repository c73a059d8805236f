"""Base URLs that scripts put before what their clients ask for, and the requests that result.

A base is set in one script of a bundle (``baseURL: "/api"``, ``r.clone({url: `/api${r.url}`})``), the paths
below it are named in others.
"""

import re
from collections.abc import Iterator

from msgspec import Struct, field

from s2n.s2nscanner.crawler.javascript.callbodies import Call
from s2n.s2nscanner.crawler.javascript.constants import HOLE, Node, Script
from s2n.s2nscanner.crawler.javascript.references import filled, is_address

__all__ = ["Prefixes", "Unbased", "bases", "own_url"]

MAX_PREFIXES = 5
MAX_KEPT = 2000
"""Requests of a site that wait for bases."""

_MAX_FOUND = 50

_KEY = re.compile(rb"(?i)\b(?:base_?|prefix_?|api_?|api_?base_?|endpoint_?)ur[li][\"']?\s*:")
_NAME = re.compile(r"(?i)(?:\A|\.|_)(?:base|api)_?(?:base|root)?_?(?:ur[li]|path|prefix|host|root)\Z")
_URL_KEY = re.compile(rb"\burl\s*:")
_OWN_URL = re.compile(r"(?<![\w$.])([\w$.]+\.url)\s*+(?:\}`)?\Z")


class Unbased(Struct):
    """``prefixes`` that a script names, and ``urls`` and ``calls`` that one of the site may belong before.

    ``templates``: what a URL, or a call's, was before its blanks were filled.
    """

    prefixes: dict[str, None] = field(default_factory=dict)
    urls: dict[str, None] = field(default_factory=dict)
    calls: dict[Call, None] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Unbased") -> None:
        """Take in what another script names."""
        self.prefixes |= other.prefixes
        self.urls |= other.urls
        self.calls |= other.calls
        self.templates |= other.templates


def bases(script: Script) -> dict[str, None]:
    """The base URLs that ``script`` names: for its clients, in constants, in what intercepts requests."""
    found = (filled(text) for text in _named(script))
    return {text.rstrip("/"): None for text in found if is_address(text) and text[:1] in {"/", "h"}}


def _named(script: Script) -> Iterator[str]:
    for pair in script.around(_KEY, "pair", _MAX_FOUND):
        yield script.string(pair.child_by_field_name("value")).rstrip(HOLE)
    for name, node in script.scopes.assigned():
        if _NAME.search(name):
            yield script.string(node)
    for pair in script.around(_URL_KEY, "pair", _MAX_FOUND):
        yield _before_own(script, pair.child_by_field_name("value"))
    for node in script.nodes("assignment_expression"):
        left = node.child_by_field_name("left")
        if left is not None and left.type == "member_expression" and script.text(left).endswith(".url"):
            yield _before_own(script, node.child_by_field_name("right"))


def own_url(script: Script, node: Node | None) -> str:
    """``r.url`` where ``node`` is that behind something: a request that another was made from."""
    match = _OWN_URL.search(script.text(node)) if node is not None else None
    return match[1] if match is not None else ""


def _before_own(script: Script, node: Node | None) -> str:
    """What stands before a request's own URL."""
    own = own_url(script, node)
    text = script.string(node, {own: HOLE}) if own else ""
    return text[:-1] if text.endswith(HOLE) and HOLE not in text[:-1] else ""


class Prefixes:
    """Joins the bases of a site with the requests of its scripts, whichever come first."""

    def __init__(self) -> None:
        self._prefixes: dict[str, None] = {}
        self._waiting = Unbased()

    def complete(self, unbased: Unbased) -> Unbased:
        """What the site's scripts ask for, now that ``unbased`` is known as well."""
        out = Unbased()
        new = [each for each in unbased.prefixes if each not in self._prefixes]
        new = new[: MAX_PREFIXES - len(self._prefixes)]
        _join(out, self._prefixes, unbased)
        _join(out, new, self._waiting)
        _join(out, new, unbased)
        self._prefixes |= dict.fromkeys(new)
        if len(self._waiting.urls) + len(self._waiting.calls) < MAX_KEPT:
            self._waiting.add(unbased)
        return out


def _join(out: Unbased, prefixes: dict[str, None] | list[str], waiting: Unbased) -> None:
    for prefix in prefixes:
        for url in waiting.urls:
            if joined := _joined(prefix, url):
                out.urls[joined] = None
                _keep_template(out, prefix, url, joined, waiting)
        for call in waiting.calls:
            if joined := _joined(prefix, call.reference):
                out.calls[call._replace(reference=joined)] = None
                _keep_template(out, prefix, call.reference, joined, waiting)


def _keep_template(out: Unbased, prefix: str, url: str, joined: str, waiting: Unbased) -> None:
    template = waiting.templates.get(url)
    if template is not None:
        out.templates[joined] = _joined(prefix, template)


def _joined(prefix: str, url: str) -> str:
    """``url`` below ``prefix``; empty where it stands there already, or is no path."""
    if f"/{url.lstrip('/')}".startswith(f"{prefix}/") or url.startswith(("http:", "https:", "//", "?", "#")):
        return ""
    return f"{prefix}/{url.lstrip('./')}"
