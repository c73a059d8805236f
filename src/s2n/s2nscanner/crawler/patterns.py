"""A text that matches a simple regular expression, made without running it on hostile input."""

import re
from functools import lru_cache

_QUANTIFIER = re.compile(r"\{(\d{1,3})(?:,(\d{0,3}))?\}")
_CLASSES = {
    "d": "1",
    "w": "a",
    "s": " ",
    "D": "a",
    "W": "-",
    "S": "a",
    "b": "",
    "B": "",
    "t": "\t",
    "n": "\n",
}
_MAX_LENGTH = 200
_MAX_TEXT = 60
_MAX_PATTERN = 500
"""Characters of a pattern: to compile one takes more than to run it."""

_REPEATED_GROUP = re.compile(r"\)[*+{]")
_REPETITION = re.compile(r"[*+]|,\d*\}")
_CHOICE = re.compile(r"\||(?<!\()\?")


def example_of(pattern: str) -> str | None:
    """A shortest-looking match of an HTML ``pattern``; None where it uses more than the common syntax."""
    if len(pattern) > _MAX_PATTERN:
        return None
    try:
        text, end = _alternatives(pattern, 0)
    except (IndexError, ValueError):
        return None
    return text if end == len(pattern) and len(text) <= _MAX_LENGTH else None


@lru_cache(1024)
def matches(pattern: str, text: str) -> bool:
    """Does a short ``text`` match all of ``pattern``? False also where telling could take long.

    Backtracking is bounded by refusing repeated groups and more than a few repetitions and choices.
    """
    if len(text) > _MAX_TEXT or len(pattern) > _MAX_PATTERN or _REPEATED_GROUP.search(pattern):
        return False
    repetitions, choices = len(_REPETITION.findall(pattern)), len(_CHOICE.findall(pattern))
    if repetitions > 3 or repetitions + choices > 6:
        return False
    try:
        return re.fullmatch(pattern, text) is not None
    except (re.error, OverflowError):
        return False


def _alternatives(pattern: str, at: int) -> tuple[str, int]:
    """The first alternative from ``at``, and where the group (or the pattern) ends."""
    out = ""
    first: str | None = None
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            first = out if first is None else first
            out, at = "", at + 1
            continue
        atom, at = _atom(pattern, at)
        times, at = _times(pattern, at)
        out += atom * times
        if len(out) > _MAX_LENGTH:
            raise ValueError(pattern)
    return (out if first is None else first), at


def _atom(pattern: str, at: int) -> tuple[str, int]:
    char = pattern[at]
    if char in "^$":
        return "", at + 1
    if char == ".":
        return "a", at + 1
    if char == "\\":
        escaped = pattern[at + 1]
        if escaped.isdigit() or escaped in "pPkux":
            raise ValueError(pattern)
        return _CLASSES.get(escaped, escaped), at + 2
    if char == "[":
        return _choice(pattern, at + 1)
    if char == "(":
        return _group(pattern, at)
    if char in "*+?{":
        raise ValueError(pattern)
    return char, at + 1


def _group(pattern: str, at: int) -> tuple[str, int]:
    lookaround = pattern.startswith(("(?=", "(?!", "(?<=", "(?<!"), at)
    at += 3 if pattern.startswith("(?:", at) else 1
    if lookaround or pattern[at] == "?":
        raise ValueError(pattern)
    text, end = _alternatives(pattern, at)
    if pattern[end] != ")":
        raise ValueError(pattern)
    return text, end + 1


def _choice(pattern: str, at: int) -> tuple[str, int]:
    """A member of the character class that begins at ``at``."""
    negated = pattern[at] == "^"
    at += negated
    members: list[str] = []
    while pattern[at] != "]":
        if pattern[at] == "\\":
            members.append(_CLASSES.get(pattern[at + 1], pattern[at + 1]))
            at += 2
        else:
            members.append(pattern[at])
            at += 1
    if negated:
        spare = [char for char in "a1-_ " if char not in members]
        return spare[0], at + 1
    return members[0], at + 1


def _times(pattern: str, at: int) -> tuple[int, int]:
    """How often the atom before ``at`` is written: as often as must be, once where that is free."""
    if at >= len(pattern):
        return 1, at
    if pattern[at] in "*+?":
        times, end = 1, at + 1
    else:
        match = _QUANTIFIER.match(pattern, at)
        if match is None:
            return 1, at
        least = int(match[1])
        times, end = (least or int(match[2] != "0")), match.end()
    if pattern[end : end + 1] in {"?", "+"}:
        end += 1
    return times, end
