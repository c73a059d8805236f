"""Every way of the maze is found without a browser."""

import asyncio
from pathlib import Path

import pytest

from crawl.maze import site, ways
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh
from support.webserver import serving

EXPECTED = Path(__file__).with_name("expected.txt")
"""Each way's name, method and endpoint, so that none is dropped from the maze unnoticed."""

LEAST = 120
"""Ways that the maze has at least."""


def crawled(url):
    """Crawl all of ``url``; the crawler, when it has ended."""
    scan = ScanRequest(target_url=url, depth=1000, max_pages=100_000)

    async def go():
        client = HttpClient(scan, Governor.of(scan))
        crawler = Crawler(client, Scope.of(scan), scan, Fresh(1))
        async for _ in crawler.crawl():
            pass
        await client.close()
        return crawler

    return asyncio.run(go())


@pytest.fixture(scope="module")
def walk():
    """The requests that a crawl of the maze made, and the maze's host."""
    with serving(site()) as web:
        crawled(web.url)
        return web.requests, web.url.split("/")[2]


def test_every_way_is_found(walk):
    requests, host = walk
    assert sorted(way.name for way in ways(host) if not way.reached(requests)) == []


def test_the_maze_is_the_expected_one(walk):
    lines = [f"{way.name} {way.method} {way.goal}" for way in ways(walk[1])]
    assert lines == EXPECTED.read_text("utf-8").splitlines()


def test_the_maze_is_large_and_its_names_are_unique(walk):
    names = [way.name for way in ways(walk[1])]
    assert len(set(names)) == len(names) >= LEAST


def test_a_way_counts_only_when_its_endpoint_was_asked_as_it_must_be(walk):
    requests, host = walk
    for way in ways(host):
        others = [request for request in requests if request.path.rstrip("/") != way.goal]
        assert not way.reached(others)
