import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import LoginFailed
from s2n.model import Request, Response, ScanStatus
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.auto import AutoLogin
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import needs_browser
from support.members import SECRET
from support.plugins import Echo
from support.site import html
from support.spa import Spa
from support.webserver import serving

pytestmark = needs_browser

Site = Callable[[Request], Response | str]


def with_login(
    site: Site, work: Callable[[AutoLogin, HttpClient], Awaitable[None]], **options: object
) -> None:
    """Do ``work`` with a login for the running site."""

    async def go(url: str) -> None:
        fields = {"username": "anna", "password": "s3cret", "auth": "auto"} | options
        scan = ScanRequest(target_url=url, **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        try:
            await work(AutoLogin(scan), client)
        finally:
            await client.close()

    with serving(site) as web:
        asyncio.run(go(web.url))


def log_in(site: Site, times: int = 1, **options: object) -> tuple[Session, dict[str, str]]:
    """Log in; the session, and the visitor's cookies."""
    found: list[tuple[Session, dict[str, str]]] = []

    async def work(login: AutoLogin, client: HttpClient) -> None:
        for _ in range(times):
            visitor = client.apart()
            session = await login.log_in(visitor)
            found.append((session, {cookie.name: cookie.value for cookie in visitor.jar}))

    with_login(site, work, **options)
    return found[-1]


def refused(site: Site, times: int = 1, **options: object) -> LoginFailed:
    with pytest.raises(LoginFailed) as caught:
        log_in(site, times, **options)
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


def test_a_session_in_a_cookie_has_no_token() -> None:
    session, jar = log_in(Spa(keeps="cookie"))
    assert jar == {"sid": "t1k"}
    assert (session.headers, session.token) == ((), False)
    assert session.storage == {}


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


def test_a_one_time_code_even_of_a_clock_that_is_a_step_off() -> None:
    site = Spa(code=lambda: time.time() - 30)
    assert log_in(site, totp_secret=SECRET)[0].token
    assert site.wrong <= 1


def test_a_clock_that_is_too_far_off_is_named() -> None:
    error = refused(Spa(code=lambda: time.time() + 600, polite=True), totp_secret=SECRET)
    assert "refuses the one-time codes of now" in str(error)
    assert "--totp-secret" in error.remedy


def test_a_code_that_nobody_gave() -> None:
    assert "asks for a one-time code" in str(refused(Spa(code=time.time)))


def test_a_wrong_password_is_said_in_the_sites_words_and_tried_once() -> None:
    site = Spa(polite=True)
    error = refused(site, password="guess")
    assert "refuses the user or password" in str(error)
    assert "Invalid user or password" in str(error)
    assert site.wrong == 1


def test_never_more_than_three_refused_attempts() -> None:
    site = Spa()
    said: list[str] = []

    async def work(login: AutoLogin, client: HttpClient) -> None:
        for _ in range(5):
            with pytest.raises(LoginFailed) as caught:
                await login.log_in(client.apart())
            said.append(str(caught.value))

    with_login(site, work, password="guess")
    assert site.wrong == 3
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


def test_a_form_that_the_browser_will_not_send_says_why() -> None:
    site = Spa("form", type_="email")
    error = refused(site)
    assert "filled in, but not sent: the browser says: Please include an '@'" in str(error)
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


def test_a_session_that_ends_all_the_time_is_renewed_by_the_browser() -> None:
    site = Spa(lifetime=20)
    answers: list[str] = []

    async def work(login: AutoLogin, client: HttpClient) -> None:
        scan = login._scan
        keeper = SessionKeeper(client, login, scan, lambda _: None)
        await keeper.begin()
        first = keeper.storage
        for number in range(45):
            request = Request.from_url(f"{scan.target_url}api/notes?n={number}")
            answers.append((await keeper.send(request)).response.text)
        assert keeper.storage.keys() == first.keys()
        assert keeper.storage != first
        assert keeper.authorize(request).header("authorization") == f"Bearer {next(iter(site.inside))}"

    with_login(site, work)
    assert answers == ['["milk"]'] * 45
    assert site.logins >= 3
    assert site.wrong == 0


def test_a_spa_of_cookies_is_proved_by_what_its_page_asks_for() -> None:
    site = Spa(keeps="cookie")

    async def work(login: AutoLogin, client: HttpClient) -> None:
        keeper = SessionKeeper(client, login, login._scan, lambda _: None)
        await keeper.begin()
        site.inside.clear()
        request = Request.from_url(f"{login._scan.target_url}api/me")
        assert (await keeper.send(request)).response.status == 200

    with_login(site, work)
    assert site.logins == 2


def test_nothing_typed_leaves_for_another_origin() -> None:
    seen: list[Request] = []

    def other(request: Request) -> Response:
        seen.append(request)
        return html("taken")

    with serving(other) as elsewhere:

        def site(request: Request) -> Response | str:
            to = f"fetch('{elsewhere.url}', {{method: 'POST', body: p.value}})"
            return (
                "<div id=a></div><script>a.innerHTML = `<input name=user><input type=password id=p>"
                f'<button onclick="{to}">Log in</button>`</script>'
            )

        error = refused(site)
    assert seen == []
    assert "filled in, but not sent" in str(error)


def test_a_browser_that_does_not_start_is_a_failed_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S2N_CHROMIUM", "true")  # a command that ends at once
    assert "the login needs the browser: the browser" in str(refused(Spa()))


def test_a_whole_scan_walks_the_inside_in_the_browser() -> None:
    """The page asks for the notes when its button is clicked, which only those see who are in."""
    spa, asked = Spa(header="X-Auth-Token", prefix=""), list[tuple[str, int]]()

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
