import asyncio

from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser  # for Playwright, whose locators they become

PAGE = """<button id=a>Log in</button><label>Your name <input id=b></label>
<a href=/ id=c aria-label="Go on">x</a>
<p id=d>Some words, here</p><div id=e></div><h2 id=h>Log in</h2>
<script>e.attachShadow({mode: 'open'}).innerHTML = '<p id=f class=k><i id=g>deep</i></p>';</script>"""

WAYS = {
    "#a": "a",
    ".k": "f",
    "css/#a": "a",
    "pierce/#f": "f",
    'xpath///*[@id="d"]': "d",
    "text/words, h": "d",
    "aria/Log in": "a",
    "aria/Your name": "b",
    "aria/Go on": "c",
    'aria/Log in[role="heading"]': "h",
    'aria/[name="Go on"][role="link"]': "c",
    'aria/[role="textbox"]': "b",
    ("#e", "#f", "i"): "g",
    ("pierce/#f", "text/deep"): "g",
    'a[href="/"]': "c",
}


def test_each_way_leads_to_its_element() -> None:
    from s2n.s2nscanner.auth.selectors import located

    def site(request: Request) -> Response:
        return html(PAGE)

    async def go(url: str) -> dict[object, str | None]:
        async with browsing(ScanRequest(target_url=url)) as browser:
            tab = await browser.tab()
            await tab.open(url)
            frame = tab.page.main_frame
            return {way: await located(frame, way).first.get_attribute("id", timeout=2000) for way in WAYS}

    with serving(site) as web:
        assert asyncio.run(go(web.url)) == WAYS


def test_alternatives_are_spelled_as_they_stand() -> None:
    from s2n.s2nscanner.auth.selectors import spelled

    assert spelled(("#a", ("aria/B", "c"))) == "#a, aria/B >> c"
