"""When another page of a kind is still worth fetching: as long as such pages bring something new."""

from s2n.s2nscanner.crawler.hashset import HashSet
from s2n.s2nscanner.crawler.recognise import Shape, Variety

DULL = {Variety.NAME: 200, Variety.NUMBER: 20, Variety.OPAQUE: 10}
"""Fetches in a row without anything new, after which a kind of URL is left alone."""

MOST = {Variety.NAME: 2000, Variety.NUMBER: 500, Variety.OPAQUE: 100}
"""Fetches of a kind of URL in total: what is new each time may be made up each time."""

DULL_FOLDER = 50
"""Pages of a folder in a row on one template, after which its others wait until all else is fetched."""

MAX_TRACKED = 100_000


class Novelty:
    """Remembers, in a few bytes per kind of URL, how much its last pages brought."""

    def __init__(self) -> None:
        self._seen = HashSet()
        self._dull: dict[int, int] = {}
        self._total: dict[int, int] = {}

    def judge(self, shape: Shape) -> Variety:
        """How ``shape`` counts now: a word nobody passed yet is a name, else what else varies in it."""
        if shape.values and any(value not in self._seen for value in shape.values):
            return Variety.NAME
        if shape.values:
            return max(shape.variety, Variety.NUMBER)
        return shape.variety

    def exhausted(self, shape: Shape, kind: Variety) -> bool:
        """Have the last pages of this kind brought nothing new?"""
        if kind is Variety.FIXED:
            return False
        at = shape.key + kind
        return self._dull.get(at, 0) >= DULL[kind] or self._total.get(at, 0) >= MOST[kind]

    def monotonous(self, shape: Shape) -> bool:
        """Are the folder's pages all alike, so that more of them can wait?"""
        return self._dull.get(shape.place, 0) >= DULL_FOLDER

    def begin(self, shape: Shape, kind: Variety) -> None:
        """A page of the kind is being fetched: it counts as dull until it proves otherwise."""
        for value in shape.values:
            self._seen.add(value)
        if kind is Variety.FIXED:
            self._count(self._dull, shape.place)
        else:
            self._count(self._dull, shape.key + kind)
            self._count(self._total, shape.key + kind)

    def end(self, shape: Shape, kind: Variety, skeleton: int, links: list[Shape]) -> None:
        """A page came: new markup, or links of a new kind, make its kind worth more fetches."""
        fresh = self._seen.add(hash((shape.place if kind is Variety.FIXED else shape.key, skeleton)))
        if kind is Variety.FIXED:
            for link in links:
                self._seen.add(link.key)
            if fresh:
                self._dull.pop(shape.place, None)
            return
        for link in links:
            fresh |= self._seen.add(link.key)
        if fresh:
            self._dull.pop(shape.key + kind, None)

    @staticmethod
    def _count(counts: dict[int, int], at: int) -> None:
        if at in counts or len(counts) < MAX_TRACKED:
            counts[at] = counts.get(at, 0) + 1
