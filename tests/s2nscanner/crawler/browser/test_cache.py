"""Scripts and stylesheets are held for the scan, within bounds."""

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.browser.cache import Cache

URL = "http://site.test/app.js"


def script(body: bytes = b"1", status: int = 200, **headers: str) -> Response:
    pairs = {"content_type": "text/javascript", **headers}
    return Response(
        status, headers=tuple((name.replace("_", "-"), value) for name, value in pairs.items()), body=body
    )


@pytest.mark.parametrize("kind", ["text/javascript; charset=utf-8", "application/javascript", "text/css"])
def test_files_are_held(kind: str) -> None:
    cache, request, response = Cache(), Request.from_url(URL), script(content_type=kind)
    assert cache.get(request) is None
    cache.put(request, response)
    assert cache.get(request) is response
    assert cache.get(Request.from_url(URL + "?v=2")) is None


@pytest.mark.parametrize(
    "response",
    [
        script(status=404),
        script(cache_control="private, No-Store"),
        script(set_cookie="a=1"),
        script(content_type="text/html"),
        script(content_type="application/json"),
        script(b"x" * 11),
    ],
    ids=["status", "no-store", "cookie", "html", "json", "large"],
)
def test_others_are_not(response: Response) -> None:
    cache, request = Cache(10), Request.from_url(URL)
    cache.put(request, response)
    assert cache.get(request) is None


def test_only_get_requests_are_held() -> None:
    cache, request = Cache(), Request.from_url(URL, "POST")
    cache.put(request, script())
    cache.put(Request.from_url(URL), script())
    assert cache.get(request) is None


def test_the_longest_unused_is_given_up_first() -> None:
    cache = Cache(10)
    first, second, third = (Request.from_url(f"{URL}?{number}") for number in range(3))
    cache.put(first, script(b"x" * 5))
    cache.put(second, script(b"x" * 5))
    assert cache.get(first)
    cache.put(third, script(b"x" * 5))
    assert cache.get(second) is None
    assert cache.get(first)
    assert cache.get(third)
