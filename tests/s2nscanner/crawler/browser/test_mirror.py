"""The scan's cookies and the browser's are the same, whoever sets them."""

from s2n.model import Request, Response
from s2n.s2nscanner.http.cookies import Cookie
from support.browser import in_browser, needs_browser
from support.site import html
from support.webserver import Web

pytestmark = needs_browser


def test_cookies_go_both_ways() -> None:
    async def visit(browser, web: Web) -> None:
        jar = browser._jar
        host = Request.from_url(web.url).origin.host
        tab = await browser.tab()
        # From the jar to the browser,
        jar.add(Cookie("session", "1", host, http_only=True))
        jar.add(Cookie("theme", "dark", host))
        await tab.open(web.url)
        assert await tab.page.evaluate("document.cookie") == "theme=dark"
        assert web.requests[-1].header("cookie") == "session=1; theme=dark"
        # from an answer to both,
        await tab.open(web.url + "sets")
        assert await tab.page.evaluate("document.cookie") == "theme=dark; given=2"
        # from a script to the jar.
        await tab.page.evaluate("document.cookie = 'own=3'; document.cookie = 'theme=light'; fetch('/x')")
        await tab.settle()
        assert {cookie.name: cookie.value for cookie in jar} == {
            "session": "1",
            "theme": "light",
            "given": "2",
            "hidden": "2",
            "own": "3",
        }
        # What the jar has in place of a former value counts,
        jar.add(Cookie("session", "2", host, http_only=True))
        jar.add(Cookie("given", "4", host))
        await tab.page.evaluate("fetch('/x')")
        sent = dict(pair.split("=") for pair in (web.requests[-1].header("cookie") or "").split("; "))
        assert (sent["session"], sent["given"]) == ("2", "4")
        # and what it has no longer is gone.
        jar.clear()
        jar.add(Cookie("session", "3", host, http_only=True))
        await tab.open(web.url)
        assert await tab.page.evaluate("document.cookie") == ""
        assert web.requests[-1].header("cookie") == "session=3"

    def site(request: Request) -> Response | str:
        if request.path == "/sets":
            page = html("x", set_cookie="given=2; Path=/")
            return Response(200, headers=(*page.headers, ("Set-Cookie", "hidden=2; HttpOnly")), body=b"x")
        return "page"

    in_browser(site, visit)


def test_a_visitor_apart_begins_with_none() -> None:
    async def visit(browser, web: Web) -> None:
        host = Request.from_url(web.url).origin.host
        jar = browser._jar
        jar.add(Cookie("theme", "dark", host))
        tab = await browser.tab(apart=True)
        await tab.open(web.url)
        assert await tab.page.evaluate("document.cookie") == "mine=1"
        shared = await browser.tab()
        await shared.open(web.url + "other")
        assert sorted((await shared.page.evaluate("document.cookie")).split("; ")) == ["mine=1", "theme=dark"]

    in_browser(lambda request: html("page", set_cookie="mine=1") if request.path == "/" else "page", visit)


KEPT = (
    (Cookie("deep", "1", "127.0.0.1", path="/deep"), True),
    (Cookie("other", "1", "127.0.0.1", path="/other"), False),
    (Cookie("secure", "1", "127.0.0.1", secure=True, same_site="none", expires=4e9), True),
    (Cookie("text", "ü", "127.0.0.1", same_site="strict"), True),
    (Cookie("hidden", "1", "127.0.0.1", http_only=True), False),
)


def test_attributes_are_kept() -> None:
    async def visit(browser, web: Web) -> None:
        for cookie, _ in KEPT:
            browser._jar.add(cookie)
        tab = await browser.tab()
        await tab.open(web.url + "deep/page")
        visible = (await tab.page.evaluate("document.cookie")).split("; ")
        assert sorted(visible) == sorted(f"{cookie.name}={cookie.value}" for cookie, seen in KEPT if seen)

    in_browser(lambda _: "page", visit)
