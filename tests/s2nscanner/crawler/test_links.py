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
        "<a href=/x>t</a>",
        "<a href=/x>",
        "<A HREF='/x'><b>t</b></A>",
        "<map><area href=/x></map>",
        "<link rel=next href=/x>",
        "<img src=/x>",
        "<script src=/x></script>",
        "<iframe src=/x></iframe>",
        "<frameset><frame src=/x></frameset>",
        "<embed src=/x>",
        "<object data=/x></object>",
        "<video poster=/x></video>",
        "<audio><source src=/x></audio>",
        "<track src=/x>",
        "<input type=image src=/x>",
        "<blockquote cite=/x>q</blockquote>",
        "<body background=/x>",
        "<img longdesc=/x>",
        "<img srcset='/x 2x'>",
        "<svg><a xlink:href='/x'></a></svg>",
        "<div data-href=/x>",
        "<meta http-equiv=Refresh content='0; URL=/x'>",
        "<meta property=og:url content=/x>",
        "<div onclick=\"location='/x'\">",
        "<a href=\"javascript:window.open('/x')\">",
        "<script>go('/x')</script>",
        "<noscript><a href=/x>t</a></noscript>",
        "<script type=text/template><a href=/x>t</a></script>",
        "<!-- <a href=/x>t</a> -->",
        "<!-- moved to /x -->",
        "<!--[if IE]><a href=/x>t</a><![endif]-->",
        "<template><a href=/x>t</a></template>",
    ],
)
def test_found(html):
    expected = ["/x"] if "moved" not in html else []
    assert found(html) == expected or found(html.replace("/x", "/xy")) == ["/xy"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>/x</p>",
        "<a name=x>t</a>",
        "<td data=/x>",
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
