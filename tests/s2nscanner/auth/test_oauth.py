import asyncio
import base64

import pytest

from s2n.errors import LoginFailed
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.oauth import OAuth2Login
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.members import as_json
from support.site import params
from support.webserver import serving

BASIC = "Basic " + base64.b64encode(b"app:p%40ss").decode()


class Endpoint:
    """A token endpoint; ``by_form``: takes the client's secret in the form only."""

    def __init__(self, *, by_form: bool = False, kind: str = "bearer") -> None:
        self.by_form = by_form
        self.kind = kind
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: Request) -> Response:
        sent = params(request)
        self.asked.append(sent)
        named = (
            sent.get("client_secret") == "p@ss" if self.by_form else request.header("authorization") == BASIC
        )
        if not named:
            return as_json({"error": "invalid_client", "error_description": "who are you?"}, 401)
        if sent["grant_type"] == "password" and sent["password"] != "s3cret":
            return as_json({"error": "invalid_grant"}, 400)
        return as_json({"access_token": "t0k", "token_type": self.kind, "expires_in": 60})


def log_in(site: Endpoint, times: int = 1, **options: str) -> Session:
    async def go(url: str) -> Session:
        fields = {"client_id": "app", "client_secret": "p@ss"} | options
        scan = ScanRequest(target_url=url, auth="oauth2", token_url=url + "token", **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        login = OAuth2Login(scan)
        try:
            for _ in range(times):
                session = await login.log_in(client.apart())
            return session
        finally:
            await client.close()

    with serving(site) as web:
        return asyncio.run(go(web.url))


def test_client_credentials() -> None:
    site = Endpoint()
    session = log_in(site, oauth_scope="read write")
    assert session.headers == (("Authorization", "Bearer t0k"),)
    assert session.token
    assert site.asked == [{"grant_type": "client_credentials", "scope": "read write"}]


def test_a_users_password() -> None:
    site = Endpoint()
    log_in(site, username="anna", password="s3cret")
    assert site.asked == [{"grant_type": "password", "username": "anna", "password": "s3cret"}]


def test_a_server_that_takes_the_secret_in_the_form_only_is_remembered() -> None:
    site = Endpoint(by_form=True)
    log_in(site, times=2)
    assert [("client_secret" in sent) for sent in site.asked] == [False, True, True]


def test_a_public_client_names_itself_in_the_form() -> None:
    site = Endpoint(by_form=True)
    with pytest.raises(LoginFailed, match="401, who are you"):
        log_in(site, client_secret="")
    assert site.asked == [{"grant_type": "client_credentials", "client_id": "app"}]


def test_another_kind_of_token_is_sent_as_it_is_called() -> None:
    assert log_in(Endpoint(kind="MAC")).headers == (("Authorization", "MAC t0k"),)


def test_a_refusal_is_said_in_the_servers_words() -> None:
    site = Endpoint()
    with pytest.raises(LoginFailed, match="gives no token: 400, invalid_grant") as caught:
        log_in(site, username="anna", password="x")
    assert len(site.asked) == 1
    assert "--client-id" in caught.value.remedy
