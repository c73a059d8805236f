"""Which states of pages are new: recognised by their structure, so that ids, lists and texts do not count.

A state is new where it holds *something never seen* under its kind of URL: not where it combines what was
seen in a new way, for these have no end. What a page can make up without end (headings, listeners with a
value in them) counts for a bounded number of states of a kind.
"""

import re
from urllib.parse import urljoin, urlsplit

from msgspec import Struct, field

from s2n.s2nscanner.crawler.browser.snapshot import Candidate, Snapshot
from s2n.s2nscanner.crawler.recognise import shape_of

MAX_WORDS = 8
"""States that are new by the text of one heading: the steps of a wizard, not the items of a shop."""

MAX_OFFERS = 12
"""States that are new by what the elements of one place do: those of a menu, not of a feed."""

MAX_SIBLINGS = 30
"""Addresses of one folder that are states of their own though they show nothing that the others do not."""

MAX_KNOWN = 200
"""Texts of one place that are kept."""

MAX_REFERENCE = 300
"""Characters of a reference that may name a page of the application."""

ALIKE = 0.85
"""The part of their structure that two visits of one state share at least; a feed's new kinds, an
advertisement make up the rest."""

_ROUTE = re.compile(r"!?/")
_DIGITS = re.compile(r"(?<!%)\d+")


class Place(Struct):
    """What was seen in one place of a document, and how many states were new by that alone."""

    seen: set[int] = field(default_factory=set)
    states: int = 0


class Kind(Struct):
    """What was seen under one kind of URL, or in one folder of them.

    ``plain``: its classes vary by themselves and do not count. ``siblings``: how many kinds of URL in the
    folder were states of their own by their address alone.
    """

    looks: set[int] = field(default_factory=set)
    fines: set[int] = field(default_factory=set)
    words: dict[int, Place] = field(default_factory=dict)
    offers: dict[int, Place] = field(default_factory=dict)
    plain: bool = False
    siblings: int = 0


class States:
    """What was seen of all pages. ``count`` states were new."""

    def __init__(self) -> None:
        self.count = 0
        self._all: tuple[set[object], ...] = (set(), set(), set(), set())
        self._kinds: dict[int, Kind] = {}
        self._folders: dict[int, Kind] = {}

    def add(self, seen: Snapshot, *, asked: bool = False) -> bool:
        """Take in a state; True where it is new. ``asked``: it came with a request of a new kind.

        A menu that opens under each address, and does the same there, is new under one of them.
        """
        parts = (seen.looks, seen.fines, seen.words, seen.offers)
        known = all(every >= part for every, part in zip(self._all, parts, strict=True))
        for every, part in zip(self._all, parts, strict=True):
            every.update(part)
        shape = shape_of(_plain(seen.url))
        folder = self._folders.setdefault(shape.place, Kind())
        kind = self._kinds.get(shape.key)
        if kind is None:
            kind = self._kinds[shape.key] = Kind()
            new = _learn(folder, seen)
            if not new:
                folder.siblings += 1
                new = folder.siblings <= MAX_SIBLINGS
            _learn(kind, seen)
        else:
            _learn(folder, seen)
            new = _learn(kind, seen) and (asked or not known)
        self.count += new
        return new

    def knows(self, kind: int) -> bool:
        """Was a state of this kind of URL taken in?"""
        return kind in self._kinds

    def reopened(self, seen: Snapshot) -> None:
        """Take in the state of a page just opened again: what is new in it came by itself."""
        kind = self._kinds.get(kind_of(seen.url))
        if kind is not None:
            kind.plain |= seen.looks <= kind.looks and not seen.fines <= kind.fines
            _learn(kind, seen)


def _learn(kind: Kind, seen: Snapshot) -> bool:
    """Take in a state under its kind of URL. Was there anything new?"""
    new = not seen.looks <= kind.looks or not (kind.plain or seen.fines <= kind.fines)
    kind.looks |= seen.looks
    kind.fines |= seen.fines
    new |= _learn_texts(kind.offers, seen.offers, 0 if new else MAX_OFFERS)
    new |= _learn_texts(kind.words, seen.words, 0 if new else MAX_WORDS)
    return new


def _learn_texts(known: dict[int, Place], seen: frozenset[tuple[int, int]], most: int) -> bool:
    """Take in what is new at each place. Was there any, where that made fewer than ``most`` states new?"""
    fresh: dict[int, set[int]] = {}
    for where, what in seen:
        if what not in known.setdefault(where, Place()).seen:
            fresh.setdefault(where, set()).add(what)
    new = False
    for where, texts in fresh.items():
        place = known[where]
        if place.states < most:
            place.states += 1
            new = True
        if len(place.seen) < MAX_KNOWN:
            place.seen |= texts
    return new


def kind_of(url: str) -> int:
    """The kind of URL: ids folded, and a route behind ``#`` taken for a part of the path."""
    return shape_of(_plain(url)).key


def _plain(url: str) -> str:
    return _DIGITS.sub("0", routed(url))


def routed(url: str) -> str:
    """``url`` with its fragment as a path where that is a route (``#/x``, ``#!/x``), else without it."""
    head, _, fragment = url.partition("#")
    match = _ROUTE.match(fragment)
    if match is None or match.end() == len(fragment):
        return head  # "#/" is where an application starts
    return urljoin(head, "./%23/" + fragment[match.end() :])


def leads_to(state: Snapshot, candidate: Candidate) -> int:
    """The kind of URL that a link within the document names; 0 for anything else."""
    if candidate.kind != "click" or not candidate.url or len(candidate.url) > MAX_REFERENCE:
        return 0
    try:
        url = urljoin(state.url, candidate.url)
        return kind_of(url) if urlsplit(url)[:2] == urlsplit(state.url)[:2] else 0
    except ValueError:  # it is none
        return 0


def is_followed(reference: str, before: Snapshot, after: Snapshot) -> bool:
    """Does the document show what a link's ``reference`` names, as any link to it would?"""
    return (
        bool(reference)
        and before.born == after.born
        and before.url != after.url
        and urljoin(before.url, reference) == after.url
    )


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
    """Is it the same state of whichever document: of one structure, or with the same elements to act on?"""
    if kind_of(before.url) != kind_of(after.url):
        return False
    return _alike(before.looks, after.looks) or _alike(_elements(before), _elements(after))


def holds(state: Snapshot, seen: Snapshot) -> bool:
    """Is all of ``state`` in what is seen now, when it was had in another way?"""
    return state.looks <= seen.looks and _elements(state) <= _elements(seen)


def _alike(some: frozenset[int], others: frozenset[int]) -> bool:
    return len(some & others) >= ALIKE * len(some | others)


def _elements(state: Snapshot) -> frozenset[int]:
    return frozenset(each.does for each in state.candidates)
