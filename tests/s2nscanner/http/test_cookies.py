from calendar import timegm

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.http.cookies import (
    MAX_COOKIES,
    Cookie,
    CookieJar,
    is_trustworthy,
    parse_cookie_date,
    parse_set_cookie,
)

NOW = 1_700_000_000.0


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


def get(url):
    return Request.from_url(url)


def parse(text, url="http://shop.example/a/b"):
    request = get(url)
    return parse_set_cookie(text, request.origin, request.path, NOW)


def jar_after(*set_cookies, url="http://shop.example/a/b", clock=None):
    jar = CookieJar(clock or Clock())
    jar.learn(get(url), Response(200, headers=tuple(("Set-Cookie", text) for text in set_cookies)))
    return jar


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("a=b", "a", "b"),
        (" a = b ; Path=/", "a", "b"),
        ("a=b=c", "a", "b=c"),
        ("a=", "a", ""),
        ("=b", "", "b"),
        ("lonely", "", "lonely"),
        ('a="q r, s"', "a", '"q r, s"'),
        ("a=\xc3\xa9", "a", "é"),
        ("a=\xe9", "a", "\xe9"),
        ("a=b;;; ;x", "a", "b"),
    ],
)
def test_names_and_values(text, name, value):
    cookie = parse(text)
    assert (cookie.name, cookie.value) == (name, value)


@pytest.mark.parametrize("text", ["", "=", " ; Path=/", "a=b\x00", "a=b\r\nc", "a=" + "x" * 4096])
def test_what_no_browser_keeps(text):
    assert parse(text) is None


def test_attributes():
    cookie = parse("a=b; PATH=/x; secure; HttpOnly; SameSite=Lax; foo", "https://shop.example/")
    assert cookie == Cookie(
        "a", "b", "shop.example", "/x", host_only=True, secure=True, http_only=True, same_site="lax"
    )
    assert parse("a=b; path=/one; path=/two").path == "/two"


@pytest.mark.parametrize(
    ("attribute", "path"),
    [("", "/a"), ("; Path", "/a"), ("; Path=x", "/a"), ("; Path=/", "/"), ("; Path=/q/", "/q/")],
)
def test_paths(attribute, path):
    assert parse(f"a=b{attribute}").path == path


@pytest.mark.parametrize("url", ["http://h", "http://h/", "http://h/x"])
def test_the_default_path_of_a_root(url):
    assert parse("a=b", url).path == "/"


@pytest.mark.parametrize(
    ("host", "domain", "expected"),
    [
        ("www.shop.example", "shop.example", ("shop.example", False)),
        ("www.shop.example", ".Shop.Example", ("shop.example", False)),
        ("shop.example", "shop.example", ("shop.example", False)),
        ("shop.example", "", ("shop.example", True)),
        ("shop.example", "www.shop.example", None),
        ("shop.example", "example", None),
        ("shop.example", "op.example", None),
        ("shop.co.uk", "co.uk", None),
        ("a.shop.co.uk", "shop.co.uk", ("shop.co.uk", False)),
        ("localhost", "localhost", ("localhost", True)),
        ("app.localhost", "localhost", None),
        ("127.0.0.1", "127.0.0.1", ("127.0.0.1", True)),
        ("127.0.0.1", "0.0.1", None),
    ],
)
def test_domains(host, domain, expected):
    cookie = parse(f"a=b; Domain={domain}", f"http://{host}/")
    assert (cookie and (cookie.domain, cookie.host_only)) == expected


@pytest.mark.parametrize(
    ("text", "url", "kept"),
    [
        ("a=b; Secure", "https://h/", True),
        ("a=b; Secure", "http://h/", False),
        ("a=b; Secure", "http://127.0.0.1:80/", True),
        ("a=b; Secure", "http://[::1]/", True),
        ("a=b; Secure", "http://app.localhost/", True),
        ("__Secure-a=b; Secure", "https://h/", True),
        ("__Secure-a=b", "https://h/", False),
        ("__Host-a=b; Secure; Path=/", "https://h/", True),
        ("__host-a=b; Secure; Path=/", "https://h.example/", True),
        ("__Host-a=b; Secure; Path=/x", "https://h/", False),
        ("__Host-a=b; Path=/", "https://h/", False),
        ("__Host-a=b; Secure; Path=/; Domain=h.example", "https://h.example/", False),
        ("=__Host-a", "https://h/", False),
    ],
)
def test_secure_and_prefixes(text, url, kept):
    assert (parse(text, url) is not None) is kept


def test_where_secure_cookies_may_go():
    assert is_trustworthy(get("https://h/").origin)
    assert is_trustworthy(get("http://127.9.9.9/").origin)
    assert not is_trustworthy(get("http://10.0.0.1/").origin)
    assert not is_trustworthy(get("http://notlocalhost/").origin)


@pytest.mark.parametrize(
    ("attributes", "expires"),
    [
        ("", None),
        ("; Max-Age=60", NOW + 60),
        ("; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", NOW + 60),
        ("; Max-Age=soon", None),
        ("; Max-Age=-1", 0.0),
        ("; Max-Age=99999999999999999999", NOW + 400 * 86400),
        ("; Expires=Thu, 01 Jan 1970 00:00:01 GMT", 1.0),
        ("; Expires=never", None),
    ],
)
def test_expiry(attributes, expires):
    assert parse(f"a=b{attributes}").expires == expires


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "06 november 1994 08:49:37",
        "1994 Nov 6 8:49:37",
    ],
)
def test_dates_as_they_are_found(text):
    assert parse_cookie_date(text) == timegm((1994, 11, 6, 8, 49, 37))


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "32 Jan 2020 00:00:00", "1 Jan 2020 24:00:00", "1 Jan 1600 1:1:1"]
)
def test_dates_that_are_none(text):
    assert parse_cookie_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 Jan 70 23:59:59", (1970, 1, 1, 23, 59, 59)),
        ("1 Jan 69 00:00:00", (2069, 1, 1, 0, 0, 0)),
        ("31 Dec 99 00:00:00", (1999, 12, 31, 0, 0, 0)),
        ("1 Jan 1601 00:00:00", (1601, 1, 1, 0, 0, 0)),
    ],
)
def test_dates_at_the_limits(text, expected):
    assert parse_cookie_date(text) == timegm(expected)


@pytest.mark.parametrize("text", ["Jan 1990 1:1:1", "1 1990 1:1:1", "1 Jan 1:1:1", "1 Jan 1990"])
def test_dates_without_one_part(text):
    assert parse_cookie_date(text) is None


def test_other_headers_set_no_cookie():
    jar = CookieJar()
    jar.learn(get("http://h/"), Response(200, headers=(("Connection", "a=b"), ("Set-Cookie2", "c=d"))))
    assert len(jar) == 0


def test_what_is_sent_back_and_where():
    jar = jar_after("top=1; Path=/", "deep=2", "other=3; Path=/other")
    assert jar.header_for(get("http://shop.example/")) == "top=1"
    assert jar.header_for(get("http://shop.example/a/x?y")) == "deep=2; top=1"
    assert jar.header_for(get("http://shop.example/a")) == "deep=2; top=1"
    assert jar.header_for(get("http://shop.example/ab")) == "top=1"
    assert jar.header_for(get("http://www.shop.example/")) == ""
    assert jar.header_for(get("http://evilshop.example/")) == ""


def test_a_domain_cookie_reaches_subdomains_and_a_secure_one_only_tls():
    jar = jar_after("d=1; Domain=shop.example; Path=/", "s=2; Secure; Path=/", url="https://shop.example/")
    assert jar.header_for(get("https://shop.example/")) == "d=1; s=2"
    assert jar.header_for(get("http://shop.example/")) == "d=1"
    assert jar.header_for(get("https://www.shop.example/")) == "d=1"
    assert jar.header_for(get("https://xshop.example/")) == ""


def test_cookies_do_not_distinguish_ports():
    assert jar_after("a=1").header_for(get("http://shop.example:81/a/")) == "a=1"


def test_a_new_value_keeps_its_place_and_an_expired_one_deletes():
    jar = jar_after("a=1; Path=/", "b=2; Path=/", "a=3; Path=/")
    assert jar.header_for(get("http://shop.example/")) == "a=3; b=2"
    jar.learn(get("http://shop.example/"), Response(200, headers=(("set-COOKIE", "a=; Path=/; Max-Age=0"),)))
    assert jar.header_for(get("http://shop.example/")) == "b=2"
    assert [cookie.name for cookie in jar] == ["b"]


def test_time_ends_a_cookie_although_the_header_was_remembered():
    clock = Clock()
    jar = jar_after("a=1; Path=/; Max-Age=10", "b=2; Path=/", clock=clock)
    url = get("http://shop.example/")
    assert jar.header_for(url) == jar.header_for(url) == "a=1; b=2"
    clock.now += 10
    assert jar.header_for(url) == jar.header_for(url) == "b=2"


def test_values_go_out_as_the_bytes_they_are():
    assert jar_after("a=\xc3\xa9; Path=/", "lonely; Path=/").header_for(get("http://shop.example/")) == (
        "a=\xc3\xa9; lonely"
    )


def test_a_copy_lives_on_its_own():
    jar = jar_after("a=1; Path=/")
    other = jar.copy()
    other.add(Cookie("b", "2", "shop.example"))
    assert (len(jar), len(other)) == (1, 2)
    jar.clear()
    assert jar.header_for(get("http://shop.example/")) == ""
    assert other.header_for(get("http://shop.example/")) == "a=1; b=2"


def test_a_jar_does_not_grow_without_end():
    jar = jar_after(*(f"c{number}=x" for number in range(MAX_COOKIES + 5)))
    assert len(jar) == MAX_COOKIES
    assert next(iter(jar)).name == "c5"
