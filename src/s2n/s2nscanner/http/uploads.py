"""A multipart request with another file in one of its file fields."""

import re

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Location, Request
from s2n.s2nscanner.http.bodies import boundary_of, delimiters
from s2n.s2nscanner.http.points import InputPoint, inject

_CONTENT_TYPE = re.compile(r"(?im)^content-type\s*:[^\r\n]*(?:\r?\n)?")
_GAP = re.compile(r"\r?\n\r?\n")


class File(Struct, frozen=True):
    """What a file field sends: its name as written, its media type, its content."""

    name: str
    media_type: str
    content: bytes


def file_at(point: InputPoint) -> File:
    """The file that the request uploads at ``point``, a file name.

    Raises:
        ValueError: ``point`` is no file name of a multipart body.
    """
    text, start, end, _ = _part(point)
    gap = _GAP.search(text, start, end)
    assert gap is not None
    kind = _CONTENT_TYPE.search(text, start, gap.end())
    media_type = kind[0].partition(":")[2].strip() if kind else ""
    return File(point.value, media_type, text[gap.end() : end].encode("latin-1"))


def with_file(point: InputPoint, file: File) -> Request:
    """The request with ``file`` in place of the one at ``point``; all else stays as it is.

    Raises:
        ValueError: ``point`` is no file name of a multipart body, or the content holds the boundary.
    """
    text, start, end, mark = _part(point)
    content = file.content.decode("latin-1")
    if f"--{boundary_of(point.request.header('content-type') or '')}" in content:
        raise ValueError("the file's content holds the request's boundary")
    gap = _GAP.search(text, start, end)
    assert gap is not None
    name = file.name.encode().decode("latin-1").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = _CONTENT_TYPE.sub("", text[start : gap.start()] + "\r\n").rstrip("\r\n").replace(mark, name)
    part = f"{head}\r\nContent-Type: {file.media_type}\r\n\r\n{content}"
    return replace(point.request, body=(text[:start] + part + text[end:]).encode("latin-1"))


def _part(point: InputPoint) -> tuple[str, int, int, str]:
    """The body with a mark for the file's name, the part's start and end in it, and the mark."""
    if point.location is not Location.FILENAME:
        raise ValueError(f"{point.location} {point.name!r} names no file")
    mark = "x"
    while mark.encode() in point.request.body:
        mark += "xy"
    text = inject(point, mark).body.decode("latin-1")
    at = text.index(mark)
    lines = delimiters(text, boundary_of(point.request.header("content-type") or ""))
    start = max(line.end() for line in lines if line.end() <= at)
    end = min((line.start() for line in lines if line.start() > at), default=len(text))
    return text, start, end, mark
