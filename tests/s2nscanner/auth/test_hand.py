import asyncio

from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.rendered import ways_to_login
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser

PAGE = """<form id=f><input name=user value=old><input type=password name=pw><button>Log in</button></form>
<div id=over style="position: fixed; inset: 0; background: #eee">Cookies?</div>
<script>
const keys = []; let sent = 0, shown = 0;
f.user.onkeydown = () => keys.push(1);
f.pw.oninput = () => { if (f.pw.value.length > 5) f.pw.value = f.pw.value.slice(0, 5); };
f.onsubmit = e => { e.preventDefault(); sent++; };
</script>"""
CODE = """<div id=row></div><a onclick="count++" href=#>Log in</a><p></p><input id=m type=email>
<script>
let count = 0;
for (let n = 0; n < 6; n++) {
  const i = row.appendChild(Object.assign(document.createElement('input'), {maxLength: 1}));
  i.oninput = () => i.nextSibling && i.nextSibling.focus();
}
</script>"""


def site(request: Request) -> Response:
    return html(CODE if request.path == "/code" else PAGE)


def test_typing_and_clicking_reaches_the_page_whatever_lies_over_it() -> None:
    from s2n.s2nscanner.auth.controls import controls_of, step_shown
    from s2n.s2nscanner.auth.hand import click, fill, send

    async def go(url: str) -> None:
        async with browsing(ScanRequest(target_url=url)) as browser:
            tab = await browser.tab()
            await tab.open(url)
            page, shown = tab.page, await step_shown(tab.page)
            assert shown is not None
            against = await fill(
                page, shown.frame, [(shown.wanted.user, "anna"), (shown.wanted.password, "12345")]
            )
            assert against == ""
            await send(page, shown)
            assert await page.evaluate("[f.user.value, f.pw.value, keys.length > 3, sent]") == [
                "anna",
                "12345",
                True,
                1,
            ]
            await page.evaluate("f.querySelector('button').disabled = true")
            await send(page, shown)  # by the Enter key, which a disabled button stops
            assert await page.evaluate("sent") == 1

            await tab.open(url + "code")
            page, shown = tab.page, await step_shown(tab.page)
            assert shown is not None
            await fill(page, shown.frame, [(shown.wanted.code, "123456"), (None, "x")])
            assert await page.evaluate("[...row.children].map(i => i.value).join('')") == "123456"
            controls = await controls_of(page.main_frame)
            await click(page.main_frame, ways_to_login(controls)[0])
            assert await page.evaluate("count") == 1
            mail = next(control for control in controls if control.id == "m")
            assert "@" in await fill(page, page.main_frame, [(mail, "anna")])

    with serving(site) as web:
        asyncio.run(go(web.url))
