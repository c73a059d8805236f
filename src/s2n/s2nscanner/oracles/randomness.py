"""Can the next session id be guessed? A sample of ids, looked at by place, by order, and as digests.

After OWASP's testing guide (WSTG-SESS-01) and Session Management Cheat Sheet: an id needs 64 bits that nobody
can know. What is estimated is the most that the sample can hold; a good-looking sample proves nothing.
"""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import log2
from urllib.parse import unquote

from msgspec import Struct

ENOUGH_BITS = 64
MIN_SAMPLE = 8
FEW = 0.25
"""A place that shows fewer different characters than this share of the sample holds only those."""

MAX_STEP = 1000
"""Ids that grow by less are counted, whoever gets some in between; by more, they follow a clock."""

NUMBERS = 20_000
SECONDS_AROUND = 120
DAY = 86400
"""Seconds by which a server's clock may be wrong."""
_ALPHABETS = (2, 10, 16, 26, 32, 36, 62, 64, 94)
_DIGESTS = {32: hashlib.md5, 40: hashlib.sha1, 64: hashlib.sha256}


class Weakness(Struct, frozen=True):
    """How ids can be guessed. ``kind`` in one word, ``text`` completes "the ids …"."""

    kind: str
    text: str
    certain: bool = False


def weakness_of(values: Sequence[str]) -> Weakness | None:
    """What makes ``values``, ids in the order in which they were given, easy to guess; None: nothing.

    One value for all is nobody's id (unless it is the time), and an object with fields is a state: None.
    """
    values = [unquote(value) for value in values]
    if _are_now(values):
        return Weakness("clock", "are the time at which they are given out")
    if len(values) < MIN_SAMPLE or len(set(values)) == 1 or any(map(_is_state, values)):
        return None
    if len(set(values)) < len(values):
        return Weakness("repeated", f"repeat: {len(set(values))} different ones in {len(values)}")
    source = _digest_source(values)
    if source is not None:
        return Weakness("digest", source, certain=True)
    bits = entropy(values)
    if bits >= ENOUGH_BITS:
        return None
    short = Weakness("short", f"hold {bits:.0f} bits at most that could not be known")
    return _order(values) or _order([_plain(value) for value in values]) or short


def _are_now(values: Sequence[str]) -> bool:
    """Is each the present second, millisecond or microsecond? Within one second all may be the same."""
    now = time.time()
    scale = {10: 1, 13: 1e3, 16: 1e6}.get(len(values[0]) if values else 0)
    if scale is None or not all(value.isascii() and value.isdigit() for value in values):
        return False
    return all(abs(int(value) / scale - now) < DAY for value in values)


def entropy(values: Sequence[str]) -> float:
    """The most bits that can be random in ``values``: the places that vary, times what stands there."""
    width = max(map(len, values))
    columns = [set(column) for column in zip(*(value.rjust(width, "\0") for value in values), strict=True)]
    varying = [column for column in columns if len(column) > 1]
    seen = len(set().union(*varying))
    alphabet = next((size for size in _ALPHABETS if size >= seen), 256)
    few = max(2.0, FEW * len(values))
    return sum(log2(len(column) if len(column) <= few else alphabet) for column in varying)


def _order(values: Sequence[str]) -> Weakness | None:
    """Do the values only grow (or only shrink), read as numbers behind what they have in common?"""
    for base, name in ((10, "number"), (16, "hexadecimal number")):
        numbers = _numbers(values, base)
        if numbers is None:
            continue
        steps = [after - before for before, after in pairwise(numbers)]
        if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
            continue
        if max(map(abs, steps)) <= MAX_STEP:
            return Weakness(
                "counted", f"are counted: each is a {name} that differs from the last by {steps[0]}"
            )
        return Weakness("clock", f"follow a clock: each is a {name} larger than the last")
    return None


def _numbers(values: Sequence[str], base: int) -> list[int] | None:
    """What stands between the values' common start and end, as numbers."""
    start = _shared(values)
    if len({len(value) for value in values}) == 1:
        end = _shared([value[::-1] for value in values])
    else:  # the number has grown by a digit: all of it counts
        end = 0
        while start and values[0][start - 1].isalnum():
            start -= 1
    try:
        return [int(value[start : len(value) - end], base) for value in values]
    except ValueError:
        return None


def _shared(values: Sequence[str]) -> int:
    """How many characters all begin with."""
    low, high = min(values), max(values)  # all others lie between, so they share what these share
    return next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))


def _digest_source(values: Sequence[str]) -> str | None:
    """What the values are digests of: small numbers, or the seconds of the clock."""
    digest = _DIGESTS.get(len(values[0]))
    if digest is None or len({len(value) for value in values}) > 1:
        return None
    now = int(time.time())
    sources = {
        "small numbers": range(NUMBERS),
        "the time in seconds": range(now - SECONDS_AROUND, now + SECONDS_AROUND),
    }
    wanted = {value.lower() for value in values}
    for what, numbers in sources.items():
        if wanted <= {_hex(digest, number) for number in numbers}:
            return f"are {digest().name.upper()} digests of {what}"
    return None


def _hex(digest: Callable[[bytes], "hashlib._Hash"], number: int) -> str:
    return digest(str(number).encode()).hexdigest()


def _plain(value: str) -> str:
    """What base64 hides, if that is text."""
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
    except (binascii.Error, ValueError):
        return value
    return text if text.isprintable() else value


def _is_state(value: str) -> bool:
    text = _plain(value.partition(".")[0]) if not value.startswith("{") else value
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
