"""Addresses that are only written about: asked after all else, believed if their answers are their own."""

from collections import deque

from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import identity

MAX_MENTIONS = 1000
"""Addresses of a site that are kept."""

BATCH = 20
MAX_MISSES = 60
"""Addresses in a row with nothing there, after which texts of the site are believed no more."""


class Mentions:
    """Keeps what texts name until nothing else is to be asked; a link to it makes it an ordinary page."""

    def __init__(self) -> None:
        self._texts: dict[str, deque[Entry]] = {}
        self._known: set[int] = set()
        self._misses = 0

    def __len__(self) -> int:
        return sum(map(len, self._texts.values()))

    def keep(self, entry: Entry) -> bool:
        """Keep ``entry`` for later; False where there are too many."""
        if self._misses >= MAX_MISSES or len(self._known) >= MAX_MENTIONS:
            return False
        mark = identity(entry.url)
        if mark not in self._known:
            self._known.add(mark)
            self._texts.setdefault(entry.page, deque()).append(entry)
        return True

    def release(self) -> list[Entry]:
        """The next `BATCH` of what was kept: of each text one after the other, so that each has its say."""
        out: list[Entry] = []
        while self._texts and len(out) < BATCH:
            page = next(iter(self._texts))
            text = self._texts.pop(page)
            out.append(text.popleft())
            if text:
                self._texts[page] = text
        return out

    def tell(self, *, there: bool) -> None:
        """Was something where a text said?"""
        self._misses = 0 if there else self._misses + 1
        if self._misses >= MAX_MISSES:
            self._texts.clear()
