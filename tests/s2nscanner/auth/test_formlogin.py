import asyncio
import json
import time
from collections.abc import Callable

import pytest

from s2n.errors import LoginFailed
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.formlogin import FormLogin
from s2n.s2nscanner.auth.refusals import NeedsBrowser
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.members import SECRET, Members, as_json, cookies
from support.site import html, params
from support.webserver import serving

Site = Callable[[Request], Response | str]


def log_in(site: Site, path: str = "", times: int = 1, **options: object) -> tuple[Session, dict[str, str]]:
    """Log in on the running site; the session, and the visitor's cookies."""

    async def go(url: str) -> tuple[Session, dict[str, str]]:
        fields = {"username": "anna", "password": "s3cret", "auth": "auto"} | options
        if "login_url" in fields:
            fields["login_url"] = url + str(fields["login_url"])
        scan = ScanRequest(target_url=url + path, **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        login = FormLogin(scan, Attempts())
        try:
            for _ in range(times):
                visitor = client.apart()
                session = await login.log_in(visitor)
            return session, {cookie.name: cookie.value for cookie in visitor.jar}
        finally:
            await client.close()

    with serving(site) as web:
        return asyncio.run(go(web.url))


def refused(site: Site, **options: object) -> LoginFailed:
    with pytest.raises(LoginFailed) as caught:
        log_in(site, **options)
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("two_pages", [False, True])
def test_the_form_is_found_from_the_start_page_with_its_token(two_pages: bool) -> None:
    site = Members(two_pages=two_pages)
    session, jar = log_in(site)
    assert site.logins == 1
    assert session.landing.endswith("/")
    assert jar["sid"].startswith("s")


def test_it_is_found_by_a_link_and_where_such_pages_are() -> None:
    members = Members()

    def linked(request: Request) -> Response | str:
        if request.path == "/":
            change = "<input type='password' name='p1'><input type='password' name='p2'>"
            return f"<form>{change}</form><a href='/in'>Sign in</a>"
        if request.path == "/in":
            return html("", 302, location="/login")
        return members(request)

    assert log_in(linked)[1]["sid"]

    def unlinked(request: Request) -> Response | str:
        return "<p>Welcome</p>" if request.path == "/" else members(request)

    assert log_in(unlinked)[1]["sid"]
    assert members.logins == 2


def test_a_wrong_password_is_said_in_the_sites_words_and_tried_once() -> None:
    site = Members()
    error = refused(site, password="guess")
    assert "refuses the user or password" in str(error)
    assert "Invalid user or password" in str(error)
    assert site.wrong == 1


def test_never_more_than_three_refused_attempts() -> None:
    site = Members()

    async def go(url: str) -> list[str]:
        scan = ScanRequest(target_url=url, auth="auto", username="anna", password="guess")
        client = HttpClient(scan, Governor.of(scan))
        login = FormLogin(scan, Attempts())
        said = []
        for _ in range(5):
            with pytest.raises(LoginFailed) as caught:
                await login.log_in(client.apart())
            said.append(str(caught.value))
        await client.close()
        return said

    with serving(site) as web:
        said = asyncio.run(go(web.url))
    assert site.wrong == 3
    assert "lest it lock the account" in said[-1]


def test_a_captcha_is_named() -> None:
    assert "captcha" in str(refused(Members(captcha=True)))


def test_a_locked_account_is_named() -> None:
    error = refused(Members(lock_after=0))
    assert "locked the account" in str(error)
    assert "account is locked" in str(error)


def test_a_login_that_breaks_is_no_wrong_password() -> None:
    def site(request: Request) -> Response | str:
        if request.method == "POST":
            return html("oops", 500)
        return "<form method=post><input name=user><input type=password name=pw></form>"

    assert "answers 500 to the login" in str(refused(site))


def test_a_start_page_that_leads_out_of_the_scope_says_so() -> None:
    error = refused(lambda _: html("", 302, location="http://127.0.0.2:1/sso"))
    assert "http://127.0.0.2:1/sso, which is not in the scope" in str(error)


def test_a_redirect_that_leads_nowhere_says_so() -> None:
    error = refused(lambda _: html("", 302, location="http://[[${{7}}"))
    assert "redirects the login to 'http://[[${{7}}', which is no address" in str(error)


def test_no_form_is_said_with_where_it_was_looked_for() -> None:
    error = refused(lambda _: "<p>nothing to enter here</p>")
    assert "no login form was found from http://127.0.0.1" in str(error)
    assert "--login-url" in error.remedy


def test_a_form_that_is_gone_later_has_changed() -> None:
    site = Members(changed=True)
    with pytest.raises(LoginFailed, match=r"no longer there .* it has changed"):
        log_in(site, times=2)


@pytest.mark.parametrize("skew", [0, -30, 30])
def test_a_one_time_code_even_of_a_clock_that_is_a_step_off(skew: int) -> None:
    now = time.time()
    site = Members(code=now + skew)
    assert log_in(site, totp_secret=SECRET)[1]["sid"].startswith("s")
    assert site.wrong <= 2


def test_a_clock_that_is_too_far_off_is_named() -> None:
    error = refused(Members(code=time.time() + 600), totp_secret=SECRET)
    assert "refuses the one-time codes of now" in str(error)
    assert "--totp-secret" in error.remedy


def test_a_code_that_nobody_gave() -> None:
    error = refused(Members(code=time.time()))
    assert "asks for a one-time code" in str(error)
    assert "--totp-secret" in error.remedy


@pytest.mark.parametrize("needed", [False, True])
def test_a_field_for_a_code_beside_the_password_may_be_for_others(needed: bool) -> None:
    tries = []

    def site(request: Request) -> Response | str:
        if request.path == "/home":
            return "<p>Welcome</p>"
        if request.method != "POST":
            return "<form method=post><input name=user><input type=password name=pw><input name=otp></form>"
        tries.append(request.body)
        if needed:
            return html("Wrong user, password or code", 401)
        return html("", 302, location="/home", set_cookie="sid=s1")

    if needed:
        error = refused(site)
        assert "refuses the user or password" in str(error)
        assert "one-time code: --totp-secret" in error.remedy
    else:
        assert log_in(site)[1]["sid"] == "s1"
    assert len(tries) == 1
    assert b"otp=&" in tries[0] + b"&"


SPA = """<form id=f><input name=email><input type=password name=pw></form><script src=/app.js></script>"""
SCRIPT = """f.onsubmit = () => fetch('/api/login', {method: 'POST',
headers: {'Content-Type': 'application/json'}, body: JSON.stringify({email: e.value, password: p.value})})"""


def spa(request: Request) -> Response | str:
    match request.method, request.path:
        case "GET", "/":
            return html(SPA)
        case "GET", "/app.js":
            return Response(200, "", (("Content-Type", "text/javascript"),), SCRIPT.encode())
        case "POST", "/api/login":
            sent = json.loads(request.body)
            if sent == {"email": "anna", "password": "s3cret"}:
                return as_json({"data": {"accessToken": "Bearer t0k"}})
            return as_json({"error": "invalid credentials"}, 401)
    return html("no", 404)


def test_a_login_that_a_script_sends_as_json_gives_a_token() -> None:
    session, _ = log_in(spa)
    assert session.headers == (("Authorization", "Bearer t0k"),)
    assert session.token


def test_a_script_sent_login_that_is_refused() -> None:
    assert "refuses the user or password (status 401" in str(refused(spa, password="x"))


def api(names: tuple[str, str]) -> Site:
    def site(request: Request) -> Response | str:
        if request.path != "/v1/login":
            return html("no", 404)
        if request.method == "GET":
            return as_json({"detail": "method not allowed"}, 405)
        sent = json.loads(request.body)
        if [sent.get(name) for name in names] == ["anna", "s3cret"]:
            return as_json({"auth_token": "abc", "status": "success"})
        return as_json({"message": "wrong"}, 400)

    return site


@pytest.mark.parametrize("names", [("username", "password"), ("email", "password")])
def test_a_login_url_that_is_an_api(names: tuple[str, str]) -> None:
    session, _ = log_in(api(names), login_url="v1/login")
    assert session.headers == (("Authorization", "Bearer abc"),)


def test_an_api_that_refuses_is_asked_twice_at_most() -> None:
    asked: list[Request] = []

    def site(request: Request) -> Response | str:
        asked.append(request)
        return api(("username", "password"))(request)

    assert "refuses" in str(refused(site, login_url="v1/login", password="x"))
    assert [request.method for request in asked] == ["GET", "POST", "POST"]


def test_hidden_fields_and_checked_boxes_are_kept() -> None:
    sent: list[dict[str, str]] = []

    def site(request: Request) -> Response | str:
        if request.method == "POST":
            sent.append(params(request))
            return html("", 302, location="/in", set_cookie="sid=1")
        if request.path == "/in":
            return "<p>Hi</p>" if cookies(request) else html("", 302, location="/")
        return html(
            "<form method=post><input type=hidden name=step value=1><input name=user>"
            "<input type=password name=pw><input type=checkbox name=remember checked value=yes>"
            "<button name=go value='Log in'>Log in</button></form>"
        )

    log_in(site)
    assert sent == [{"step": "1", "user": "anna", "pw": "s3cret", "remember": "yes", "go": "Log in"}]


def test_a_login_that_leads_out_of_the_scope_says_so() -> None:
    error = refused(
        lambda request: (
            html("", 302, location="http://127.0.0.2:1/sso")
            if request.method == "POST"
            else html("<form method=post><input name=user><input type=password name=pw></form>")
        )
    )
    assert "http://127.0.0.2:1/sso, which is not in the scope" in str(error)
    assert "--allow-host" in error.remedy


@pytest.mark.parametrize("password", ["s3cret", "x"])
def test_one_path_for_every_page_whose_menu_speaks_of_failures(password: str) -> None:
    menu = "<ul><li>Failure to restrict access<li>Login</ul>"

    def site(request: Request) -> Response | str:
        given = params(request)
        if given.get("pw") == "s3cret":
            return html("", 302, location="/?note=1", set_cookie="sid=1")
        if "note" in given:
            return menu + "<p>Logged in: anna"
        said = "<p>Bad user name or password" if "pw" in given else ""
        return f"{menu}{said}<form method=post><input name=user><input type=password name=pw></form>"

    if password == "s3cret":
        _, jar = log_in(site, password=password)
        assert jar == {"sid": "1"}
    else:
        assert "refuses" in str(refused(site, password=password))


def left_to_the_browser(site: Site, **options: object) -> tuple[NeedsBrowser, Attempts]:
    """What a form login says that has a browser beside it."""
    attempts = Attempts()

    async def go(url: str) -> None:
        scan = ScanRequest(target_url=url, auth="auto", username="anna", password="s3cret", **options)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        try:
            await FormLogin(scan, attempts, browser=True).log_in(client.apart())
        finally:
            await client.close()

    with serving(site) as web, pytest.raises(NeedsBrowser) as caught:
        asyncio.run(go(web.url))
    return caught.value, attempts


def test_a_form_that_says_neither_where_nor_how_is_left_to_its_script() -> None:
    asked: list[Request] = []

    def site(request: Request) -> str:
        asked.append(request)
        return "<form><input name=user><input type=password name=pw></form><script src=/a.js></script>"

    error, attempts = left_to_the_browser(site)
    assert "is sent by a script" in str(error)
    assert attempts.refused == 0
    assert not any("s3cret" in request.target for request in asked)


FORM = "<form method=post><input name=user><input type=password name=pw></form><script>1</script>"


def test_a_refusal_without_a_reason_is_left_to_the_browser_and_counts() -> None:
    error, attempts = left_to_the_browser(lambda _: FORM)
    assert "refuses the user or password (status 200)" in str(error)
    assert attempts.refused == 1


@pytest.mark.parametrize("answer", [html("", 401), html(f"<p>Wrong password</p>{FORM}"), html("", 429)])
def test_a_refusal_with_a_reason_is_one_for_the_browser_too(answer: Response) -> None:
    attempts = Attempts()

    async def go(url: str) -> None:
        scan = ScanRequest(target_url=url, auth="auto", username="anna", password="s3cret")
        client = HttpClient(scan, Governor.of(scan))
        try:
            await FormLogin(scan, attempts, browser=True).log_in(client.apart())
        finally:
            await client.close()

    site = lambda request: answer if request.method == "POST" else html(FORM)  # noqa: E731
    with serving(site) as web, pytest.raises(LoginFailed) as caught:
        asyncio.run(go(web.url))
    assert not isinstance(caught.value, NeedsBrowser)
    assert attempts.refused == 1


def test_an_address_alone_on_any_other_page_is_given_to_nobody() -> None:
    sent: list[str] = []

    def site(request: Request) -> Response | str:
        if request.method == "POST":
            sent.append(request.path)
            return "<p>Welcome</p>"
        if request.path == "/":
            return "<a href=/news>News</a><a href=/x>More</a>"
        if request.path == "/news":
            return "<form method=post action=/more><input type=email name=e><button>Continue</button></form>"
        if request.path == "/x":
            return "<form method=post><input name=u><input type=password name=p></form>"
        return html("no", 404)

    log_in(site)
    assert sent == ["/x"]
