"""Functions of a script that hand what they are given to a request: ``api = path => fetch(BASE + path)``.

What such a function asks for is known where it is called: the request is read once more for each call, with
the parameters that the call gives.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from s2n.s2nscanner.crawler.javascript import HOLE, Node, Script, arguments
from s2n.s2nscanner.crawler.references import filled, is_address, is_bare
from s2n.s2nscanner.crawler.scopes import parameters

__all__ = ["Wrappers", "bind"]

MAX_WRAPPERS = 100
MAX_SITES = 300
MAX_NESTING = 3
"""Functions that call functions that call ``fetch``."""

_AROUND = 2
"""Functions around a request that are looked at: a promise's executor stands in the one that is called."""

_MARK = "\1"
_WHOLE = re.compile(rf"[{HOLE}.]*/|https?:")
_PREFIX = re.compile(rf"((?:https?:/)?/[^{HOLE}{_MARK}?#]*[^/{HOLE}{_MARK}?#]){_MARK}")

Enter = Callable[[Mapping[str, Any]], None]


class _Wrapper(NamedTuple):
    name: str
    function: Node
    enter: Enter
    nesting: int
    segment: bool
    """Does its parameter stand behind a slash? Then it takes no path that begins with one."""

    body: bool
    """Does it take the body alone?"""


class Wrappers:
    """Finds the functions around requests, and reads the requests again for each call of those.

    ``sites`` are the script's calls by the last name of what is called. ``prefixes`` are what such
    functions put before a path that they are given.
    """

    def __init__(self, script: Script, sites: Mapping[str, Sequence[Node]]) -> None:
        self.prefixes: dict[str, None] = {}
        self._script = script
        self._sites = sites
        self._todo: list[_Wrapper] = []
        self._known: set[tuple[int, int]] = set()

    def consider(self, request: Node, url: Node, body: Node | None, enter: Enter) -> None:
        """A request whose URL or body may be made of parameters; ``enter`` reads it with those bound."""
        for function in islice(self._script.scopes.functions(request.start_byte), _AROUND):
            marks = _marks(self._script, function)
            if not marks:
                continue
            address = self._script.string(url, marks)
            prefix = _PREFIX.match(address)
            if prefix:
                self.prefixes[prefix[1]] = None
            if _MARK in address or (body is not None and _marked(self._script.value(body, marks))):
                self._add(
                    request, function, enter, 1, segment=f"/{_MARK}" in address, body=_MARK not in address
                )
                return

    def enter_all(self) -> None:
        """Read each request again for the calls of the functions around it.

        Where several functions of one name (``save``) take bodies, a call does not say whose it is.
        """
        named = Counter(wrapper.name for wrapper in self._todo if wrapper.body)
        self._todo = [each for each in self._todo if not each.body or named[each.name] == 1]
        while self._todo:
            wrapper = self._todo.pop()
            for site in self._sites.get(wrapper.name, ())[:MAX_SITES]:
                if not _inside(site, wrapper.function):
                    self._visit(wrapper, site)

    def _visit(self, wrapper: _Wrapper, site: Node) -> None:
        values = [self._script.value(each) for each in arguments(site)]
        whole = any(isinstance(each, str) and _WHOLE.match(each) for each in values)
        if any(map(_tells, values)) and not (wrapper.segment and whole):
            wrapper.enter(bind(self._script, wrapper.function, values))
        if wrapper.nesting < MAX_NESTING:
            self._outer(wrapper, site)

    def _outer(self, wrapper: _Wrapper, site: Node) -> None:
        """A call whose arguments are parameters in their turn."""
        given = arguments(site)
        for function in islice(self._script.scopes.functions(site.start_byte), _AROUND):
            marks = _marks(self._script, function)
            if marks and any(_marked(self._script.value(each, marks)) for each in given):

                def enter(bound: Mapping[str, Any]) -> None:
                    values = [self._script.value(each, bound) for each in given]
                    wrapper.enter(bind(self._script, wrapper.function, values))

                self._add(
                    site, function, enter, wrapper.nesting + 1, segment=wrapper.segment, body=wrapper.body
                )
                return

    def _add(
        self, request: Node, function: Node, enter: Enter, nesting: int, *, segment: bool, body: bool
    ) -> None:
        key = (request.id, function.id)
        name = _name(self._script, function)
        if name and key not in self._known and len(self._known) < MAX_WRAPPERS:
            self._known.add(key)
            self._todo.append(_Wrapper(name, function, enter, nesting, segment, body))


def bind(script: Script, function: Node, values: Sequence[Any]) -> dict[str, Any]:
    """The parameters of ``function`` where it is called with ``values``; holes where none is given."""
    pattern = parameters(function)
    bound: dict[str, Any] = dict.fromkeys(script.scopes.declared(pattern), HOLE)
    if pattern is None:
        return bound
    patterns = [pattern] if pattern.type == "identifier" else pattern.named_children
    for each, value in zip(patterns, values, strict=False):
        bound |= _matched(script, each, value)
    return bound


def _matched(script: Script, pattern: Node, value: Any) -> dict[str, Any]:
    """What ``pattern`` takes out of ``value``: names, defaults, the members of an object."""
    if pattern.type in {"identifier", "shorthand_property_identifier_pattern"}:
        return {script.text(pattern): value}
    if pattern.type in {"assignment_pattern", "object_assignment_pattern"}:
        left = pattern.child_by_field_name("left")
        default = script.value(pattern.child_by_field_name("right")) if value == HOLE else value
        return _matched(script, left, default) if left is not None else {}
    if pattern.type != "object_pattern" or not isinstance(value, dict):
        return {}
    out: dict[str, Any] = {}
    for part in pattern.named_children:
        inner = part.child_by_field_name("value") if part.type == "pair_pattern" else part
        key = part.child_by_field_name("key") or part.child_by_field_name("left") or part
        if inner is not None and part.type != "rest_pattern":
            out |= _matched(script, inner, value.get(script.text(key), HOLE))
    return out


def _marks(script: Script, function: Node) -> dict[str, Any]:
    return dict.fromkeys(script.scopes.declared(parameters(function)), _MARK)


def _marked(value: Any) -> bool:
    if isinstance(value, str):
        return _MARK in value
    if isinstance(value, dict):
        return any(map(_marked, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_marked, value))


def _tells(value: Any) -> bool:
    """Is it a path, or an object to send?"""
    if isinstance(value, str):
        text = filled(value)
        return "/" in text and (is_address(text) or is_bare(text))
    return isinstance(value, dict) and bool(value)


def _inside(site: Node, function: Node) -> bool:
    return bool(function.start_byte <= site.start_byte < function.end_byte)


def _name(script: Script, function: Node) -> str:
    """What ``function`` is called by: its own name, or that of what it is assigned to."""
    own = function.child_by_field_name("name")
    if own is not None:
        return script.text(own)
    around = function.parent
    if around is None:
        return ""
    for field in ("name", "key", "property", "left"):
        named = around.child_by_field_name(field)
        if named is not None:
            return script.text(named).strip("'\"").rpartition(".")[2]
    # helper(this, "request", () => …)
    before = next(_strings_before(around, function), None)
    return script.text(before)[1:-1] if before is not None else ""


def _strings_before(around: Node, function: Node) -> Iterator[Node]:
    if around.type == "arguments":
        for each in around.named_children:
            if each.type == "string" and each.end_byte < function.start_byte:
                yield each
