"""Where references hide in markup and headers."""

import pytest

from s2n.model import Response
from s2n.s2nscanner.crawler.links import Source, header_links, refresh_target, srcset
from s2n.s2nscanner.crawler.page import read_page


def found(html):
    return [link.reference for link in read_page(html).links]


@pytest.mark.parametrize(
    "html",
    [
        "<a href=/xy>t</a>",
        "<a href=/xy>",
        "<A HREF='/xy'><b>t</b></A>",
        "<map><area href=/xy></map>",
        "<link rel=next href=/xy>",
        "<img src=/xy>",
        "<script src=/xy></script>",
        "<iframe src=/xy></iframe>",
        "<frameset><frame src=/xy></frameset>",
        "<embed src=/xy>",
        "<object data=/xy></object>",
        "<video poster=/xy></video>",
        "<audio><source src=/xy></audio>",
        "<track src=/xy>",
        "<input type=image src=/xy>",
        "<blockquote cite=/xy>q</blockquote>",
        "<body background=/xy>",
        "<img longdesc=/xy>",
        "<img srcset='/xy 2x'>",
        "<svg><a xlink:href='/xy'></a></svg>",
        "<div data-href=/xy>",
        "<input type=button data-source-url=/xy>",
        "<div hx-get=/xy>",
        "<meta http-equiv=Refresh content='0; URL=/xy'>",
        "<meta property=og:url content=/xy>",
        "<div onclick=\"location='/xy'\">",
        "<a href=\"javascript:window.open('/xy')\">",
        "<script>go('/xy')</script>",
        "<noscript><a href=/xy>t</a></noscript>",
        "<script type=text/template><a href=/xy>t</a></script>",
        "<!-- <a href=/xy>t</a> -->",
        "<!-- moved to /xy -->",
        "<!--[if IE]><a href=/xy>t</a><![endif]-->",
        "<template><a href=/xy>t</a></template>",
        "<iframe srcdoc='<a href=/xy>t</a>'></iframe>",
    ],
)
def test_found(html):
    assert found(html) == ["/xy"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>/x</p>",
        "<a name=x>t</a>",
        "<td data=/x>",
        "<td data-name=/x>",
        "<style>a { b: '/x' }</style>",
        "<textarea><a href=/x></textarea>",
        "<title><a href=/x></title>",
        "<!-- 1/2 and and/or -->",
        "<img src=''>",
        "<meta name=description content='/x'>",
    ],
)
def test_silent(html):
    assert found(html) == []


def test_an_anchor_brings_its_text_and_id():
    (link,) = read_page("<a href=/x id=bye>Log <b>out</b></a>").links
    assert (link.text, link.ident, link.source) == ("Log out", "bye", Source.LINK)


def test_entities_are_decoded():
    assert found("<a href='/x?a=1&amp;b=2'>t</a>") == ["/x?a=1&b=2"]


def test_comments_and_scripts_are_guesses():
    links = read_page("<!-- <a href=/a>t</a> --><script>f('/b')</script><script src=/c></script>").links
    assert [link.source for link in links] == [Source.GUESS, Source.GUESS, Source.SCRIPT]


def test_the_first_base_counts():
    assert read_page("<base target=x><base href=/one/><base href=/two/>").base == "/one/"


def test_srcset():
    assert srcset("a.png 1x, /b,c.png 2x,d.png, e.png") == ["a.png", "/b,c.png", "d.png", "e.png"]


@pytest.mark.parametrize(
    ("content", "target"),
    [("5; url=/x", "/x"), ("0;URL='/x'", "/x"), ("0, /x", "/x"), ("5", ""), ("", ""), (";url=/x", "/x")],
)
def test_refresh(content, target):
    assert refresh_target(content) == target


def test_headers():
    headers = (("Link", '</a>; rel=next, <b>; rel="x"'), ("Refresh", "1; url=/c"), ("Content-Location", "/d"))
    links = header_links(Response(200, headers=headers))
    assert [link.reference for link in links] == ["/a", "b", "/c", "/d"]
