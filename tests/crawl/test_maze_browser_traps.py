"""Applications without an end: the walk ends within its limits, and has seen what there is to see."""

import asyncio

from crawl.maze_browser_traps import GOAL, TRAPS, trap
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import browsing, needs_browser
from support.webserver import serving

STATES = 8
"""States that a trap may take: each has more than any number of them."""

MOST = 400
"""Requests that no trap is worth more than."""

SECONDS = 40
"""Hanging pages take their time; none may take for ever."""


async def walked(client, scan, url):
    """Walk over ``url``; what the user is told of it."""
    from s2n.s2nscanner.crawler.browser.walk import Walk

    async with browsing(scan, client) as browser:
        await browser.start()
        walk = Walk(browser, scan, states=STATES)
        async for _ in walk.explore(url):
            pass
        return walk


async def outcome(name):
    """What is wrong after a walk through a trap; empty if nothing is."""
    with serving(trap(name)) as web:
        scan = ScanRequest(target_url=web.url)
        try:
            async with asyncio.timeout(SECONDS):
                walk = await walked(HttpClient(scan, Governor.of(scan)), scan, web.url)
        except TimeoutError:
            return "does not end"
    if GOAL not in {request.path for request in web.requests}:
        return "hides the goal"
    if len(web.requests) > MOST:
        return f"costs {len(web.requests)} requests"
    return "" if walk.left >= 0 else "takes more states than there are"


@needs_browser
def test_every_trap_is_left_and_the_goal_beside_it_is_found():
    async def go():
        return {name: wrong for name in TRAPS if (wrong := await outcome(name))}

    assert asyncio.run(go()) == {}
