"""What is still to be fetched: breadth first, guesses after links, more of the same last; bounded.

Of each level only both ends are in memory, a block each; what is between them is on disk. A crawl fills two
or three levels at a time, so a queue of a million takes 5 MiB (`bench.frontier`; as a deque 230).
"""

import heapq
import sqlite3
import sys
from collections import deque
from enum import IntEnum
from typing import NamedTuple

import msgspec
import zstandard

from s2n.model import Request
from s2n.model.site import How, Sighting
from s2n.s2nscanner.crawler.spill import Spill

BLOCK = 1000
"""Entries stored or loaded at a time: one call in a thousand, and at most 10 ms of CPU (`bench.frontier`)."""

LIMIT = 5_000_000
MEMORY_LIMIT = 50_000
"""Entries that may wait where nothing can be written: about 25 MB."""

_LAST = sys.maxsize
"""The level of what was postponed: behind all others."""


class Kind(IntEnum):
    """What an entry is expected to be; it decides how its body is read."""

    PAGE = 0
    SCRIPT = 1
    ROBOTS = 2
    SITEMAP = 3
    TOLD = 4
    """A document at a customary place, which most sites don't have."""


class Entry(NamedTuple):
    """A request to be made, found on ``page``.

    ``base``: the page a script's references are resolved against. ``doubted``: nobody links it.
    """

    url: str
    depth: int = 0
    kind: Kind = Kind.PAGE
    method: str = "GET"
    content_type: str = ""
    body: bytes = b""
    base: str = ""
    hops: int = 0
    start: bool = False
    page: str = ""
    how: How = How.LINK
    doubted: bool = False

    @property
    def request(self) -> Request:
        """The request itself."""
        headers = (("Content-Type", self.content_type),) if self.content_type else ()
        return Request.from_url(self.url, self.method, headers, self.body)

    @property
    def found(self) -> Sighting:
        """Where it was found."""
        return Sighting(self.how, self.page)


class _Level:
    """One queue: ``head`` is read, ``tail`` is written, ``stored`` entries are between them."""

    __slots__ = ("head", "stored", "tail")

    def __init__(self) -> None:
        self.head: deque[Entry] = deque()
        self.tail: list[Entry] = []
        self.stored = 0


def _packed(entries: list[Entry]) -> bytes:
    # URLs of one site shrink to a tenth, and in a container the temporary folder is memory.
    return zstandard.compress(msgspec.msgpack.encode(entries), 1)


def _unpacked(block: bytes) -> list[Entry]:
    return msgspec.msgpack.decode(zstandard.decompress(block), type=list[Entry])


class Frontier:
    """Queues by depth, holding at most ``limit`` entries, or ``memory_limit`` where no disk takes them.

    ``trouble`` says what went wrong with the disk, a sentence; nothing here raises for it.
    """

    def __init__(self, limit: int = LIMIT, memory_limit: int = MEMORY_LIMIT) -> None:
        self.limit = limit
        self.memory_limit = memory_limit
        self.trouble = ""
        self._levels: dict[int, _Level] = {}
        self._order: list[int] = []
        self._size = 0
        self._stored = 0
        self._spill: Spill | None = None

    def __len__(self) -> int:
        return self._size

    @property
    def full(self) -> bool:
        """Is there no room for another entry?"""
        if self.trouble and self._size - self._stored >= self.memory_limit:
            return True
        return self._size >= self.limit

    def push(self, entry: Entry, *, guess: bool = False) -> None:
        """Queue ``entry`` behind those of its depth; a ``guess`` behind the links of that depth."""
        self._append(2 * entry.depth + guess, entry)

    def postpone(self, entry: Entry) -> None:
        """Queue ``entry`` behind everything else."""
        self._append(_LAST, entry)

    def pop(self) -> tuple[Entry, bool]:
        """The next entry, and whether it had been postponed.

        Raises:
            IndexError: nothing is queued.
        """
        if not self._order:
            raise IndexError("nothing is queued")
        at = self._order[0]
        level = self._levels[at]
        entry = level.head.popleft()
        self._size -= 1
        if not level.head:
            self._refill(at, level)
        return entry, at == _LAST

    def notes(self) -> list[str]:
        """What went wrong with the disk, for the user."""
        return [self.trouble] if self.trouble else []

    def clear(self) -> int:
        """Drop everything; how much that was."""
        dropped = self._size
        self.close()
        return dropped

    def close(self) -> None:
        """Drop everything, and the file with it."""
        self._levels, self._order, self._size, self._stored = {}, [], 0, 0
        if self._spill is not None:
            self._spill.close()
            self._spill = None

    def _append(self, at: int, entry: Entry) -> None:
        level = self._levels.get(at)
        if level is None:
            level = self._levels[at] = _Level()
            heapq.heappush(self._order, at)
        self._size += 1
        if len(level.head) < BLOCK and not level.tail and not level.stored:
            level.head.append(entry)
            return
        level.tail.append(entry)
        if len(level.tail) >= BLOCK and not self.trouble:
            self._store(at, level)

    def _store(self, at: int, level: _Level) -> None:
        try:
            self._spill = self._spill or Spill()
            self._spill.put(at, _packed(level.tail))
        except (sqlite3.Error, OSError) as error:
            self.trouble = (
                f"the queue cannot be kept on disk ({error}): at most {self.memory_limit} links wait at a "
                "time; make room in the temporary folder, or name another one with TMPDIR"
            )
            return
        level.stored += len(level.tail)
        self._stored += len(level.tail)
        level.tail = []

    def _refill(self, at: int, level: _Level) -> None:
        """The next entries of a level whose head is empty; the level goes where there are none."""
        if level.stored and self._spill is not None:
            try:
                level.head = deque(_unpacked(self._spill.take(at)))
            except sqlite3.Error as error:
                self.trouble = f"{level.stored} waiting links cannot be read from disk any more ({error})"
                self._size -= level.stored
                self._stored -= level.stored
                level.stored = 0
            level.stored -= len(level.head)
            self._stored -= len(level.head)
        if not level.head:
            level.head, level.tail = deque(level.tail), []
        if not level.head:
            del self._levels[at]
            heapq.heappop(self._order)
