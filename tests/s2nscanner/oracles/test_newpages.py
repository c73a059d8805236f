from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.newpages import NewPages
from support.site import html

KNOWN = [
    Request.from_url(f"http://site.test{target}")
    for target in ("/", "/notes/1", "/view?id=2&tab=3", "/about")
]


def linked(pages, *targets):
    body = "".join(f"<a href='{target}'>x</a>" for target in targets)
    return [request.target for request in pages.linked(Exchange(KNOWN[0], html(body)))]


def test_the_newest_comes_first_and_only_once():
    pages = NewPages(KNOWN)
    assert linked(pages, "/notes/1", "/notes/9", "/notes/10", "/notes/9") == ["/notes/10", "/notes/9"]
    assert linked(pages, "/notes/10", "/notes/11#top") == ["/notes/11"]


def test_queries_and_long_ids():
    known = [*KNOWN, Request.from_url(f"http://site.test/o/{'a1' * 12}")]
    pages = NewPages(known)
    assert linked(pages, "/view?id=7&tab=3") == ["/view?id=7&tab=3"]
    assert linked(pages, f"/o/{'b2' * 12}") == [f"/o/{'b2' * 12}"]


def test_what_is_no_page_of_a_new_thing():
    strange = ["/about2", "/news/5", "/notes/1/edit", "http://other.test/notes/5", "http://[", "/notes/v2"]
    assert linked(NewPages(KNOWN), *strange) == []


def test_data_has_no_links():
    plain = Exchange(
        KNOWN[0], Response(200, headers=(("Content-Type", "text/plain"),), body=b"<a href=/notes/5>")
    )
    assert NewPages(KNOWN).linked(plain) == []
