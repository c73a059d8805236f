import asyncio
import base64

import pytest

from s2n.errors import BadResponse, LoginFailed, Unreachable, UsageError
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.credentials import check_accepted, out_of_the_url, with_credentials
from support.site import MemorySender, html


def scan(**options: object) -> ScanRequest:
    return ScanRequest(target_url="http://site.test/a", **options)  # type: ignore[arg-type]


def test_without_auth_nothing_is_added() -> None:
    plain = scan(headers=("X: y",), token="held")
    assert with_credentials(plain) is plain


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            {"auth": "basic", "username": "anna", "password": "pä:ss"},
            "Authorization: Basic " + base64.b64encode("anna:pä:ss".encode()).decode(),
        ),
        ({"auth": "basic", "username": "anna"}, "Authorization: Basic YW5uYTo="),
        ({"auth": "bearer", "token": "t0k"}, "Authorization: Bearer t0k"),
        ({"auth": "api-key", "token": "t0k"}, "X-API-Key: t0k"),
        ({"auth": "api-key", "token": "t0k", "api_key_name": "X-Own"}, "X-Own: t0k"),
    ],
)
def test_each_kind_has_its_header_after_the_users_own(options: dict[str, object], line: str) -> None:
    assert with_credentials(scan(headers=("X: y",), **options)).headers == ("X: y", line)


@pytest.mark.parametrize(
    ("options", "message", "remedy"),
    [
        ({"auth": "basic", "password": "p"}, "--auth basic needs a user", "--username"),
        ({"auth": "bearer"}, "--auth bearer needs a token", "S2N_TOKEN"),
        ({"auth": "api-key"}, "--auth api-key needs a token", "S2N_TOKEN"),
    ],
)
def test_missing_credentials_are_wrong_use(options: dict[str, object], message: str, remedy: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        with_credentials(scan(**options))
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


def check(sender: MemorySender) -> None:
    asyncio.run(check_accepted(sender, scan(auth="bearer", token="t")))


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_an_answer_that_is_no_401_is_accepted(status: int) -> None:
    sender = MemorySender(lambda _: html("x", status))
    check(sender)
    assert [request.url for request in sender.requests] == ["http://site.test/a"]


def test_a_401_is_a_failed_login_with_its_challenge() -> None:
    with pytest.raises(LoginFailed, match=r"answers 401 .* --auth bearer \(Bearer realm=x\)") as caught:
        check(MemorySender(lambda _: html("", 401, www_authenticate="Bearer realm=x")))
    assert caught.value.exit_code == 3
    with pytest.raises(LoginFailed, match="no challenge"):
        check(MemorySender(lambda _: html("", 401)))


def test_a_401_behind_a_redirect_counts() -> None:
    def site(request: Request) -> Response:
        return html("", 401) if request.path == "/login" else html("", 302, location="/login")

    with pytest.raises(LoginFailed):
        check(MemorySender(site))


def test_a_target_that_does_not_answer_is_unreachable() -> None:
    class Dead(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            raise BadResponse("it closed", "look there")

    with pytest.raises(Unreachable, match="it closed") as caught:
        check(Dead(lambda _: ""))
    assert caught.value.remedy == "look there"
