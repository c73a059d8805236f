"""Undoes Content-Encoding, within a cap, and survives bodies that are not what they claim to be."""

import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped] # it ships no types
import zstandard

_MAX_STAGES = 5
"""More chained encodings are an attack, not an encoding; curl stops at the same number."""

_MAX_MEMBERS = 256
"""Concatenated gzip members; without a limit, empty ones would cost a step each."""

_ZSTD_WINDOW = 8 << 20
"""The largest window RFC 9659 allows for ``Content-Encoding: zstd``: what decoding may hold in memory."""

_GZIP_MAGIC = b"\x1f\x8b"
_SLICE = 1 << 16
"""Compressed input is fed in slices, so that what is left over is never copied whole."""


class _NotEncoded(Exception):
    """The bytes are not of the encoding they were said to be."""


def decode(body: bytes, encodings: str, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Undo ``encodings`` (a Content-Encoding value, possibly a list) and say what was odd.

    Returns at most ``limit`` bytes. Where a stage cannot be undone, the bytes it was given are the result;
    where it breaks off in the middle, what came out so far. Memory stays within ``limit`` a stage.

    Notes: ``body capped``, ``wrong content-encoding: NAME``, ``unknown content-encoding: NAME``,
    ``incomplete NAME``.
    """
    names = [name for name in (part.strip().lower() for part in encodings.split(",")) if name]
    names = [name for name in names if name != "identity"]
    if not body or not names:
        return body, ()
    if len(names) > _MAX_STAGES:
        return body, (f"unknown content-encoding: {len(names)} stages",)
    notes: list[str] = []
    for name in reversed(names):
        stage = _STAGES.get(name)
        if stage is None:
            notes.append(f"unknown content-encoding: {name}")
            break
        try:
            body, whole = stage(body, limit + 1)
        except _NotEncoded:
            notes.append(f"wrong content-encoding: {name}")
            break
        if len(body) > limit:
            body = body[:limit]
            notes.append("body capped")
        elif not whole:
            notes.append(f"incomplete {name}")
    return body, tuple(dict.fromkeys(notes))


def _gunzip(data: bytes, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size, position = 0, 0
    for _ in range(_MAX_MEMBERS):
        plain, used, whole = _inflate(data, position, limit - size, zlib.MAX_WBITS | 16)
        if not used:
            if not parts:
                raise _NotEncoded
            return b"".join(parts), False
        parts.append(plain)
        size += len(plain)
        position += used
        if not whole or size >= limit:
            return b"".join(parts), False
        if data[position : position + 2] != _GZIP_MAGIC:  # padding after the last member is common: ignore it
            return b"".join(parts), True
    return b"".join(parts), False


def _deflate(data: bytes, limit: int) -> tuple[bytes, bool]:
    """RFC 1950 as the standard says, or bare RFC 1951 as some servers send."""
    for wbits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        plain, used, whole = _inflate(data, 0, limit, wbits)
        if used:
            return plain, whole
    raise _NotEncoded


def _inflate(data: bytes, start: int, limit: int, wbits: int) -> tuple[bytes, int, bool]:
    """Plain bytes, how many compressed ones they took (0: not this format), whether the end was reached."""
    inflater = zlib.decompressobj(wbits)
    parts: list[bytes] = []
    size, position = 0, start
    try:
        while position < len(data) and size < limit and not inflater.eof:
            piece = data[position : position + _SLICE]
            plain = inflater.decompress(piece, limit - size)
            parts.append(plain)
            size += len(plain)
            position += len(piece) - len(inflater.unused_data) - len(inflater.unconsumed_tail)
    except zlib.error:
        return b"".join(parts), position - start if size else 0, False
    return b"".join(parts), position - start, inflater.eof


def _unbrotli(data: bytes, limit: int) -> tuple[bytes, bool]:
    decoder = brotli.Decompressor()
    parts: list[bytes] = []
    size = 0
    piece = data
    try:
        while size < limit and not decoder.is_finished():
            plain = decoder.process(piece, output_buffer_limit=limit - size)
            if not plain and decoder.can_accept_more_data():
                break
            piece = b""
            parts.append(plain)
            size += len(plain)
    except brotli.error:
        if not size:
            raise _NotEncoded from None
    return b"".join(parts), decoder.is_finished()


def _unzstd(data: bytes, limit: int) -> tuple[bytes, bool]:
    reader = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
        data, read_across_frames=True
    )
    parts: list[bytes] = []
    size = 0
    try:
        while size < limit and (plain := reader.read(min(_SLICE, limit - size))):
            parts.append(plain)
            size += len(plain)
    except zstandard.ZstdError:
        if not size:
            raise _NotEncoded from None
        return b"".join(parts), False
    return b"".join(parts), size > 0  # the reader does not tell a cut block from the end


_STAGES: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
