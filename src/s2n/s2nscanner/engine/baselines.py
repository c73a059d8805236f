"""The answers to unmodified requests, asked once however many plugins want them."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.probe import Sender

AGE = 30.0
"""Seconds for which repeated answers speak for the page; the plugins at one point take a few."""


class _Held(NamedTuple):
    answers: asyncio.Future[Sequence[Exchange]]
    since: float


_Kept = OrderedDict[Request, _Held]


class Baselines:
    """Holds what came for the last ``size`` requests only, so memory does not grow with the site."""

    def __init__(self, sender: Sender, size: int = 256, clock: Callable[[], float] = time.monotonic) -> None:
        self._sender = sender
        self._size = size
        self._clock = clock
        self._first: _Kept = OrderedDict()
        self._repeats: _Kept = OrderedDict()

    async def of(self, request: Request) -> Exchange:
        """The exchange of ``request`` as the crawl would see it; failures are not remembered."""
        return (await self._get(self._first, request, 1))[0]

    async def repeats(self, request: Request) -> Sequence[Exchange]:
        """What came when ``request`` was asked twice more, at most `AGE` seconds ago."""
        held = self._repeats.get(request)
        if held is not None and self._clock() - held.since > AGE:
            del self._repeats[request]
        return await self._get(self._repeats, request, 2)

    def forget(self, request: Request) -> None:
        """What came for ``request`` no longer counts: the site has changed since."""
        self._first.pop(request, None)
        self._repeats.pop(request, None)

    def clear(self) -> None:
        """As `forget`, for all requests."""
        self._first.clear()
        self._repeats.clear()

    async def _get(self, kept: _Kept, request: Request, times: int) -> Sequence[Exchange]:
        held = kept.get(request)
        if held is None or _dead(held.answers):
            answers = asyncio.ensure_future(self._ask(request, times))
            answers.add_done_callback(_retrieved)
            held = kept[request] = _Held(answers, self._clock())
            while len(kept) > self._size:
                kept.popitem(last=False)
        else:
            kept.move_to_end(request)
        try:
            return await asyncio.shield(held.answers)
        except BaseException:
            if kept.get(request) is held and held.answers.done():
                del kept[request]
            raise

    async def _ask(self, request: Request, times: int) -> Sequence[Exchange]:
        return [await self._sender.send(request) for _ in range(times)]


def _dead(answers: asyncio.Future[Sequence[Exchange]]) -> bool:
    """Will nothing come of it? It was cancelled, or its loop has ended."""
    return answers.cancelled() if answers.done() else answers.get_loop() is not asyncio.get_running_loop()


def _retrieved(answers: asyncio.Future[Sequence[Exchange]]) -> None:
    """Whoever waited may be gone when it fails: that is no news for the log."""
    if not answers.cancelled():
        answers.exception()
