"""Reads the head of a response: status line, fields, and how the body is framed."""

import re
from enum import Enum
from functools import lru_cache

from s2n.model import Headers

HEAD_END = re.compile(rb"\n\r?\n")
"""An empty line, whichever line ends the server uses. The first newline ends the last field."""

_HTTP = re.compile(rb"[\r\n]*HTTP/")
_HTTP_PREFIXES = tuple(b"HTTP/"[:length] for length in range(5))
_OTHER_HEAD = re.compile(rb"\S{1,20}[ \t]+\d{3}\b|[A-Za-z0-9-]+[ \t]*:")
"""``ICY 200 OK``, or a field where the status line should be."""

_STATUS = re.compile(r"HTTP/(\d(?:\.\d+)?)[ \t]+(\d{3})(?!\d)[ \t]*(.*)")
_ODD_STATUS = re.compile(r"\S{1,20}[ \t]+(\d{3})(?!\d)[ \t]*(.*)")
_FIELD_START = re.compile(r"[A-Za-z0-9-]+[ \t]*:")

_FOLDED = "folded header"
_NO_STATUS = "no status line"

_BLANK = " \t\r"
"""What surrounds a value without being part of it; other control characters stay, as evidence."""

_LONGEST_FIRST_LINE = 1024

_FRAMING = frozenset(
    {"content-length", "transfer-encoding", "connection", "proxy-connection", "content-encoding"}
)


class Start(Enum):
    """What the first bytes of an answer are."""

    HEAD = 1
    BODY = 2
    """Anything else: a body without a head, as in HTTP/0.9."""
    UNKNOWN = 3
    """Too little to say."""


class Head:
    """A response head, however malformed, and what its fields say about the body."""

    __slots__ = ("framing", "headers", "keep_alive", "notes", "reason", "status", "version")

    status: int
    """0 when the status line names none."""
    reason: str
    version: str
    headers: Headers
    notes: list[str]
    framing: dict[str, str]
    """The fields that frame the body, by lower-case name; several of one name joined by commas."""
    keep_alive: bool

    def __init__(self, head: bytes) -> None:
        lines = head.decode("latin-1").strip("\r\n").split("\n")
        first = lines[0]
        self.version, self.status, self.reason, note = _status_of(first)
        self.notes = [note] if note else []
        if note != _NO_STATUS:
            del lines[0]
        self._read_fields(lines)
        framing = self.framing
        if "connection" in framing or "proxy-connection" in framing:
            said = f"{framing.get('connection', '')},{framing.get('proxy-connection', '')}".lower()
            self.keep_alive = "close" not in said and (self.version != "1.0" or "keep-alive" in said)
        else:
            self.keep_alive = self.version == "1.1"

    def _read_fields(self, lines: list[str]) -> None:
        fields: list[tuple[str, str]] = []
        framing: dict[str, str] = {}
        several: set[str] = set()
        folded: dict[int, list[str]] = {}
        for line in lines:
            field, key, note = _field_of(line) if len(line) < _REMEMBERED else _split_field(line)
            if note:
                self.notes.append(note)
                if note == _FOLDED and fields:
                    folded.setdefault(len(fields) - 1, []).append(field[1])
                    continue
                if note == _FOLDED:
                    field, key, _ = _split_field(field[1])
            if key:
                if key in framing:
                    several.add(key)
                framing[key] = field[1]
            fields.append(field)
        for index, lines_of in folded.items():
            name, start = fields[index]
            fields[index] = name, " ".join((start, *lines_of)).strip(_BLANK)
            several.add(name.lower())
        for key in several & _FRAMING:
            framing[key] = ", ".join(value for name, value in fields if name.lower() == key)
        self.headers = tuple(fields)
        self.framing = framing


def _split_field(line: str) -> tuple[tuple[str, str], str, str]:
    """A line's name and value, the name in lower case if it frames the body, and what is odd about it."""
    if line.startswith((" ", "\t")):
        return ("", line.strip(_BLANK)), "", _FOLDED
    name, colon, value = line.partition(":")
    note = ""
    if not colon:
        note = "header without colon"
    elif name.endswith((" ", "\t")):
        note = "space before colon"
    name = name.rstrip(_BLANK)
    key = name.lower()
    return (name, value.strip(_BLANK)), key if key in _FRAMING else "", note


def _split_status(line: str) -> tuple[str, int, str, str]:
    """Version, status, reason, and what is odd about the status line; without one, status 0."""
    match = _STATUS.match(line)
    if match is not None:
        return match[1], int(match[2]), match[3].rstrip(_BLANK), ""
    if _FIELD_START.match(line):
        return "1.0", 0, "", _NO_STATUS
    odd = _ODD_STATUS.match(line)
    if odd is not None:
        return "1.0", int(odd[1]), odd[2].rstrip(_BLANK), "bad status line"
    return "1.0", 0, "", "bad status line"


_REMEMBERED = 256
_field_of = lru_cache(maxsize=2048)(_split_field)
_status_of = lru_cache(maxsize=256)(_split_status)
"""A server says most of its lines with every answer: remembering them (not the long ones) halves the cost of
a head, and the headers of all responses share their strings."""


def classify(data: bytes | bytearray) -> Start:
    """Tell a head from a bare body by its first line."""
    if _HTTP.match(data):
        return Start.HEAD
    if len(data) < _LONGEST_FIRST_LINE and (b"\n" not in data or data.lstrip(b"\r\n") in _HTTP_PREFIXES):
        return Start.UNKNOWN
    return Start.HEAD if _OTHER_HEAD.match(data) else Start.BODY


def content_length(value: str) -> tuple[int | None, str]:
    """The length a Content-Length value (or several, joined) names, and what is odd about it.

    Of several that differ the first counts, as the server most likely meant the body it wrote first.
    """
    if value.isdecimal() and len(value) < 19:
        return int(value), ""
    lengths = [part.strip() for part in value.split(",")]
    if not all(length.isdecimal() and len(length) < 19 for length in lengths):
        return None, "bad content-length"
    note = "duplicate content-length" if len(set(lengths)) == 1 else "conflicting content-length"
    return int(lengths[0]), note
