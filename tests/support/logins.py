"""Logging in on a running site by ``--auth auto``, as the engine does."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from s2n.errors import LoginFailed
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.auto import AutoLogin
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.webserver import serving

Site = Callable[[Request], Response | str]


def with_login(
    site: Site,
    work: Callable[[AutoLogin, HttpClient], Awaitable[None]],
    clock: Callable[[], float] = time.time,
    **options: object,
) -> None:
    """Do ``work`` with a login for the running site; ``clock`` is ours, by which one-time codes are made."""

    async def go(url: str) -> None:
        fields = {"username": "anna", "password": "s3cret", "auth": "auto"} | options
        scan = ScanRequest(target_url=url, **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        try:
            await work(AutoLogin(scan, clock=clock), client)
        finally:
            await client.close()

    with serving(site) as web:
        asyncio.run(go(web.url))


def log_in(
    site: Site, times: int = 1, clock: Callable[[], float] = time.time, **options: object
) -> tuple[Session, dict[str, str]]:
    """Log in; the session, and the visitor's cookies."""
    found: list[tuple[Session, dict[str, str]]] = []

    async def work(login: AutoLogin, client: HttpClient) -> None:
        for _ in range(times):
            visitor = client.apart()
            session = await login.log_in(visitor)
            found.append((session, {cookie.name: cookie.value for cookie in visitor.jar}))

    with_login(site, work, clock, **options)
    return found[-1]


def refused(site: Site, times: int = 1, **options: object) -> LoginFailed:
    with pytest.raises(LoginFailed) as caught:
        log_in(site, times, **options)
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    return caught.value
