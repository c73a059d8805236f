import pytest

import s2n
from s2n.errors import UsageError
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.cookies import Cookie, CookieJar
from s2n.s2nscanner.http.identity import Identity

URL = "http://shop.example:81/x"
NO_COOKIES = CookieJar()


def identity(**options):
    return Identity(ScanRequest(target_url="shop.example:81", **options))


def completed(request=None, jar=NO_COOKIES, **options):
    return identity(**options).complete(request or Request.from_url(URL), jar).headers


def names(headers):
    return [name for name, _ in headers]


def test_what_every_request_carries():
    assert completed() == (
        ("Host", "shop.example:81"),
        ("User-Agent", f"s2n/{s2n.__version__} (+web vulnerability scanner)"),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en;q=0.9,*;q=0.5"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
    )


def test_the_rest_of_the_request_is_left_alone():
    request = Request.from_url("http://h/a/../%2e?<", "ODD", (("x", "y"),), b"body")
    done = identity().complete(request, NO_COOKIES)
    assert (done.method, done.origin, done.target, done.body) == (
        request.method, request.origin, request.target, request.body,
    )  # fmt: skip
    assert done.headers[-2:] == (("x", "y"), ("Content-Length", "4"))


def test_what_a_request_names_is_not_added():
    own = (
        ("user-agent", "mine"), ("HOST", "other"), ("Host", "twice"), ("accept-encoding", ""),
        ("cookie", "own=1"), ("content-length", "99"),
    )  # fmt: skip
    jar = CookieJar()
    jar.add(Cookie("a", "b", "shop.example"))
    headers = completed(Request.from_url(URL, "POST", own, b"body"), jar, headers=("User-Agent: user",))
    assert headers[-6:] == own
    assert names(headers[:-6]) == ["Accept", "Accept-Language"]


@pytest.mark.parametrize(
    ("method", "body", "headers", "length"),
    [
        ("GET", b"", (), None),
        ("GET", b"x", (), "1"),
        ("POST", b"", (), "0"),
        ("PUT", b"", (), "0"),
        ("PATCH", b"", (), "0"),
        ("DELETE", b"", (), None),
        ("POST", b"0\r\n\r\n", (("transfer-encoding", "chunked"),), None),
    ],
)
def test_the_length_of_a_body(method, body, headers, length):
    done = identity().complete(Request.from_url(URL, method, headers, body), NO_COOKIES)
    assert done.header("content-length") == length


def test_equal_headers_with_other_bodies_and_origins():
    one = identity()
    for body in [b"a", b"aaa"]:
        for host in ["h", "i"]:
            done = one.complete(Request.from_url(f"http://{host}/", "POST", (("a", "b"),), body), NO_COOKIES)
            assert (done.header("host"), done.header("content-length")) == (host, str(len(body)))


def test_headers_of_the_user():
    headers = completed(headers=("X-One:1", "Accept: */*", "X-Two:  a: b ", "X-Two: é", "X-Empty:"))
    assert dict(headers)["Accept"] == "*/*"
    assert names(headers).count("Accept") == 1
    assert [pair for pair in headers if pair[0].startswith("X-")] == [
        ("X-One", "1"), ("X-Two", "a: b"), ("X-Two", "\xc3\xa9"), ("X-Empty", ""),
    ]  # fmt: skip


def test_the_user_agent_of_the_user():
    assert dict(completed(user_agent="mine/1"))["User-Agent"] == "mine/1"
    assert dict(completed(user_agent="mine/1", headers=("user-agent: other",)))["user-agent"] == "other"


def test_a_user_agent_that_is_none():
    with pytest.raises(UsageError, match="control characters"):
        identity(user_agent="mine\r\nX: y")


def test_a_host_of_the_user_is_for_the_target_only():
    one = identity(headers=("host: virtual.example",))
    assert one.complete(Request.from_url(URL), NO_COOKIES).headers[0] == ("host", "virtual.example")
    elsewhere = one.complete(Request.from_url("http://other/"), NO_COOKIES).headers
    assert [value for name, value in elsewhere if name.lower() == "host"] == ["other"]


def test_cookies_of_the_user_go_to_the_target_only():
    one = identity(cookies=("a=1", "b=x=y; c=3"), headers=("Cookie: d=4",))
    jar = one.new_jar()
    assert one.complete(Request.from_url(URL), jar).header("cookie") == "d=4; a=1; b=x=y; c=3"
    assert one.complete(Request.from_url("http://other.example/"), jar).header("cookie") is None
    assert one.complete(Request.from_url("http://www.shop.example/"), jar).header("cookie") is None
    assert len(one.new_jar()) == 4


@pytest.mark.parametrize("text", ["", "X-Api", ": x", "X Y: z", "X: a\r\nY: b", "X: a\x00", "é: x"])
def test_a_header_that_is_none(text):
    with pytest.raises(UsageError, match="is not NAME: VALUE") as caught:
        identity(headers=(text,))
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["session", "=x", "a=1; b", "a=b\r\nc"])
def test_a_cookie_that_is_none(text):
    with pytest.raises(UsageError, match="is not NAME=VALUE") as caught:
        identity(cookies=(text,))
    assert caught.value.remedy


def test_messages_keep_secrets():
    for options in [{"headers": ("X-Key: s3cret\x00",)}, {"headers": ("s3cret",)}, {"cookies": ("s3cret",)}]:
        with pytest.raises(UsageError) as caught:
            identity(**options)
        assert "s3cret" not in str(caught.value)


def test_many_header_sets_do_not_fill_the_memory():
    one = identity()
    for number in range(1500):
        done = one.complete(Request.from_url(URL, headers=(("X", str(number)),)), NO_COOKIES)
        assert done.header("x") == str(number)
    assert len(one._known) <= 512
