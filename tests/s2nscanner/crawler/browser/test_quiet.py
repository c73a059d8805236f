"""What runs in each frame: it knows when the page is at rest, and keeps dialogs from coming without end."""

import time

from support.browser import in_browser, needs_browser
from support.site import Answer

pytestmark = needs_browser

TALKS = """<button>x</button><script>
const said = [];
for (let n = 0; n < 1000; n += 1) { alert('no ' + n); said.push(prompt('name?'), confirm('sure?')) }
document.title = said.filter(each => each === null).length + ' ' + said.filter(each => each === false).length;
onclick = () => { document.title = confirm('still sure?') };
</script>"""


def test_a_page_may_open_a_handful_of_dialogs_after_each_action():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        heard: list[str] = []
        tab.page.on("dialog", lambda dialog: heard.append(dialog.message))
        await tab.open(web.url)
        assert heard == ["no 0", "name?", "sure?", "no 1", "name?"]
        assert await tab.page.title() == "998 999"
        assert (await tab.muted())[:3] == ["sure?", "no 2", "name?"]
        await tab.page.click("button")
        await tab.settle()
        assert heard[5:] == ["still sure?"]
        assert await tab.page.title() == "true"

    in_browser(lambda _: TALKS, visit)


def test_what_watches_cannot_be_seen():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        for name in ("alert", "confirm", "prompt", "setTimeout", "clearTimeout", "fetch"):
            assert "[native code]" in await tab.page.evaluate(f"`${{{name}}}`")
            assert await tab.page.evaluate(f"{name}.name") == name
        assert await tab.page.evaluate("Object.keys(window).filter(name => name.includes('s2n'))") == []

    in_browser(lambda _: "page", visit)


def test_an_answer_is_waited_for_until_the_page_has_used_it():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        assert await tab.page.title() == "used"

    page = """<script>
        const begun = performance.now(); const asked = new XMLHttpRequest(); asked.open('GET', '/data');
        asked.onload = () => fetch('/more').then(() => setTimeout(() => { document.title = 'used' }, 60));
        setTimeout(() => { while (performance.now() - begun < 600); }, 0); asked.send()</script>"""
    in_browser(lambda request: page if request.path == "/" else "x", visit)


def test_a_page_that_does_nothing_is_at_rest_at_once():
    async def visit(browser, web) -> None:
        from s2n.s2nscanner.crawler.browser.quiet import NAME, left

        tab = await browser.tab()
        await tab.open(web.url)
        asking = left(first=False, quiet=60_000, frames=0, spared=0)
        assert await tab.direct.evaluate(tab.page, asking) > 30_000
        await tab.direct.evaluate(tab.page, f'window["{NAME}"].rested()')
        assert await tab.direct.evaluate(tab.page, asking) == 0
        await tab.direct.evaluate(tab.page, "document.body.append('more')")
        assert await tab.direct.evaluate(tab.page, asking) > 30_000

    in_browser(lambda _: "page", visit)


def test_what_is_asked_for_again_and_again_is_not_waited_for():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        await tab.page.wait_for_function("window.n > 9")
        begin = time.monotonic()
        await tab.settle()
        assert time.monotonic() - begin < 2.5 * tab.pulse.slow

    def site(request) -> Answer:
        return "<script>n = 0; setInterval(() => fetch('/poll', {body: ++n, method: 'POST'}), 30)</script>"

    in_browser(site, visit)
