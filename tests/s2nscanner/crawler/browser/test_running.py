"""Pages opened for oracles, in a real browser."""

import asyncio

import pytest

from s2n.errors import OutOfScope
from s2n.protocol import ScanRequest
from support.browser import browsing, needs_browser
from support.site import html
from support.webserver import serving

pytestmark = needs_browser

PAGE = """<!doctype html><p id=out></p><script>
out.innerHTML = location.hash.slice(1);
const other = document.createElement("p");
other.innerHTML = "constant";
onmessage = e => document.write(e.data + e.origin);
if (location.search) alert("asked " + location.search);
</script>"""


def run(*visits):
    """What comes of several visits to one site, by one runner."""

    async def go(url):
        async with browsing(ScanRequest(target_url=url)) as browser:
            from s2n.s2nscanner.crawler.browser.running import Running

            running = Running(browser)
            return [await running.run(f"{url}{path}", *rest) for path, *rest in visits]

    with serving(lambda _: html(PAGE)) as web:
        return asyncio.run(go(web.url))


def test_sinks_that_get_a_marker_are_told_with_the_place_in_the_script():
    (page,) = run(("#abcdef", ("abcdef",)))
    ((kind, text, where),) = [(sink.kind, sink.text, sink.where) for sink in page.sinks]
    assert (kind, text) == ("Element innerHTML", "abcdef")
    assert where.endswith("/:2:15")


def test_without_a_marker_the_page_is_left_alone():
    assert run(("#abcdef",))[0].sinks == ()


def test_dialogs_are_told_of_each_visit_by_itself():
    first, second, third = run(("?a",), ("",), ("?b",))
    assert (first.said, second.said, third.said) == (("asked ?a",), (), ("asked ?b",))


def test_another_fragment_alone_loads_the_page_anew():
    pages = run(("#first", ("first",)), ("#second", ("second",)))
    assert [[sink.text for sink in page.sinks] for page in pages] == [["first"], ["second"]]


def test_messages_come_from_another_origin():
    (page,) = run(("", ("hello",), "hello"))
    assert [(sink.kind, sink.text) for sink in page.sinks] == [("Document write", "hellonull")]


def test_the_document_s_exchange_is_told():
    (page,) = run(("?x=1",))
    assert page.exchange.request.target == "/?x=1"
    assert page.exchange.response.status == 200


def test_what_is_outside_the_scope_is_not_opened():
    async def go(url):
        async with browsing(ScanRequest(target_url=url)) as browser:
            from s2n.s2nscanner.crawler.browser.running import Running

            await Running(browser).run("http://other.test/")

    with serving(lambda _: html("x")) as web, pytest.raises(OutOfScope):
        asyncio.run(go(web.url))
