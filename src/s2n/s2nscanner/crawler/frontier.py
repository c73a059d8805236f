"""What is still to be fetched: breadth first, guesses after links, more of the same last; bounded."""

import heapq
from collections import deque
from enum import IntEnum
from typing import NamedTuple


class Kind(IntEnum):
    """What an entry is expected to be; it decides how its body is read."""

    PAGE = 0
    SCRIPT = 1
    ROBOTS = 2
    SITEMAP = 3
    TOLD = 4
    """A document at a customary place, which most sites don't have."""


class Entry(NamedTuple):
    """A request to be made. ``base``: the page a script's references are resolved against."""

    url: str
    depth: int = 0
    kind: Kind = Kind.PAGE
    method: str = "GET"
    content_type: str = ""
    body: bytes = b""
    base: str = ""
    hops: int = 0
    start: bool = False


class Frontier:
    """Queues by depth, holding at most ``limit`` entries."""

    def __init__(self, limit: int = 50_000) -> None:
        self.limit = limit
        self._levels: dict[int, deque[Entry]] = {}
        self._order: list[int] = []
        self._last: deque[Entry] = deque()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def full(self) -> bool:
        """Is there no room for another entry?"""
        return self._size >= self.limit

    def push(self, entry: Entry, *, guess: bool = False) -> None:
        """Queue ``entry`` behind those of its depth; a ``guess`` behind the links of that depth."""
        at = 2 * entry.depth + guess
        if at not in self._levels:
            self._levels[at] = deque()
            heapq.heappush(self._order, at)
        self._levels[at].append(entry)
        self._size += 1

    def postpone(self, entry: Entry) -> None:
        """Queue ``entry`` behind everything else."""
        self._last.append(entry)
        self._size += 1

    def pop(self) -> tuple[Entry, bool]:
        """The next entry, and whether it had been postponed.

        Raises:
            IndexError: nothing is queued.
        """
        if not self._order:
            entry = self._last.popleft()
            self._size -= 1
            return entry, True
        at = self._order[0]
        level = self._levels[at]
        entry = level.popleft()
        self._size -= 1
        if not level:
            del self._levels[at]
            heapq.heappop(self._order)
        return entry, False

    def clear(self) -> int:
        """Drop everything; how much that was."""
        dropped = self._size
        self._levels, self._order, self._size = {}, [], 0
        self._last.clear()
        return dropped
