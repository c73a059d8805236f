import asyncio

from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser

PAGE = """<script>
document.title = [localStorage.tok, sessionStorage.tab].join(' ');
localStorage.tok += '+';
</script>"""


def site(request: Request) -> Response:
    return html(PAGE)


def test_pages_find_what_the_login_left_and_what_the_next_one_did() -> None:
    from s2n.s2nscanner.crawler.browser.browser import Browser

    async def go(url: str) -> list[str]:
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        origin = str(Request.from_url(url).origin)
        kept = {origin: {"local": {"tok": "a</script>"}, "session": {"tab": "1"}}}
        browser = Browser(
            client, client.governor.scope.allows, scan, client.jar, client.governor, storage=lambda: kept
        )
        titles = []
        try:
            tab, apart = await browser.tab(), await browser.tab(apart=True)
            for each in (tab, tab, apart):
                await each.open(url)
                titles.append(await each.page.title())
            kept = {origin: {"local": {"tok": "b"}}}
            for each in (tab, tab, await browser.tab()):
                await each.open(url)
                titles.append(await each.page.title())
        finally:
            await browser.close()
            await client.close()
        return titles

    with serving(site) as web:
        titles = asyncio.run(go(web.url))
    # Once in each tab: what a page makes of it (here, a sign more each time) is its own affair.
    assert titles == ["a</script> 1", "a</script>+ 1", "", "b", "b+", "b"]


def test_another_origin_finds_nothing() -> None:
    from s2n.s2nscanner.crawler.browser.browser import Browser

    async def go(url: str) -> str:
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        kept = {"http://other.test": {"local": {"tok": "a"}}}
        browser = Browser(client, client.governor.scope.allows, scan, client.jar, storage=lambda: kept)
        try:
            tab = await browser.tab()
            await tab.open(url)
            return await tab.page.title()
        finally:
            await browser.close()
            await client.close()

    with serving(site) as web:
        assert asyncio.run(go(web.url)) == ""
