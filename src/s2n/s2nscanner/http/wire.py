"""HTTP/1.x without I/O: requests to bytes exactly as they stand, bytes to responses however malformed."""

import re
from collections.abc import Callable

from s2n.model import Headers, Request
from s2n.s2nscanner.http.head import HEAD_END, Head, Start, classify, content_length

MAX_HEAD = 4 << 20
"""A head beyond this is cut off; real ones of 1 MB have been seen, none of more."""

_CHUNK_SIZE = re.compile(rb"(?:\r?\n)?[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
"""The end of the chunk before, if it is there, and the size line of the next."""

_PENDING_SIZE = re.compile(rb"(?:\r?\n)?[^\n]{0,4096}")
"""What may still become a size line."""

_BODILESS = frozenset({101, 204, 304})


def compose(request: Request, target: str = "", extra: Headers = ()) -> bytes:
    """The request's bytes: nothing added, nothing encoded, nothing checked.

    ``target`` and ``extra`` are a proxy's: another form of the target, and headers of its own. Characters
    beyond latin-1, which no single byte can carry, go out as UTF-8.
    """
    lines = [f"{request.method} {target or request.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers + extra]
    lines.append("\r\n")
    text = "\r\n".join(lines)
    try:
        head = text.encode("latin-1")
    except UnicodeEncodeError:
        head = b"".join(
            character.encode("latin-1" if character <= "\xff" else "utf-8", "surrogatepass")
            for character in text
        )
    return head + request.body


def is_one_request(request: Request, data: bytes, extra: Headers = ()) -> bool:
    """Will any server see exactly one request in ``data``, which `compose` made of the others?

    If not, a second answer may follow, and would be taken for the answer to whatever is sent next.
    """
    head = data[: len(data) - len(request.body)]
    lines = len(request.headers) + len(extra) + 2
    if head.count(b"\n") != lines or head.count(b"\r") != lines:
        return False
    fields = head.lower()
    if b"\ntransfer-encoding" in fields:
        return False
    if not request.body and b"\ncontent-length" not in fields:
        return True
    lengths = [value for name, value in request.headers if name.strip().lower() == "content-length"]
    return lengths == [str(len(request.body))]


class ResponseParser:
    """Takes in the bytes of one answer as they come, and keeps whatever can be made of them.

    ``notes`` name what was odd: ``http/0.9``, ``bad status line``, ``no status line``, ``folded header``,
    ``header without colon``, ``space before colon``, ``head too large``, ``bad content-length``,
    ``duplicate content-length``, ``conflicting content-length``, ``content-length with chunked``,
    ``bad chunk``, ``trailers``, ``extra bytes``, ``body capped``, and what `end` was told.
    """

    __slots__ = (
        "_bodiless", "_buffer", "_keep_alive", "_limit", "_missing", "_parts", "_scanned", "_size", "_step",
        "adrift", "complete", "head", "notes", "reusable",
    )  # fmt: skip

    def __init__(self, limit: int, *, bodiless: bool = False) -> None:
        self.head: Head | None = None
        """None until it has arrived, and for ever in HTTP/0.9."""
        self.notes: list[str] = []
        self.complete = False
        self.reusable = False
        """May the connection carry another request?"""
        self.adrift = False
        """Is the framing lost, so that only the peer's closing can end the body?"""
        self._limit = limit
        self._bodiless = bodiless
        self._keep_alive = False
        self._buffer: bytearray | None = None
        self._scanned = 0
        self._missing = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._step: Callable[[ResponseParser, bytes], None] = ResponseParser._read_head

    @property
    def usable(self) -> bool:
        """Is there anything to make a response of?"""
        return self.head is not None or bool(self._parts)

    @property
    def body(self) -> bytes:
        """The body so far: unchunked, not decoded."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def feed(self, data: bytes) -> bool:
        """Take in ``data``; True when the answer is complete."""
        self._step(self, data)
        return self.complete

    def end(self, note: str = "truncated") -> None:
        """No more will come (the peer closed, or ``note``): make the best of what there is."""
        if self.complete:
            return
        if self._step is ResponseParser._read_head and self._buffer:
            self._salvage(bytes(self._buffer), head_counts=note != "timeout")
        if not self.adrift and (self._step is not ResponseParser._read_until_close or note != "truncated"):
            self.notes.append(note)
        self._finish(reusable=False)

    def _salvage(self, data: bytes, *, head_counts: bool = True) -> None:
        """The answer ends within its head: a status line is worth keeping, and so is a bare body."""
        if classify(data) is Start.HEAD:
            head = Head(data)
            if head_counts and (head.status or len(head.headers) > 1):
                self.head = head
                self.notes += head.notes
        elif not b"HTTP/".startswith(data.strip(b"\r\n")):
            self._begin_bare(data)

    def _read_head(self, data: bytes) -> None:
        whole: bytes | bytearray = data
        while True:
            if self._buffer is not None:
                self._buffer += whole
                whole = self._buffer
            if not whole.startswith(b"HTTP/") and not self._plausible(whole):
                return
            end = HEAD_END.search(whole, self._scanned)
            if end is None:
                self._wait_for_head(whole)
                return
            first, last = end.span()
            head = Head(bytes(whole[:first]))
            rest = bytes(whole[last:])
            self._buffer = None
            self._scanned = 0
            if not 100 <= head.status < 200 or head.status == 101:
                self._begin(head, rest)
                return
            if not rest:
                return
            whole = rest

    def _plausible(self, whole: bytes | bytearray) -> bool:
        """Can this become a head? If it is a body already, begin that; if it is too short to say, wait."""
        start = classify(whole)
        if start is Start.UNKNOWN:
            self._buffer = bytearray(whole)
        elif start is Start.BODY:
            self._begin_bare(bytes(whole))
        else:
            self._scanned = max(self._scanned, len(whole) - len(whole.lstrip(b"\r\n")))
        return start is Start.HEAD

    def _wait_for_head(self, whole: bytes | bytearray) -> None:
        if len(whole) > MAX_HEAD:
            self._salvage(bytes(whole[:MAX_HEAD]))
            self.notes.append("head too large")
            self._finish(reusable=False)
            return
        if self._buffer is None:
            self._buffer = bytearray(whole)
        self._scanned = max(self._scanned, len(whole) - 2)

    def _begin_bare(self, data: bytes) -> None:
        """HTTP/0.9: all of it is body."""
        self.notes.append("http/0.9")
        self._buffer = None
        self._step = ResponseParser._read_until_close
        self._take(data)

    def _begin(self, head: Head, rest: bytes) -> None:
        """The head is there: find out how long the body is (RFC 9112 section 6.3)."""
        self.head = head
        framing = head.framing
        if head.notes:
            self.notes += dict.fromkeys(head.notes)
        self._keep_alive = head.keep_alive and head.status != 101
        if self._bodiless or head.status in _BODILESS:
            # A server that sends a body all the same would answer the next request with it.
            promised = framing.get("content-length", "0") != "0" or "transfer-encoding" in framing
            self._keep_alive = self._keep_alive and not promised
            self._step = ResponseParser._read_length
        elif "chunked" in framing.get("transfer-encoding", "").lower():
            if "content-length" in framing:
                self.notes.append("content-length with chunked")
                self._keep_alive = False
            self._step = ResponseParser._read_chunks
        elif "content-length" in framing:
            length, note = content_length(framing["content-length"])
            if note:
                self.notes.append(note)
                self._keep_alive = False
            self._missing = length or 0
            self._step = ResponseParser._read_until_close if length is None else ResponseParser._read_length
        else:
            self._step = ResponseParser._read_until_close
        self._step(self, rest)

    def _read_length(self, data: bytes) -> None:
        missing = self._missing - len(data)
        if missing > 0:
            self._missing = missing
            self._take(data)
            return
        if missing < 0:
            data = self._without_extra(data, self._missing)
        self._take(data)
        self._finish(reusable=self._keep_alive)

    def _read_until_close(self, data: bytes) -> None:
        self._take(data)

    def _read_chunks(self, data: bytes) -> None:
        if self._buffer:
            data = bytes(self._buffer) + data
            self._buffer = None
        pieces: list[bytes] = []  # joined, as chunks of a byte each would take fifty times their size
        position = 0
        size = None
        while True:
            if self._missing:
                piece = data[position : position + self._missing]
                self._missing -= len(piece)
                position += len(piece)
                pieces.append(piece)
            if self._missing or position == len(data):
                self._take(b"".join(pieces))
                return
            size = _CHUNK_SIZE.match(data, position)
            if size is None:
                break
            position = size.end()
            self._missing = int(size[1], 16)
            if not self._missing:
                break
        self._take(b"".join(pieces))
        if self.complete:
            return
        if size is None:
            self._wait_for_size(data[position:])
        else:
            self._step = ResponseParser._read_trailers
            self._read_trailers(data[position:])

    def _wait_for_size(self, rest: bytes) -> None:
        """Keep what may become a size line; anything else, and all that follows, is taken for the body."""
        if _PENDING_SIZE.fullmatch(rest):
            self._buffer = bytearray(rest)
            return
        self.notes.append("bad chunk")
        self.adrift = True
        self._step = ResponseParser._read_until_close
        self._take(rest)

    def _read_trailers(self, data: bytes) -> None:
        if self._buffer is None:
            self._buffer = bytearray(b"\n")  # of the last size line: an empty line may follow at once
        self._buffer += data
        end = HEAD_END.search(self._buffer, self._scanned)
        if end is None:
            self._scanned = max(0, len(self._buffer) - 2)
            if len(self._buffer) > MAX_HEAD:
                self.end()
            return
        first, last = end.span()
        if first:
            self.notes.append("trailers")
        self._without_extra(bytes(self._buffer), last)
        self._finish(reusable=self._keep_alive)

    def _without_extra(self, data: bytes, length: int) -> bytes:
        """``data`` up to ``length``; a connection on which more came is out of step."""
        if len(data) > length:
            self.notes.append("extra bytes")
            self._keep_alive = False
        return data[:length]

    def _take(self, data: bytes) -> None:
        if self.complete or not data:
            return
        self._size += len(data)
        if self._size > self._limit:
            data = data[: len(data) - (self._size - self._limit)]
            self.notes.append("body capped")
            self._finish(reusable=False)
        self._parts.append(data)

    def _finish(self, *, reusable: bool) -> None:
        if not self.complete:
            self.complete = True
            self.reusable = reusable
