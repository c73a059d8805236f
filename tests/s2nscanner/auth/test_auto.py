import asyncio
from collections.abc import Callable

import pytest

from s2n.errors import LoginFailed
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.auto import AutoLogin, no_browser
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.members import Members
from support.spa import Spa
from support.webserver import serving

NONE = "there is no Chromium on PATH: install it"


def log_in(site: Callable[[Request], Response | str], lacking: str = NONE, **options: object) -> None:
    async def go(url: str) -> None:
        fields = {"auth": "auto", "username": "anna", "password": "s3cret"} | options
        scan = ScanRequest(target_url=url, **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        try:
            await AutoLogin(scan, lambda: lacking).log_in(client.apart())
        finally:
            await client.close()

    with serving(site) as web:
        asyncio.run(go(web.url))


def test_a_form_needs_no_browser() -> None:
    site = Members()
    log_in(site)
    assert site.logins == 1


def test_scripts_without_a_browser_are_said_with_the_remedy() -> None:
    with pytest.raises(LoginFailed) as caught:
        log_in(Spa())
    assert "no login form was found from http://127.0.0.1" in str(caught.value)
    assert "a browser may do it, but there is no Chromium on PATH" in str(caught.value)
    assert "install it, or scan with --browser always" in caught.value.remedy
    assert caught.value.exit_code == 3


def test_a_browser_that_may_not_be_used_is_said() -> None:
    with pytest.raises(LoginFailed, match="--browser never keeps it out") as caught:
        log_in(Spa(), lacking="", browser="never")
    assert "--browser auto" in caught.value.remedy


def test_a_page_without_scripts_is_nothing_for_a_browser() -> None:
    with pytest.raises(LoginFailed) as caught:
        log_in(lambda _: "<p>nothing</p>")
    assert "browser" not in str(caught.value)


def test_a_form_that_a_script_may_send_is_tried_without_a_browser() -> None:
    asked: list[Request] = []

    def site(request: Request) -> Response | str:
        asked.append(request)
        if "s3cret" in request.target:
            return "<a href=/logout>Log out</a>"
        return "<form><input name=user><input type=password name=pw></form><script>1</script>"

    log_in(site)
    assert asked[-1].target == "/?user=anna&pw=s3cret"


def test_the_reason_comes_before_the_remedy() -> None:
    error = no_browser("it is built by scripts", NONE, "give --login-url")
    assert str(error) == "it is built by scripts; a browser may do it, but there is no Chromium on PATH"
    assert error.remedy.startswith("install it, or scan with --browser always")
    assert error.remedy.endswith("; or give --login-url")
