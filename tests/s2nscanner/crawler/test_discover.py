"""A response is read by what it is."""

import pytest

from s2n.model import Response
from s2n.s2nscanner.crawler.discover import Known, discover
from s2n.s2nscanner.crawler.frontier import Entry, Kind
from s2n.s2nscanner.oracles.probe import Fresh

URL = "http://site.test/dir/page"


def read(body, content_type="text/html", kind=Kind.PAGE, status=200, **headers):
    pairs = (("Content-Type", content_type), *headers.items())
    return discover(Entry(URL, kind=kind), Response(status, headers=pairs, body=body), Known(Fresh(1)))


@pytest.mark.parametrize(
    ("body", "content_type", "kind", "links"),
    [
        (b"<a href=x>", "text/html", Kind.PAGE, ["x"]),
        (b"<a href=x>", "", Kind.PAGE, ["x"]),
        (b"<a href=x>", "text/plain", Kind.PAGE, []),
        (b"<a href=x>", "image/png", Kind.PAGE, []),
        (b"\x89PNG\x00<a href=x>", "application/octet-stream", Kind.PAGE, []),
        (b"f('/x')", "text/javascript", Kind.PAGE, ["/x"]),
        (b"f('/x')", "text/plain", Kind.SCRIPT, ["/x"]),
        (b'{"next": "/x"}', "application/json", Kind.PAGE, ["/x"]),
        (b"<feed><link href='/x'/></feed>", "application/atom+xml", Kind.PAGE, ["/x"]),
        (b"a { b: url(/x) }", "text/css", Kind.SCRIPT, ["/x"]),
        (b'{"next": "/x"}', "text/plain", Kind.PAGE, ["/x"]),
        (b"{ f('/x') }", "text/plain", Kind.SCRIPT, ["/x"]),
        (b"import './x.js'", "text/javascript", Kind.SCRIPT, ["http://site.test/dir/x.js"]),
        (b"Policy: http://site.test/x", "text/plain", Kind.TOLD, ["http://site.test/x"]),
        (b"<a href=/x>", "text/html", Kind.TOLD, []),
        (b"Disallow: /x", "text/plain", Kind.ROBOTS, ["/x"]),
        (b"Disallow: /x", "text/html", Kind.ROBOTS, []),
        (b"<urlset><loc>http://site.test/x</loc></urlset>", "text/xml", Kind.SITEMAP, ["http://site.test/x"]),
    ],
)
def test_links(body, content_type, kind, links):
    assert [link.reference for link in read(body, content_type, kind).links] == links


def test_sitemaps_of_robots():
    assert read(b"Sitemap: /map.xml", "text/plain", Kind.ROBOTS).sitemaps == ["/map.xml"]


def test_headers_and_redirects():
    found = read(b"", status=302, Location="/there", Link="</other>; rel=next")
    assert found.redirect == "/there"
    assert [link.reference for link in found.links] == ["http://site.test/other"]


def test_a_relative_base_moves_links_and_forms():
    found = read(b"<base href=../up/><form action=go></form>")
    assert found.base.url == "http://site.test/up/"
    assert found.submissions[0].url == "http://site.test/up/go"


def test_script_calls_become_requests_and_dangerous_ones_do_not():
    calls = b"fetch('/a',{method:'POST',body:'x=1'});fetch('/delete',{method:'POST',body:'x=1'})"
    found = read(calls, "application/javascript")
    assert [made.url for made in found.submissions] == ["http://site.test/a"]
    assert found.left_out == ["http://site.test/delete"]
