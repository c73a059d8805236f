import json

import pytest

from s2n.model import Request
from s2n.s2nscanner.oracles.forgery import (
    as_get,
    by_other_site,
    by_own_page,
    changes_state,
    is_simple,
    objects,
    page_values,
    sets_password,
    succeeds,
    token_names,
    token_values,
    with_values,
    without_fields,
)
from support.site import html, params

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "xYz"


def post(body, path="/save", kind=FORM, method="POST", headers=()):
    return Request.from_url(
        f"http://site.test{path}", method, (("Content-Type", kind), *headers), body.encode()
    )


def multipart(**parts):
    pieces = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items()
    )
    return post("".join(pieces) + f"--{BOUNDARY}--\r\n", kind=f"multipart/form-data; boundary={BOUNDARY}")


CHANGES = {
    "profile": post("email=a%40b.c"),
    "json": post('{"email": "a@b.c"}', kind="application/json"),
    "put": post('{"a": 1}', "/api/profile", "application/json", "PUT"),
    "password": post("old_password=a&new_password=b&confirm=b", "/profile"),
    "password by GET": Request.from_url("http://site.test/csrf/?password_new=a&password_conf=a"),
    "password, repeated, by GET": Request.from_url("http://site.test/me?passwd=a&confirm=a&submit=1"),
    "research": post("title=x", "/research"),
    "transfer": post("to=ann&amount=1", "/transfer"),
    "comment with a field q": post("q=hello&text=x"),
}
NO_CHANGES = {
    "page": Request.from_url("http://site.test/?id=1"),
    "login": post("user=ann&password=x", "/login"),
    "login elsewhere": post("user=ann&pwd=x", "/index.php"),
    "sign in": post("user=ann&pin=x", "/users/sign_in"),
    "search": post("q=shoes&csrf_token=abc"),
    "search path": post("text=x", "/api/search"),
    "search of users": post("login=x", "/app/usersearch"),
    "confirmation": Request.from_url("http://site.test/me?mail=a&confirm=a"),
    "logout": post("x=1", "/logout"),
    "deletion": post("id=7", "/notes/delete"),
    "method DELETE": post("id=7", "/notes/7", method="DELETE"),
    "nothing in it": post(""),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change(name):
    assert changes_state(CHANGES[name])


@pytest.mark.parametrize("name", NO_CHANGES)
def test_no_change(name):
    assert not changes_state(NO_CHANGES[name])


@pytest.mark.parametrize(
    "name",
    [
        "csrf_token",
        "_csrf",
        "csrfmiddlewaretoken",
        "authenticity_token",
        "__RequestVerificationToken",
        "_token",
        "_wpnonce",
        "form_key",
        "csrfToken",
    ],
)
def test_tokens_are_known_by_name(name):
    request = post(f"email=a&{name}=b")
    assert token_names(request) == [name]
    assert token_values(request) == ["b"]


def test_or_by_a_random_value():
    assert token_names(post("email=a&x1=9f86d081884c7d659a2feaa0c55ad015")) == ["x1"]


@pytest.mark.parametrize("body", ["email=a", "tokens_left=3", "name=internationalization1"])
def test_other_fields_are_no_tokens(body):
    assert token_names(post(body)) == []


def test_fields_are_taken_out():
    assert without_fields(post("a=1&t=2&b=3"), ["t"]).body == b"a=1&b=3"
    assert without_fields(post("a=1", "/save?t=2&c=3"), ["t"]).target == "/save?c=3"
    assert without_fields(post("a=1", "/save?t=2"), ["t"]).target == "/save"
    members = without_fields(post('{"t": 1, "a": [2]}', kind="application/json"), ["t"])
    assert json.loads(members.body) == {"a": [2]}
    assert without_fields(post('["t"]', kind="application/json"), ["t"]).body == b'["t"]'
    assert without_fields(post('{"t', kind="application/json"), ["t"]).body == b'{"t'
    assert without_fields(multipart(t="secret", a="1"), ["t"]).body == multipart(t="", a="1").body


def test_values_are_replaced():
    request = with_values(post("a=1&csrf_token=old"), {"csrf_token": "new one", "other": "x"})
    assert params(request) == {"a": "1", "csrf_token": "new one"}


def test_values_are_read_from_a_page():
    page = html(
        '<meta name=csrf-token content=m><input name=t value="a&amp;b"><input name=t value=c><input name=e>'
    )
    assert page_values(page, ["t", "csrf-token", "e"]) == {"t": "a&b", "csrf-token": "m"}
    assert page_values(html("<p>t</p>"), ["t"]) == {}


def test_another_site_sends_no_headers_that_need_permission():
    own = by_own_page(
        post("a=1", headers=(("X-CSRF-Token", "t"), ("Authorization", "Bearer b"), ("Cookie", "sid=1")))
    )
    assert own.header("origin") == "http://site.test"
    assert own.header("referer") == "http://site.test/save"
    forged = by_other_site(own, "https://x.example")
    assert dict(forged.headers) == {
        "Content-Type": FORM,
        "Cookie": "sid=1",
        "Sec-Fetch-Site": "cross-site",
        "Origin": "https://x.example",
        "Referer": "https://x.example/",
    }
    assert by_other_site(own, "null").header("referer") is None


def test_basic_credentials_are_sent_by_browsers():
    forged = by_other_site(post("a=1", headers=(("Authorization", "Basic YTpi"),)), "null")
    assert forged.header("authorization") == "Basic YTpi"


def test_as_a_link():
    request = as_get(post("a=1+2&b=", "/save?c=3"))
    assert (request.method, request.target, request.body) == ("GET", "/save?c=3&a=1+2&b=", b"")
    assert request.header("content-type") is None


def test_what_needs_no_preflight():
    assert is_simple(post("a=1"))
    assert is_simple(multipart(a="1"))
    assert not is_simple(post("{}", kind="application/json"))
    assert not is_simple(post("a=1", method="PUT"))


@pytest.mark.parametrize(
    "answer",
    [
        html("", 403),
        html("<p>Invalid CSRF token.</p>"),
        html("<p>The token has expired</p>"),
        html("Page Expired"),
    ],
)
def test_an_objection(answer):
    assert objects(answer)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Saved.</p><input name=csrf_token value=x>",
        "<h1>Vulnerability: Cross Site Request Forgery (CSRF)</h1><p>Password Changed.</p><li>CSRF<li>XSS",
        "<p>2 tokens left</p>",
    ],
)
def test_no_objection(page):
    assert not objects(html(page))


@pytest.mark.parametrize(
    ("target", "body", "sets"),
    [
        ("/csrf/?password_new=a&password_conf=a", b"", True),
        ("/profile", b"email=a&new_password=b", True),
        ("/profile", b"pwd=a&pwd_again=b", True),
        ("/profile", b"old_pass=a&pass=b", True),
        ("/profile?passwd=a&confirm=a", b"", True),
        ("/order?pass=day&confirmed_by=a", b"", False),
        ("/login", b"username=a&password=b", False),
        ("/register", b"username=a&password=b&password2=b", False),
        ("/search?q=new_password", b"", False),
        ("/compass?q=1", b"", False),
    ],
)
def test_what_sets_a_password(target: str, body: bytes, *, sets: bool) -> None:
    headers = (("Content-Type", "application/x-www-form-urlencoded"),) if body else ()
    request = Request.from_url(f"http://h{target}", "POST" if body else "GET", headers, body)
    assert sets_password(request) is sets


@pytest.mark.parametrize(
    ("method", "body", "sets"),
    [
        ("PUT", b'{"user": {"email": "a", "password": "b"}}', True),
        ("PATCH", b'{"password": "b"}', True),
        ("PUT", b'{"email": "a"}', False),
        ("POST", b'{"user": {"email": "a", "password": "b"}}', False),
    ],
)
def test_an_update_that_holds_a_password_sets_it(method: str, body: bytes, *, sets: bool) -> None:
    request = Request.from_url("http://h/user", method).with_body(body, "application/json")
    assert sets_password(request) is sets


USUAL = html("<p>Account; created in May</p>")


@pytest.mark.parametrize(
    "body", ["<p>Your changes were saved.</p>", "Password Changed.", '{"ok": true}', "Thank you!"]
)
def test_a_success(body):
    assert succeeds(html(body), USUAL)


@pytest.mark.parametrize(
    "answer",
    [
        html("<p>Account</p>"),
        html("saved", 302),
        html("saved; token is missing"),
        html("Account; created in May"),
    ],
)
def test_no_success(answer):
    assert not succeeds(answer, USUAL)
