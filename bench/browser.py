"""The browser against bare Playwright on the same page in the same run: a page opened, and a walk's state.

Bare Playwright opens the page the way its users wait for pages: until its load event, and until its network
is idle. Opening with s2n includes that every request goes through the scan's client, and the wait until the
document is at rest. Scripts are held after the first time; the first time is measured apart.
"""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.table import Row, Unavailable, bounded
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.find import chromium, why_not
from s2n.s2nscanner.crawler.sights import Shown
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor

OPENS = 15

IDLE_BAR = 0.6
"""Of the time to network idle, which is half a second of silence and more."""

STATE_BAR = 12.0
"""Pages opened until load, that a new state may cost: finding what can be done, doing it, reading it."""


async def timed(times: int, action: Callable[[], Awaitable[object]]) -> float:
    """The median time of ``action``, in milliseconds."""
    taken = []
    for _ in range(times):
        begin = perf_counter()
        await action()
        taken.append((perf_counter() - begin) * 1000)
    return median(taken)


async def bare(url: str) -> tuple[float, float]:
    """Bare Playwright: until the load event, and until the network is idle."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(url)
        load = await timed(OPENS, lambda: page.goto(url, wait_until="load"))
        idle = await timed(5, lambda: page.goto(url, wait_until="networkidle"))
        await browser.close()
        return load, idle


async def ours(url: str) -> list[float]:
    """The browser's start, the first opening, and the later ones."""
    from s2n.s2nscanner.crawler.browser.browser import Browser

    scan = ScanRequest(target_url=url)
    client = HttpClient(scan, Governor.of(scan))
    browser = Browser(client, client.governor.scope.allows, scan, client.jar, client.governor)
    start = await timed(1, browser.start)
    tab = await browser.tab()
    first = await timed(1, lambda: tab.open(url))
    later = await timed(OPENS, lambda: tab.open(url))
    await browser.close()
    await client.close()
    return [start, first, later]


async def walk(url: str) -> tuple[int, float, int]:
    """How many states a walk shows, the time of each, and the requests of all."""
    from s2n.s2nscanner.crawler.browser.browser import Browser
    from s2n.s2nscanner.crawler.browser.walk import Walk

    scan = ScanRequest(target_url=url)
    client = HttpClient(scan, Governor.of(scan))
    browser = Browser(client, client.governor.scope.allows, scan, client.jar, client.governor)
    await browser.start()
    begin, states = perf_counter(), 0
    async for sight in Walk(browser, scan, states=300).explore(url):
        states += isinstance(sight, Shown)
    taken = (perf_counter() - begin) * 1000
    await browser.close()
    await client.close()
    if not states:
        raise Unavailable("the walk shows no state")
    return states, taken / states, client.governor.requests


async def measure(url: str) -> list[Row]:
    load, idle = await bare(url)
    start, first, later = await ours(url)
    states, state, requests = await walk(url)
    return [
        Row("browser: start", start, "ms"),
        Row("browser: page opened until load, bare", load, "ms"),
        Row("browser: page opened until idle, bare", idle, "ms"),
        Row("browser: page opened for the first time", first, "ms"),
        Row("browser: page opened", later, "ms"),
        Row("browser: … of bare until load", later / load, "×"),
        bounded("browser: … of bare until idle", later / idle, "×", IDLE_BAR),
        Row("browser: states of a walk", states, ""),
        Row("browser: requests of a walk", requests, ""),
        Row("browser: a state of a walk", state, "ms"),
        bounded("browser: … of bare until load", state / load, "×", STATE_BAR),
    ]


def main() -> list[Row]:
    if lacking := why_not():
        raise Unavailable(lacking)
    command = [sys.executable, str(Path(__file__).with_name("_scripted_site.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as site:
        assert site.stdin is not None
        assert site.stdout is not None
        try:
            return asyncio.run(measure(f"http://127.0.0.1:{int(site.stdout.readline())}/"))
        finally:
            site.stdin.close()
