import base64

import pytest
from msgspec.structs import replace

from s2n.errors import UsageError
from s2n.model.site import How, Replay, Sighting
from s2n.report.as_site_json import render
from support.apis import imported, lines
from support.sites import HOME, LOGIN, ORDER, SEARCH, site


def here(endpoint):
    """``endpoint`` on the host of the tests."""
    requests = tuple(
        replace(each, url=each.url.replace("shop.example", "site.test")) for each in endpoint.requests
    )
    found = tuple(
        replace(each, page=each.page.replace("shop.example", "site.test")) for each in endpoint.found
    )
    url = endpoint.url.replace("shop.example", "site.test")
    return replace(endpoint, url=url, requests=requests, found=found)


def read(*endpoints, **settings):
    return imported(render(site(*endpoints)).decode(), **settings)


def test_every_request_is_taken_as_it_is():
    found = read(*map(here, (HOME, SEARCH, LOGIN, ORDER)))
    assert lines(found) == [
        "GET http://site.test/",
        "GET http://site.test/search?q=green+tea&page=2&sort=up",
        "POST http://site.test/login",
        "PUT http://site.test/api/orders/17",
    ]
    login, order = (each.request for each in found.operations[2:])
    assert login.body == b"user=a%40b.example&password=%2A%2A%2A"
    assert login.header("content-type") == "application/x-www-form-urlencoded"
    assert order.header("x-team") == "red"
    assert found.left_out == []


def test_a_form_keeps_its_page_so_that_tokens_can_be_renewed():
    (operation,) = read(here(LOGIN)).operations
    assert operation.page.url == "http://site.test/login"
    (linked,) = read(here(HOME)).operations
    assert linked.page is None


def test_described_paths_keep_their_parameters_folded_ones_are_pages():
    (described,) = read(here(ORDER)).operations
    assert (described.template, described.values) == ("/api/orders/{id}", {"id": "17"})
    (folded,) = read(replace(here(ORDER), found=(Sighting(How.LINK, "http://site.test/"),))).operations
    assert (folded.template, folded.values) == ("", {})


def test_every_request_of_an_endpoint_counts_and_bytes_stay_bytes():
    kind = (("Content-Type", "image/png"),)
    sent = [
        Replay(method="POST", url="http://site.test/x?a=1", headers=kind, body="text"),
        Replay(
            method="POST",
            url="http://site.test/x?b=2",
            headers=kind,
            body=base64.b64encode(b"\x89\xff").decode(),
            base64=True,
        ),
    ]
    found = read(replace(here(LOGIN), requests=tuple(sent)))
    assert [each.request.body for each in found.operations] == [b"text", b"\x89\xff"]


@pytest.mark.parametrize(
    "bad",
    [
        Replay(method="POST", url="http://site.test/", body="*", base64=True),
        Replay(method="GET", url="/no-url"),
    ],
)
def test_what_is_malformed_is_named(bad):
    found = read(here(HOME), replace(here(SEARCH), requests=(bad,)))
    assert lines(found) == ["GET http://site.test/"]
    ((name, reason),) = found.left_out
    assert name.endswith("/search")
    assert "malformed" in reason


def test_the_model_of_another_site_is_an_error_that_says_so():
    with pytest.raises(UsageError, match=r"the site model of http://shop\.example, which is not") as caught:
        read(HOME, SEARCH)
    assert "--allow-host shop.example" in caught.value.remedy


def test_what_lies_out_of_the_scope_is_left_out_by_name():
    found = read(here(HOME), SEARCH)
    assert lines(found) == ["GET http://site.test/"]
    assert found.left_out == [("GET /search", "http://shop.example is out of scope")]
    assert len(read(here(HOME), SEARCH, allow_hosts=("shop.example",)).operations) == 2


def test_a_broken_file_says_what_it_should_be():
    with pytest.raises(UsageError, match="no site model of s2n"):
        imported('{"s2n_site": "1.0", "endpoints": 5}')
    with pytest.raises(UsageError, match=r"version 9\.0"):
        imported(render(site()).decode().replace('"s2n_site": "1.0"', '"s2n_site": "9.0"'))
