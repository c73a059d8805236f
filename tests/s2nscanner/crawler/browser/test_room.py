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


def test_a_question_is_answered_with_yes_unless_it_is_dangerous() -> None:
    answers = {}

    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        for question in ("Go on?", "Delete the account?", "This is final. Log out now?"):
            answers[question] = await tab.page.evaluate("text => confirm(text)", question)

    in_browser(lambda _: "<p>page</p>", visit)
    assert answers == {"Go on?": True, "Delete the account?": False, "This is final. Log out now?": False}


def test_what_a_link_is_to_save_is_heard_once() -> None:
    async def visit(browser, web: Web) -> None:
        tab = await browser.tab()
        await tab.open(web.url)
        tab.take()
        for link in ("/saved", "/attached"):
            await tab.page.evaluate(
                """link => { const a = document.createElement('a'); a.href = link;
                if (link === '/saved') a.download = 'all.zip'; a.click() }""",
                link,
            )
            await tab.settle()
            assert heard(tab.take()) == [f"GET {link}"]

    def site(request: Request) -> Response | str:
        kind = (("Content-Type", "application/zip"), ("Content-Disposition", "attachment"))
        return "<p>page</p>" if request.path == "/" else Response(200, headers=kind, body=b"0")

    web = in_browser(site, visit)
    assert [request.path for request in web.requests] == ["/", "/saved", "/attached"]
