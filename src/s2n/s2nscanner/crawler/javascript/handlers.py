"""Handlers in markup with the scripts that they call: ``onclick="load('news')"`` and ``function load(page)``.

A handler says what a function is given, the function what it asks for; both are read as one script.
"""

import re
from collections.abc import Iterable

MAX_HANDLERS = 1000
MAX_SCRIPTS = 50
MAX_SCRIPT = 200_000
"""Characters of a script that is kept: libraries are larger, and their functions are nobody's handlers."""

MAX_TOGETHER = 100
MAX_JOINED = 4_000_000
"""Characters of a site's scripts that are read once more: a few seconds of CPU."""

_CALLED = re.compile(r"(?<![\w$])([\w$]{2,50})\s{0,5}\(\s{0,5}[^\s)]")
_DEFINED = re.compile(
    r"\bfunction\s{1,5}([\w$]{2,50})\s{0,5}\("
    r"|(?<![\w$])([\w$]{2,50})\s{0,5}[=:]\s{0,5}(?:async\s{1,5})?(?:function\b|\([^()]{0,200}\)\s{0,5}=>|[\w$]{1,50}\s{0,5}=>)"
)


class Handlers:
    """Joins the handlers of a site with its scripts, whichever come first."""

    def __init__(self) -> None:
        self._handlers: dict[str, frozenset[str]] = {}
        self._scripts: dict[str, frozenset[str]] = {}
        self._left = MAX_JOINED

    def join(self, handlers: Iterable[str], scripts: Iterable[str]) -> list[str]:
        """The scripts to be read now that ``handlers`` and ``scripts`` are known as well."""
        came = {each: _called(each) for each in handlers if each not in self._handlers}
        came = {each: names for each, names in came.items() if names}
        out = [_joined(text, names, came) for text, names in self._scripts.items()] if came else []
        if len(self._handlers) < MAX_HANDLERS:
            self._handlers |= came
        for text in scripts:
            if len(text) > MAX_SCRIPT or text in self._scripts or len(self._scripts) >= MAX_SCRIPTS:
                continue
            names = _defined(text)
            if names:
                self._scripts[text] = names
                out.append(_joined(text, names, self._handlers))
        joined = []
        for each in out:
            if each and len(each) <= self._left:
                self._left -= len(each)
                joined.append(each)
        return joined


def _joined(text: str, names: frozenset[str], handlers: dict[str, frozenset[str]]) -> str:
    """``text`` and those of ``handlers`` that call its functions; empty where none does."""
    calls = [each for each, called in handlers.items() if not names.isdisjoint(called)]
    return "\n".join((text, *(f";{{{each}\n}}" for each in calls[:MAX_TOGETHER]))) if calls else ""


def _called(handler: str) -> frozenset[str]:
    return frozenset(_CALLED.findall(handler[:2000]))


def _defined(text: str) -> frozenset[str]:
    return frozenset(match[1] or match[2] for match in _DEFINED.finditer(text))
