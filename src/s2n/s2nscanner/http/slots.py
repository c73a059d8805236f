"""Places in a request's text that hold one value: where it stands, what it means, how another is written.

Text here is latin-1: one character is one byte of the wire, so a slot's span cuts exact bytes.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

from msgspec import Struct

Kind = Literal[
    "url",
    "segment",
    "cookie",
    "header",
    "string",
    "literal",
    "text",
    "attribute",
    "cdata",
    "part",
    "filename",
]

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# RFC 6265 cookie-octet is what may stand bare; a "%" only needs help where it would read as an escape.
_NOT_COOKIE_OCTET = re.compile(r"[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]|%(?=[0-9A-Fa-f]{2})")
# A file name, or an API's version.
_FIXED = re.compile(r"(?i).*\.(?:[a-z]{2,5}|mp[34]|woff2|php\d|7z)|v\d{1,2}")
_DATA = re.compile(r"(?i).*(?:\d|[@%,=:~!*'()$]|[a-z0-9_-]{24})")


class Slot(Struct, frozen=True):
    """One value at ``[start:end]`` of a text. ``lead`` must be written before a value that is put there.

    ``latin``: the value's bytes are no UTF-8 and were read as latin-1; a new value is written the same way.
    """

    name: str
    value: str
    start: int
    end: int
    kind: Kind
    lead: str = ""
    latin: bool = False

    def written(self, value: str, *, raw: bool = False) -> str:
        """``value`` as it must stand in this slot, as latin-1 text."""
        octets = to_octets(value, latin=self.latin or raw)
        return octets if raw else _WRITERS[self.kind](octets)


def to_octets(value: str, *, latin: bool = False) -> str:
    """``value`` as bytes shown as latin-1: UTF-8, or latin-1 where that is asked for and possible."""
    if value.isascii():
        return value
    if latin:
        try:
            value.encode("latin-1")
        except UnicodeEncodeError:
            pass
        else:
            return value
    return value.encode("utf-8", "surrogatepass").decode("latin-1")


def from_octets(octets: str) -> tuple[str, bool]:
    """The text that latin-1 shown bytes mean, and whether they had to be read as latin-1."""
    try:
        return octets.encode("latin-1").decode("utf-8"), False
    except UnicodeDecodeError:
        return octets, True


def unescape(octets: str, *, plus: bool = False) -> tuple[str, bool]:
    """Percent-decode; ``plus``: a ``+`` is a space."""
    if plus:
        octets = octets.replace("+", " ")
    if "%" not in octets:
        return from_octets(octets)
    return from_octets(unquote_to_bytes(octets.encode("latin-1")).decode("latin-1"))


def pair_slots(text: str, start: int = 0) -> Iterator[Slot]:
    """The values of ``a=1&b&c=``, from ``start`` on; of a pair without ``=`` the value is empty."""
    while start <= len(text):
        end = text.find("&", start)
        if end < 0:
            end = len(text)
        if end > start:
            sign = text.find("=", start, end)
            name = unescape(text[start : end if sign < 0 else sign], plus=True)[0]
            if sign < 0:
                yield Slot(name, "", end, end, "url", lead="=")
            else:
                value, latin = unescape(text[sign + 1 : end], plus=True)
                yield Slot(name, value, sign + 1, end, "url", latin=latin)
        start = end + 1


def query_slots(target: str) -> list[Slot]:
    """The parameters of a target's query; and the whole of a query that is one bare word, named ``?``."""
    head, _, query = target.partition("?")
    start = len(head) + 1
    slots = list(pair_slots(target, start)) if query else []
    if query and "=" not in query and "&" not in query:
        value, latin = unescape(query)
        slots.append(Slot("?", value, start, len(target), "url", latin=latin))
    return slots


def path_slots(target: str) -> list[Slot]:
    """The path segments that may be values, named by their number from 1.

    Those that look like data, and the last one below a folder unless it is a file: ``/u/17/edit`` has 2 and
    3, ``/about`` and ``/img/logo2.png`` none. A number counts slashes, so ``/a//b`` has its ``b`` at 3.
    """
    slots = []
    path = target.partition("?")[0]
    segments = path.split("/") if path.startswith("/") else []  # absolute-form and "*" have none of ours
    last = max((number for number, text in enumerate(segments) if text), default=0)
    end = -1
    for number, text in enumerate(segments):
        start, end = end + 1, end + 1 + len(text)
        if text and not _FIXED.fullmatch(text) and (_DATA.match(text) or number == last > 1):
            value, latin = unescape(text)
            slots.append(Slot(str(number), value, start, end, "segment", latin=latin))
    return slots


def cookie_slots(header: str) -> list[Slot]:
    """The values in a Cookie header; quotes around a value stay outside of it."""
    slots = []
    start = 0
    for piece in header.split(";"):
        name, sign, text = piece.partition("=")
        if sign and name.strip():
            begin = start + len(name) + 1 + len(text) - len(text.lstrip())
            text = text.strip()
            if len(text) > 1 and text[0] == text[-1] == '"':
                begin, text = begin + 1, text[1:-1]
            value, latin = unescape(text)
            slots.append(Slot(name.strip(), value, begin, begin + len(text), "cookie", latin=latin))
        start += len(piece) + 1
    return slots


def header_slot(name: str, text: str) -> Slot:
    """A whole header value."""
    value, latin = from_octets(text)
    return Slot(name, value, 0, len(text), "header", latin=latin)


def _percent_all(octets: str) -> str:
    return quote_from_bytes(octets.encode("latin-1"), safe="")


def _segment(octets: str) -> str:
    text = quote_from_bytes(octets.encode("latin-1"), safe="!$&'()*+,;=:@")
    # A segment of dots alone would be resolved away by whoever normalises the path.
    return text.replace(".", "%2E") if text in {".", ".."} else text


def _percent_match(match: re.Match[str]) -> str:
    return f"%{ord(match[0]):02X}"


_JSON_ESCAPES = {code: f"\\u{code:04x}" for code in (*range(0x20), 0x7F)} | {
    0x22: '\\"',
    0x5C: "\\\\",
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
}
_JSON_SCALAR = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_XML_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_XML_ATTRIBUTE = _XML_TEXT | str.maketrans({'"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;"})


def _json_literal(octets: str) -> str:
    if _JSON_SCALAR.fullmatch(octets):
        return octets
    return f'"{octets.translate(_JSON_ESCAPES)}"'


_WRITERS: dict[Kind, Callable[[str], str]] = {
    "url": _percent_all,
    "segment": _segment,
    "cookie": lambda octets: _NOT_COOKIE_OCTET.sub(_percent_match, octets),
    "header": lambda octets: _CONTROLS.sub(_percent_match, octets),
    "string": lambda octets: octets.translate(_JSON_ESCAPES),
    "literal": _json_literal,
    "text": lambda octets: octets.translate(_XML_TEXT),
    "attribute": lambda octets: octets.translate(_XML_ATTRIBUTE),
    "cdata": lambda octets: octets.replace("]]>", "]]]]><![CDATA[>"),
    "part": lambda octets: octets,
    # As browsers write it (WHATWG, multipart/form-data encoding).
    "filename": lambda octets: octets.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A"),
}
