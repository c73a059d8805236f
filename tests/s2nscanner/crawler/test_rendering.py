"""Which page the browser looks at next."""

import pytest

from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import shape_of
from s2n.s2nscanner.crawler.rendering import MOST_OF_A_SHAPE, Rendering
from support.site import html

PROSE = "<p>" + "Words that can be read without any script. " * 20
BUILT = '<div id="app"></div><script src=/app.js></script>'
ACTING = f"{PROSE}<button onclick=go()>Go</button>"


def queue(mode, *pages):
    """The URLs that are looked at, of pages given as URL, markup and skeleton."""
    rendering = Rendering(mode)
    for url, answer, skeleton in pages:
        response = html(answer) if isinstance(answer, str) else answer
        rendering.consider(Entry(url), response, shape_of(url), skeleton)
    urls = []
    while (entry := rendering.next()) is not None:
        urls.append(entry.url)
    return urls


def test_script_built_pages_come_first():
    pages = ("http://a.test/old", ACTING, 1), ("http://a.test/new", BUILT, 2)
    assert queue("auto", *pages) == ["http://a.test/new", "http://a.test/old"]


def test_one_page_of_a_template_is_enough():
    pages = [(f"http://a.test/p{number}", ACTING, 1) for number in range(5)]
    assert queue("auto", *pages) == ["http://a.test/p0"]


def test_script_built_pages_share_their_markup_so_their_urls_count():
    pages = [(f"http://a.test/{name}", BUILT, 1) for name in ("users", "orders")]
    items = [(f"http://a.test/item/{number}", BUILT, 1) for number in range(9)]
    assert queue("auto", *pages, *items) == [url for url, _, _ in (*pages, *items[:MOST_OF_A_SHAPE])]


@pytest.mark.parametrize(("mode", "expected"), [("auto", []), ("always", ["http://a.test/"])])
def test_pages_without_scripts_are_looked_at_only_where_asked_for(mode, expected):
    assert queue(mode, ("http://a.test/", PROSE, 1)) == expected


@pytest.mark.parametrize(
    "answer", [html(BUILT, 500), html(BUILT, 404), html(BUILT, content_type="text/plain")]
)
def test_errors_and_what_is_no_page_are_not_looked_at(answer):
    if answer.status == 200:
        answer = type(answer)(200, headers=(("Content-Type", "text/plain"),), body=answer.body)
    assert queue("always", ("http://a.test/", answer, 1)) == []


def test_script_built_pages_are_counted_for_those_without_a_browser():
    rendering = Rendering("never")
    for number in range(3):
        url = f"http://a.test/item/{number}"
        rendering.consider(Entry(url), html(BUILT), shape_of(url), 1)
    assert (rendering.built, rendering.first) == (3, "http://a.test/item/0")
