"""How the browser fares on this machine: how late it answers, and how long its pages have worked."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from statistics import median
from time import monotonic
from typing import Any, TypeVar

from playwright.async_api import Browser as Chromium
from playwright.async_api import CDPSession, Error

PROMPT = 0.004
"""Seconds within which a browser on an idle machine answers what it knows by itself (measured: 1 to 3 ms)."""

SLOWEST = 10.0
"""Times as slow as that, for which bounds of time are stretched."""

EVERY = 0.25
"""Seconds between two beats, at least."""

STEP = 0.25
"""Seconds between two looks at whether a page works."""

STUCK = 10.0
"""Times its patience that a page may do nothing at all."""


T = TypeVar("T")


def _never() -> bool:
    return False


class Pulse:
    """Of one browser; bounds are counted by it, so that a busy machine makes no page look hung."""

    def __init__(self) -> None:
        self._session: CDPSession | None = None
        self._taken: deque[float] = deque([PROMPT], maxlen=5)
        self._next = 0.0

    async def attach(self, chromium: Chromium) -> None:
        """Take the pulse of ``chromium`` from now on."""
        self._session = None
        with suppress(Error):  # it is gone already, as whoever uses it will notice
            self._session = await chromium.new_browser_cdp_session()
        self._next = 0.0

    @property
    def slow(self) -> float:
        """How many times as long as on an idle machine things take: 1 to `SLOWEST`."""
        return min(max(median(self._taken) / PROMPT, 1.0), SLOWEST)

    async def beat(self) -> None:
        """Measure how late the browser answers, unless that was done just now."""
        begin = monotonic()
        if self._session is None or begin < self._next:
            return
        self._next = begin + EVERY
        try:
            async with asyncio.timeout(PROMPT * SLOWEST * 5):
                await self._session.send("Browser.getVersion")
        except Error:
            return  # it is gone, as whoever uses it will notice
        except TimeoutError:
            pass
        self._taken.append(monotonic() - begin)

    async def worked(self) -> float:
        """Seconds of processor time that all pages have used so far.

        Raises:
            playwright.async_api.Error: the browser is gone.
            TimeoutError: it does not answer.
        """
        if self._session is None:
            raise Error("there is no browser")
        async with asyncio.timeout(PROMPT * SLOWEST * 100):
            told: dict[str, Any] = await self._session.send("SystemInfo.getProcessInfo")
        return sum(float(each["cpuTime"]) for each in told["processInfo"] if each["type"] == "renderer")

    async def patient(
        self, work: Coroutine[Any, Any, T], seconds: float, *, waits: Callable[[], bool] = _never
    ) -> T:
        """What a page answers to ``work``, if it does before it has worked for ``seconds`` in vain.

        While it ``waits`` (for an answer of the site), its time stands still.

        Raises:
            TimeoutError: the page hangs: it works without end, or does not move at all.
        """
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=seconds / 2))[0]:
                if not waits() and await self._hangs(task, seconds / 2, waits):
                    raise TimeoutError
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _hangs(self, task: "asyncio.Future[Any]", seconds: float, waits: Callable[[], bool]) -> bool:
        """Do pages work for ``seconds`` more without an answer?"""
        try:
            begun = await self.worked()
            for _ in range(int(seconds * STUCK / STEP) + 1):
                if (await asyncio.wait({task}, timeout=STEP))[0] or waits():
                    return False
                if await self.worked() - begun >= seconds:
                    return True
        except Error:
            return not task.done()
        return True
