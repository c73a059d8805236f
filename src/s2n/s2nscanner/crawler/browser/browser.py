"""The browser of a scan: started when it is first needed, and its tabs."""

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

from playwright.async_api import Error, Page

from s2n.errors import RuntimeFailed
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.bridge import Bridge, Sender
from s2n.s2nscanner.crawler.browser.launch import Launched
from s2n.s2nscanner.crawler.browser.mirror import Mirror
from s2n.s2nscanner.crawler.browser.process import Process
from s2n.s2nscanner.crawler.browser.record import Record
from s2n.s2nscanner.crawler.browser.room import Room
from s2n.s2nscanner.crawler.browser.sockets import Sockets
from s2n.s2nscanner.crawler.browser.storage import Storage, StorageMirror
from s2n.s2nscanner.crawler.browser.tab import Tab
from s2n.s2nscanner.http.cookies import CookieJar
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.identity import Identity

__all__ = ["Browser", "Tab"]


class Browser:
    """Chromium, whose every request goes through ``sender``, inside the scope that ``allows`` tells.

    ``storage``: what a login left for pages to find, where ``sender`` is logged in. ``process``: what it runs
    in, beside other browsers, who know nothing of its pages; without it, it has one of its own.
    """

    def __init__(
        self,
        sender: Sender,
        allows: Callable[[Request | str], bool],
        scan: ScanRequest,
        jar: CookieJar,
        governor: Governor | None = None,
        *,
        storage: Callable[[], Storage] = dict,
        process: Process | None = None,
    ) -> None:
        self._scan = scan
        self._jar = jar
        self._bridge = Bridge(sender, allows, scan)
        self._process = process or Process(scan)
        self._own = process is None
        self._sockets = Sockets(self._process.gate, allows, governor)
        self._storage = StorageMirror(storage)
        self._launched: Launched | None = None
        self._shared: Room | None = None
        self._apart: WeakKeyDictionary[Tab, bool] = WeakKeyDictionary()
        self._homes: WeakKeyDictionary[Tab, Room] = WeakKeyDictionary()
        self._rooms: list[Room] = []

    @property
    def spent(self) -> bool:
        """Is a hard limit of the scan used up?"""
        return self._bridge.spent or self._sockets.spent

    @property
    def refused(self) -> dict[str, int]:
        """What the browser tried to reach by itself, and was refused: request line and count."""
        return dict(self._process.gate.refused)

    async def start(self) -> None:
        """Start the browser if it does not run; again after it has crashed.

        Raises:
            RuntimeFailed: there is no browser, or it does not start.
        """
        launched = await self._process.start()
        if launched is not self._launched:
            self._forget()
            self._launched = launched

    async def tab(self, *, apart: bool = False) -> Tab:
        """A new tab. Tabs share cookies and storage, unless it is to be ``apart``: a visitor without any.

        Raises:
            RuntimeFailed: there is no browser, or it does not start.
        """
        tab = Tab(Record(), self._page, self._scan.rate, self._process.pulse)
        self._apart[tab] = apart
        await tab.renew()
        return tab

    async def close(self) -> None:
        """End the browser; nothing of it is left. It may be called again."""
        rooms = self._forget()
        if self._own:
            await self._process.close()
            return
        closing = asyncio.gather(*(room.close() for room in rooms))
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing  # its pages are not left open for being in a hurry
            raise

    def _forget(self) -> list[Room]:
        """The rooms there were: what runs now has none of them."""
        rooms, self._rooms = self._rooms, []
        for room in rooms:
            room.stop()
        self._shared, self._launched = None, None
        return rooms

    async def _room(self, *, apart: bool) -> Room:
        if not apart and self._shared is not None:
            return self._shared
        assert self._launched is not None
        scan = self._scan
        context = await self._launched.chromium.new_context(
            user_agent=_user_agent(scan),
            locale="en",
            service_workers="block",
            accept_downloads=False,
            ignore_https_errors=True,  # the gate verifies, which the browser cannot
        )
        room = Room(context, self._bridge, self._sockets, Mirror(context, self._jar, shared=not apart))
        await room.furnish()
        self._rooms.append(room)
        if not apart:
            self._shared = room
        return room

    async def _page(self, tab: Tab) -> Page:
        """The page on which ``tab`` may go on, with the scan's cookies; another one if that is lost.

        Raises:
            RuntimeFailed: the browser is lost and does not start again.
        """
        await self.start()
        try:
            return await self._page_in(await self._home(tab), tab)
        except Error:  # what drives the browser is gone, and has taken it along
            tab.crashed("is gone with its browser")
            launched = self._launched
            self._forget()
            await self._process.end(launched)
        await self.start()
        try:
            return await self._page_in(await self._home(tab), tab)
        except Error as error:
            raise RuntimeFailed(
                f"the browser opens no page: {str(error).splitlines()[0]}",
                "see that there is memory for it, or scan with --browser never",
            ) from error

    async def _page_in(self, room: Room, tab: Tab) -> Page:
        room.enter(tab)
        await room.mirror.push()
        if room.mirror.shared:
            await self._storage.push(room.context)
        return await room.page_for(tab) if tab.lost else tab.page

    async def _home(self, tab: Tab) -> Room:
        """The room of ``tab``; another one if the browser has been started anew."""
        room = self._homes.get(tab)
        if room is None or room not in self._rooms:
            room = self._homes[tab] = await self._room(apart=self._apart[tab])
        return room


def _user_agent(scan: ScanRequest) -> str:
    bare = Request.from_url("http://localhost/")
    return Identity(scan).complete(bare, CookieJar()).header("user-agent") or ""
