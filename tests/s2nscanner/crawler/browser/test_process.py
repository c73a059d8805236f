"""One Chromium for all browsers of a scan: each with pages of its own, none outliving the scan."""

import asyncio
import os
import signal

from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import forget_the_dead, needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser


def site(request: Request) -> Response:
    return html(f"<title>{request.header('cookie') or 'nobody'}</title>", set_cookie=f"at={request.path[1:]}")


class Two:
    """Two browsers in one process, each with a visitor of its own."""

    def __init__(self, url: str) -> None:
        from s2n.s2nscanner.crawler.browser.browser import Browser
        from s2n.s2nscanner.crawler.browser.process import Process

        scan = ScanRequest(target_url=url)
        self.process = Process(scan)
        self.client = HttpClient(scan, Governor.of(scan))
        visitors = self.client, self.client.apart()
        allows = self.client.governor.scope.allows
        self.both = [Browser(each, allows, scan, each.jar, process=self.process) for each in visitors]

    async def close(self) -> None:
        for each in self.both:
            await each.close()
        await self.process.close()
        await self.client.close()


def with_two(work) -> None:
    async def go(url: str) -> None:
        two = Two(url)
        try:
            await work(two, url)
        finally:
            await two.close()

    with serving(site) as web:
        asyncio.run(go(web.url))


def test_each_has_its_own_cookies_and_the_first_to_go_takes_nothing_along() -> None:
    async def work(two: Two, url: str) -> None:
        first, second = [await each.tab() for each in two.both]
        running = two.process.launched
        await first.open(f"{url}a")
        await first.open(f"{url}a")
        await second.open(f"{url}b")
        assert (await first.page.title(), await second.page.title()) == ("at=a", "nobody")
        assert len(running.chromium.contexts) == 2
        await two.both[0].close()
        assert len(running.chromium.contexts) == 1
        await second.open(f"{url}b")
        assert await second.page.title() == "at=b"
        assert two.process.launched is running

    with_two(work)


def test_after_a_crash_both_go_on_in_a_new_one() -> None:
    async def work(two: Two, url: str) -> None:
        first, second = [await each.tab() for each in two.both]
        running = two.process.launched
        gone = asyncio.Event()
        running.chromium.on("disconnected", lambda _: gone.set())
        for process in living(running.home):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await asyncio.wait_for(gone.wait(), 20)
        await first.open(f"{url}a")
        await second.open(f"{url}b")
        assert await second.page.title() == "nobody"
        assert two.process.launched is not running
        assert not os.path.exists(running.home)  # noqa: ASYNC240, PTH110 -- a look at the disk, in a test

    with_two(work)
    forget_the_dead()


def test_ending_what_was_replaced_ends_nothing() -> None:
    async def work(two: Two, url: str) -> None:
        tab = await two.both[0].tab()
        running = two.process.launched
        await two.process.end(None)
        assert two.process.launched is running
        await two.process.end(running)
        assert two.process.launched is None
        await tab.open(f"{url}a")
        assert two.process.launched is not running

    with_two(work)


def living(home: str) -> list[int]:
    """Chromium's own processes, not its driver's."""
    return [each for each in _living(home) if b"chrom" in _command(each)]


def _command(process: int) -> bytes:
    with open(f"/proc/{process}/cmdline", "rb") as file:  # noqa: PTH123 -- a file of the kernel
        return file.read()


def _living(home: str) -> list[int]:
    found = []
    for name in os.listdir("/proc"):  # noqa: PTH208 -- a folder of the kernel
        if name.isdigit():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:  # noqa: PTH123 -- a file of the kernel
                    found += [int(name)] if home.encode() in file.read() else []
            except OSError:
                continue
    return found
