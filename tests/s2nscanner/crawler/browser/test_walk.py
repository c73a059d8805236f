"""Walks over pages: each state once, from whatever start, and to an end."""

import asyncio
import threading

import pytest

from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.sights import Heard, Shown
from support.browser import browsing, in_browser, needs_browser
from support.webserver import serving

pytestmark = needs_browser

PAGE = """<button onclick="box.innerHTML = '<p><button onclick=fetch(`/deep`)>B</button></p>'">A</button>
<div id=box></div>"""


def test_states_are_shown_with_the_way_to_them_and_the_requests_heard():
    from s2n.s2nscanner.crawler.browser.walk import Walk

    async def visit(browser, web) -> None:
        walk = Walk(browser, ScanRequest(target_url=web.url), states=10)
        sights = [sight async for sight in walk.explore(web.url)]
        shown = [sight for sight in sights if isinstance(sight, Shown)]
        assert [sight.actions for sight in shown] == [(), ('click "A"',)]
        assert {(sight.url, sight.start) for sight in shown} == {(web.url, web.url)}
        assert "<p><button" not in shown[0].html
        assert "<p><button" in shown[1].html
        kinds = {sight.exchange.request.path: sight.kind for sight in sights if isinstance(sight, Heard)}
        assert kinds == {"/": "document", "/deep": "fetch"}
        assert walk.left == 8
        assert walk.notes() == []
        # Another start in which there is nothing else.
        again = [sight async for sight in walk.explore(web.url + "?utm_source=x")]
        assert not [sight for sight in again if isinstance(sight, Shown)]
        assert walk.left == 8

    in_browser(lambda _: PAGE, visit)


def test_the_walk_stops_at_its_states():
    from s2n.s2nscanner.crawler.browser.walk import Walk

    async def visit(browser, web) -> None:
        walk = Walk(browser, ScanRequest(target_url=web.url), states=1)
        sights = [sight async for sight in walk.explore(web.url)]
        assert len([sight for sight in sights if isinstance(sight, Shown)]) == 1
        assert walk.notes() == ["the browser stopped at 1 states; --browser-states allows more"]
        assert [sight async for sight in walk.explore(web.url + "other")] == []

    in_browser(lambda _: PAGE, visit)


def test_the_walk_stops_where_the_scans_requests_are_used_up():
    from s2n.s2nscanner.crawler.browser.walk import Walk

    async def visit(browser, web) -> None:
        walk = Walk(browser, ScanRequest(target_url=web.url), states=10)
        async with asyncio.timeout(60):
            [_ async for _ in walk.explore(web.url)]
            assert browser.spent
            assert [sight async for sight in walk.explore(web.url + "other")] == []

    page = "<button onclick='fetch(1)'>A</button><button onclick='fetch(2)'>B</button>"
    web = in_browser(lambda _: page, visit, max_requests=2)
    assert len(web.requests) == 2


def test_a_start_that_does_not_open_is_noted():
    from s2n.s2nscanner.crawler.browser.walk import Walk

    async def visit(browser, web) -> None:
        walk = Walk(browser, ScanRequest(target_url=web.url), states=10)
        assert [sight async for sight in walk.explore("http://127.0.0.1:1/")] == []
        assert walk.notes() == ["pages that hung, crashed or did not open in the browser: 1"]

    in_browser(lambda _: PAGE, visit)


def test_a_walk_can_be_left_at_any_time():
    from s2n.s2nscanner.crawler.browser.walk import Walk

    asked = threading.Event()

    async def go(url: str) -> int:
        scan = ScanRequest(target_url=url)
        async with browsing(scan) as browser:
            walk = Walk(browser, scan, states=10)
            seen = 0
            for last in (1, 3):
                sights = walk.explore(f"{url}{last}")
                async for _ in sights:
                    seen += 1
                    if seen >= last:
                        break
                await sights.aclose()
            walking = asyncio.ensure_future(anext(walk.explore(url + "never")))
            await asyncio.to_thread(asked.wait)
            walking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await walking
            tab = await browser.tab()
            return len(tab.page.context.pages)

    async def site(request: Request) -> str:
        if request.path == "/never":
            asked.set()
            await asyncio.Event().wait()
        return PAGE

    with serving(site) as web:
        assert asyncio.run(go(web.url)) == 1
