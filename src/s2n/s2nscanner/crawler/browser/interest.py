"""Which actions are worth doing: those that brought something new, until they no longer do."""

from collections import Counter

from s2n.model import Request
from s2n.s2nscanner.crawler.browser.actions import Action
from s2n.s2nscanner.crawler.browser.snapshot import Candidate
from s2n.s2nscanner.crawler.recognise import shape_of
from s2n.s2nscanner.http.points import points_of

DULL = 5
"""Elements alike that bring nothing new, one after the other, before the rest of them is left alone."""

MANY = 40
"""Elements alike that are tried in one state, even if each brings something new."""

AGAIN = 2
"""States in which the same element may bring nothing new before it is left alone in all others."""

STALE, MORE_STALE = 10, 20
"""Elements alike of all states that bring nothing new, one after the other, before those that were tried, and
all of them, are left alone."""

_MAX_BODY = 1 << 16


class Requests:
    """The kinds of request that were heard."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def add(self, request: Request) -> bool:
        """Take in a request; True where none of its kind was: URL, method and names of its parameters."""
        shape = shape_of(request.url)
        names: frozenset[str] = frozenset()
        if request.body and len(request.body) <= _MAX_BODY:
            names = frozenset(f"{point.location}{point.name}" for point in points_of(request))
        key = (request.method, shape.key, shape.values, names)
        new = key not in self._seen
        self._seen.add(key)
        return new


class Interest:
    """What came of the actions in all states."""

    def __init__(self) -> None:
        self._stale: Counter[tuple[str, int, int]] = Counter()
        self._plain: set[tuple[object, ...]] = set()
        self._dull: Counter[tuple[object, ...]] = Counter()
        self._tried: Counter[tuple[object, ...]] = Counter()
        self._leaving: set[int] = set()

    def tried(self, action: Action, candidate: Candidate | None) -> int:
        """How often this element was acted on, in all states."""
        return self._tried[_key(action, candidate)]

    def fresh(self, action: Action, candidate: Candidate | None) -> bool:
        """Did this element bring something new, each time so far?"""
        return not self._dull[_key(action, candidate)]

    def wants(self, action: Action, candidate: Candidate | None, *, inherited: bool = False) -> bool:
        """May this element bring something new, in a state in which it was not tried?

        ``inherited``: it is in the state before as well, where it has its turn.
        """
        key = _key(action, candidate)
        if (action.kind == "link" and action.path in self._leaving) or key in self._plain:
            return False
        stale = self._stale[_kind(action, candidate)]
        if stale >= (STALE if self._tried[key] else MORE_STALE):
            return False
        return self._dull[key] < (1 if inherited and self._tried[key] else AGAIN)

    def led(self, action: Action, candidate: Candidate | None) -> bool:
        """Is this known to be a plain link, which leads to one address from wherever it is?"""
        return _key(action, candidate) in self._plain

    def leads(self, action: Action, candidate: Candidate | None) -> None:
        """Note that this element is a plain link."""
        self._plain.add(_key(action, candidate))

    def ban(self, action: Action, candidate: Candidate | None) -> None:
        """Do not act on this element again: the page hangs or crashes from it."""
        self._dull[_key(action, candidate)] = AGAIN

    def result(self, action: Action, candidate: Candidate | None, *, new: bool, left: bool) -> None:
        """Note what came of an action. ``left``: it led to another document."""
        key = _key(action, candidate)
        self._tried[key] += 1
        kind = _kind(action, candidate)
        self._stale[kind] = 0 if new else self._stale[kind] + 1
        self._dull[key] = 0 if new else self._dull[key] + 1
        if left and action.kind == "link":
            self._leaving.add(action.path)


class Alike:
    """What came of the actions on elements alike (of one place and one listener) in one state."""

    def __init__(self) -> None:
        self._dull: Counter[tuple[str, int, int]] = Counter()
        self._count: Counter[tuple[str, int, int]] = Counter()

    def wants(self, action: Action, candidate: Candidate | None) -> bool:
        """May one more of these elements bring something new?"""
        kind = _kind(action, candidate)
        return self._dull[kind] < DULL and self._count[kind] < MANY

    def result(self, action: Action, candidate: Candidate | None, *, new: bool) -> None:
        """Note what came of an action."""
        kind = _kind(action, candidate)
        self._count[kind] += 1
        self._dull[kind] = 0 if new else self._dull[kind] + 1


def _kind(action: Action, candidate: Candidate | None) -> tuple[str, int, int]:
    return (action.kind, action.path, candidate.code if candidate else 0)


def _key(action: Action, candidate: Candidate | None) -> tuple[object, ...]:
    return (action.kind, action.path, action.label, action.value, candidate.does if candidate else 0)
