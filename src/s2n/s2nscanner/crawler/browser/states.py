"""Which states of pages are new: recognised by their structure, so that ids, lists and texts do not count.

A state is new where it holds *something never seen* under its kind of URL: not where it combines what was
seen in a new way, for these have no end. What a page can make up without end (headings, listeners with a
value in them) counts for a bounded number of states of a kind.
"""

import re
from urllib.parse import urljoin

from msgspec import Struct, field

from s2n.s2nscanner.crawler.browser.snapshot import Snapshot
from s2n.s2nscanner.crawler.recognise import shape_of

MAX_WORDS = 8
"""Texts of one heading that make a state new: the steps of a wizard, not the items of a shop."""

MAX_OFFERS = 12
"""Listeners of one place that make a state new: those of a menu, not of a feed."""

ALIKE = 0.85
"""The part of their structure that two visits of one state share at least; a feed's new kinds, an
advertisement make up the rest."""

_ROUTE = re.compile(r"!?/")


class Kind(Struct):
    """What was seen under one kind of URL. ``plain``: its classes vary by themselves and do not count."""

    looks: set[int] = field(default_factory=set)
    fines: set[int] = field(default_factory=set)
    words: dict[int, set[int]] = field(default_factory=dict)
    offers: dict[int, set[int]] = field(default_factory=dict)
    plain: bool = False


class States:
    """What was seen of all pages. ``count`` states were new."""

    def __init__(self) -> None:
        self.count = 0
        self._kinds: dict[int, Kind] = {}

    def add(self, seen: Snapshot) -> bool:
        """Take in a state; True where it is new."""
        key = place(seen.url)
        kind = self._kinds.get(key)
        first = kind is None
        if kind is None:
            kind = self._kinds[key] = Kind()
        new = bool(seen.looks - kind.looks) or (not kind.plain and bool(seen.fines - kind.fines))
        kind.looks |= seen.looks
        kind.fines |= seen.fines
        new |= _learnt(kind.offers, seen.offers, MAX_OFFERS)
        new |= _learnt(kind.words, seen.words, MAX_WORDS)
        self.count += first or new
        return first or new

    def reopened(self, seen: Snapshot) -> None:
        """Take in the state of a page just opened again: what is new in it came by itself."""
        kind = self._kinds.get(place(seen.url))
        if kind is None:
            return
        if seen.looks <= kind.looks and not seen.fines <= kind.fines:
            kind.plain = True
        kind.looks |= seen.looks
        kind.fines |= seen.fines
        _learnt(kind.offers, seen.offers, MAX_OFFERS)
        _learnt(kind.words, seen.words, MAX_WORDS)


def _learnt(known: dict[int, set[int]], seen: frozenset[tuple[int, int]], most: int) -> bool:
    """Take in what is new at each place, as long as it is no more than ``most``; was there any?"""
    new = False
    for where, what in seen:
        there = known.setdefault(where, set())
        if what not in there and len(there) < most:
            there.add(what)
            new = True
    return new


def place(url: str) -> int:
    """The kind of URL: ids folded, and a route behind ``#`` taken for a part of the path."""
    return shape_of(routed(url)).key


def routed(url: str) -> str:
    """``url`` with its fragment as a path where that is a route (``#/x``, ``#!/x``), else without it."""
    head, _, fragment = url.partition("#")
    match = _ROUTE.match(fragment)
    if match is None:
        return head
    return urljoin(head, "./%23/" + fragment[match.end() :])


def unchanged(before: Snapshot, after: Snapshot) -> bool:
    """Is it the same state of the same document?"""
    return (
        before.born == after.born
        and before.url == after.url
        and before.fines == after.fines
        and before.words == after.words
        and before.offers == after.offers
    )


def same(before: Snapshot, after: Snapshot) -> bool:
    """Is it the same state, of whichever document?"""
    if place(before.url) != place(after.url):
        return False
    both, either = before.looks & after.looks, before.looks | after.looks
    return len(both) >= ALIKE * len(either)
