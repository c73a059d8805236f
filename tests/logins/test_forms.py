"""Logins in many shapes are found by themselves, without a browser."""

import asyncio

import pytest

from logins.door import INSIDE, PASSWORD, USER, Door
from logins.shapes import CLOSED, FORMS
from s2n.errors import LoginFailed
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.credentials import login_of
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.site import Site
from support.webserver import serving


def seen_inside(site: Site, browser: str = "never", **options: object) -> str:
    """Log in as the scan does; the page that only members see."""

    async def go(url: str) -> str:
        given = {"username": USER, "password": PASSWORD} | options
        scan = ScanRequest(target_url=url, auth="auto", browser=browser, **given)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        login = login_of(scan)
        assert login is not None
        keeper = SessionKeeper(client, login, scan, lambda _: None)
        try:
            await keeper.begin()
            return (await keeper.send(Request.from_url(f"{url}orders"), follow=True)).response.text
        finally:
            await client.close()

    with serving(site) as web:
        return asyncio.run(go(web.url))


@pytest.mark.parametrize("name", FORMS)
def test_the_login_is_found_and_made(name: str) -> None:
    door = FORMS[name]()
    assert INSIDE in seen_inside(door)
    assert door.tries <= 2
    assert not any("join" in line or "register/" in line.partition("?")[0] for line in door.asked)


@pytest.mark.parametrize("name", FORMS)
def test_a_wrong_password_gets_nobody_in_and_is_sent_once(name: str) -> None:
    door = FORMS[name]()
    with pytest.raises(LoginFailed) as caught:
        seen_inside(door, password="guess")
    assert caught.value.exit_code == 3
    assert door.tries <= 1
    assert door.inside == set()


@pytest.mark.parametrize("name", CLOSED)
def test_what_no_password_opens_is_said(name: str) -> None:
    answer, told = CLOSED[name]
    with pytest.raises(LoginFailed) as caught:
        seen_inside(lambda request: answer(Door("", {}), request))
    said = f"{caught.value} {caught.value.remedy}"
    assert all(part in said for part in told), said
    assert caught.value.exit_code == 3
