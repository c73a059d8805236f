"""A set of 64-bit hashes in 8 bytes a slot, so that what was seen fits in memory for any crawl."""

from array import array

_MASK = (1 << 64) - 1


class HashSet:
    """Open addressing with linear probing; grows by doubling, up to ``limit`` members."""

    __slots__ = ("_mask", "_size", "_slots", "limit")

    def __init__(self, limit: int = 2_000_000) -> None:
        self.limit = limit
        self._size = 0
        self._slots = array("Q", bytes(8 * 1024))
        self._mask = 1023

    def __len__(self) -> int:
        return self._size

    def __contains__(self, value: int) -> bool:
        key = value & _MASK or 1
        return self._slots[self._find(key)] == key

    def add(self, value: int) -> bool:
        """Add ``value``; False if it was there, or the set is full (then everything counts as seen)."""
        key = value & _MASK or 1
        at = self._find(key)
        if self._slots[at] or self._size >= self.limit:
            return False
        self._slots[at] = key
        self._size += 1
        if self._size * 3 > len(self._slots) * 2:
            self._grow()
        return True

    def _find(self, key: int) -> int:
        slots, mask = self._slots, self._mask
        at = (key ^ key >> 32) & mask
        while slots[at] and slots[at] != key:
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("Q", bytes(16 * len(old)))
        self._mask = len(self._slots) - 1
        for key in old:
            if key:
                self._slots[self._find(key)] = key
