import pytest

from s2n.model import Exchange, Headers, Origin, Request, Response, set_header, split_url


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://shop.example", "http://shop.example", "/"),
        ("HTTP://Shop.Example/A", "http://shop.example", "/A"),
        ("http://h/a/../../etc/passwd", "http://h", "/a/../../etc/passwd"),
        ("http://h//a/./b//", "http://h", "//a/./b//"),
        ("http://h/%2e%2E/%00%zz", "http://h", "/%2e%2E/%00%zz"),
        ("http://h/a?b=c&d=/../#frag?x", "http://h", "/a?b=c&d=/../"),
        ("http://h?q=1", "http://h", "/?q=1"),
        ("http://h#f", "http://h", "/"),
        ("http://h/a;p=1?x;y", "http://h", "/a;p=1?x;y"),
        ("https://h:443/", "https://h", "/"),
        ("http://h:443/", "http://h:443", "/"),
        ("http://h:/x", "http://h", "/x"),
        ("http://h:00080/x", "http://h", "/x"),
        ("http://h./x", "http://h", "/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080", "/x"),
        ("http://[2001:DB8::1]/", "http://[2001:db8::1]", "/"),
        ("http://user:pa:ss@h:81/x", "http://h:81", "/x"),
        ("http://good.example@evil.example/", "http://evil.example", "/"),
        ("http://h\\@evil.example/", "http://h", "/\\@evil.example/"),
        ("http://h/a b\tc", "http://h", "/a%20b%09c"),
        ("http://h/é?q=ü", "http://h", "/%C3%A9?q=%C3%BC"),
        ("http://h/\r\nX: y", "http://h", "/%0D%0AX:%20y"),
        ("http://bücher.example/", "http://xn--bcher-kva.example", "/"),
        ("  http://h/x \n", "http://h", "/x"),
        ("http://h/\"<>'`{}|^", "http://h", "/\"<>'`{}|^"),
    ],
)
def test_a_url_is_split_and_its_path_never_normalised(url: str, origin: str, target: str) -> None:
    found, rest = split_url(url)
    assert (str(found), rest) == (origin, target)
    request = Request.from_url(url)
    assert (request.method, request.origin, request.target) == ("GET", found, target)
    assert Request.from_url(request.url) == request


@pytest.mark.parametrize(
    "url",
    [
        "",
        "h",
        "h/x",
        "//h/x",
        "/x",
        "ftp://h/",
        "javascript:alert(1)",
        "http:/h",
        "http://",
        "http:///x",
        "http://?q",
        "http://user@/",
        "http://h:0/",
        "http://h:65536/",
        "http://h:8x/",
        "http://h:-1/",
        "http://[::1/",
        "http://[::1]x/",
        "http://a:b:c/",
        "http://./",
        "http://h\r\nX-Evil: y/",
        "http://h x/",
        "http://h\0/",
        "http://<h>/",
        "http://" + "ü" * 80 + ".example/",
    ],
)
def test_what_is_no_absolute_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        split_url(url)
    with pytest.raises(ValueError, match=r"."):
        Request.from_url(url)


def test_an_origin_names_the_port_only_where_it_must() -> None:
    assert Origin("https", "h", 443).authority == "h"
    assert Origin("https", "h", 80).authority == "h:80"
    assert Origin("http", "::1", 81).authority == "[::1]:81"


def test_a_request_knows_its_parts() -> None:
    request = Request("POST", Origin("http", "h", 80), "/a?b?c", (("A", "1"), ("a", "2")), b"x")
    assert (request.url, request.path, request.query) == ("http://h/a?b?c", "/a", "b?c")
    assert (request.header("a"), request.header("b")) == ("1", None)
    assert Request("OPTIONS", request.origin, "*").url == "http://h/*"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), (("X", "n"),)),
        ((("x", "o"),), (("x", "n"),)),
        ((("A", "1"), ("X", "o"), ("B", "2"), ("x", "p")), (("A", "1"), ("X", "n"), ("B", "2"))),
    ],
)
def test_a_header_is_set_once_and_in_place(before: Headers, after: Headers) -> None:
    assert set_header(before, "X", "n") == after
    request = Request("GET", Origin("http", "h", 80), "/", before)
    assert request.with_header("X", "n").headers == after
    assert request.headers == before


def test_a_new_body_brings_its_type() -> None:
    request = Request.from_url("http://h/", "POST", (("content-type", "a/b"),)).with_body(b"{}", "c/d")
    assert (request.body, request.headers) == (b"{}", (("content-type", "c/d"),))


def answer(content_type: str | None, body: bytes, **fields: object) -> Response:
    headers = () if content_type is None else (("Content-Type", content_type),)
    return Response(200, headers=headers, body=body, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        (None, "é".encode(), "é"),
        ("text/html", b"\xff<b>", "\ufffd<b>"),
        ("text/html; charset=iso-8859-1", b"\xe9", "é"),
        ("text/html; CharSet='EUC-KR'", "한".encode("euc-kr"), "한"),
        ('text/html;charset="utf-16"', "é".encode("utf-16"), "é"),
        ("text/html; charset=utf-8", "é".encode("utf-16"), "é"),
        (None, "\ufeffé".encode("utf-16-be"), "é"),
        ("text/html; charset=klingon", "é".encode(), "é"),
        ("text/html; charset=idna", b"\xff", "\ufffd"),
        ("text/html; charset=base64", b"aGk=", "aGk="),
        ("text/html; charset=unicode_escape", b"\\ud800\\q", "\\ud800\\q"),
        ("text/html; charset=utf-7", b"+2AA-", "+2AA-"),
        ("text/html; charset=", b"x", "x"),
    ],
)
def test_the_text_is_decoded_by_the_declared_charset(
    content_type: str | None, body: bytes, text: str
) -> None:
    response = answer(content_type, body)
    assert response.text == text
    assert response.text.encode()


@pytest.mark.parametrize(
    ("content_type", "body", "page"),
    [
        ("text/html", b"", True),
        ("Text/HTML ; charset=x", b"", True),
        ("application/xhtml+xml", b"", True),
        ("text/plain", b"<html>", False),
        ("application/json", b"<html>", False),
        ("image/svg+xml", b"<svg>", False),
        (None, b"  <!doctype html>", True),
        (None, b"plain", False),
        (None, b"x" * 600 + b"<b>", False),
        ("", b"<b>", True),
    ],
)
def test_a_page_is_what_a_browser_would_render(content_type: str | None, body: bytes, page: bool) -> None:
    assert answer(content_type, body).is_html is page


def test_nosniff_forbids_the_guess() -> None:
    assert not Response(200, headers=(("X-Content-Type-Options", "NoSniff"),), body=b"<b>").is_html


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_needs_a_place_to_go(status: int) -> None:
    assert Response(status, headers=(("location", ""),)).is_redirect
    assert not Response(status).is_redirect


@pytest.mark.parametrize("status", [200, 201, 300, 304, 404])
def test_other_answers_are_no_redirect(status: int) -> None:
    assert not Response(status, headers=(("Location", "/x"),)).is_redirect


def test_headers_are_found_whatever_their_case_and_number() -> None:
    response = Response(200, headers=(("Set-Cookie", "a=1"), ("X", "y"), ("set-cookie", "b=2")))
    assert response.header("SET-COOKIE") == "a=1"
    assert response.header_all("Set-cookie") == ["a=1", "b=2"]
    assert response.header_all("y") == []


def test_the_first_exchange_is_the_one_that_was_asked_for() -> None:
    asked = Exchange(Request.from_url("http://h/a"), Response(302))
    assert asked.first is asked
    assert Exchange(Request.from_url("http://h/b"), Response(200), (asked,)).first is asked
