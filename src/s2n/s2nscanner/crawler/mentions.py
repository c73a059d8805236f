"""Addresses that are only written about: asked after all else, believed if their answers are their own."""

from itertools import islice

from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import identity

MAX_MENTIONS = 1000
"""Addresses of a site that are kept."""

BATCH = 20
MAX_MISSES = 40
"""Addresses in a row with nothing there, after which texts of the site are believed no more."""


class Mentions:
    """Keeps what texts name until nothing else is to be asked; a link to it makes it an ordinary page."""

    def __init__(self) -> None:
        self._kept: dict[int, Entry] = {}
        self._count = 0
        self._misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, entry: Entry) -> bool:
        """Keep ``entry`` for later; False where there are too many."""
        mark = identity(entry.url)
        if mark not in self._kept:
            if self._count >= MAX_MENTIONS:
                return False
            self._count += 1
            self._kept[mark] = entry
        return True

    def release(self) -> list[Entry]:
        """The next `BATCH` of what was kept, in the order in which it was found."""
        return [self._kept.pop(mark) for mark in list(islice(self._kept, BATCH))]

    def tell(self, *, there: bool) -> None:
        """Was something where a text said?"""
        self._misses = 0 if there else self._misses + 1
        if self._misses >= MAX_MISSES:
            self._kept.clear()
            self._count = MAX_MENTIONS
