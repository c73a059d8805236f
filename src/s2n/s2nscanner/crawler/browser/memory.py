"""What a walk keeps from one start to the next: what was seen, what is left, what went wrong."""

from collections import Counter
from enum import Enum

from s2n.s2nscanner.crawler.browser.interest import Interest, Requests
from s2n.s2nscanner.crawler.browser.states import States

PER_STATE = 30
"""Actions in all, as a multiple of the states that may be looked at."""


class Gap(Enum):
    """Why something was not seen; the value is how `Memory.notes` puts it."""

    LOST = "the browser did not get back into {} of the states it had seen, as the pages change by themselves"
    MANY = "{} states of pages have more elements than the browser tries"
    DEEP = "{} states of pages are more actions away than the browser goes"
    FAILED = "pages that hung, crashed or did not open in the browser: {}"


class Memory:
    """Of one walk.

    ``left``: states that may still be looked at; ``actions``: how many were done; ``turns``: how often each
    kind of URL had its turn.
    """

    def __init__(self, states: int) -> None:
        self.left = states
        self.actions = 0
        self.states = States()
        self.interest = Interest()
        self.requests = Requests()
        self.turns: Counter[int] = Counter()
        self.withheld: set[str] = set()
        self._limit = states
        self._missed: Counter[Gap] = Counter()

    @property
    def spent(self) -> bool:
        """Are the states or the actions used up?"""
        return self.left <= 0 or self.actions >= self._limit * PER_STATE

    def miss(self, gap: Gap) -> None:
        """Count what was not seen."""
        self._missed[gap] += 1

    def notes(self) -> list[str]:
        """What was not seen, a sentence each."""
        notes = [gap.value.format(self._missed[gap]) for gap in Gap if self._missed[gap]]
        if self.left <= 0:
            notes.append(f"the browser stopped at {self._limit} states; --browser-states allows more")
        elif self.spent:
            notes.append(f"the browser stopped after {self.actions} actions; --browser-states allows more")
        return notes
