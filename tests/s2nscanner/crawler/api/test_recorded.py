"""What recordings share."""

from s2n.model import Request
from s2n.s2nscanner.crawler.api.recorded import distinct, is_asset, operation_of, repeated
from support.apis import ground


def get(url, method="GET", body=b""):
    headers = (("Content-Type", "application/json"),) if body else ()
    return Request.from_url(url, method, headers, body)


def test_headers_that_are_worth_repeating():
    sent = [
        ("Host", "a"),
        (":authority", "a"),
        ("Sec-Fetch-Mode", "cors"),
        ("User-Agent", "x"),
        ("Authorization", "Bearer T"),
        ("X-App", "1"),
        ("Content-Type", "text/plain"),
    ]
    assert [name for name, _ in repeated(sent, ground())] == ["Authorization", "X-App", "Content-Type"]
    assert [name for name, _ in repeated(sent, ground(auth="bearer", token="T"))] == ["X-App", "Content-Type"]


def test_assets():
    assert is_asset("http://h/a.css?v=1")
    assert is_asset("http://h/picture", "image/png")
    assert not is_asset("http://h/a.php", "text/html")
    assert not is_asset("http://h/a?file=x.css")


def test_each_kind_of_request_is_kept_a_few_times():
    numbered = [get(f"http://h/item/{number}?q={number}") for number in range(9)]
    assert len(list(distinct(numbered))) == 3
    assert len(list(distinct([get("http://h/a")] * 3))) == 1
    assert len(list(distinct([get("http://h/a"), get("http://h/a?x=1"), get("http://h/a", "POST")]))) == 3
    assert (
        len(list(distinct([get("http://h/a", "POST", b'{"a":1}'), get("http://h/a", "POST", b'{"b":1}')])))
        == 2
    )


def test_what_ends_the_session_or_deletes_is_harmful():
    assert operation_of(get("http://h/logout")).harmful
    assert operation_of(get("http://h/a", "DELETE")).harmful
    assert not operation_of(get("http://h/a", "POST", b"{}")).harmful
