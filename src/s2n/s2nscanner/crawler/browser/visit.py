"""A tab that is in a known state of a page, or can be brought there again."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from playwright.async_api import Error, Page

from s2n.errors import BrowserFailed
from s2n.s2nscanner.crawler.browser.actions import Action, is_sensitive
from s2n.s2nscanner.crawler.browser.inpage import InPage, View
from s2n.s2nscanner.crawler.browser.perform import SCROLLS, perform
from s2n.s2nscanner.crawler.browser.tab import Tab

SETTLE = 3.0
"""Seconds that a page may take to come to rest after an action, on a machine that is not busy."""

PATIENCE = 5.0
"""Seconds that a page may work before it counts as hung: an action and its look."""

RESTLESS = 5
"""Times a document may be replaced while it is looked at."""

T = TypeVar("T")


class Visit:
    """The walk's hold on a page.

    ``view`` is the state it is in, None where that is not known; ``trail`` what was done since
    ``opened`` was opened.
    Without ``risk``, forms with a password or a file are filled in and submitted, but what they send is held.
    """

    def __init__(self, tab: Tab, start: str, *, risk: bool) -> None:
        self.tab = tab
        self.view: View | None = None
        self.trail: tuple[Action, ...] = ()
        self.opened = start
        self._start = start
        self._risk = risk
        self._insides: WeakKeyDictionary[Page, InPage] = WeakKeyDictionary()

    async def open(self, url: str = "") -> View:
        """``url``, or else the start URL, in a new document.

        Raises:
            NetworkError: nothing came.
            BrowserFailed: the page hangs, crashed, or does not come to rest.
        """
        self.view, self.trail, self.opened = None, (), url or self._start
        self.tab.record.holding = False
        if not self.tab.lost:
            await self._prepare()
        await self.tab.open(self.opened)
        if await self._prepare():  # the page was lost, and the tab has gone on with another one
            await self.tab.open(self.opened)
        return await self._look()

    async def _prepare(self) -> bool:
        """Have the script run in the page's next documents; False where it does already."""
        page = self.tab.page
        if page in self._insides:
            return False
        self._insides[page] = await InPage.put(page, self.tab.direct)
        return True

    @property
    def _inside(self) -> InPage:
        return self._insides[self.tab.page]

    async def do(self, action: Action) -> View | None:
        """Do ``action``, and see what came of it; None where its element is not there.

        Raises:
            NetworkError, BrowserFailed: as `open`.
        """
        view, self.view = self.view, None
        assert view is not None
        acted_on = action.find(view.state)
        sensitive = acted_on is not None and is_sensitive(acted_on, view.state)
        self.tab.record.holding = sensitive and not self._risk
        self.tab.record.recent.forget()
        doing = perform(self.tab.page, self._inside, view, action, self._rest)
        try:
            done = await self._patient(doing, PATIENCE + SETTLE * SCROLLS * (action.kind == "scroll"))
        except Error:
            done = True  # what it was done to went away, which may be what it was for
        except TimeoutError as error:
            raise self._hung(str(action)) from error
        if not done:
            self.view = view
            return None
        self.trail += (action,)
        await self._rest()
        return await self._look()

    async def html(self) -> str:
        """The document as it stands; empty where it is gone."""
        try:
            return await self._patient(self._inside.markup(), PATIENCE)
        except Error:
            return ""
        except TimeoutError as error:
            raise self._hung("being read") from error

    async def leave(self) -> None:
        """Go away from the page, so that it does what it does when it is left."""
        self.view = None
        try:
            async with asyncio.timeout(SETTLE * self.tab.pulse.slow):
                await self._inside.call(self.tab.page.main_frame, "go")
                await self.tab.page.wait_for_url("about:blank", wait_until="commit")
                await self._rest()
        except (Error, TimeoutError, BrowserFailed):
            return  # it is to be closed anyway

    async def _rest(self) -> None:
        await self.tab.settle(SETTLE)

    async def _look(self) -> View:
        for _ in range(RESTLESS):
            try:
                self.view = await self._patient(self._inside.look(), PATIENCE)
            except Error:  # the document is being replaced
                await self._rest()
            except TimeoutError as error:
                raise self._hung("being looked at") from error
            else:
                return self.view
        raise BrowserFailed(f"{self._start} does not come to rest in the browser")

    async def _patient(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        return await self.tab.pulse.patient(work, seconds, waits=lambda: self.tab.in_flight > 0)

    def _hung(self, what: str) -> BrowserFailed:
        self.tab.crashed("hangs")
        return BrowserFailed(f"{self._start} hangs in the browser: {what}")
