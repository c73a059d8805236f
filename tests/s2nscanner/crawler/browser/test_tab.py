"""A tab opens pages, waits until they are at rest, and survives what pages do."""

import asyncio
import time

import pytest

from s2n.errors import BrowserFailed, NetworkError
from s2n.model import Request, Response
from s2n.s2nscanner.crawler.sights import Shown
from support.browser import heard, in_browser, needs_browser
from support.site import html
from support.webserver import Web

pytestmark = needs_browser

LATE = """<p></p><script>
setTimeout(() => fetch('/a').then(() => fetch('/b')).then(() => {
  document.querySelector('p').attachShadow({mode: 'open'}).innerHTML = '<i>late</i>';
  window.done = true;
}), 300);
</script>"""

RESTLESS = """<p></p><script>
setInterval(() => { document.querySelector('p').textContent = performance.now(); }, 20);
const loop = () => setTimeout(loop, 100); loop();
setInterval(() => fetch('/poll'), 50); fetch('/slow');
</script>"""


def test_a_page_is_waited_for_until_it_is_at_rest() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url + "late")
        assert await tab.page.evaluate("window.done")
        assert heard(tab.take()) == ["GET /late", "GET /a", "GET /b"]
        assert tab.in_flight == 0
        # A search that is put off is that of the action.
        await tab.open(web.url + "search")
        for text in "abc":
            await tab.page.fill("input", text)
            await tab.settle()
        assert heard(tab.take())[1:] == [f"GET /find?q={text}" for text in "abc"]

    pages = {
        "/late": LATE,
        "/search": """<input oninput="clearTimeout(window.t);
            window.t = setTimeout(() => fetch('/find?q=' + this.value), 250)">""",
    }
    in_browser(lambda request: pages.get(request.path, "x"), visit)


def test_clocks_polls_and_slow_answers_are_not_waited_for_for_ever() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        begin = time.monotonic()
        await tab.open(web.url)
        assert time.monotonic() - begin > 2.9  # the answer to /slow might have come
        for _ in range(2):
            begin = time.monotonic()
            await tab.settle()
            assert time.monotonic() - begin < 2.0 * tab.pulse.slow  # it is given up

    async def site(request: Request) -> Response | str:
        if request.path == "/slow":
            await asyncio.sleep(60)
        return RESTLESS if request.path == "/" else "x"

    in_browser(site, visit)


def test_where_requests_are_held_back_the_wait_is_longer() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        assert len(web.requests) == 11

    scripts = "".join(f"<script src={number}.js></script>" for number in range(10))
    in_browser(lambda request: scripts if request.path == "/" else "x", visit, rate=2.5)


def test_a_fragment_alone_opens_the_page_anew() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        for _ in range(2):
            await tab.open(web.url + "#a")
            assert await tab.page.evaluate("window.touched") is None
            await tab.page.evaluate("window.touched = 1")
        assert heard(tab.take()) == ["GET /", "GET /"]

    in_browser(lambda _: "page", visit)


TALKS = """<script>
addEventListener('beforeunload', event => { event.preventDefault(); event.returnValue = 'stay'; });
alert('a'); document.title = [prompt('b'), confirm('c')];
</script><button>x</button>"""


def test_dialogs_are_answered() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url + "talks")
        assert await tab.page.title() == "s2n,true"
        await tab.page.click("button")
        await tab.open(web.url)
        assert await tab.page.title() == ""

    in_browser(lambda request: TALKS if request.path == "/talks" else "page", visit)


WINDOWS = """<a target=_blank href=/linked>a</a>
<button onclick="for (let i = 0; i < 9; i++) window.open('/w' + i)">b</button>
<i onclick="window.open('http://127.0.0.1:9/')">c</i><b onclick="window.open('/logout')">d</b>"""


def test_new_windows_are_looked_at_and_closed() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        tab.take()
        await tab.page.click("a")
        await tab.settle()
        sights = tab.take()
        assert heard(sights) == ["GET /linked", "GET /inside"]
        assert {sight.page for sight in sights[:1]} == {web.url}
        shown = [sight for sight in sights if isinstance(sight, Shown)]
        assert [(sight.url, sight.start, sight.actions) for sight in shown] == [
            (web.url + "linked", web.url + "linked", ())
        ]
        assert "<p>made</p>" in shown[0].html
        assert "<i>shadow</i>" in shown[0].html
        await tab.page.click("button")
        await tab.settle()
        sights = tab.take()
        assert len(heard(sights)) >= 9
        assert sum(isinstance(sight, Shown) for sight in sights) == 5
        for refused in ("i", "b"):
            await tab.page.click(refused)
            await tab.settle()
            assert not [sight for sight in tab.take() if isinstance(sight, Shown)]
        assert tab.page.context.pages == [tab.page]

    linked = """<script>document.write('<p>made</p>'); fetch('/inside');
        document.body.attachShadow({mode: 'open'}).innerHTML = '<i>shadow</i>';</script>"""
    in_browser(lambda request: {"/": WINDOWS, "/linked": linked}.get(request.path, "x"), visit)


def test_two_tabs_keep_their_sights_apart() -> None:
    async def visit(browser, web: Web) -> None:
        one, two = await browser.tab(), await browser.tab()
        await asyncio.gather(one.open(web.url + "one"), two.open(web.url + "two"))
        assert heard(one.take()) == ["GET /one", "GET /of/one"]
        assert heard(two.take()) == ["GET /two", "GET /of/two"]
        await two.page.evaluate("window.open('/popup-of-two')")
        await asyncio.gather(one.settle(), two.settle())
        assert heard(one.take()) == []
        assert "GET /popup-of-two" in heard(two.take())
        await one.page.evaluate("localStorage.a = 1")
        assert await two.page.evaluate("localStorage.a") == "1"
        await one.close()
        await two.open(web.url + "three")

    in_browser(
        lambda request: f"<script>fetch('/of{request.path}')</script>" if "of" not in request.path else "",
        visit,
    )


HANGS = {
    "/loop": "<script>setTimeout(() => { while (true); }, 30)</script>",
    "/at-once": "<script>while (true);</script>",
    "/alerts": "<script>setTimeout(() => { while (true) alert(1); }, 30)</script>",
}


def test_a_page_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2n.s2nscanner.crawler.browser.tab.GRACE", 0.5)
    monkeypatch.setattr("s2n.s2nscanner.crawler.browser.tab.LIMIT", 0.5)

    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        for path in HANGS:
            with pytest.raises(BrowserFailed, match="hangs"):
                await tab.open(web.url + path.removeprefix("/"))
            await tab.open(web.url)
            assert await tab.page.inner_text("p") == "fine"
        assert len(tab.page.context.pages) == 1

    in_browser(lambda request: HANGS.get(request.path, "<p>fine</p>"), visit)


def test_a_page_whose_scripts_are_off_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2n.s2nscanner.crawler.browser.tab.LIMIT", 0.5)

    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        assert await tab.page.inner_text("p") == "still"

    in_browser(lambda _: html("<p>still</p>", content_security_policy="sandbox"), visit)


def test_a_crash_is_told_and_mended() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        session = await tab.page.context.new_cdp_session(tab.page)
        gone = asyncio.Event()
        tab.page.on("crash", lambda _: gone.set())
        crash = asyncio.ensure_future(session.send("Page.crash"))
        await gone.wait()
        with pytest.raises(BrowserFailed, match="crashed"):
            await tab.settle()
        crash.cancel()
        await asyncio.gather(crash, return_exceptions=True)
        await tab.open(web.url)
        await tab.page.close()
        with pytest.raises(BrowserFailed, match="closed"):
            await tab.settle()
        await tab.open(web.url)
        assert await tab.page.inner_text("p") == "fine"

    in_browser(lambda _: "<p>fine</p>", visit)


def test_no_answer_is_a_network_error() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        tab.take()
        with pytest.raises(NetworkError, match="never answers"):
            await tab.open(web.url + "slow")
        assert tab.take() == []

    async def site(request: Request) -> Response | str:
        if request.path == "/slow":
            await asyncio.sleep(60)
        return "page"

    in_browser(site, visit, timeout=0.5)
