"""A scan's browser: there when a page first needs it, and gone with the scan."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from s2n.errors import BrowserFailed, RuntimeFailed, S2nError
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.find import why_not
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.crawler.crawl import Sender
from s2n.s2nscanner.crawler.sights import Sight
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.pagerun import PageRun

if TYPE_CHECKING:
    from s2n.s2nscanner.crawler.browser.browser import Browser
    from s2n.s2nscanner.crawler.browser.running import Running
    from s2n.s2nscanner.crawler.browser.walk import Walk

REMEDY = "scan with --browser always, which takes the image with the browser"


class Browsing:
    """Explores pages for the crawl, opens them for oracles; all requests go through ``sender``.

    What keeps it from working ends the scan with ``--browser always``, else it is one of the notes.
    """

    def __init__(
        self, sender: Sender, client: HttpClient, scan: ScanRequest, shared: SharedProcess | None = None
    ) -> None:
        self._shared = shared
        self._sender = sender
        self._client = client
        self._scan = scan
        self._browser: Browser | None = None
        self._walk: Walk | None = None
        self._running: Running | None = None
        self._trouble = ""

    async def explore(self, url: str) -> AsyncGenerator[Sight, None]:
        """What is seen of the page at ``url``.

        Raises:
            S2nError: the browser cannot be started, and the user insists on it.
        """
        walk = await self._started()
        if walk is not None:
            async with aclosing(walk.explore(url)) as sights:
                async for sight in sights:
                    yield sight

    async def run(
        self, url: str, markers: Sequence[str] = (), message: str = "", expect: str = ""
    ) -> PageRun:
        """Open ``url`` for an oracle.

        Raises:
            NetworkError: it was not opened.
        """
        if await self._started() is None or self._running is None:
            raise BrowserFailed(self._trouble)
        return await self._running.run(url, markers, message, expect)

    async def _started(self) -> "Walk | None":
        if self._walk is not None or self._trouble:
            return self._walk
        # Imported here: without the extra there is no Playwright, and most scans need none.
        from s2n.s2nscanner.crawler.browser.browser import Browser  # noqa: PLC0415 -- see above
        from s2n.s2nscanner.crawler.browser.running import Running  # noqa: PLC0415 -- see above
        from s2n.s2nscanner.crawler.browser.walk import Walk  # noqa: PLC0415 -- see above

        client, scan = self._client, self._scan
        sender = self._sender
        self._browser = Browser(
            sender,
            client.governor.scope.allows,
            scan,
            client.jar,
            client.governor,
            storage=lambda: sender.storage if isinstance(sender, SessionKeeper) else {},
            process=self._shared.get() if self._shared is not None else None,
        )
        try:
            await self._browser.start()
        except S2nError as error:
            if scan.browser == "always":
                raise
            self._trouble = f"the browser does not start, so script-built pages were not seen: {error}"
            return None
        self._running = Running(self._browser)
        self._walk = Walk(self._browser, scan, states=scan.browser_states)
        return self._walk

    def notes(self) -> list[str]:
        """What the user should know of what was not seen."""
        if self._trouble:
            return [self._trouble]
        return self._walk.notes() if self._walk is not None else []

    async def close(self) -> None:
        """End the browser."""
        if self._browser is not None:
            await self._browser.close()


def browsing_for(
    sender: Sender, client: HttpClient, scan: ScanRequest, shared: SharedProcess | None = None
) -> Browsing | None:
    """The browser that ``scan`` may use, in the process that is ``shared``; None where there is none.

    Raises:
        RuntimeFailed: there is none, and the user insists on it.
    """
    if scan.browser == "never":
        return None
    lacking = why_not()
    if not lacking:
        return Browsing(sender, client, scan, shared)
    if scan.browser == "always":
        raise RuntimeFailed(f"--browser always: {lacking}", "install it, or use --browser auto")
    return None


def advice(scan: ScanRequest) -> str:
    """What to do where pages are built by scripts and no browser looked at them."""
    return "allow the browser: --browser auto" if scan.browser == "never" else f"{why_not()}; {REMEDY}"
