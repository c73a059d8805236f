import asyncio
from collections.abc import Awaitable, Callable

import pytest

from s2n.errors import LoginFailed
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth import recording as of
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser

PAGE = """<title>All</title><div style="height: 40px"><button id=once>Push</button></div>
<label>Colour <select id=colour><option>red<option>blue</select></label><input type=checkbox id=box>
<input aria-label=Word id=word><textarea id=area></textarea><p id=hover style="width: 99px">Hover here</p>
<my-box id=host></my-box><iframe src=/inner></iframe><a href=/other target=_blank>Another window</a>
<div id=low style="margin-top: 3000px">low</div>
<script>
const log = []; const note = text => { log.push(text); };
once.onclick = () => note('click'); once.ondblclick = () => note('double');
once.oncontextmenu = e => { e.preventDefault(); note('menu'); };
colour.onchange = () => note(colour.value); box.onchange = () => note('box ' + box.checked);
word.onkeydown = e => note('key ' + e.key); hover.onmouseenter = () => note('hover');
host.attachShadow({mode: 'open'}).innerHTML =
  '<button>Deep</button><i class=x data-a=1>1</i><i class=x>2</i>';
host.shadowRoot.querySelector('button').onclick = () => note('deep');
document.onscroll = () => { if (!log.includes('scroll')) note('scroll'); };
setTimeout(() => { once.insertAdjacentHTML('afterend', '<b id=late>late</b>'); }, 300);
</script>"""


def site(request: Request) -> Response:
    pages = {
        "/": PAGE,
        "/inner": "<iframe src=/innermost></iframe>",
        "/door": "<input type=password id=p><input id=shown name=pwd><input id=u name=passport>",
        "/innermost": "<input id=in><script>self.x = 1</script>",
        "/other": "<title>Other</title><button onclick=\"document.title = 'Pushed'\">Push me</button>",
    }
    return html(pages.get(request.path, "none"))


def played(
    work: Callable[[Callable[..., Awaitable[None]], object, str], Awaitable[None]],
) -> list[str]:
    """Do ``work`` with a function that plays steps in one tab, which has the page open; what was secret."""
    from s2n.s2nscanner.auth.replay import Replay

    secrets: list[str] = []

    async def go(url: str) -> None:
        async with browsing(ScanRequest(target_url=url)) as browser:
            tab = await browser.tab()
            await tab.open(url)

            async def play(*steps: of.AnyStep, limit: float = 4000) -> None:
                filled = {"{password}": "s3cret"}.get
                replay = Replay(tab, lambda text: filled(text, text), secrets.append)
                await replay.play(of.Recording(steps, timeout=limit))

            await work(play, tab, url)

    with serving(site) as web:
        asyncio.run(go(web.url))
    return secrets


def test_each_kind_of_step_and_selector_is_played() -> None:
    async def work(play, tab, url) -> None:
        once = ("#gone", ("pierce/#once",))
        await play(
            of.SetViewport(width=800, height=600),
            of.Navigate(url=url),
            of.EmulateNetworkConditions(),
            of.Click(selectors=(("aria/Push",),), offset_x=3, offset_y=3),
            of.Click(selectors=once, button="secondary", offset_x=4000, offset_y=3),
            of.DoubleClick(selectors=("xpath///*[@id='once']",)),
            of.Hover(selectors=("text/Hover here",)),
            of.Change(selectors=(("aria/Colour",),), value="blue"),
            of.Change(selectors=("#box",), value="true"),
            of.Change(selectors=('aria/Word[role="textbox"]',), value="{password}"),
            of.Click(selectors=("#word",)),
            of.KeyDown(key="Enter"),
            of.KeyUp(key="Enter"),
            of.Click(selectors=(("#host", "button"),)),
            of.WaitForElement(selectors=("#late",)),
            of.WaitForElement(selectors=(("#host", ".x"),), count=2, operator="=="),
            of.WaitForElement(selectors=(("#host", ".x"),), attributes={"data-a": "1"}),
            of.WaitForElement(selectors=("#word",), properties={"value": "s3cret"}),
            of.WaitForElement(selectors=("#never",), visible=False),
            of.WaitForExpression(expression="log.includes('deep')"),
            of.Change(selectors=("#in",), value="inside", frame=(0, 0)),
            of.WaitForExpression(expression="self.x === 1", frame=(0, 0)),
            of.Scroll(x=0, y=500),
            of.Scroll(selectors=("#low",), y=5),
        )
        log = await tab.page.evaluate("log")
        assert log == [
            *("click", "menu", "click", "click", "double", "hover", "blue", "box true", "key Enter", "deep"),
            "scroll",
        ]
        assert await tab.page.frames[2].locator("#in").input_value() == "inside"
        assert tab.page.viewport_size == {"width": 800, "height": 600}

    played(work)


def test_a_step_in_another_window() -> None:
    async def work(play, tab, url) -> None:
        await play(
            of.Click(selectors=("text/Another window",)),
            of.Click(selectors=("text/Push me",), target=url + "other?x=1"),
            of.WaitForExpression(expression="document.title === 'Pushed'", target=url + "other"),
            of.Close(target=url + "other"),
        )
        assert tab.page.url == url

    played(work)


def test_a_step_that_fails_says_which_and_what_is_there_instead() -> None:
    async def work(play, tab, url) -> None:
        for step, kind, why in (
            (of.Click(selectors=("#none", ("aria/Go", "b"))), "click at #none, aria/Go >> b", "in time"),
            (of.WaitForElement(selectors=("b",), count=9), "waitForElement at b", "are there"),
            (of.WaitForExpression(expression="false"), "waitForExpression", "in time"),
            (of.Change(selectors=("#in",), value="x", frame=(7,)), "change at #in", "there is no frame 7"),
            (of.KeyDown(key="Nonsense"), "keyDown", "Unknown key"),
            (of.Click(selectors=("b",), target="http://no.test/"), "click at b", "no window shows http://no"),
            (of.Navigate(url="http://127.0.0.2:1/"), "navigate", "outside the scope"),
        ):
            with pytest.raises(LoginFailed) as caught:
                await play(of.SetViewport(width=700, height=500), step, limit=200)
            said = str(caught.value)
            assert f"step 2 of the recording ({kind}) cannot be played: " in said
            assert why in said
            assert f"{url} shows “" in said
            assert "Push" in said
            assert caught.value.remedy

    played(work)


def test_what_goes_into_a_field_for_passwords_is_secret() -> None:
    """However the recording calls it, and though the page shows it in plain; a user's name is none."""

    async def work(play, tab, url) -> None:
        typed = [("#p", "literal-word"), ("#shown", "{password}"), ("#u", "anna")]
        await play(
            of.Navigate(url=f"{url}door"),
            *(of.Change(selectors=((selector,),), value=value) for selector, value in typed),
        )

    assert played(work) == ["literal-word", "s3cret"]
