"""Addresses in files that are no text: the links of PDF documents, the strings of Flash films."""

import re
import zlib
from itertools import islice

from s2n.s2nscanner.crawler.prose import addresses

MAX_FILE = 8 << 20
MAX_STREAMS = 200
MAX_STREAM = 1 << 18
"""Bytes of an unpacked part of a file that are read."""

_STREAM = re.compile(rb"stream\r?\n")
_PDF_LINK = re.compile(rb"/(?:URI|F)\s{0,9}\(([^()\\\s]{1,2000})\)")
_UNPRINTABLE = re.compile(rb"[^\x21-\x7e]+")
_SWF_HEAD = 8


def urls_in_file(body: bytes) -> list[str]:
    """The addresses in a PDF document or a Flash film, each once; none in any other file."""
    body = body[:MAX_FILE]
    if body.startswith(b"%PDF"):
        found = (match[1].decode("latin-1") for part in _parts(body) for match in _PDF_LINK.finditer(part))
        return list(dict.fromkeys(islice(found, MAX_STREAMS)))
    if body[:3] in {b"FWS", b"CWS"}:
        film = _unpacked(body[_SWF_HEAD:], MAX_FILE) if body[:1] == b"C" else body
        return addresses(_UNPRINTABLE.sub(b" ", film).decode("latin-1"))
    return []


def _parts(body: bytes) -> list[bytes]:
    """A PDF document as it is, and its packed parts."""
    starts = [match.end() for match in islice(_STREAM.finditer(body), MAX_STREAMS)]
    return [body, *(_unpacked(body[start : start + MAX_STREAM], MAX_STREAM) for start in starts)]


def _unpacked(data: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return b""
