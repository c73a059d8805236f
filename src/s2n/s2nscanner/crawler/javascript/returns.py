"""What a script's own functions come to where they only compute: ``url(id)`` → ``"/items/" + id``."""

from collections.abc import Sequence
from typing import Any

from s2n.s2nscanner.crawler.javascript.binding import bind, named_functions
from s2n.s2nscanner.crawler.javascript.constants import HOLE, Node, Script

MAX_CALLS = 2000
"""Calls of one script that are worked out: functions that call functions soon are many."""

MIN_NAME = 2
"""Characters of a name that says whose it is: minified scripts use shorter ones again and again."""


class Returns:
    """Works out calls of functions that are alone with their name and end in the one thing they return."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._left = MAX_CALLS
        self._open: set[int] = set()
        self._functions: dict[str, Node | None] = {}
        for name, function in named_functions(script):
            if len(name) >= MIN_NAME:
                self._functions[name] = None if name in self._functions else function

    def knows(self, name: str) -> bool:
        """Is there one function of the name?"""
        return self._functions.get(name) is not None

    def value(self, name: str, given: Sequence[Any], depth: int) -> Any:
        """What ``name`` returns when called with ``given``."""
        function = self._functions.get(name)
        result = _result(function) if function is not None else None
        if function is None or result is None or function.id in self._open or not self._left:
            return HOLE
        self._left -= 1
        self._open.add(function.id)
        try:
            return self._script.value(result, bind(self._script, function, given), depth)
        finally:
            self._open.discard(function.id)


def _result(function: Node) -> Node | None:
    """The expression that a function returns at its end."""
    body = function.child_by_field_name("body")
    if body is None or body.type != "statement_block":
        return body
    statements = [each for each in body.named_children if each.type != "comment"]
    if not statements or statements[-1].type != "return_statement":
        return None
    return statements[-1].named_child(0)
