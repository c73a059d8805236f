"""A value for an empty control that the page's own validation lets through."""

import re
from collections.abc import Mapping

from s2n.s2nscanner.crawler.patterns import example_of, matches

WORD = "s2n"
PASSWORD = "S2n-passw0rd"  # noqa: S105 -- typed into every password field, so that a repeated one agrees

_BY_TYPE = {
    "email": "s2n@example.com",
    "tel": "5550100200",
    "url": "http://example.com/",
    "password": PASSWORD,
    "date": "2026-01-15",
    "datetime-local": "2026-01-15T12:00",
    "month": "2026-01",
    "week": "2026-W03",
    "time": "12:00",
    "color": "#336699",
}
_TEMPORAL = frozenset({"date", "datetime-local", "month", "week", "time"})
_FREE = frozenset({"text", "search", "hidden"})
_HINTS = ("autocomplete", "id", "placeholder", "aria-label")
"""Attributes that say what a field is for, where its name does not."""

_MAX_HINT = 100
"""Characters of a name or a hint that are looked at."""

_BY_NAME = (
    (re.compile(r"e-?mail|correo", re.IGNORECASE), "s2n@example.com"),
    (re.compile(r"phone|mobile|(?:^|[_-])(?:tel|fax)(?:$|[_-])", re.IGNORECASE), "5550100200"),
    (re.compile(r"zip|post(?:al)?[_-]?code", re.IGNORECASE), "12345"),
    (re.compile(r"passw|pwd|passphrase", re.IGNORECASE), PASSWORD),
    (
        re.compile(r"(?:^|[_-])(?:url|uri|website|homepage|link)(?:$|[_-])", re.IGNORECASE),
        "http://example.com/",
    ),
    (re.compile(r"(?:^|[_-])(?:date|birthday|dob)(?:$|[_-])", re.IGNORECASE), "2026-01-15"),
    (re.compile(r"(?:^|[_-])ip(?:$|[_-])|ip[_-]?addr", re.IGNORECASE), "127.0.0.1"),
    (
        re.compile(
            r"(?:^|[_-])(?:id|no|num|number|age|year|qty|quantity|count|amount|price|page|limit)$|[a-z]Id$"
            r"|^(?:age|year|qty|quantity|count|amount|price|size|limit)",
        ),
        "1",
    ),
    (re.compile(r"first[_-]?name|last[_-]?name|full[_-]?name|surname", re.IGNORECASE), "Alex"),
)


def plausible(kind: str, name: str, attributes: Mapping[str, str]) -> str:
    """A value for an empty input of type ``kind``: by type, pattern and name, inside its limits."""
    if kind in {"number", "range"}:
        return _number(attributes)
    if kind in _TEMPORAL:
        return _temporal(_BY_TYPE[kind], attributes)
    value = _BY_TYPE.get(kind)
    if value is None and attributes.get("inputmode") in {"numeric", "decimal"}:
        value = "1"
    if attributes.get("pattern"):
        value = example_of(attributes["pattern"]) or value
    if value is None:
        hints = [name, *(attributes.get(hint, "") for hint in (_HINTS if kind != "search" else ()))]
        hints = [hint[:_MAX_HINT] for hint in hints]
        value = next((text for hint in hints for known, text in _BY_NAME if known.search(hint)), WORD)
    return _fitted(value, attributes)


def accepts(kind: str, attributes: Mapping[str, str], value: str) -> bool:
    """Would an input of type ``kind`` take ``value``, and should s2n fill it with what others have typed?"""
    if kind in {"number", "range"}:
        number, low, high = _decimal(value), _decimal(attributes.get("min")), _decimal(attributes.get("max"))
        return number is not None and (low is None or number >= low) and (high is None or number <= high)
    if kind in _TEMPORAL:
        shape = re.sub(r"\d", "0", _BY_TYPE[kind])
        return re.sub(r"\d", "0", value) == shape and _temporal(value, attributes) == value
    if kind not in _FREE or _fitted(value, attributes) != value:
        return False
    if attributes.get("inputmode") in {"numeric", "decimal"} and _decimal(value) is None:
        return False
    return not attributes.get("pattern") or matches(attributes["pattern"], value)


def _number(attributes: Mapping[str, str]) -> str:
    low, high = _decimal(attributes.get("min")), _decimal(attributes.get("max"))
    if low is None:
        low = 1.0 if high is None or high >= 1 else high
    return f"{low:.10g}"


def _temporal(value: str, attributes: Mapping[str, str]) -> str:
    low, high = attributes.get("min", ""), attributes.get("max", "")
    if low and value < low:
        return low
    return high if high and value > high else value


def _fitted(value: str, attributes: Mapping[str, str]) -> str:
    least, most = _length(attributes.get("minlength")), _length(attributes.get("maxlength"))
    if least and len(value) < least:
        value += value[-1:] * (least - len(value))
    return value[:most] if most else value


def _length(text: str | None) -> int:
    return min(int(text), 10_000) if text and text.isascii() and text.isdigit() else 0


def _decimal(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and abs(value) < 1e15 else None
