import asyncio
from typing import Any

from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser

PAGE = """<h1>Shop</h1><p style="display: none">Wrong password</p><p style="visibility: hidden">Locked</p>
<form id=search class=top action=/find><input name=q placeholder=Find maxlength=1></form>
<label>Your e-mail <input id=mail autocomplete=username></label>
<input type=password style="position: absolute; left: -999px"><input type=hidden name=csrf>
<input type=text style="display: none"><input disabled name=off>
<button aria-label="Log in"><svg></svg></button><a href=/in>Enter  here</a><a>no link</a>
<div id=host><b>slotted</b></div><iframe src=/inner></iframe>
<script>
host.attachShadow({mode: 'open'}).innerHTML = '<input name=deep><p>In the shadow</p><slot></slot>';
</script>"""


def site(request: Request) -> Response:
    return html(PAGE if request.path == "/" else "<input type=password name=inner><p>Framed</p>")


def looked_at(url: str) -> tuple[list[Any], str, Any]:
    from s2n.s2nscanner.auth.controls import controls_of, step_shown, text_of

    async def go() -> tuple[list[Any], str, Any]:
        async with browsing(ScanRequest(target_url=url)) as browser:
            tab = await browser.tab()
            await tab.open(url)
            page = tab.page
            return await controls_of(page.main_frame), await text_of(page), await step_shown(page)

    return asyncio.run(go())


def test_a_page_is_read_as_it_is_shown() -> None:
    with serving(site) as web:
        controls, text, shown = looked_at(web.url)
    assert [(c.kind, c.name or c.id, c.button) for c in controls] == [
        ("text", "q", False),
        ("text", "mail", False),
        ("text", "off", False),
        ("submit", "", True),
        ("a", "", True),
        ("text", "deep", False),
    ]
    find, mail, off, button, link, _ = controls
    assert (find.form, find.single, find.about, find.called) == (0, True, "search  top /find", ["Find"])
    assert (mail.form, mail.autocomplete, mail.called) == (-1, "username", ["Your e-mail"])
    assert off.disabled
    assert button.called == ["Log in"]
    assert link.called == ["Enter here"]
    assert [line for line in text.split("\n") if line in {"Shop", "In the shadow", "Framed", "slotted"}] == [
        *("Shop", "In the shadow", "slotted", "Framed"),
    ]
    assert "Wrong" not in text
    assert "Locked" not in text
    # The password counts, wherever it is: here in a frame.
    assert shown.frame.url.endswith("/inner")
    assert shown.wanted.password.name == "inner"
