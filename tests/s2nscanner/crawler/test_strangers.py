"""The page where one logs in, as a crawl with a session meets it."""

import asyncio

from s2n.errors import ConnectFailed
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.crawler.strangers import page_for_strangers
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html

URL = "http://site.test/"
FORM = "<form method=post action=/in><input name=user><input type=password name=pass></form>"


class Client(MemorySender):
    """Adds the session to what is not sent exactly, as the HTTP client does."""

    async def send(self, request, *, learn=False, **options):
        if not options.get("exact"):
            request = request.with_header("Cookie", "sid=1")
        return await super().send(request, **options)


class Stranger(MemorySender):
    """Has no session."""

    async def send(self, request, *, learn=False, **options):
        return await super().send(request, **options)


def members_only(request):
    """A site that shows the way in to strangers only."""
    inside = request.header("cookie") == "sid=1"
    if request.path == "/":
        return "<a href=/logout>Log out</a>" if inside else "<a href=/door/login>Log in</a>"
    if request.path in {"/door/login", "/side"}:
        return html("", 302, location="/") if inside else FORM
    return html("nothing", 404)


def crawled(site, sender=Client, **settings):
    scan = ScanRequest(**{"target_url": URL} | settings)
    client = sender(site)
    crawler = Crawler(client, Scope.of(scan), scan, Fresh(1))

    async def go():
        return [exchange async for exchange in crawler.crawl()]

    asyncio.run(go())
    return crawler, client


def test_a_login_form_that_members_never_see_is_worth_testing_too():
    crawler, client = crawled(members_only)
    (form,) = [request for request in crawler.requests if request.method == "POST"]
    assert (form.path, form.body) == ("/in", b"user=s2n&pass=S2n-passw0rd")
    assert not any(request.method == "POST" for request in client.requests)


def test_the_login_url_is_looked_at_first():
    crawler, client = crawled(members_only, login_url=URL + "side")
    assert any(request.path == "/in" for request in crawler.requests)
    stranger = [request.path for request in client.requests if request.header("cookie") is None]
    assert stranger == ["/side"]


def test_without_a_session_nothing_is_asked_twice():
    crawler, client = crawled(members_only, Stranger)
    assert [request.target for request in client.requests].count("/") == 1
    assert any(request.path == "/in" for request in crawler.requests)  # it is simply linked


def test_a_start_page_alone_is_all_that_was_asked_for():
    crawler, client = crawled(members_only, crawl=False)
    assert [request.target for request in client.requests] == ["/"]
    assert not [request for request in crawler.requests if request.method == "POST"]


def test_no_answer_is_no_page():
    class Dead:
        async def send(self, request, **options):
            raise ConnectFailed("nobody is there")

    start = Exchange(Request.from_url(URL).with_header("Cookie", "sid=1"), html("hello"))
    assert asyncio.run(page_for_strangers(Dead(), start, ScanRequest(target_url=URL))) is None
