import asyncio

import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.browsing import Visitor, inside
from support.site import MemorySender, html

HOME = Request.from_url("http://site.test/")
SENT = Request.from_url("http://site.test/", headers=(("User-Agent", "s2n"), ("Cookie", "sid=scan")))


def browse(site, request=HOME, cookies=None):
    sender = MemorySender(site)
    visitor = Visitor(sender, SENT, cookies)
    return asyncio.run(visitor.browse(request)), visitor, sender


def test_they_come_without_the_session_of_the_scan_and_keep_what_they_get():
    exchange, visitor, sender = browse(
        lambda request: html("", 302, location="/b", set_cookie="sid=1") if request.path == "/" else "end"
    )
    assert [dict(request.headers) for request in sender.requests] == [
        {"User-Agent": "s2n"},
        {"User-Agent": "s2n", "Cookie": "sid=1"},
    ]
    assert visitor.cookies == {"sid": "1"}
    assert exchange.request.path == "/b"
    assert [hop.request.path for hop in exchange.hops] == ["/"]


@pytest.mark.parametrize(
    "header", ["sid=; Max-Age=0", "sid=x; Max-Age=0", "sid=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_deleted_cookie_is_gone(header):
    _, visitor, _ = browse(lambda _: html("", set_cookie=header), cookies={"sid": "1", "a": "2"})
    assert visitor.cookies == {"a": "2"}


def test_redirects_to_elsewhere_and_without_end_are_not_followed():
    exchange, _, sender = browse(lambda _: html("", 302, location="http://other.test/"))
    assert (exchange.response.status, len(sender.requests)) == (302, 1)
    exchange, _, sender = browse(lambda _: html("", 302, location="/again"))
    assert (exchange.response.status, len(sender.requests)) == (302, 6)


def page(body, status=200, **headers):
    return Exchange(HOME, html(body, status, **headers))


IN = page("<h1>Hello Ann</h1><a href=/logout>Log out</a>")
OUT = page("<h1>Hello</h1><a href=/login>Log in</a>")


def test_inside():
    assert inside(IN, OUT)
    assert inside(page("<h1>Orders</h1>"), page("", 302, location="/login"))
    assert inside(page("<h1>Orders</h1>"), page("", 401))


def test_not_inside():
    assert not inside(OUT, OUT)
    assert not inside(IN, IN)
    assert not inside(page("<a>Log out</a>", 403), OUT)
    assert not inside(OUT, IN)
