"""What one tab has seen, and which of its requests are still under way."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from s2n.errors import NetworkError
from s2n.s2nscanner.crawler.browser.recent import Recent
from s2n.s2nscanner.crawler.sights import Heard, Sight

MANY = 5
"""Requests alike of one page, after which it is taken to poll."""


class Hop(NamedTuple):
    """What led to a URL: the number of redirects so far, and the Referer of the request before them."""

    number: int
    referer: str | None


class Record:
    """The bridge writes into it; the tab waits by it.

    ``started`` counts requests, ``windows`` those new windows that were answered but have not shown up.
    ``opening`` is the URL that the tab itself navigates to, ``failure`` why the tab's own document did not
    come. ``fault`` is an error of the bridge, to be raised where somebody waits. ``holding``: what would
    change something is written down instead of being sent.
    """

    def __init__(self) -> None:
        self.sights: list[Sight] = []
        self.holding = False
        self.started = 0
        self.windows = 0
        self.opening = ""
        self.failure: NetworkError | None = None
        self.fault: BaseException | None = None
        self.hops: dict[str, Hop] = {}
        self.recent = Recent()
        self._times: Counter[str] = Counter()
        self._flying: set[object] = set()
        self._slow: set[object] = set()
        self._landed = asyncio.Event()

    @property
    def in_flight(self) -> int:
        """Requests that are waited for."""
        return len(self._flying - self._slow)

    @property
    def spared(self) -> int:
        """Requests under way that nobody waits for."""
        return len(self._flying & self._slow)

    @contextmanager
    def flight(self, what: str, *, endless: bool = False) -> Iterator[None]:
        """A request for ``what`` is under way during the ``with`` block.

        It is not waited for if it is ``endless``, or one of many alike: a page that polls.
        """
        mark = object()
        self._flying.add(mark)
        self._times[what] += 1
        if endless or self._times[what] > MANY:
            self._slow.add(mark)
        else:
            self.started += 1
        try:
            yield
        finally:
            self._flying.discard(mark)
            self._slow.discard(mark)
            self._landed.set()

    def opens(self, url: str) -> bool:
        """Is ``url`` what the tab itself navigates to?"""
        return url.partition("#")[0] == self.opening.partition("#")[0]

    def heard(self, url: str) -> bool:
        """Was ``url`` asked for since the last `take`?"""
        return any(isinstance(sight, Heard) and sight.exchange.request.url == url for sight in self.sights)

    def begin(self, url: str) -> None:
        """The tab goes to ``url``: what was under way is nothing to wait for."""
        self.give_up()
        self._times.clear()
        self.hops.clear()
        self.recent.forget()
        self.windows = 0
        self.failure, self.opening = None, url

    def give_up(self) -> None:
        """Wait no longer for what is under way now: long polls, event streams, a former page's requests."""
        self._slow |= self._flying
        self._landed.set()

    async def landing(self) -> None:
        """Return when another request is done."""
        self._landed.clear()
        if self.in_flight:
            await self._landed.wait()

    def take(self) -> list[Sight]:
        """What was seen since the last call, in order."""
        sights, self.sights = self.sights, []
        return sights
