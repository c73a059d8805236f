"""A context of the browser: what its tabs share, and which tab a request or a window belongs to."""

import asyncio
import re
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from playwright.async_api import BrowserContext, Dialog, Download, Error, Frame, Page, Route, WebSocketRoute
from playwright.async_api import Request as Asked

from s2n.s2nscanner.crawler.browser.bridge import Asker, Bridge
from s2n.s2nscanner.crawler.browser.mirror import Mirror
from s2n.s2nscanner.crawler.browser.quiet import WATCH
from s2n.s2nscanner.crawler.browser.sockets import Sockets
from s2n.s2nscanner.crawler.browser.tab import Tab
from s2n.s2nscanner.crawler.danger import endangers

ANSWER = "s2n"
"""What is put into a prompt."""

_CLAUSE = re.compile(r"[.!?;:\n]+")


class Room:
    """Routes what the pages of ``context`` ask for to the bridge, each with the record of its tab."""

    def __init__(self, context: BrowserContext, bridge: Bridge, sockets: Sockets, mirror: Mirror) -> None:
        self.context = context
        self.mirror = mirror
        self._bridge = bridge
        self._sockets = sockets
        self._tabs: dict[Page, Tab] = {}
        self._latest: Tab | None = None
        self._work: set[asyncio.Task[None]] = set()

    async def furnish(self) -> None:
        """Put everything in place, before there is a page."""
        context = self.context
        await context.add_init_script(WATCH)
        await context.route("**/*", self._route)
        await context.route_web_socket("**/*", self._socket)
        context.on("page", lambda page: self._spawn(self._adopt(page)))
        context.on("dialog", lambda dialog: self._spawn(_answer(dialog)))

    async def page_for(self, tab: Tab) -> Page:
        """A new page that belongs to ``tab``."""
        page = await self.context.new_page()
        await page.route_web_socket("**/*", lambda socket: self._sockets.open(socket, tab.record))
        page.on("crash", lambda _: tab.crashed("crashed"))
        page.on("download", lambda download: self._download(download, tab))
        self._tabs = {known: owner for known, owner in self._tabs.items() if not known.is_closed()}
        self._tabs[page] = tab
        self._latest = tab
        return page

    def enter(self, tab: Tab) -> None:
        """``tab`` is what is being worked with: windows of unknown origin are its own."""
        self._latest = tab

    def stop(self) -> None:
        """End what is under way."""
        for work in self._work:
            work.cancel()
        for tab in self._tabs.values():
            tab.crashed("is gone with its browser")

    async def close(self) -> None:
        """Close its pages, where its browser lives on without it."""
        with suppress(Error):  # they are gone already
            await self.context.close()

    def _spawn(self, work: Coroutine[Any, Any, None], tab: Tab | None = None) -> None:
        def done(task: asyncio.Task[None]) -> None:
            self._work.discard(task)
            if tab is not None and not task.cancelled() and (error := task.exception()) is not None:
                tab.record.fault = error

        task = asyncio.ensure_future(work)
        self._work.add(task)
        task.add_done_callback(done)

    def _route(self, route: Route, asked: Asked) -> None:
        frame = _frame_of(asked)
        tab = self._owner(frame, asked)
        if tab is None:
            self._spawn(_abort(route))
            return
        page = frame.url if frame is not None else asked.headers.get("referer", "")
        main = asked.is_navigation_request() and frame is not None and frame == tab.page.main_frame
        if not page.startswith("http") or (main and tab.record.opens(asked.url)):
            page = asked.url  # nothing but the tab itself asks for it
        asker = Asker(tab.record, page, main=main, framed=frame is not None)
        self._spawn(self._bridge.answer(route, asked, asker, self.mirror), tab)

    def _download(self, download: Download, tab: Tab) -> None:
        """What a link is to save is asked for past the routes: it is heard like the rest."""
        if not tab.record.heard(download.url):
            self._spawn(self._bridge.fetch(download.url, Asker(tab.record, download.page.url)), tab)

    def _owner(self, frame: Frame | None, asked: Asked) -> Tab | None:
        """The tab that asks; for a new window, whose frame is not there yet, the one that it comes from."""
        if frame is not None and frame.page in self._tabs:
            return self._tabs[frame.page]
        referer = asked.headers.get("referer", "")
        for page, tab in self._tabs.items():
            if referer and page.url.partition("#")[0] == referer:
                return tab
        return self._latest

    async def _socket(self, socket: WebSocketRoute) -> None:
        if self._latest is not None:
            await self._sockets.open(socket, self._latest.record)

    async def _adopt(self, page: Page) -> None:
        """Give a window that a page opened to that page's tab."""
        try:
            opener = await page.opener()
        except Error:
            return  # closed already
        tab = self._tabs.get(opener) if opener is not None else None
        if tab is not None:
            self._tabs[page] = tab
            tab.adopt(page)


def _frame_of(asked: Asked) -> Frame | None:
    try:
        return asked.frame
    except Error:  # a window that is not there yet
        return None


async def _answer(dialog: Dialog) -> None:
    """Yes, unless it asks about ending the session or destroying something."""
    try:
        if dialog.type != "beforeunload" and endangers(*_CLAUSE.split(dialog.message)):
            await dialog.dismiss()
        else:
            await dialog.accept(ANSWER)
    except Error:
        return  # its page is gone


async def _abort(route: Route) -> None:
    try:
        await route.abort("blockedbyclient")
    except Error:
        return
