import asyncio
from collections.abc import Callable

import pytest

from s2n.errors import LoginFailed
from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.auto import AutoLogin, no_browser
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import needs_browser
from support.members import Members, as_json
from support.spa import Spa
from support.webserver import serving

NONE = "there is no Chromium on PATH: install it"


def log_in(site: Callable[[Request], Response | str], lacking: str = NONE, **options: object) -> Session:
    async def go(url: str) -> Session:
        fields = {"auth": "auto", "username": "anna", "password": "s3cret"} | options
        scan = ScanRequest(target_url=url, **fields)  # type: ignore[arg-type]
        client = HttpClient(scan, Governor.of(scan))
        try:
            return await AutoLogin(scan, lambda: lacking).log_in(client.apart())
        finally:
            await client.close()

    with serving(site) as web:
        return asyncio.run(go(web.url))


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


READABLE = """<!DOCTYPE html><div id=app></div><script>
const login = (user, password) => fetch('/api/login', {method: 'POST',
  headers: {'Content-Type': 'application/json'}, body: JSON.stringify({user: user, password: password})})
  .then(r => r.json()).then(d => { localStorage.tok = d.token; location.reload() });
DRAW
</script>"""
DRAWN = """if (localStorage.tok) { app.innerHTML = '<p>Hello anna</p>';
  fetch('/api/me', {headers: {Authorization: 'Bearer ' + localStorage.tok}}); }
else { app.innerHTML =
  '<form><input name=user><input type=password name=password><button>Log in</button></form>';
  app.firstChild.onsubmit = e => { e.preventDefault(); const f = e.target.elements;
    login(f.user.value, f.password.value) } }"""


def readable(draw: str) -> Callable[[Request], Response | str]:
    """A login whose request can be read from its script, and whose page is drawn by ``draw``."""

    def site(request: Request) -> Response | str:
        if request.path == "/api/login":
            return as_json({"token": "t0k3n-4-anna"}, 200 if b"s3cret" in request.body else 401)
        if request.path == "/api/me":
            return as_json({"name": "anna"}, 200 if request.header("authorization") else 401)
        return READABLE.replace("DRAW", draw)

    return site


@needs_browser
def test_a_login_that_a_script_makes_is_made_by_the_script_so_that_its_pages_are_in() -> None:
    session = log_in(readable(DRAWN), lacking="")
    (storage,) = session.storage.values()
    assert storage["local"] == {"tok": "t0k3n-4-anna"}
    assert ("Authorization", "Bearer t0k3n-4-anna") in session.headers


@needs_browser
def test_a_login_that_no_page_shows_is_sent_as_it_was_read() -> None:
    session = log_in(readable("app.innerHTML = '<p>Soon</p>'"), lacking="")
    assert session.headers == (("Authorization", "Bearer t0k3n-4-anna"),)
    assert session.storage == {}


@needs_browser
def test_a_login_that_was_refused_in_the_browser_is_not_tried_once_more() -> None:
    with pytest.raises(LoginFailed):
        log_in(readable(DRAWN), lacking="", password="wrong")


def test_the_reason_comes_before_the_remedy() -> None:
    error = no_browser("it is built by scripts", NONE, "give --login-url")
    assert str(error) == "it is built by scripts; a browser may do it, but there is no Chromium on PATH"
    assert error.remedy.startswith("install it, or scan with --browser always")
    assert error.remedy.endswith("; or give --login-url")
