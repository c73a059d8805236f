"""Pages are asked past whatever they have replaced."""

import pytest

from support.browser import in_browser, needs_browser

pytestmark = needs_browser

HOSTILE = """<p id=open></p><p id=closed></p><script>
open.attachShadow({mode: 'open'}).innerHTML = '<i>light</i>';
closed.attachShadow({mode: 'closed'}).innerHTML = '<i>shade</i>';
Map.prototype.get = Map.prototype.forEach = Promise.prototype.then = () => { throw 'replaced' };
Array.prototype[Symbol.iterator] = JSON.stringify = Symbol.for = () => { throw 'replaced' };
window.Promise = window.Map = window.setTimeout = window.performance = undefined;
</script>""".replace("open.attach", "document.getElementById('open').attach").replace(
    "closed.attach", "document.getElementById('closed').attach"
)


def test_a_page_that_replaces_the_browsers_functions_comes_to_rest_and_answers():
    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        assert await tab.direct.evaluate(tab.page, "6 * 7") == 42
        html = await tab.direct.markup(tab.page)
        assert "<i>light</i>" in html
        assert "<i>shade</i>" in html
        await tab.page.keyboard.press("a")
        await tab.settle()
        assert not tab.lost

    in_browser(lambda _: HOSTILE, visit)


def test_what_fails_in_the_page_is_an_error():
    from playwright.async_api import Error

    async def visit(browser, web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        with pytest.raises(Error, match="no such"):
            await tab.direct.evaluate(tab.page, "throw new Error('no such thing')")

    in_browser(lambda _: "page", visit)
