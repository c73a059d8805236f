import asyncio

import pytest
from msgspec.structs import replace

from corpus.classes import _login as corpus
from s2n.model import Request
from s2n.s2nscanner.oracles.loginsearch import desks
from support.site import MemorySender, html

FORM = "<form method=post action={}><input name=user><input type=password name=pass>{}</form>"


def search(site, endpoints=(), limit=3):
    sender = MemorySender(site)
    return asyncio.run(desks(sender, endpoints, "http://site.test/", limit)), sender


def pages(**bodies):
    """A site of these pages; ``_`` stands for the start page."""
    known = {"/" if name == "_" else f"/{name}": body for name, body in bodies.items()}
    return lambda request: html(known[request.path]) if request.path in known else html("<h1>No</h1>", 404)


def test_the_forms_of_the_crawl_come_first():
    (desk,), sender = search(pages(_="x"), corpus.login())
    assert desk.form.request == corpus.login()[0]
    assert desk.page == corpus.login()[1]
    assert [request.path for request in sender.requests] == ["/", "/login"]


def test_a_form_for_members_is_known_by_where_strangers_are_sent():
    member = (("Cookie", "sid=1"),)
    inner = corpus.login("username=a&password=b", path="/tools/brute")

    def site(request):
        if request.path == "/login":
            return html(FORM.format("/login", ""))
        if request.path == "/tools/brute" and request.header("cookie") is None:
            return html("", 302, location="/login")
        return html("<h1>Shop</h1><a href=/login>Log in</a>")

    class Client(MemorySender):
        async def send(self, request, **options):
            headers = request.headers if options.get("exact") else request.headers + member
            return await super().send(replace(request, headers=headers), **options)

    found = asyncio.run(desks(Client(site), inner, "http://site.test/", 3))
    assert [(desk.form.request.path, desk.needs_session) for desk in found] == [
        ("/login", False),
        ("/tools/brute", True),
    ]
    assert found[1].visitor().cookies == {"sid": "1"}


def test_a_crawl_with_a_session_may_have_missed_the_real_one():
    class Client(MemorySender):
        async def send(self, request, **options):
            if not options.get("exact"):
                request = request.with_header("Cookie", "sid=1")
            return await super().send(request, **options)

    site = pages(
        _="<a href=/login>Log in</a>", login=FORM.format("/login", ""), tool=FORM.format("/tool", "")
    )
    other = corpus.login(path="/tool")
    found = asyncio.run(desks(Client(site), other, "http://site.test/", 3))
    assert [desk.form.request.path for desk in found] == ["/login", "/tool"]
    known = asyncio.run(desks(Client(site), corpus.login(), "http://site.test/", 3))
    assert [desk.form.request.path for desk in known] == ["/login"]


def test_the_place_that_the_user_names_comes_first():
    site = pages(_="<h1>Shop</h1>", side=FORM.format("/in", ""))
    sender = MemorySender(site)
    (desk,) = asyncio.run(desks(sender, (), "http://site.test/", 3, login_url="http://site.test/side"))
    assert (desk.form.request.path, desk.page.path) == ("/in", "/side")
    elsewhere = MemorySender(site)
    assert not asyncio.run(desks(elsewhere, (), "http://site.test/", 3, login_url="http://other.test/side"))
    assert {request.origin.host for request in elsewhere.requests} == {"site.test"}


def test_a_form_that_a_table_tears_apart():
    torn = (
        "<table><form method=post action=/in><tr><td><input name=user></td></tr>"
        "<tr><td><input type=password name=pass></td></tr></form></table>"
    )
    (desk,), _ = search(pages(_="<h1>Shop</h1>", login=torn))
    assert desk.form.request.body == b"user=&pass="


def test_no_more_than_wanted():
    endpoints = [corpus.login(path=f"/{name}/login")[0] for name in "abc"]
    assert len(search(pages(), endpoints, 2)[0]) == 2


@pytest.mark.parametrize(
    "site",
    [
        pages(_=FORM.format("/in", "")),
        pages(_="<a href='/members'>Sign in</a>", members=FORM.format("/in", "")),
        pages(_="<a href='/my/log-in'>Members</a>", **{"my/log-in": FORM.format("/in", "")}),
        pages(_="<h1>Shop</h1>", signin=FORM.format("/in", "")),
    ],
    ids=["start page", "link by its text", "link by its address", "usual place"],
)
def test_a_form_is_found(site):
    (desk,), sender = search(site)
    assert desk.form.request.url == "http://site.test/in"
    assert desk.form.request.body == b"user=&pass="
    assert all(request.header("cookie") is None for request in sender.requests)


def test_fields_as_a_browser_sends_them():
    more = (
        "<input type=hidden name=t value='a b'><input type=checkbox name=keep>"
        "<input type=checkbox name=ok value=1 checked>"
        "<input type=file name=f><input type=submit name=go value=In><input type=submit name=other value=X>"
    )
    (desk,), _ = search(pages(_=FORM.format("/in", more)))
    assert desk.form.request.body == b"user=&pass=&t=a+b&ok=1&go=In"


def test_a_form_by_get_and_without_an_action():
    (desk,), _ = search(pages(_="<form><input name=user><input type=password name=pass></form>"))
    assert desk.form.request.url == "http://site.test/?user=&pass="
    assert desk.form.request.method == "GET"


@pytest.mark.parametrize(
    "site",
    [
        pages(_="<h1>Shop</h1>"),
        pages(_=FORM.format("http://other.test/in", "")),
        pages(_=FORM.format("http://[", "")),
        pages(_="<a href='http://other.test/login'>Log in</a><a href='http://['>Log in</a>"),
        pages(_=FORM.format("/in", "<input type=password name=pass2>")),
        lambda request: html(FORM.format("/in", ""), 404),
        lambda request: html("", 302, location="/login"),
    ],
    ids=["none", "elsewhere", "nowhere", "links elsewhere", "a registration", "not found", "a loop"],
)
def test_no_form_is_found(site):
    found, sender = search(site)
    assert found == []
    assert {request.origin.host for request in sender.requests} == {"site.test"}


def test_the_requests_are_few():
    _, sender = search(pages(_="".join(f"<a href=/login{n}>Log in</a>" for n in range(9))))
    assert len(sender.requests) <= 10
    assert Request.from_url("http://site.test/login2") not in sender.requests
