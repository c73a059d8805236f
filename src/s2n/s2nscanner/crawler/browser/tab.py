"""One page of the browser: opens URLs, waits until they are at rest, hands out what was seen."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from playwright.async_api import Error, Page

from s2n.errors import BrowserFailed
from s2n.s2nscanner.crawler.browser.direct import Direct
from s2n.s2nscanner.crawler.browser.pulse import Pulse
from s2n.s2nscanner.crawler.browser.quiet import FRAMES_MS, MUTED, QUIET_MS, left
from s2n.s2nscanner.crawler.browser.record import Record
from s2n.s2nscanner.crawler.sights import Shown, Sight

GRACE = 2.0
"""Seconds a page may work before it counts as hung, if it does not answer meanwhile."""

ARRIVAL = 5.0
"""As `GRACE`, for a new document: it replaces another one, and has scripts to read."""

LIMIT = 3.0
"""Seconds in which a page has to come to rest, on a machine that is not busy."""

WINDOW_SECONDS = 1.0
"""Within this a window shows up after its first answer, on a machine that is not busy."""

PAUSES = 2.0
"""Times as long, at most, nothing must happen on a busy machine: answers and timers are waited for anyway."""

MANY_ERRORS = 20
"""Errors in a row of a page that navigates are one or two; more mean that nobody answers."""

MAX_POPUPS = 5
"""New windows of one action that are looked at."""


class Tab:
    """A page of its own. ``page`` is another one after a crash; the context, with its storage, stays."""

    page: Page

    def __init__(
        self, record: Record, renew: Callable[["Tab"], Awaitable[Page]], rate: float, pulse: Pulse
    ) -> None:
        self.popups: list[Page] = []
        self.record = record
        self.direct = Direct()
        self.pulse = pulse
        self._renew = renew
        self._rate = rate
        self._broken = "is not there yet"
        self._errors = 0
        self._adopted = asyncio.Event()

    @property
    def lost(self) -> bool:
        """Is the page gone, so that another one is needed?"""
        return bool(self._broken) or self.page.is_closed()

    @property
    def in_flight(self) -> int:
        """Requests of this tab that are under way and waited for."""
        return self.record.in_flight

    def take(self) -> list[Sight]:
        """What was seen since the last call, in order."""
        return self.record.take()

    async def muted(self) -> list[str]:
        """What the page's dialogs said since it was opened that were not opened: too many in a row."""
        try:
            return [str(each) for each in json.loads(await self.direct.evaluate(self.page, MUTED))]
        except Error:
            return []  # it has gone elsewhere

    def crashed(self, what: str) -> None:
        """Note that the page is lost; the next `open` begins with a new one."""
        self._broken = self._broken or what
        self.record.give_up()

    def adopt(self, page: Page) -> None:
        """Take over a window that the page opened."""
        self.popups.append(page)
        self.record.windows -= 1
        self._adopted.set()

    async def renew(self) -> None:
        """See to it that there is a page, with the scan's cookies: another one if it is lost.

        Raises:
            RuntimeFailed: the browser is lost and does not start again.
        """
        self.page = await self._renew(self)
        self._broken, self._errors = "", 0

    async def open(self, url: str) -> None:
        """Navigate to ``url`` and wait until it is at rest.

        Raises:
            NetworkError: nothing came: out of scope, withheld, no budget left, no answer.
            BrowserFailed: the browser or the page crashed, or the page hangs; the tab can be used again.
        """
        record = self.record
        await self.renew()
        record.begin(url)
        answered = len(record.sights)
        try:
            if "#" in url and self.page.url.partition("#")[0] == url.partition("#")[0]:
                await self.page.goto("about:blank")  # or else only the fragment would change
            await self._navigate(url)
        except Error as error:
            self._raise_fault()
            if record.failure is not None:
                raise record.failure from error
            if self._broken or self.page.is_closed():
                raise await self._failed(self._broken or "closed itself") from error
            if len(record.sights) == answered:
                raise BrowserFailed(f"the browser does not open {url}: {_first_line(error)}") from error
        await self.settle(LIMIT)
        if record.failure is not None:
            raise record.failure

    async def settle(self, limit: float = LIMIT) -> None:
        """Wait until no request is under way and the document is at rest, at most ``limit`` seconds.

        Where the scan's rate holds requests back, the limit is longer by as much. A new window is looked at,
        and closed, as well.

        Raises:
            BrowserFailed: the page crashed or hangs; it has been replaced.
        """
        await self._settle(self.page, limit)
        looked_at = 0
        while await self._window():
            popup = self.popups.pop(0)
            looked_at += 1
            try:
                if looked_at <= MAX_POPUPS:
                    await self._look_at(popup, limit)
            finally:
                await self._close(popup)

    async def close(self) -> None:
        """Close the page and its windows."""
        self.record.give_up()
        for page in (*self.popups, self.page):
            await self._close(page)
        self.popups.clear()

    async def _navigate(self, url: str) -> None:
        """As `Page.goto`; its own deadline begins when no request is under way any more."""
        going = self.page.goto(url, wait_until="commit", timeout=0)
        try:
            await self.pulse.patient(going, ARRIVAL, waits=self._waiting)
        except TimeoutError:
            raise await self._failed("hangs") from None

    def _waiting(self) -> bool:
        return self.record.in_flight > 0

    async def _settle(self, page: Page, limit: float) -> None:
        record = self.record
        loop = asyncio.get_running_loop()
        await self.pulse.beat()
        end = loop.time() + limit * self.pulse.slow
        before = record.started - record.in_flight
        first = True
        while not (self._broken and page is self.page):
            left = end - loop.time() + ((record.started - before) / self._rate if self._rate else 0.0)
            if left <= 0:
                record.give_up()
                break
            if record.in_flight:
                try:
                    async with asyncio.timeout(left):
                        await record.landing()
                except TimeoutError:
                    pass  # the loop's head judges
                continue
            started = record.started
            wait = await self._unrest(page, first=first)
            if wait <= 0 and started == record.started:
                break
            first = False
            await asyncio.sleep(min(max(wait, 0.0), left))
        self._raise_fault()
        if page is self.page and (self._broken or page.is_closed()):
            raise await self._failed(self._broken or "closed itself")

    async def _unrest(self, page: Page, *, first: bool) -> float:
        """Seconds until ``page`` may be at rest; 0 where it is."""
        slow = min(self.pulse.slow, PAUSES)
        asking = left(first=first, quiet=QUIET_MS * slow, frames=FRAMES_MS * slow, spared=self.record.spared)
        try:
            answer = await self.pulse.patient(self.direct.evaluate(page, asking), GRACE)
        except TimeoutError:
            if page is self.page:
                self._broken = "hangs"
            return 0.0
        except Error:  # it navigates, or it is gone
            if page.is_closed():
                return 0.0
            self._errors += 1
            if self._errors > MANY_ERRORS:
                self._broken = self._broken or "is gone with its browser"
            return 0.005
        self._errors = 0
        return max(float(answer), 0.0) / 1000  # a document whose scripts are off does not say

    async def _window(self) -> bool:
        """Is there a new window to look at? One that was answered, but has not shown up yet, is awaited."""
        if not self.popups and self.record.windows > 0:
            try:
                async with asyncio.timeout(WINDOW_SECONDS * self.pulse.slow):
                    await self._adopted.wait()
            except TimeoutError:
                self.record.windows = 0  # it was closed again
        self._adopted.clear()
        return bool(self.popups)

    async def _look_at(self, popup: Page, limit: float) -> None:
        try:
            await self._settle(popup, limit)
            html = await self.pulse.patient(self.direct.markup(popup), GRACE)
        except (Error, TimeoutError):
            return  # it closed itself, or hangs
        if popup.url.startswith(("http", "about:blank")):  # what has no address was written by its opener
            url = popup.url if popup.url.startswith("http") else self.page.url
            self.record.sights.append(Shown(url, url, html))

    async def _failed(self, how: str) -> BrowserFailed:
        """The error to raise, when the lost page is closed and replaced."""
        url = self.page.url
        self.record.give_up()
        await self._close(self.page)
        self._broken = self._broken or how
        await self.renew()
        return BrowserFailed(
            f"the page {url} {how} in the browser", "leave it out with --exclude, if it always does"
        )

    async def _close(self, page: Page) -> None:
        """Close ``page``, hung or gone as it may be."""
        try:
            async with asyncio.timeout(GRACE * self.pulse.slow):
                await page.close()
        except (Error, TimeoutError):
            return

    def _raise_fault(self) -> None:
        fault, self.record.fault = self.record.fault, None
        if fault is not None:
            raise fault


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]
