import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from s2n.errors import LoginFailed, UsageError
from s2n.model import Exchange, Request, Response
from s2n.protocol import Event, ScanRequest
from s2n.s2nscanner.auth.credentials import login_of, out_of_the_url
from s2n.s2nscanner.auth.recorded import RecordedLogin
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.scan_engine import Scanner
from s2n.s2nscanner.sdk import Claim, report
from support.browser import needs_browser
from support.members import SECRET, cookies, redirect
from support.plugins import info
from support.site import html, params
from support.spa import Spa
from support.webserver import serving

USER = {"type": "change", "selectors": [["aria/E-mail or user"], ["#u"]], "value": "{username}"}
PASSWORD = {"type": "change", "selectors": ["#p"], "value": "{password}"}
GO = {"type": "click", "selectors": [["aria/Log in"]], "offsetX": 2, "offsetY": 2}
CODE = (
    {"type": "change", "selectors": ["#c"], "value": "{code}"},
    {"type": "click", "selectors": ["text/Verify"]},
)


def recorded(folder: Path, url: str, *steps: Any) -> str:
    """A recording of the login, and then of ``steps``."""
    file = folder / "login.json"
    file.write_text(
        json.dumps({"steps": [{"type": "navigate", "url": url}, *(steps or (USER, PASSWORD, GO))]})
    )
    return str(file)


def scan_of(url: str, file: str, **options: object) -> ScanRequest:
    given = {"username": "anna", "password": "s3cret"} | options
    return ScanRequest(target_url=url, auth="recorded", login_recording=file, **given)  # type: ignore[arg-type]


def play(
    site: Spa, folder: Path, *steps: Any, clock: Callable[[], float] = time.time, **options: object
) -> Session:
    async def go(url: str) -> Session:
        scan = scan_of(url, recorded(folder, url, *steps), **options)
        client = HttpClient(scan, Governor.of(scan))
        try:
            return await RecordedLogin(scan, clock).log_in(client.apart())
        finally:
            await client.close()

    with serving(site) as web:
        return asyncio.run(go(web.url))


@needs_browser
def test_a_recording_logs_in_and_is_played_again_when_the_session_is_lost(tmp_path: Path) -> None:
    site = Spa(lifetime=20)

    async def go(url: str) -> list[str]:
        literal = {**USER, "value": "anna"}, {**PASSWORD, "value": "s3cret"}, GO
        scan = scan_of(url, recorded(tmp_path, url, *literal), username="", password="")
        client = HttpClient(scan, Governor.of(scan))
        login = login_of(scan)
        assert login is not None
        keeper = SessionKeeper(client, login, scan, lambda _: None)
        try:
            await keeper.begin()
            first = keeper.storage
            assert len(first) == 1
            request = Request.from_url(f"{url}api/notes")
            answers = [(await keeper.send(request)).response.text for _ in range(25)]
            assert keeper.storage.keys() == first.keys()
            assert keeper.storage != first
            token = keeper.authorize(request).header("authorization")
            assert token == f"Bearer {next(iter(site.inside))}"
            return answers
        finally:
            await client.close()

    with serving(site) as web:
        assert asyncio.run(go(web.url)) == ['["milk"]'] * 25
    assert site.logins == 2


@needs_browser
def test_a_refusal_is_told_in_the_sites_words(tmp_path: Path) -> None:
    site = Spa()
    with pytest.raises(LoginFailed) as caught:
        play(site, tmp_path, password="guess")
    assert "refuses the user or password (status 401, “Invalid user or password”)" in str(caught.value)
    assert site.wrong == 1


@needs_browser
def test_a_one_time_code_of_a_clock_that_is_a_step_off(tmp_path: Path) -> None:
    now = time.time()
    site = Spa(code=lambda: now - 30)
    assert play(site, tmp_path, USER, PASSWORD, GO, *CODE, clock=lambda: now, totp_secret=SECRET).token
    assert site.wrong == 1


@needs_browser
def test_a_login_that_has_changed_fails_at_its_step(tmp_path: Path) -> None:
    gone = {**USER, "selectors": ["#former"], "timeout": 300}
    with pytest.raises(LoginFailed, match=r"step 2 .* \(change at #former\) .*“Log in”") as caught:
        play(Spa(), tmp_path, gone, PASSWORD, GO)
    assert caught.value.exit_code == 3


def test_what_it_types_must_be_given(tmp_path: Path) -> None:
    file = recorded(tmp_path, "http://h/", USER, PASSWORD, *CODE)
    for missing, option in (
        ({"username": ""}, "--username"),
        ({"password": ""}, "S2N_PASSWORD"),
        ({"totp_secret": ""}, "--totp-secret"),
    ):
        with pytest.raises(UsageError, match="which is not given") as caught:
            RecordedLogin(scan_of("http://h/", file, **{"totp_secret": SECRET} | missing))
        assert option in caught.value.remedy


def test_others_log_in_only_where_user_and_password_are_not_fixed(tmp_path: Path) -> None:
    file = recorded(tmp_path, "http://h/")
    assert login_of(scan_of("http://h/", file, auth_as=("bob:x",)))
    recorded(tmp_path, "http://h/", {**USER, "value": "anna"}, PASSWORD)
    with pytest.raises(UsageError, match="it logs in one user only"):
        login_of(scan_of("http://h/", file, auth_as=("bob:x",)))


def test_a_recording_alone_means_that_it_logs_in(tmp_path: Path) -> None:
    file = recorded(tmp_path, "http://h/")
    assert out_of_the_url(ScanRequest(target_url="http://h/", login_recording=file)).auth == "recorded"
    assert (
        out_of_the_url(ScanRequest(target_url="http://h/", login_recording=file, auth="auto")).auth == "auto"
    )
    with pytest.raises(UsageError, match="--auth recorded needs a login recording"):
        login_of(ScanRequest(target_url="http://h/", auth="recorded"))


@pytest.mark.parametrize(
    ("browser", "lacking", "reason", "remedy"),
    [
        (
            "auto",
            "there is no Chromium on PATH: install it",
            "there is no Chromium on PATH",
            "--browser always",
        ),
        ("never", "", "--browser never keeps it out", "--browser auto"),
    ],
)
def test_without_a_browser_it_fails_and_says_so(
    tmp_path: Path, browser: str, lacking: str, reason: str, remedy: str
) -> None:
    scan = scan_of("http://h/", recorded(tmp_path, "http://h/"), browser=browser)
    with pytest.raises(LoginFailed, match=reason) as caught:
        asyncio.run(RecordedLogin(scan, lacking=lambda: lacking).log_in(HttpClient(scan, Governor.of(scan))))
    assert remedy in caught.value.remedy
    assert caught.value.exit_code == 3


class Nosy:
    """Reports every page that greets somebody, quoting it."""

    info = info("nosy", kind="passive")

    def inspect(self, exchange: Exchange) -> list[Claim]:
        return [report(exchange, exchange.response.text)] if "Hello" in exchange.response.text else []


def echoing(request: Request) -> Response | str:
    """A site that repeats the password, to those who are in and to those who are not."""
    word = params(request).get("secret", "")
    if request.method == "POST" and word == "wr0ng-literal":
        return html(
            f"<p>Wrong password {word}</p><form method=post><input name=who>"
            "<input type=password name=secret><button>Log in</button></form>",
            401,
        )
    if request.method == "POST":
        return redirect("/", set_cookie="sid=1; Path=/")
    if "sid" in cookies(request):
        return "<p>Hello anna, your password is l1teral-word</p><a href=/logout>Log out</a>"
    return (
        "<form method=post><input id=u name=who><input id=p type=password name=secret>"
        "<button>Log in</button></form>"
    )


@needs_browser
@pytest.mark.parametrize("word", ["l1teral-word", "wr0ng-literal"], ids=["let in", "refused"])
def test_a_password_that_only_the_recording_holds_is_in_no_report(word: str, tmp_path: Path) -> None:
    typed = {**USER, "selectors": ["#u"], "value": "anna"}, {**PASSWORD, "value": word}
    with serving(echoing) as web:
        file = recorded(tmp_path, web.url, *typed, {"type": "click", "selectors": ["button"]})
        events: list[Event] = []
        scan = scan_of(web.url, file, username="", password="", plugins=("nosy",))
        scanner = Scanner(scan, plugins=[Nosy()], on_event=events.append)
        with contextlib.suppress(LoginFailed):
            scanner.scan()
    told = msgspec.json.encode(events).decode()
    assert word not in told
    assert ("your password is ***" if word == "l1teral-word" else "Wrong password ***") in told
