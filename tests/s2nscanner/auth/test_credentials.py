import asyncio
import base64
import subprocess
import sys
from pathlib import Path

import pytest

from s2n.errors import LoginFailed, UsageError
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.credentials import login_of, out_of_the_url, without_credentials
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.site import html
from support.webserver import Web, serving


def scan(**options: object) -> ScanRequest:
    return ScanRequest(**{"target_url": "http://site.test/a"} | options)  # type: ignore[arg-type]


def sent(web: Web, **options: object) -> Request:
    """The request that the login of these options, and then a client with its session, sends."""

    async def go() -> None:
        given = scan(target_url=web.url, **options)
        client = HttpClient(without_credentials(given), Governor.of(given))
        login = login_of(given)
        assert login is not None
        visitor = client.apart()
        try:
            credentials = await login.log_in(visitor)
            assert not visitor.jar or list(visitor.jar) != list(client.jar)
            client.authorize = credentials.authorize
            for cookie in visitor.jar:
                client.jar.add(cookie)
            await client.send(Request.from_url(web.url + "x"))
        finally:
            await client.close()

    asyncio.run(go())
    assert len(web.requests) == 2
    return web.requests[1]


def test_without_auth_there_is_no_login() -> None:
    plain = scan(headers=("X: y",), cookies=("a=b",), token="held")
    assert login_of(plain) is None
    assert without_credentials(plain) is plain
    assert login_of(scan(auth="script")) is None


@pytest.mark.parametrize(
    ("options", "header"),
    [
        (
            {"auth": "basic", "username": "anna", "password": "pä:ss"},
            "Basic " + base64.b64encode("anna:pä:ss".encode()).decode(),
        ),
        ({"auth": "basic", "username": "anna"}, "Basic YW5uYTo="),
        ({"auth": "bearer", "token": "t0k"}, "Bearer t0k"),
        ({"auth": "header", "headers": ("Authorization: Own x",)}, "Own x"),
    ],
)
def test_each_kind_has_its_header(options: dict[str, object], header: str) -> None:
    with serving(lambda _: "in") as web:
        assert sent(web, **options).header("authorization") == header


def test_an_api_key_goes_where_it_is_wanted() -> None:
    key = {"auth": "api-key", "token": "t&k"}
    with serving(lambda _: "in") as web:
        assert sent(web, **key).header("x-api-key") == "t&k"
    with serving(lambda _: "in") as web:
        assert sent(web, **key, api_key_name="X-Own").header("x-own") == "t&k"
    with serving(lambda _: "in") as web:
        assert sent(web, **key, api_key_in="query", api_key_name="key").target == "/x?key=t%26k"
    with serving(lambda _: "in") as web:
        assert sent(web, **key, api_key_in="cookie", api_key_name="key").header("cookie") == "key=t&k"


def test_cookies_and_a_cookie_file(tmp_path: Path) -> None:
    file = tmp_path / "cookies.json"
    file.write_text('{"more": "2"}')
    with serving(lambda _: "in") as web:
        request = sent(web, auth="cookie", cookies=("sid=1",), cookie_file=str(file))
    assert request.header("cookie") == "sid=1; more=2"


def test_a_cookie_file_alone_means_its_cookies_log_in() -> None:
    assert out_of_the_url(scan(cookie_file="x")).auth == "cookie"
    assert out_of_the_url(scan(cookie_file="x", auth="bearer")).auth == "bearer"


def test_whoever_is_not_logged_in_has_none_of_it() -> None:
    given = scan(auth="cookie", cookies=("sid=1",), headers=("Cookie: a=b", "X: y"))
    assert without_credentials(given).cookies == ()
    assert without_credentials(given).headers == ("X: y",)
    assert without_credentials(scan(auth="header", headers=("X: y",))).headers == ()


@pytest.mark.parametrize(
    ("options", "message", "remedy"),
    [
        ({"auth": "basic", "password": "p"}, "--auth basic needs a user", "--username"),
        ({"auth": "digest", "password": "p"}, "--auth digest needs a user", "--username"),
        ({"auth": "auto"}, "--auth auto needs a user", "--username"),
        ({"auth": "auto", "username": "u"}, "--auth auto needs a password", "S2N_PASSWORD"),
        ({"auth": "auto", "username": "u", "password": "p", "totp_secret": "1!"}, "not base32", "A to Z"),
        ({"auth": "ntlm"}, "--auth ntlm needs a user", "--username"),
        ({"auth": "recorded"}, "--auth recorded needs a login recording", "--login-recording"),
        ({"auth": "bearer"}, "--auth bearer needs a token", "S2N_TOKEN"),
        ({"auth": "api-key"}, "--auth api-key needs a token", "S2N_TOKEN"),
        ({"auth": "header"}, "--auth header needs a header", "-H"),
        ({"auth": "cookie"}, "--auth cookie needs a cookie", "--cookie-file"),
        ({"auth": "oauth2", "client_id": "x"}, "--auth oauth2 needs a token url", "--token-url"),
        ({"auth": "oauth2", "token_url": "http://h/"}, "--auth oauth2 needs a client id", "--client-id"),
        ({"auth": "bearer", "token": "t", "auth_as": ("bob:x",)}, "--auth-as does not go with", "auto"),
        ({"auth_as": ("bob:x",)}, "--auth-as does not go with --auth none", "auto"),
        ({"auth": "bearer", "token": "a\nb"}, "is not NAME: VALUE", "-H"),
    ],
)
def test_missing_credentials_are_wrong_use(options: dict[str, object], message: str, remedy: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        login_of(scan(**options))
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("url", "bare", "username", "password"),
    [
        ("http://anna:pass@h/a", "http://h/a", "anna", "pass"),
        ("HTTPS://anna:p%40%3As@h:8443/", "HTTPS://h:8443/", "anna", "p@:s"),
        ("http://anna@h/", "http://h/", "anna", ""),
        ("http://anna:a:b@h/", "http://h/", "anna", "a:b"),
    ],
)
def test_a_user_in_the_url_is_basic_authentication(url: str, bare: str, username: str, password: str) -> None:
    found = out_of_the_url(ScanRequest(target_url=url))
    assert (found.target_url, found.auth, found.username, found.password) == (
        bare,
        "basic",
        username,
        password,
    )


@pytest.mark.parametrize("url", ["http://h/a@b", "http://h/?u=a:b@c", "http://h#@", "http://h\\@evil/"])
def test_an_at_sign_elsewhere_is_none(url: str) -> None:
    plain = ScanRequest(target_url=url)
    assert out_of_the_url(plain) is plain


def test_another_kind_of_auth_wins_but_the_url_is_cleaned() -> None:
    found = out_of_the_url(ScanRequest(target_url="http://anna:pass@h/", auth="bearer", token="t"))
    assert (found.target_url, found.auth, found.username) == ("http://h/", "bearer", "")
    assert out_of_the_url(ScanRequest(target_url="http://:@h/")).auth == "none"


@pytest.mark.parametrize("status", [403, 404, 500])
def test_an_answer_that_is_no_401_is_accepted(status: int) -> None:
    with serving(lambda _: html("x", status)) as web:
        sent(web, auth="bearer", token="t")


def test_a_401_is_a_failed_login_with_its_challenge_even_behind_a_redirect() -> None:
    def site(request: Request) -> Response:
        if request.path == "/login":
            return html("", 401, www_authenticate="Bearer realm=x")
        return html("", 302, location="/login")

    with (
        serving(site) as web,
        pytest.raises(LoginFailed, match=r"answers 401 .* --auth bearer \(Bearer realm=x\)") as caught,
    ):
        sent(web, auth="bearer", token="t")
    assert caught.value.exit_code == 3
    with serving(lambda _: html("", 401)) as web, pytest.raises(LoginFailed, match="no challenge"):
        sent(web, auth="bearer", token="t")


def test_what_only_some_logins_need_is_not_imported_for_all() -> None:
    look = "import sys, s2n.s2nscanner.auth.credentials; print({'playwright', 'spnego'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
