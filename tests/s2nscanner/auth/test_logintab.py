import asyncio

import pytest

from s2n.errors import LoginFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import needs_browser
from support.logins import refused
from support.spa import Spa
from support.webserver import serving

pytestmark = needs_browser


def test_a_browser_that_does_not_start_is_a_failed_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S2N_CHROMIUM", "true")  # a command that ends at once
    assert "the login needs the browser: the browser" in str(refused(Spa()))


def test_a_login_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    from s2n.s2nscanner.auth import logintab

    monkeypatch.setattr(logintab, "LOGIN_SECONDS", 8.0)

    async def go(url: str) -> None:
        scan = ScanRequest(target_url=url, browser="auto")
        client = HttpClient(scan, Governor.of(scan))
        try:
            async with logintab.login_tab(scan, client) as tab:
                await tab.open(url)
                await tab.page.wait_for_selector("#never", timeout=0)
        finally:
            await client.close()

    with serving(Spa()) as web, pytest.raises(LoginFailed, match="took more than 8 s") as caught:
        asyncio.run(go(web.url))
    assert caught.value.remedy


def test_what_breaks_off_in_the_browser_is_a_failed_login() -> None:
    from s2n.s2nscanner.auth.logintab import login_tab

    async def go(url: str) -> None:
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        try:
            async with login_tab(scan, client) as tab:
                await tab.page.evaluate("no.such")
        finally:
            await client.close()

    with serving(Spa()) as web, pytest.raises(LoginFailed, match=r"broke off: .*no is not defined"):
        asyncio.run(go(web.url))
