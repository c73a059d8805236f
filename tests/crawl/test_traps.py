"""Sites without an end: the crawl ends, soon, and has seen what there is to see."""

import pytest

from crawl.test_maze import crawled
from crawl.traps import GOAL, TRAPS
from support.webserver import serving

MOST = 700
"""Requests that no trap is worth more than; the worst, numbers in a query, takes 500 by design."""


@pytest.mark.parametrize("name", TRAPS)
def test_the_crawl_ends_and_has_found_the_goal(name):
    with serving(TRAPS[name]) as web:
        crawled(web.url)
    assert GOAL in {request.path for request in web.requests}
    assert len(web.requests) <= MOST
