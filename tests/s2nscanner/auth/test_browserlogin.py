import time
from base64 import b64encode
from pathlib import Path

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import LoginFailed
from s2n.model import Request, Response, ScanStatus
from s2n.s2nscanner.auth.auto import AutoLogin
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from support.browser import needs_browser
from support.logins import log_in, refused, with_login
from support.members import SECRET
from support.plugins import Echo
from support.site import html
from support.spa import Spa
from support.webserver import serving

pytestmark = needs_browser


@pytest.mark.parametrize("place", ["route", "shadow", "frame"])
def test_the_form_is_found_wherever_scripts_put_it(place: str) -> None:
    site = Spa(place)
    session, _ = log_in(site)
    assert (site.logins, site.wrong) == (1, 0)
    assert session.headers == (("Authorization", f"Bearer {next(iter(site.inside))}"),)
    assert session.token


def test_user_first_and_password_on_the_next_page() -> None:
    site = Spa("click", pages=2)
    assert log_in(site)[0].token
    assert (site.logins, site.wrong) == (1, 0)


def test_what_the_page_keeps_and_asks_for_is_taken_over() -> None:
    site = Spa(header="X-Auth-Token", prefix="")
    session, _ = log_in(site)
    token = next(iter(site.inside))
    assert session.headers == (("X-Auth-Token", token),)
    assert list(session.storage.values()) == [{"local": {"tok": token}, "session": {"tab": "one"}}]
    assert [url.partition("/api")[2] for url in session.checks] == ["/me"]


def test_a_cookie_that_a_script_sets_is_taken_over() -> None:
    def site(request: Request) -> Response | str:
        if request.path != "/":
            return html("", 404)
        return (
            "<div id=a></div><script>a.innerHTML = `<input name=user><input type=password id=p>"
            "<button onclick='enter()'>Log in</button>`;"
            "function enter() { if (p.value === 's3cret') document.cookie = 'mine=1'; a.innerText = 'Hi'; }"
            "</script>"
        )

    assert log_in(site)[1] == {"mine": "1"}


@pytest.mark.parametrize("needed", [False, True])
def test_a_field_for_a_code_beside_the_password_may_be_for_others(needed: bool) -> None:
    tries = []

    def site(request: Request) -> Response | str:
        if request.path == "/in":
            tries.append(request.query)
            return "no" if needed else html("yes", set_cookie="mine=1")
        return (
            "<div id=a></div><script>a.innerHTML = `<input name=user><input type=password id=p>"
            "<input name=otp id=o autocomplete=one-time-code><button onclick='enter()'>In</button><p id=m>`;"
            "async function enter() { const said = await (await fetch(`/in?code=${o.value}`)).text();"
            "if (said === 'yes') a.innerText = 'Hi'; else m.innerText = 'Wrong password or code' }</script>"
        )

    if needed:
        assert "one-time code: --totp-secret" in refused(site).remedy
    else:
        assert log_in(site)[1] == {"mine": "1"}
    assert tries == ["code="]


def test_a_one_time_code_even_of_a_clock_that_is_a_step_off() -> None:
    now = time.time()
    site = Spa(code=lambda: now - 30)
    assert log_in(site, clock=lambda: now, totp_secret=SECRET)[0].token
    assert site.wrong <= 1


def test_a_clock_that_is_too_far_off_is_named() -> None:
    error = refused(Spa(code=lambda: time.time() + 600, polite=True), totp_secret=SECRET)
    assert "refuses the one-time codes of now" in str(error)
    assert "--totp-secret" in error.remedy


def test_a_wrong_password_is_said_in_the_sites_words_and_never_tried_a_fourth_time() -> None:
    site = Spa(polite=True)
    said: list[str] = []

    async def work(login: AutoLogin, client: HttpClient) -> None:
        for _ in range(4):
            with pytest.raises(LoginFailed) as caught:
                await login.log_in(client.apart())
            said.append(str(caught.value))

    with_login(site, work, password="guess")
    assert site.wrong == 3
    assert "refuses the user or password (status 200, “Invalid user or password”)" in said[0]
    assert "lest it lock the account" in said[-1]


@pytest.mark.parametrize("when", ["first", "then"])
def test_a_captcha_is_named(when: str) -> None:
    site = Spa(captcha=when)
    assert "wants a captcha solved" in str(refused(site))
    assert site.logins == 0


def test_a_locked_account_is_named() -> None:
    error = refused(Spa(lock_after=0))
    assert "locked the account" in str(error)
    assert "account is locked" in str(error)


def test_a_form_that_is_gone_later_has_changed() -> None:
    site = Spa(changed=True)
    assert "is no longer there (status 200): it has changed" in str(refused(site, times=2))
    assert site.logins == 1


def test_no_form_is_said_with_where_it_was_looked_for() -> None:
    error = refused(lambda _: "<p>nothing to enter</p><script>1</script>")
    assert "no login form was found from http://127.0.0.1" in str(error)
    assert "not even in the browser" in str(error)


def test_a_session_in_a_cookie_that_ends_all_the_time_is_renewed_by_the_browser() -> None:
    """That it has ended shows in what the page asks for: the page itself is the same for everybody."""
    site = Spa(keeps="cookie", lifetime=20)
    answers: list[str] = []

    async def work(login: AutoLogin, client: HttpClient) -> None:
        scan = login._scan
        keeper = SessionKeeper(client, login, scan, lambda _: None)
        await keeper.begin()
        assert keeper.storage == {}
        for number in range(30):
            request = Request.from_url(f"{scan.target_url}api/notes?n={number}")
            answers.append((await keeper.send(request)).response.text)

    with_login(site, work)
    assert answers == ['["milk"]'] * 30
    assert site.logins >= 2
    assert site.wrong == 0


def test_a_form_that_is_sent_by_a_script_that_cannot_be_read() -> None:
    sent: list[Request] = []

    def site(request: Request) -> Response | str:
        sent.append(request)
        if request.path == "/enter":
            return html("in", set_cookie="sid=1")
        done = "document.body.innerText = 'Hi'"
        send = f"fetch('/en' + 'ter', {{method: 'POST', body: btoa(p.value)}}).then(() => {done})"
        return (
            "<form id=f><input name=user><input id=p type=password name=pw><button>Log in</button></form>"
            f"<script>f.onsubmit = e => {{ e.preventDefault(); {send}; }}</script>"
        )

    assert log_in(site)[1] == {"sid": "1"}
    # The password is in no URL: the form alone would have been sent by GET.
    assert not any("s3cret" in request.target for request in sent)


def test_a_whole_scan_walks_the_inside_in_the_browser_that_logged_it_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page asks for the notes when its button is clicked, which only those see who are in."""
    from s2n.s2nscanner.crawler.browser import process

    spa, asked = Spa(header="X-Auth-Token", prefix=""), list[tuple[str, int]]()
    launch, homes = process.launch, []

    async def launching(port: int) -> process.Launched:
        launched = await launch(port)
        homes.append(launched.home)
        return launched

    monkeypatch.setattr(process, "launch", launching)

    def site(request: Request) -> Response:
        answer = spa(request)
        asked.append((request.path, answer.status))
        return answer

    with serving(site) as web:
        scan = ScanConfig(
            target_url=web.url, auth="auto", username="anna", password="s3cret", plugins=("echo",)
        )
        report = Scanner(scan, plugins=[Echo()]).scan()
    assert report.metadata.status is ScanStatus.COMPLETE
    assert ("/api/notes", 200) in asked
    assert spa.logins == 1
    assert len(homes) == 1
    assert not Path(homes[0]).exists()


def test_a_page_that_only_says_no_lets_nobody_in() -> None:
    """No form is left to tell by, and no status: the words do."""
    sent: list[Request] = []

    def site(request: Request) -> Response | str:
        if request.method == "POST":
            sent.append(request)
            return "<p>Login failed</p>"
        form = (
            "<form method=post><input name=user><input type=password name=pw><button>Log in</button></form>"
        )
        return f"<div id=a></div><script>a.innerHTML = atob('{b64encode(form.encode()).decode()}')</script>"

    assert "refuses the user or password (status 200, “Login failed”)" in str(refused(site))
    assert len(sent) == 1
