"""The states that a walk has still to look into, in an order that shows all kinds of addresses early."""

from collections import Counter, deque
from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from s2n.s2nscanner.crawler.browser.actions import Action
from s2n.s2nscanner.crawler.browser.interest import Alike
from s2n.s2nscanner.crawler.browser.snapshot import Snapshot
from s2n.s2nscanner.crawler.browser.states import kind_of

TURN = 15
"""Actions of one state in a row, if others wait."""


class Way(NamedTuple):
    """How to get to a state: open ``url``, then do ``actions``."""

    url: str
    actions: tuple[Action, ...]


class Node(Struct, frozen=True):
    """A state, the actions that led to it from the start, and the ways on which it may be had again.

    ``inherited`` are the elements that the state before it has as well. ``again``: it was lost once.
    ``leads``: the kinds of URL that its links name. ``tried`` and ``alike``: what was done in its
    earlier turns, and what came of it.
    """

    actions: tuple[Action, ...]
    state: Snapshot
    ways: tuple[Way, ...]
    inherited: frozenset[int] = frozenset()
    again: bool = False
    leads: frozenset[int] = frozenset()
    tried: set[Action] = field(default_factory=set)
    alike: Alike = field(default_factory=Alike)

    def led_by(self, action: Action) -> bool:
        """Is this how the state was reached?"""
        return bool(self.actions) and replace(self.actions[-1], times=1) == action


class Agenda:
    """The states of one start. ``turns``: how often each kind of URL had its turn, over all starts.

    ``known``: were states of this kind seen?
    """

    def __init__(self, turns: Counter[int], known: Callable[[int], bool]) -> None:
        self._turns = turns
        self._known = known
        self._waiting: deque[Node] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, node: Node) -> None:
        """Have ``node`` wait for its turn."""
        self._waiting.append(node)

    def next(self) -> Node:
        """The state to go on with.

        It is one that links to a kind of URL not seen yet; else the one that waits longest of a kind of URL
        with the fewest turns.
        """
        at = min(range(len(self._waiting)), key=self._rank)
        node = self._waiting[at]
        del self._waiting[at]
        self._turns[kind_of(node.state.url)] += 1
        return node

    def _rank(self, at: int) -> tuple[bool, int, int]:
        node = self._waiting[at]
        promises = not node.tried and not all(map(self._known, node.leads))
        return not promises, self._turns[kind_of(node.state.url)], at
