import pytest
from msgspec.structs import replace

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.visitor import (
    anonymous,
    completed,
    cookies_sent,
    cookies_set,
    has_password_field,
    holds_session,
    refused,
    sealed,
    visible,
)
from support.site import html

SENT = Request.from_url(
    "http://site.test/save",
    "POST",
    (
        ("Host", "site.test"),
        ("User-Agent", "s2n"),
        ("Authorization", "Bearer abc"),
        ("Cookie", "sid=1; theme=dark"),
        ("Content-Length", "7"),
    ),
    b"name=Ann",
)
LOGIN = "<h1>Log in</h1><form><input type='password' name=p></form>"


def exchange(answer, request=SENT):
    return Exchange(request, html(answer) if isinstance(answer, str) else answer)


@pytest.mark.parametrize("header", ["X-Auth-Token", "Token"])
def test_an_anonymous_request_has_no_token_in_whatever_header(header):
    assert anonymous(replace(SENT, headers=((header, "x"), ("X-CSRF-Token", "y")))).headers == (
        ("X-CSRF-Token", "y"),
    )


def test_an_anonymous_request_has_no_session_and_a_length_that_fits():
    request = anonymous(SENT)
    assert request.headers == (("Host", "site.test"), ("User-Agent", "s2n"), ("Content-Length", "8"))
    assert (request.method, request.target, request.body) == ("POST", "/save", b"name=Ann")


def test_a_visitor_may_have_cookies_of_their_own():
    assert cookies_sent(anonymous(SENT, {"sid": "2", "a": "b"})) == {"sid": "2", "a": "b"}


def test_a_request_is_completed_like_one_that_was_sent():
    own = Request.from_url("http://site.test/login", "POST", (("Content-Type", "text/plain"),), b"x=y")
    like = completed(own, anonymous(SENT))
    assert like.headers == (
        ("Host", "site.test"),
        ("User-Agent", "s2n"),
        ("Content-Type", "text/plain"),
        ("Content-Length", "3"),
    )


def test_only_a_length_that_was_there_is_set():
    assert sealed(Request.from_url("http://site.test/", "POST", body=b"abc")).headers == ()


def test_cookies_are_those_of_the_last_word():
    first = exchange(html("", 302, location="/b", set_cookie="sid=1; Path=/; SameSite=Lax"))
    last = Exchange(SENT, html("", set_cookie="sid=2; Path=/; HttpOnly"), (first,))
    assert {name: (c.value, c.same_site) for name, c in cookies_set(last).items()} == {"sid": ("2", "")}
    assert cookies_set(exchange("no cookie")) == {}


@pytest.mark.parametrize("name", ["sessionid", "PHPSESSID", "connect.sid", "auth_token", "remember_me"])
def test_session_cookies_are_known_by_name(name):
    assert holds_session(name)


@pytest.mark.parametrize("name", ["theme", "csrftoken", "XSRF-TOKEN", "_ga", "AWSALB", "lang", "seen_banner"])
def test_others_are_not(name):
    assert not holds_session(name, "dark")


def test_a_value_that_nobody_can_guess_makes_a_session():
    assert holds_session("id", "9f86d081884c7d659a2feaa0c55ad015")
    assert not holds_session("AWSALB", "9f86d081884c7d659a2feaa0c55ad015")


SAVED = "<h1>Account</h1><p>Your changes were saved.</p>"
LONG = "<nav>{}</nav><h1>Contact</h1><p>Thank you, we have received your message and will answer it soon.</p>"

REFUSED = {
    "401": (SAVED, html("", 401)),
    "403": (SAVED, html("", 403)),
    "a crash": (SAVED, html("", 500)),
    "sent to the login": (SAVED, html("", 302, location="/login")),
    "sent elsewhere": (html("", 302, location="/account"), html("", 302, location="/login?next=/account")),
    "sent nowhere": (html("", 302, location="/account"), html("", 302, location="http://[")),
    "the login page": (SAVED, LOGIN),
    "the login page instead of a redirect": (html("", 302, location="/account"), LOGIN),
    "a short page within another": ("<p>Please wait</p>", "<p>Please wait</p><p>Please log in</p>"),
    "a word": ('{"ok": true}', '{"error": "not logged in"}'),
}
NOT_REFUSED = {
    "the same": (SAVED, SAVED),
    "overload": (SAVED, html("", 429)),
    "the other failed too": (html("", 400), html("", 401)),
    "the same redirect": (html("", 302, location="/a?x=1"), html("", 302, location="http://site.test/a")),
    "another greeting": (LONG.format("Log out"), LONG.format("Please log in")),
    "a login box beside the page": (LONG.format("Hello"), LONG.format(LOGIN)),
    "both ask": (LOGIN, LOGIN),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal(case):
    assert refused(*map(exchange, REFUSED[case]))


@pytest.mark.parametrize("case", NOT_REFUSED)
def test_no_refusal(case):
    assert not refused(*map(exchange, NOT_REFUSED[case]))


def test_what_a_reader_sees():
    page = "<p>Hi</p><script>var csrf = 'token'</script><!-- forbidden --><input value='denied'>"
    assert visible(html(page)).split() == ["Hi"]
    assert visible(Response(200, body=b"a, b")) == "a, b"


def test_a_password_field():
    assert has_password_field(html('<input name=p type="password">'))
    assert not has_password_field(html('<input name=password type="text">'))
