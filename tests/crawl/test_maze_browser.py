"""What only a browser finds, a browser finds; and nothing that must not be pressed is pressed."""

import asyncio
from pathlib import Path

import pytest

from crawl.maze_browser import never, risky, site, ways
from crawl.test_maze import crawled
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh
from support.browser import browsing, needs_browser
from support.webserver import serving

pytestmark = pytest.mark.timeout(300)
"""One crawl of 155 ways, which a busy machine may stretch."""

EXPECTED = Path(__file__).with_name("expected_browser.txt")
"""Each way's name, method and endpoint, so that none is dropped from the maze unnoticed."""

LEAST = 110
"""Ways that the maze has at least."""

STATES = 150
"""States that may be looked at; the maze has half as many."""


def browsed(url, **options):
    """Crawl all of ``url`` with a browser; the crawler, when it has ended."""
    scan = ScanRequest(target_url=url, browser="always", depth=1000, **options)

    async def go():
        from s2n.s2nscanner.crawler.browser.walk import Walk

        client = HttpClient(scan, Governor.of(scan))
        async with browsing(scan, client) as browser:
            await browser.start()
            walk = Walk(browser, scan, states=STATES)
            crawler = Crawler(client, Scope.of(scan), scan, Fresh(1), explorer=walk)
            async for _ in crawler.crawl():
                pass
            return crawler

    return asyncio.run(go())


@pytest.fixture(scope="module")
def read():
    """The requests that a crawl without a browser makes."""
    with serving(site()) as web:
        crawled(web.url)
        return web.requests


@pytest.fixture(scope="module")
def walk():
    """The requests that a crawl with a browser makes, and those that it would test."""
    with serving(site()) as web:
        crawler = browsed(web.url)
        return web.requests, crawler.requests


@pytest.fixture(scope="module")
def walked(walk):
    """The requests that a crawl with a browser makes."""
    return walk[0]


def test_no_way_is_found_without_a_browser(read):
    paths = {request.path for request in read}
    assert {f"/p/{way.page}" for way in ways()} <= paths
    assert [way.name for way in [*ways(), *risky(), *never()] if way.goal in paths] == []


@needs_browser
def test_all_other_ways_are_found_with_a_browser(walked):
    assert [way.name for way in ways() if not way.reached(walked)] == []


@needs_browser
def test_nothing_is_sent_that_must_not_be(walked):
    assert [way.name for way in [*never(), *risky()] if way.reached(walked)] == []


@needs_browser
def test_what_takes_a_risk_is_known_though_it_was_not_sent(walk):
    _, known = walk
    assert [way.name for way in risky() if not way.reached(known)] == []


@needs_browser
def test_what_changes_records_is_sent_at_the_users_risk():
    with serving(site()) as web:
        browsed(f"{web.url}p/risky", accept_risk=True)
    assert [way.name for way in risky() if not way.reached(web.requests)] == []


def test_the_maze_is_the_expected_one():
    lines = [f"{way.name} {way.hidden.method} {way.goal}" for way in ways()]
    assert lines == EXPECTED.read_text("utf-8").splitlines()


def test_the_maze_is_large_and_its_names_are_unique():
    names = [way.name for way in [*ways(), *risky(), *never()]]
    assert len(set(names)) == len(names)
    assert len(list(ways())) >= LEAST
