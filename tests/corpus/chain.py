"""Two servers in a row, each with its own idea of where a request's body ends."""

from collections.abc import Callable
from dataclasses import dataclass

from s2n.model import Request

Reads = Callable[[str, str], bool]
"""Does a server take this header (raw name and value) for chunked?"""

WAIT = 30.0
"""Seconds after which a server gives up on a body."""


def never(_name: str, _value: str) -> bool:
    return False


def exact(name: str, value: str) -> bool:
    return name.lower() == "transfer-encoding" and value == "chunked"


def trimmed(name: str, value: str) -> bool:
    return name.lower() == "transfer-encoding" and value.strip(" \t") == "chunked"


def spaced(name: str, value: str) -> bool:
    return name.strip().lower() == "transfer-encoding" and value.strip(" \t") == "chunked"


def holding(name: str, value: str) -> bool:
    return name.lower() == "transfer-encoding" and "chunked" in value


def first_word(name: str, value: str) -> bool:
    return name.lower() == "transfer-encoding" and value.partition(",")[0].strip() == "chunked"


def by_line_feed(name: str, value: str) -> bool:
    return name.rpartition("\n")[2].lower() == "transfer-encoding" and value.strip() == "chunked"


def any_space(name: str, value: str) -> bool:
    return name.lower() == "transfer-encoding" and value.strip() == "chunked"


@dataclass(frozen=True)
class Server:
    """How it reads, and what it does with requests that have both headers."""

    chunked: Reads
    refuses_both: bool = False
    rewrites: bool = False
    """It passes on what it understood, in chunks and without a length."""


def ends(body: bytes, length: int, *, chunked: bool) -> int | None:
    """How many bytes of ``body`` belong to the request; -1: more are needed; None: it is malformed."""
    if not chunked:
        return length if length <= len(body) else -1
    at = 0
    while True:
        line, found, _ = body[at:].partition(b"\r\n")
        if not found:
            return -1
        try:
            size = int(line, 16)
        except ValueError:
            return None
        at += len(line) + 2 + size + 2
        if at > len(body):
            return -1
        if size == 0:
            return at


def seconds(front: Server, back: Server, request: Request) -> float:
    """How long the two take to answer ``request``."""
    length = int(request.header("content-length") or 0)

    def reads(server: Server) -> bool:
        return any(server.chunked(name, value) for name, value in request.headers)

    if front.refuses_both and any("chunked" in value for _, value in request.headers):
        return 0.01
    end = ends(request.body, length, chunked=reads(front))
    if end is None:
        return 0.01
    if end < 0:
        return WAIT
    if front.rewrites or (back.refuses_both and reads(back)):
        return 0.02
    end = ends(request.body[:end], length, chunked=reads(back))
    return WAIT if end == -1 else 0.02
