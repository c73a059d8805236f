"""The browser of a scan: started when needed, again after a crash, and gone when closed."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from s2n.errors import BrowserFailed, RuntimeFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.find import VARIABLE
from support.browser import browsing, forget_the_dead, heard, in_browser, needs_browser
from support.webserver import Web

pytestmark = needs_browser

procfs = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are seen in /proc")


def living(home: str) -> list[int]:
    """The processes that call ``home`` their home."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if home.encode() in environ.read_bytes():
                found.append(int(environ.parent.name))
        except OSError:
            continue  # it has ended, or is somebody else's
    return found


def parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def wait_for_the_end_of(home: str) -> None:
    """Wait until no process calls ``home`` its home, each at most 20 seconds."""
    while processes := living(home):
        try:
            watched = os.pidfd_open(processes[0])
        except ProcessLookupError:
            continue
        ended = select.select([watched], [], [], 20)[0]
        os.close(watched)
        assert ended, "the browser outlives the scan"


@procfs
def test_nothing_runs_before_the_first_tab_and_after_the_end() -> None:
    async def go() -> None:
        async with browsing(ScanRequest(target_url="http://127.0.0.1:9/")) as browser:
            assert browser._process.launched is None
            await browser.close()
            await browser.tab()
            home = browser._process.launched.home
            assert living(home)
            await browser.close()
            await browser.close()
            assert not living(home)
            assert not os.path.exists(home)  # noqa: ASYNC240, PTH110 -- a look at the disk, in a test

    asyncio.run(go())


@procfs
def test_being_cancelled_leaves_nothing() -> None:
    async def go() -> None:
        async with browsing(ScanRequest(target_url="http://127.0.0.1:9/")) as browser:
            await browser.tab()
            home = browser._process.launched.home
            closing = asyncio.ensure_future(browser.close())
            await asyncio.sleep(0)
            closing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await closing
            assert not living(home)
            assert not os.path.exists(home)  # noqa: ASYNC240, PTH110 -- a look at the disk, in a test

    asyncio.run(go())


@procfs
@pytest.mark.parametrize("victim", ["chromium", "driver"])
def test_a_crash_of_the_browser_is_told_and_mended(victim: str) -> None:
    async def visit(browser, web: Web) -> None:
        tab, other = await browser.tab(), await browser.tab()
        await tab.open(web.url)
        processes = living(browser._process.launched.home)
        if victim == "chromium":
            os.kill(min(processes), signal.SIGKILL)
        else:
            os.kill(parent(min(processes)), signal.SIGKILL)
        wait_for_the_end_of(browser._process.launched.home)
        with pytest.raises(BrowserFailed):
            await tab.settle()
        await tab.open(web.url)
        await other.open(web.url)
        assert await tab.page.inner_text("p") == "fine"
        assert heard(tab.take()) == ["GET /", "GET /"]
        assert heard(other.take()) == ["GET /"]

    in_browser(lambda _: "<p>fine</p>", visit)
    forget_the_dead()


def test_pages_see_the_scans_own_browser() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        assert await tab.page.evaluate("[navigator.userAgent, navigator.language]") == ["scan/1", "en"]
        assert web.requests[-1].header("user-agent") == "scan/1"

    in_browser(lambda _: "page", visit, user_agent="scan/1")


def test_no_browser_is_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/chromium")

    async def go() -> None:
        async with browsing(ScanRequest(target_url="http://127.0.0.1:9/")) as browser:
            await browser.tab()

    with pytest.raises(RuntimeFailed) as caught:
        asyncio.run(go())
    assert caught.value.remedy


CHILD = """
import asyncio, signal
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.browser import Browser
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor

async def main():
    scan = ScanRequest(target_url="http://127.0.0.1:9/")
    client = HttpClient(scan, Governor.of(scan))
    browser = Browser(client, client.governor.scope.allows, scan, client.jar)
    tab = await browser.tab()
    try:
        print(browser._process.launched.home, flush=True)
        await asyncio.Event().wait()
    finally:
        print(await tab.page.evaluate("6 * 7"), flush=True)
        await browser.close()
        print("closed", flush=True)

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
"""


@procfs
@pytest.mark.parametrize(
    ("sign", "said"),
    [(signal.SIGINT, ["42", "closed"]), (signal.SIGKILL, [])],
    ids=["Ctrl-C", "kill -9"],
)
def test_the_browser_goes_with_the_scan_and_not_before(sign: signal.Signals, said: list[str]) -> None:
    command = [sys.executable, "-c", CHILD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, text=True) as child:
        try:
            home = child.stdout.readline().strip()
            assert home
            assert living(home)
            if sign == signal.SIGINT:  # a terminal signals all processes of the group
                os.killpg(child.pid, sign)
            else:
                child.kill()
            assert child.stdout.read().split() == said
        finally:
            child.kill()
    wait_for_the_end_of(home)
