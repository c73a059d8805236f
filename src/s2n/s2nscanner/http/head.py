"""Reads the head of a response: status line, fields, and how the body is framed."""

import re
from enum import Enum

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
        self.notes = []
        self._read_status(lines)
        self.headers = self._read_fields(lines)
        framing: dict[str, str] = {}
        for name, value in self.headers:
            key = name.lower()
            if key in _FRAMING:
                framing[key] = f"{framing[key]}, {value}" if key in framing else value
        self.framing = framing
        if "connection" in framing or "proxy-connection" in framing:
            said = f"{framing.get('connection', '')},{framing.get('proxy-connection', '')}".lower()
            self.keep_alive = "close" not in said and (self.version != "1.0" or "keep-alive" in said)
        else:
            self.keep_alive = self.version == "1.1"

    def _read_status(self, lines: list[str]) -> None:
        """Take the status line off ``lines``; a field in its place stays."""
        match = _STATUS.match(lines[0])
        if match is not None:
            version, status, reason = match.groups()
            self.version = version
            self.status = int(status)
            self.reason = reason.rstrip(_BLANK)
            del lines[0]
            return
        self.version, self.status, self.reason = "1.0", 0, ""
        if _FIELD_START.match(lines[0]):
            self.notes.append("no status line")
            return
        self.notes.append("bad status line")
        odd = _ODD_STATUS.match(lines.pop(0))
        if odd is not None:
            self.status, self.reason = int(odd[1]), odd[2].rstrip(_BLANK)

    def _read_fields(self, lines: list[str]) -> Headers:
        fields: list[tuple[str, str]] = []
        for line in lines:
            name, colon, value = line.partition(":")
            if fields and line.startswith((" ", "\t")):
                self.notes.append("folded header")
                last, start = fields[-1]
                fields[-1] = (last, f"{start} {line.strip(_BLANK)}")
                continue
            if not colon:
                self.notes.append("header without colon")
                name = name.rstrip(_BLANK)
            elif name.endswith((" ", "\t")):
                self.notes.append("space before colon")
                name = name.rstrip(_BLANK)
            fields.append((name, value.strip(_BLANK)))
        return tuple(fields)


def classify(data: bytes | bytearray) -> Start:
    """Tell a head from a bare body by its first line."""
    if _HTTP.match(data):
        return Start.HEAD
    if data.lstrip(b"\r\n") in _HTTP_PREFIXES:
        return Start.UNKNOWN
    if b"\n" not in data and len(data) < _LONGEST_FIRST_LINE:
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
