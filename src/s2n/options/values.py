"""A value somebody gave, from wherever, made what the option's field takes."""

import difflib
import math
from typing import Any

import msgspec
from msgspec import Struct

from s2n.errors import UsageError
from s2n.options.fields import Option
from s2n.options.units import seconds, size

_TRUE = {"1", "true", "yes", "on", "y"}
_FALSE = {"0", "false", "no", "off", "n", ""}


class Given(Struct, frozen=True):
    """A raw value and where it stands, in the words of a message: ``--depth``, ``s2n.toml, line 3: depth``.

    ``textual``: it comes from where everything is text, so ``"5"`` may be a number. ``by_line``: a list's
    items stand on lines of their own.
    """

    raw: Any
    source: str
    textual: bool = True
    by_line: bool = False
    error: type[UsageError] = UsageError


def value_of(option: Option, given: Given) -> Any:
    """The option's value.

    Raises:
        UsageError: not what the option takes; secrets are not repeated in the message.
    """
    try:
        return _finite(msgspec.convert(_prepared(option, given), option.type, strict=not given.textual))
    except (msgspec.ValidationError, ValueError, OverflowError) as problem:
        shown = "this" if option.secret else _shown(given.raw)
        near = difflib.get_close_matches(str(given.raw).lower(), option.choices, n=1)
        remedy = f"did you mean {near[0]}?" if near else "see `s2n scan --help`"
        raise given.error(f"{given.source}: expected {option.expects}, got {shown}", remedy) from problem


def _finite(value: Any) -> Any:
    if value == math.inf:
        raise ValueError(value)
    return value


def _prepared(option: Option, given: Given) -> Any:
    raw = given.raw
    match option.kind:
        case "list":
            parts = [raw] if isinstance(raw, str) else raw
            if not isinstance(parts, list):
                return parts
            return [piece for part in parts for piece in _pieces(option, given, part)]
        case "flag" if given.textual and isinstance(raw, str):
            return _truth(raw)
        case "choice" if isinstance(raw, str):
            return raw.lower()
    if isinstance(raw, str) and option.unit:
        return seconds(raw) if option.unit == "seconds" else size(raw)
    return raw


def _pieces(option: Option, given: Given, part: Any) -> list[Any]:
    """A list's text cut at newlines where it came by lines, and at commas where the option allows it."""
    if not isinstance(part, str):
        return [part]
    lines = part.splitlines() if given.by_line else [part]
    if option.commas:
        lines = [piece for line in lines for piece in line.split(",")]
        return [piece.strip() for piece in lines if piece.strip()]
    return [line for line in lines if line.strip()]


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(text)


def _shown(raw: Any) -> str:
    if isinstance(raw, dict):
        return "a table"
    text = repr(raw)
    return text if len(text) <= 80 else f"{text[:77]}…"
