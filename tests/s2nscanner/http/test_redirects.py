import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.http.redirects import redirected

HEADERS = (
    ("Host", "odd"),
    ("X-Keep", "1"),
    ("Content-Type", "text/plain"),
    ("content-length", "4"),
    ("Transfer-Encoding", "chunked"),
    ("Authorization", "Basic x"),
    ("Cookie", "a=b"),
)


def post(method="POST"):
    return Request.from_url("http://h/a/b?c", method, HEADERS, b"body")


def answer(status, location):
    return Response(status, headers=() if location is None else (("location", location),))


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/x", "http://h/x"),
        ("x?y", "http://h/a/x?y"),
        ("../x", "http://h/x"),
        ("?z", "http://h/a/b?z"),
        ("//other/x", "http://other/x"),
        ("https://h/", "https://h/"),
        ("http://h/x#frag", "http://h/x"),
        ("", "http://h/a/b?c"),
        (" /x ", "http://h/x"),
        ("/caf\xc3\xa9 1", "http://h/caf%C3%A9%201"),
        ("/caf\xe9", "http://h/caf%C3%A9"),
    ],
)
def test_where_it_leads(location, url):
    assert redirected(post(), answer(302, location)).url == url


@pytest.mark.parametrize("location", ["javascript:1", "ftp://h/", "http://[x/", "http://h:99999/", None])
def test_where_it_leads_nowhere(location):
    assert redirected(post(), answer(302, location)) is None


@pytest.mark.parametrize("status", [200, 300, 304, 404])
def test_other_answers_are_no_redirect(status):
    assert redirected(post(), answer(status, "/x")) is None


@pytest.mark.parametrize(
    ("method", "status", "then"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("PUT", 301, "PUT"),
        ("PUT", 303, "GET"),
        ("HEAD", 303, "HEAD"),
        ("GET", 302, "GET"),
    ],
)
def test_methods_and_bodies(method, status, then):
    there = redirected(post(method), answer(status, "/x"))
    assert there.method == then
    rewritten = then != method
    assert there.body == (b"" if rewritten else b"body")
    assert there.header("x-keep") == "1"
    for name in ["content-type", "content-length", "transfer-encoding"]:
        assert (there.header(name) is None) is rewritten


def test_credentials_stay_with_their_origin():
    assert redirected(post(), answer(307, "/x")).headers == HEADERS
    for elsewhere in ["http://other/", "http://h:81/", "https://h/"]:
        there = redirected(post(), answer(307, elsewhere))
        assert [name for name, _ in there.headers] == [
            "X-Keep", "Content-Type", "content-length", "Transfer-Encoding",
        ]  # fmt: skip
