"""A field without a value gets one that the site itself uses."""

import asyncio

import pytest

from s2n.model import Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.crawler.seenvalues import MAX_NAMES, MAX_URL, Need, SeenValues, wanted
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import html, params
from support.webserver import serving


@pytest.mark.parametrize(
    ("url", "name", "path", "value"),
    [
        ("/orders/17", "order_id", "/track", "17"),
        ("/orders/17", "id", "/orders/edit", "17"),
        ("http://h/shop/orders/3f2b8c1d-aa00/", "orderId", "", "3f2b8c1d-aa00"),
        ("/list?category=hats", "category", "/search", "hats"),
        ("/item.php?id=9", "id", "/item", "9"),
        ("/item.php?id=9", "item_id", "/comment", "9"),
        ("/a?x=two%20words", "x", "", "two words"),
        ("/orders/17", "id", "/users/edit", None),
        ("/item?id=9", "id", "/user", None),
        ("/orders/1", "order_id", "", None),
        ("/reset?token=abc", "token", "", None),
        ("/u?email=bob@site.test", "email", "", None),
        ("/orders/new", "order_id", "", None),
        ("/17", "id", "/", None),
    ],
)
def test_urls(url, name, path, value):
    seen = SeenValues()
    seen.see_url(url)
    assert seen.find(Need(name, path)) == value


def test_the_first_value_stays():
    seen = SeenValues()
    for number in (4, 5):
        seen.see_url(f"/orders/{number}")
    assert seen.find(Need("order_id", "")) == "4"


def test_what_was_just_created_comes_before_what_was_there():
    seen = SeenValues()
    seen.see_url("/orders/4")
    seen.see_data({"id": 70, "status": "new"}, "/orders", created=True)
    seen.see_data({"id": 71}, "/orders", created=True)
    assert seen.find(Need("id", "/orders/")) == "70"


def test_what_is_to_be_changed_must_have_been_created():
    seen = SeenValues()
    seen.see_url("/orders/4")
    assert seen.find(Need("id", "/orders/", created=True)) is None
    seen.see_data({"id": 70}, "/orders", created=True)
    assert seen.find(Need("id", "/orders/", created=True)) == "70"


def test_a_path_segment_without_a_name_is_found_by_its_noun():
    seen = SeenValues()
    seen.see_data([{"slug": "red-hat"}], "/products")
    assert seen.find(Need("", "/products/")) == "red-hat"
    assert seen.find(Need("", "/users/")) is None


@pytest.mark.parametrize(
    ("method", "status", "kept"),
    [("POST", 201, "70"), ("POST", 303, "70"), ("POST", 400, "4"), ("GET", 302, "4")],
)
def test_where_an_answer_says_that_the_new_thing_is(method, status, kept):
    seen = SeenValues()
    seen.see_url("/orders/4")
    seen.see_location(method, Response(status, headers=(("Location", "/orders/70"),)))
    assert seen.find(Need("order_id", "")) == kept


def test_names_are_bounded():
    seen = SeenValues()
    for number in range(MAX_NAMES + 10):
        seen.add(f"n{number}", "v")
    assert seen.find(Need(f"n{MAX_NAMES - 1}", "")) == "v"
    assert seen.find(Need(f"n{MAX_NAMES}", "")) is None


@pytest.mark.parametrize(("name", "worth"), [("user_id", True), ("session_id", False), ("comment", False)])
def test_what_is_worth_waiting_for(name, worth):
    assert wanted(name) is worth


def asked_by_a_crawl_of(site):
    """The requests of a crawl over the wire."""

    async def go(url):
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        async for _ in Crawler(client, Scope.of(scan), scan, Fresh(1)).crawl():
            pass
        await client.close()

    with serving(site) as web:
        asyncio.run(go(web.url))
        return web.requests


FORM = (
    "<form action=/track><input name=order_id><input name=shop><input name=day type=date><input name=pieces"
    " type=number max=9><input name=email><textarea name=note></textarea><button>Go</button></form>"
)


def shop(request):
    """A shop that knows order 4711 of shop "north"."""
    if request.path == "/":
        return f"<a href='/orders/4711?shop=north&day=2024-02-29&pieces=40&email=x@y.test&note=n'>o</a>{FORM}"
    return "<p>shop</p>"


def test_fields_get_values_of_links_if_they_take_them():
    (sent,) = [params(request) for request in asked_by_a_crawl_of(shop) if request.path == "/track"]
    assert sent == {
        "order_id": "4711",
        "shop": "north",
        "day": "2024-02-29",
        "pieces": "1",
        "email": "s2n@example.com",
        "note": "s2n",
    }


def test_without_links_they_get_plausible_ones():
    requests = asked_by_a_crawl_of(lambda request: FORM if request.path == "/" else html("", 404))
    (sent,) = [params(request) for request in requests if request.path == "/track"]
    assert (sent["order_id"], sent["shop"], sent["pieces"]) == ("1", "s2n", "1")


def test_a_url_that_nobody_would_share_is_not_read():
    seen = SeenValues()
    seen.see_url("/orders/17" + "/1" * MAX_URL)
    assert seen.find(Need("order_id", "")) is None
    seen.see_url("/orders/17")
    assert seen.find(Need("order_id", "")) == "17"
