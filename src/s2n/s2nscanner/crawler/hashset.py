"""A set of 64-bit hashes in 8 bytes a slot, so that what was seen fits in memory for any crawl.

Two million members take 36 MiB. The tables grow one at a time, so that no call takes over 6 ms
(`bench.frontier`).
"""

from array import array

_MASK = (1 << 64) - 1
_TABLES = 128


class HashSet:
    """Tables of open addressing with linear probing, which grow by doubling; ``limit`` members in all."""

    __slots__ = ("_size", "_sizes", "_tables", "limit")

    def __init__(self, limit: int = 2_000_000) -> None:
        self.limit = limit
        self._size = 0
        self._sizes = [0] * _TABLES
        self._tables = [array("Q", bytes(8 * 16)) for _ in range(_TABLES)]

    def __len__(self) -> int:
        return self._size

    @property
    def full(self) -> bool:
        """Is nothing taken in any more?"""
        return self._size >= self.limit

    def __contains__(self, value: int) -> bool:
        key = value & _MASK or 1
        table = self._tables[key % _TABLES]
        return table[_find(table, key)] == key

    def add(self, value: int) -> bool:
        """Add ``value``; False if it was there, or the set is full (then everything counts as seen)."""
        key = value & _MASK or 1
        number = key % _TABLES
        table = self._tables[number]
        at = _find(table, key)
        if table[at] or self._size >= self.limit:
            return False
        table[at] = key
        self._size += 1
        self._sizes[number] += 1
        if self._sizes[number] * 3 > len(table) * 2:
            self._tables[number] = _grown(table)
        return True


def _find(table: "array[int]", key: int) -> int:
    """Where ``key`` is, or belongs."""
    mask = len(table) - 1
    at = (key // _TABLES ^ key >> 32) & mask
    while table[at] and table[at] != key:
        at = (at + 1) & mask
    return at


def _grown(table: "array[int]") -> "array[int]":
    larger = array("Q", bytes(16 * len(table)))
    for key in table:
        if key:
            larger[_find(larger, key)] = key
    return larger
