"""Whatever a page starts, its requests are those of its tab."""

import asyncio

from s2n.model import Request, Response
from support.browser import heard, in_browser, needs_browser
from support.webserver import Web

pytestmark = needs_browser

STARTS = {
    "frame": "const f = document.createElement('iframe'); f.src = '/in/frame'; document.body.append(f)",
    "frame-of-text": """const f = document.createElement('iframe');
        f.srcdoc = "<script>fetch('/in/frame-of-text')</scr" + "ipt>"; document.body.append(f)""",
    "worker": "new Worker('/worker.js')",
    "window": "window.open('/in/window')",
    "unknown": "window.open('/in/unknown', '', 'noopener,noreferrer')",
    "blank": "window.open('').location = '/in/blank'",
}


def test_requests_belong_to_the_tab_that_started_them() -> None:
    async def visit(browser, web: Web) -> None:
        one, two = await browser.tab(), await browser.tab()
        await asyncio.gather(one.open(web.url), two.open(web.url))
        for number, (name, script) in enumerate(STARTS.items()):
            tab, other = (one, two) if number % 2 else (two, one)
            tab.take()
            other.take()
            browser._shared.enter(tab)  # as opening does
            await tab.page.evaluate(f"() => {{ {script} }}")
            await tab.settle()
            await other.settle()
            assert f"GET /in/{name}" in heard(tab.take())
            assert heard(other.take()) == []

    def site(request: Request) -> Response | str:
        if request.path == "/worker.js":
            return Response(200, headers=(("Content-Type", "text/javascript"),), body=b"fetch('/in/worker')")
        return "<p>page</p>"

    in_browser(site, visit)
