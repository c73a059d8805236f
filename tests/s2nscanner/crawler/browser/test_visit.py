"""A tab that is brought into states of a page, and survives what pages do there."""

import asyncio

import pytest

from s2n.errors import BrowserFailed
from s2n.s2nscanner.crawler.browser.actions import actions_on
from support.browser import heard, in_browser, needs_browser

pytestmark = needs_browser

PAGES = {
    "/": """<button onclick="document.body.append(document.createElement('hr'))">Line</button>
        <button onclick="location = '/next'">Next</button>
        <script>addEventListener('beforeunload', () => navigator.sendBeacon('/left'))</script>""",
    "/next": "<p>next</p>",
    "/hangs": "<button onclick='for (;;);'>Hang</button><button>Other</button>",
}


def test_a_page_is_opened_acted_on_and_left():
    from s2n.s2nscanner.crawler.browser.visit import Visit

    async def visit(browser, web) -> None:
        tab = await browser.tab()
        at = Visit(tab, web.url, risk=False)
        first = await at.open()
        line, onwards = (action for action, _ in actions_on(first.state))
        changed = await at.do(line)
        assert changed is at.view
        assert changed.state.looks > first.state.looks
        assert changed.state.born == first.state.born
        assert at.trail == (line,)
        assert (await at.html()).count("<hr>") == 1
        moved = await at.do(onwards)
        assert moved.state.url == web.url + "next"
        assert moved.state.born != first.state.born
        assert await at.do(line) is None  # it is not here
        again = await at.open()
        assert again.state.looks == first.state.looks
        assert at.trail == ()
        await at.do(line)  # a page in which nothing was done is left without a word
        tab.take()
        await at.leave()
        assert heard(tab.take()) == ["POST /left"]
        assert at.view is None

    in_browser(lambda request: PAGES.get(request.path, "x"), visit)


def test_a_page_that_hangs_is_an_error_and_can_be_opened_again():
    from s2n.s2nscanner.crawler.browser.visit import Visit

    async def visit(browser, web) -> None:
        tab = await browser.tab()
        at = Visit(tab, web.url + "hangs", risk=False)
        first = await at.open()
        hang = actions_on(first.state)[0][0]
        async with asyncio.timeout(30):
            with pytest.raises(BrowserFailed, match="hangs"):
                await at.do(hang)
        again = await at.open()
        assert again.state.looks == first.state.looks

    in_browser(lambda request: PAGES[request.path], visit)
