"""Functions of a script that hand what they are given to a request: ``api = path => fetch(BASE + path)``.

What such a function asks for is known where it is called: the request is read once more for each call, with
the parameters that the call gives.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from s2n.s2nscanner.crawler.javascript.binding import bind, name_of
from s2n.s2nscanner.crawler.javascript.constants import HOLE, MARK, Node, Script, arguments
from s2n.s2nscanner.crawler.javascript.references import filled, is_address, is_bare
from s2n.s2nscanner.crawler.javascript.returns import MIN_NAME, Returns
from s2n.s2nscanner.crawler.javascript.scopes import parameters

__all__ = ["Wrappers"]

MAX_WRAPPERS = 100
MAX_SITES = 300
MAX_WORD = 60
MAX_NESTING = 3
"""Functions that call functions that call ``fetch``."""

_AROUND = 2
"""Functions around a request that are looked at: a promise's executor stands in the one that is called."""

_WHOLE = re.compile(rf"[{HOLE}.]*/|https?:")
_PREFIX = re.compile(rf"((?:https?:/)?/[^{HOLE}{MARK}?#]*[^/{HOLE}{MARK}?#]){MARK}")

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
    functions put before a path that they are given. ``returns`` knows the functions by name.
    """

    def __init__(self, script: Script, sites: Mapping[str, Sequence[Node]], returns: Returns) -> None:
        self.prefixes: dict[str, None] = {}
        self._script = script
        self._sites = sites
        self._todo: list[_Wrapper] = []
        self._known: set[tuple[int, int]] = set()
        self._returns = returns

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
            if MARK in address or (body is not None and _marked(self._script.value(body, marks))):
                self._add(
                    request, function, enter, 1, segment=f"/{MARK}" in address, body=MARK not in address
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
        told = any(map(_tells, values))
        if not told and wrapper.segment and _is_plain(site) and self._returns.knows(wrapper.name):
            told = any(map(_is_word, values))
        if told and not (wrapper.segment and whole):
            wrapper.enter(bind(self._script, wrapper.function, values))
        if wrapper.nesting < MAX_NESTING:
            self._outer(wrapper, site)

    def _outer(self, wrapper: _Wrapper, site: Node) -> None:
        """A call whose arguments are parameters in their turn."""
        given = arguments(site)
        for function in islice(self._script.scopes.functions(site.start_byte), _AROUND):
            marks = _marks(self._script, function)
            values = [self._script.value(each, marks) for each in given] if marks else []
            if any(map(_marked, values)):

                def enter(bound: Mapping[str, Any]) -> None:
                    passed = [self._script.value(each, bound) for each in given]
                    wrapper.enter(bind(self._script, wrapper.function, passed))

                segment = wrapper.segment or any(
                    isinstance(each, str) and f"/{MARK}" in each for each in values
                )
                self._add(site, function, enter, wrapper.nesting + 1, segment=segment, body=wrapper.body)
                return

    def _add(
        self, request: Node, function: Node, enter: Enter, nesting: int, *, segment: bool, body: bool
    ) -> None:
        key = (request.id, function.id)
        name = name_of(self._script, function)
        if name and key not in self._known and len(self._known) < MAX_WRAPPERS:
            self._known.add(key)
            self._todo.append(_Wrapper(name, function, enter, nesting, segment, body))


def _marks(script: Script, function: Node) -> dict[str, Any]:
    return dict.fromkeys(script.scopes.declared(parameters(function)), MARK)


def _marked(value: Any) -> bool:
    if isinstance(value, str):
        return MARK in value
    if isinstance(value, dict):
        return any(map(_marked, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_marked, value))


def _tells(value: Any) -> bool:
    """Is it a path, or an object to send?"""
    if isinstance(value, str):
        text = filled(value)
        return "/" in text and (is_address(text) or is_bare(text))
    return isinstance(value, dict) and bool(value)


def _is_word(value: Any) -> bool:
    """Can it be a path's segment: an id, the name of a page?"""
    if isinstance(value, str):
        return len(value) <= MAX_WORD and is_bare(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _is_plain(site: Node) -> bool:
    """Is it a function by a name of its own that is called, not the method of something unknown?"""
    function = site.child_by_field_name("function")
    if function is None or function.type != "identifier":
        return False
    return bool(function.end_byte - function.start_byte >= MIN_NAME)


def _inside(site: Node, function: Node) -> bool:
    return bool(function.start_byte <= site.start_byte < function.end_byte)
