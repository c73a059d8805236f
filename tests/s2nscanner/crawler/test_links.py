"""Where references hide in markup."""

import pytest

from s2n.s2nscanner.crawler.links import Source, srcset
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
        "<a ping=/xy>",
        "<isindex action=/xy>",
        "<form><form action=/xy></form></form>",
        "<form action=/xy method=dialog></form>",
        "<x xsi:schemaLocation='urn:x /xy'>",
        "<embed flashvars='a=1&amp;u=/xy'>",
        "<object><param name=FlashVars value='a=1&amp;u=/xy'></object>",
        "<a [routerLink]=\"['/xy']\">t</a>",
        "<div wire:click=\"go('/xy')\">",
        "<a href='{{root}}/xy'>",
        "<a ng-href=\"{{'/xy'}}\">",
        "<img ng-src=/xy>",
        "<script>h = `<a href='[[root]]/xy'>t</a>`</script>",
        "<form action=\"javascript:go('/xy')\"></form>",
        '<!DOCTYPE x SYSTEM "/xy">',
        "<p data-content='<a href=/xy>'>",
        "<p>at /xy.</p>",
        "<img alt='see /xy'>",
        "<div data-name=/xy>",
        "<option value=/xy>",
        "<object><param name=movie value=/xy></object>",
        "<p style='background:url(/xy)'>",
        "<style>@import '/xy';</style>",
        "<svg><rect fill='url(/xy)'/></svg>",
        "<svg><set attributeName=href to=/xy></svg>",
        "<button @click=\"go('/xy')\">",
        "<div data-options='{&quot;url&quot;:&quot;/xy&quot;}'>",
        "<iframe src='data:text/html,<a href=/xy>'></iframe>",
        "<script>document.write('<a href=/xy>')</script>",
        '<script type=application/json>{"next":"/xy"}</script>',
        "<meta http-equiv=Content-Security-Policy content='report-uri /xy'>",
        "<!-- <form action=/xy method=post></form> -->",
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
        "<td data-name=x/y>",
        "<p class=/x>",
        "<style>a { b: '/x' }</style>",
        "<textarea><a href=/x></textarea>",
        "<title><a href=/x></title>",
        "<!-- 1/2 and and/or -->",
        "<img src=''>",
        "<meta name=description content='/x'>",
        "<form action=/x></form>",
        "<form><form></form></form>",
        "<a href='{{ item.url }}'>{{ item.name }}</a>",
        "<img src='<%= url %>'>",
        "<a href='${base}/[[id]]'>",
        "<div data-points='[[1,2],[3,4]]'>",
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


def test_a_plain_value_stands_for_what_a_template_fills_in():
    assert found("<a href='/a/{{ id }}?b=${c}'>t</a><a href='{{root}}a/[[b]]'>t</a>") == ["/a/1?b=1", "a/1"]


def test_the_first_base_counts():
    assert read_page("<base target=x><base href=/one/><base href=/two/>").base == "/one/"


def test_srcset():
    assert srcset("a.png 1x, /b,c.png 2x,d.png, e.png") == ["a.png", "/b,c.png", "d.png", "e.png"]


def test_addresses_inside_addresses():
    html = "<a href='/login?next=%2Forders%3Fa%3D1&lang=de'>t</a><img src='/size?of=/a.cgi&w=3'>"
    assert found(html) == ["/orders?a=1", "/login?next=%2Forders%3Fa%3D1&lang=de", "/size?of=/a.cgi&w=3"]


@pytest.mark.parametrize(
    ("html", "calls"),
    [
        ("<div hx-post=/x hx-vals='{\"a\": 1}'>", [("POST", "/x", b"a=1")]),
        ("<div data-hx-put=/x>", [("PUT", "/x", b"")]),
        ("<div hx-post=/x hx-vals='js:{a: 1}'>", [("POST", "/x", b"")]),
        ("<a href=/x data-method=post>Like</a>", [("POST", "/x", b"")]),
        ("<a href=/x data-turbo-method=DELETE>Away</a>", [("DELETE", "/x", b"")]),
        ("<a href=/x data-method=post>Delete</a>", []),
        ("<a href=/x data-method=get>Show</a>", []),
        ("<a href=/x>Show</a>", []),
    ],
)
def test_what_attributes_send(html, calls):
    assert [(call.method, call.reference, call.body) for call in read_page(html).calls] == calls
