"""A breadth-first walk over the states of pages."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.browser import Browser
from s2n.s2nscanner.crawler.browser.course import Course
from s2n.s2nscanner.crawler.browser.memory import Memory
from s2n.s2nscanner.crawler.browser.visit import Visit
from s2n.s2nscanner.crawler.sights import Sight

__all__ = ["Walk"]


class Walk:
    """Looks at the states of pages, at most ``states`` of them over all calls of `explore`."""

    def __init__(self, browser: Browser, scan: ScanRequest, *, states: int) -> None:
        self._browser = browser
        self._risk = scan.accept_risk
        self._memory = Memory(states)

    @property
    def left(self) -> int:
        """How many states may still be looked at."""
        return self._memory.left

    @property
    def actions(self) -> int:
        """How many actions were done."""
        return self._memory.actions

    def notes(self) -> list[str]:
        """What the user should know of the walk's gaps, a sentence each."""
        return self._memory.notes()

    async def explore(self, url: str) -> AsyncGenerator[Sight, None]:
        """What is seen from ``url`` on: all that the pages ask for, and each state not seen before.

        A state is walked once, wherever it is met. It ends early where the walk's limits or the scan's are
        reached, and at once where ``url`` does not open: `notes` tell of it.

        Raises:
            RuntimeFailed: there is no browser, or it does not start.
        """
        if self._spent():
            return
        tab = await self._browser.tab()
        try:
            course = Course(Visit(tab, url, risk=self._risk), url, self._memory)
            async with aclosing(course.run()) as steps:
                async for _ in steps:
                    for sight in course.take():
                        yield sight
                    if self._browser.spent:  # a hard limit of the scan, reached in the meantime
                        return
        finally:
            await tab.close()

    def _spent(self) -> bool:
        return self._memory.spent or self._browser.spent
