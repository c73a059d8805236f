import asyncio

import pytest

from s2n.errors import LoginFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.auto import AutoLogin
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import needs_browser
from support.spa import Spa
from support.webserver import serving

pytestmark = needs_browser


def log_in(site: Spa, times: int = 1, **options: object) -> tuple[Session, dict[str, str]]:
    """Log in on the running site; the session, and the visitor's cookies."""

    async def go(url: str) -> tuple[Session, dict[str, str]]:
        fields = {"username": "anna", "password": "s3cret", "auth": "auto"} | options
        scan = ScanRequest(target_url=url, **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        login = AutoLogin(scan)
        try:
            for _ in range(times):
                visitor = client.apart()
                session = await login.log_in(visitor)
            return session, {cookie.name: cookie.value for cookie in visitor.jar}
        finally:
            await client.close()

    with serving(site) as web:
        return asyncio.run(go(web.url))


def refused(site: Spa, **options: object) -> LoginFailed:
    with pytest.raises(LoginFailed) as caught:
        log_in(site, **options)
    assert caught.value.exit_code == 3
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("place", ["open", "form", "click", "route", "shadow", "frame"])
def test_the_form_is_found_wherever_scripts_put_it(place: str) -> None:
    site = Spa(place)
    session, _ = log_in(site)
    assert (site.logins, site.wrong) == (1, 0)
    assert session.headers == (("Authorization", f"Bearer {next(iter(site.inside))}"),)
    assert session.token
