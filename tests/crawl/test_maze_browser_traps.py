"""Applications without an end: the walk ends within its limits, and has seen what there is to see."""

import asyncio

import pytest

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


async def walked(client, scan, url):
    """Walk over ``url``; what the user is told of it."""
    from s2n.s2nscanner.crawler.browser.walk import Walk

    async with browsing(scan, client) as browser:
        await browser.start()
        walk = Walk(browser, scan, states=STATES)
        async for _ in walk.explore(url):
            pass
        return walk


@needs_browser
@pytest.mark.parametrize("name", TRAPS)
def test_the_walk_ends_and_has_found_the_goal(name):
    with serving(trap(name)) as web:
        scan = ScanRequest(target_url=web.url)
        walk = asyncio.run(walked(HttpClient(scan, Governor.of(scan)), scan, web.url))
    assert GOAL in {request.path for request in web.requests}
    assert len(web.requests) <= MOST
    assert walk.left >= 0
