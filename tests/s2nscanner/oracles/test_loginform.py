import asyncio

import pytest

from corpus.classes import _login as corpus
from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.loginform import (
    Desk,
    has_puzzle,
    limits,
    login_form,
    login_forms,
    turned_away,
)
from support.site import MemorySender, html, params

LOGINS = {
    "form": (corpus.login()[0], "username", "password"),
    "json": (corpus.JSON[0], "email", "password"),
    "get": (corpus.login("username=a&password=b&Login=Login", method="GET")[0], "username", "password"),
    "other names": (corpus.login("log=a&pwd=b&remember=1")[0], "log", "pwd"),
    "administrators": (corpus.login("adminname=a&password=b", path="/admin/")[0], "adminname", "password"),
    "nested": (
        corpus.login('{"user": {"name": "a", "pass": "b"}}', "application/json")[0],
        "user.name",
        "user.pass",
    ),
    "token first": (corpus.login("csrf_token=x&login=a&password=b")[0], "login", "password"),
    "password first": (corpus.login("password=b&user=a")[0], "user", "password"),
}
OTHERS = {
    "registration": corpus.login(path="/register")[0],
    "two passwords": corpus.login("user=a&password=b&password2=b")[0],
    "no user": corpus.login("password=b")[0],
    "no password": corpus.login("user=a&pin=b")[0],
    "search": corpus.login("q=a")[0],
    "long": corpus.login("user=a&password=b&" + "&".join(f"f{i}=1" for i in range(9)))[0],
    "another method": corpus.login(method="PUT")[0],
}


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_form(name):
    request, user, password = LOGINS[name]
    form = login_form(request)
    assert (form.user.name, form.password.name) == (user, password)


@pytest.mark.parametrize("name", OTHERS)
def test_no_login_form(name):
    assert login_form(OTHERS[name]) is None


def test_one_form_for_each_path_and_posts_first():
    get = corpus.login(method="GET")[0]
    forms = login_forms([get, corpus.JSON[0], corpus.login()[0], corpus.login("user=x&password=y")[0]])
    assert [form.request for form in forms] == [corpus.JSON[0], corpus.login()[0]]


def test_it_is_filled_in():
    form = login_form(corpus.login("csrf_token=old&username=a&password=b&go=1")[0])
    assert form.tokens == ["csrf_token"]
    assert params(form.filled("x y", "p&q", {"csrf_token": "new"})) == {
        "csrf_token": "new",
        "username": "x y",
        "password": "p&q",
        "go": "1",
    }


def test_a_password_that_looks_random_is_no_token():
    form = login_form(corpus.login("username=a&password=9f86d081884c7d659a2feaa0c55ad015")[0])
    assert form.tokens == []


def test_who_wants_an_address():
    assert login_form(corpus.JSON[0]).wants_email
    assert login_form(corpus.login("user=a%40b.c&password=x")[0]).wants_email
    assert not login_form(corpus.login()[0]).wants_email


def attempt(make, requests=None, user="ann", password="secret"):
    requests = requests or corpus.login()
    sender = MemorySender(make())
    desk = Desk(sender, login_form(requests[0]), requests, requests[-1])
    return asyncio.run(desk.attempt(user, password)), sender


def test_an_attempt_that_gets_in():
    done, sender = attempt(corpus.site())
    assert "Welcome, ann" in done.answer.response.text
    assert done.visitor.cookies
    assert [request.method for request in sender.requests] == ["POST", "GET"]


def test_a_token_is_taken_from_the_page():
    done, sender = attempt(corpus.site(token=True), corpus.login("csrf_token=old&username=a&password=b"))
    assert "Welcome, ann" in done.answer.response.text
    assert [request.method for request in sender.requests] == ["GET", "POST", "GET"]


def test_members_have_the_session_of_the_scan():
    sent = corpus.login()[1].with_header("Cookie", "sid=scan")
    desk = Desk(None, login_form(corpus.login()[0]), [], sent)
    assert (desk.visitor().cookies, desk.needs_session) == ({}, False)
    inner = desk.for_members()
    assert (inner.visitor().cookies, inner.needs_session) == ({"sid": "scan"}, True)
    assert inner.visitor({}).cookies == {}


def test_the_page_is_that_of_the_form_or_one_that_is_called_so():
    form = login_form(corpus.JSON[0])
    there = Request.from_url("http://site.test/account/login")
    other = Request.from_url("http://site.test/about")
    assert Desk(None, form, [other, there], other).page == there
    assert Desk(None, form, [other], other).page.url == "http://site.test/api/login"


@pytest.mark.parametrize(
    "wrong",
    [
        corpus.with_page,
        corpus.with_echo,
        corpus.with_401,
        corpus.with_redirect,
        corpus.with_json,
        corpus.with_text,
        corpus.with_400,
    ],
)
def test_turned_away(wrong):
    assert turned_away(attempt(corpus.site(wrong), password="x")[0].answer)


def answer(*args, **headers):
    return Exchange(corpus.login()[0], html(*args, **headers))


@pytest.mark.parametrize(
    "seen",
    [
        answer("<h1>Welcome</h1>"),
        answer("", 302, location="/home"),
        answer("<h1>Wrong</h1>", 500),
        answer("", 429),
        answer("", 404),
        answer("", 403),
    ],
)
def test_not_turned_away(seen):
    assert not turned_away(seen)


def test_what_a_page_said_before_the_login_is_no_refusal():
    menu = "<ul><li>Failure to restrict access<li>Invalid redirects</ul>"
    before = html(menu + "<h1>Log in</h1>")
    assert not turned_away(answer(menu + "<h1>Welcome</h1>"), before)
    assert turned_away(answer(menu + "<p>Invalid password</p>"), before)
    assert turned_away(answer(menu + "<p>Login failure</p>"), before)


@pytest.mark.parametrize(
    "stop",
    [
        corpus.stop_429,
        corpus.stop_page,
        corpus.stop_captcha,
        corpus.stop_403,
        corpus.stop_json,
        corpus.stop_locked,
    ],
)
def test_a_limit(stop):
    assert limits(stop(None), corpus.with_page(None))
    assert not limits(corpus.with_page(None), corpus.with_page(None))


def test_what_was_there_from_the_start_is_no_limit():
    assert not limits(html("Blocked accounts: write to us"), html("Blocked accounts: write to us."))
    assert not limits(html("", 403), html("", 403))


@pytest.mark.parametrize(
    "body",
    [
        "<div class='g-recaptcha'></div>",
        "<script src='https://js.hcaptcha.com/1/api.js'></script>",
        "<img src=/captcha.php>",
        "<input name=captcha_code>",
        "<p>Please solve the CAPTCHA.</p>",
    ],
)
def test_a_puzzle(body):
    assert has_puzzle(html(corpus.page() + body))


def test_no_puzzle():
    assert not has_puzzle(html(corpus.page() + "<nav><a href='/captcha/'>Insecure CAPTCHA</a></nav>"))
