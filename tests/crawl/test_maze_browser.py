"""What only a browser finds, a browser finds; and nothing that must not be pressed is pressed."""

from pathlib import Path

import pytest

from crawl.maze_browser import never, site, ways
from crawl.test_maze import crawled
from support.webserver import serving

EXPECTED = Path(__file__).with_name("expected_browser.txt")
"""Each way's name, method and endpoint, so that none is dropped from the maze unnoticed."""

LEAST = 110
"""Ways that the maze has at least."""


@pytest.fixture(scope="module")
def read():
    """The requests that a crawl without a browser makes."""
    with serving(site()) as web:
        crawled(web.url)
        return web.requests


def test_no_way_is_found_without_a_browser(read):
    paths = {request.path for request in read}
    assert {f"/p/{way.page}" for way in ways()} <= paths
    assert [way.name for way in [*ways(), *never()] if way.goal in paths] == []


def test_the_maze_is_the_expected_one():
    lines = [f"{way.name} {way.hidden.method} {way.goal}" for way in ways()]
    assert lines == EXPECTED.read_text("utf-8").splitlines()


def test_the_maze_is_large_and_its_names_are_unique():
    names = [way.name for way in [*ways(), *never()]]
    assert len(set(names)) == len(names)
    assert len(list(ways())) >= LEAST
