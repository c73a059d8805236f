"""Logging in as a person would: find the form, fill in its pages, notice what the site says to it."""

import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from s2n.errors import LoginFailed, NetworkError
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.loginpage import Step, asks_for_password, step_of_calls, step_on
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.totp import STEP, totp
from s2n.s2nscanner.crawler.calls import calls_in_script
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.urls import Base
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.loginform import has_puzzle, limits, turned_away
from s2n.s2nscanner.oracles.visitor import visible

MAX_REFUSED = 3
"""Refused attempts in a whole scan; most sites lock an account after five."""

MAX_STEPS = 6
MAX_SCRIPTS = 10

_PATHS = (
    *("/login", "/login.php", "/signin", "/sign-in", "/users/sign_in", "/accounts/login/", "/user/login"),
    *("/auth/login", "/account/login", "/admin/login", "/wp-login.php", "/login.html"),
)
_TO_LOGIN = re.compile(
    r"(?i)log[ _-]?[io]n\b|login|sign[ _-]?in|로그인|anmelden|connexion|iniciar ses|ログイン|войти"
)
_SAID = re.compile(
    r"(?i)[^.!]{0,80}\b(?:invalid|incorrect|wrong|fail(?:ed|ure)|denied|locked|unknown|too many)\b[^.!]{0,80}"
)
_TOKENS = ("access_token", "accesstoken", "token", "auth_token", "authtoken", "jwt", "id_token", "idtoken")
_JSON_NAMES = (("username", "password"), ("email", "password"))


class FormLogin:
    """Logs in through the site's own pages. Remembers what it found, and how often it was refused."""

    renewable = True

    def __init__(self, scan: ScanRequest, clock: Any = time.time) -> None:
        self._scan = scan
        self._clock = clock
        self._found = ""
        self._names = 0
        self._skew = 0
        self.refused = 0

    async def log_in(self, visitor: HttpClient) -> Session:
        """Walk through the login's pages until none asks for anything more."""
        self._stop_if_refused()
        page = await self._page(visitor)
        step = await self._step(page, visitor)
        if step is None:
            return await self._by_json(page, visitor)
        self._found = page.request.url
        return await self._walk(page, step, visitor)

    async def _walk(self, page: Exchange, step: Step | None, visitor: HttpClient) -> Session:
        gave: set[str] = set()
        codes: Iterator[str] | None = None
        for _ in range(MAX_STEPS):
            assert step is not None
            code = ""
            if step.code:
                codes = codes or self._codes(page)
                code = self._next(codes, page)
            before, asked = page, step
            page = await visitor.send(
                step.filled(self._scan.username, self._scan.password, code), follow=True, learn=True
            )
            gave |= {name for name in ("user", "password", "code") if getattr(step, name)}
            self._check_way(page)
            step = step_on(page)
            if token := token_in(page):
                return Session(headers=(("Authorization", f"Bearer {token}"),), token=True)
            if step is None or self._repeats(step, asked, gave):
                if step is not None and step.code and asked.code:
                    self._count()
                    continue
                if step is not None or self._refuses(page, asked):
                    raise self._refusal(page, before)
                return Session(landing=page.request.url if page.request.method == "GET" else "")
        raise LoginFailed(
            f"the login at {self._found} did not end after {MAX_STEPS} pages",
            "write the login as a script: --auth script --login-script NAME",
        )

    def _repeats(self, step: Step, asked: Step, gave: set[str]) -> bool:
        """Is something asked for again that was given?"""
        wanted = {name for name in ("user", "password", "code") if getattr(step, name)}
        return wanted <= gave or (asked.password != "" and step.password != "")

    def _refuses(self, page: Exchange, asked: Step) -> bool:
        """Does an answer without a form to go on with say no? Elsewhere on the site, words say little."""
        status = page.response.status
        if status in {400, 401, 403, 404, 405, 422, 423, 429} or status >= 500:
            return True
        return page.request.path == asked.request.path and turned_away(page)

    def _codes(self, page: Exchange) -> Iterator[str]:
        """One-time codes by the server's clock, and by one that goes a step slower or faster."""
        if not self._scan.totp_secret:
            raise LoginFailed(
                f"{page.request.url} asks for a one-time code", "give its base32 secret with --totp-secret"
            )
        now = _clock_of(page, self._clock())
        for skew in dict.fromkeys((self._skew, 0, -1, 1)):
            self._skew = skew
            yield totp(self._scan.totp_secret, now + skew * STEP)

    def _next(self, codes: Iterator[str], page: Exchange) -> str:
        code = next(codes, None)
        if code is None:
            apart = round(_clock_of(page, self._clock()) - self._clock())
            raise LoginFailed(
                f"{page.request.url} refuses the one-time codes of now, {STEP} s ago and in {STEP} s "
                f"(its clock is {apart:+d} s from ours)",
                "check --totp-secret and the clocks; --auth script can make other codes",
            )
        self._stop_if_refused()
        return code

    async def _page(self, visitor: HttpClient) -> Exchange:
        """The login page: where it was, where the user says, where the site leads, where such pages are."""
        scan = self._scan
        start = self._found or scan.login_url or scan.target_url
        page = await visitor.send(Request.from_url(start), follow=True, learn=True)
        if self._found or scan.login_url or await self._step(page, visitor) is not None:
            return page
        for url in (*_links_to_login(page), *(f"{page.request.origin}{path}" for path in _PATHS)):
            if not visitor.governor.scope.allows(url):
                continue
            try:
                other = await visitor.send(Request.from_url(url), follow=True, learn=True)
            except NetworkError:
                continue
            if other.response.status < 400 and await self._step(other, visitor) is not None:
                return other
        return page

    async def _step(self, page: Exchange, visitor: HttpClient) -> Step | None:
        """The form; where a script sends it, what the script sends."""
        step = step_on(page)
        if not page.response.is_html or (step is not None and step.request.method == "POST"):
            return step
        read = read_page(page.response.text)
        found = step_of_calls(read.calls, page.request.url)
        if found is None and (asks_for_password(page) or not read.forms):
            base = Base(page.request.url)
            scripts = [base.join(link.reference) for link in read.links if ".js" in link.reference]
            for url in dict.fromkeys(filter(None, scripts[:MAX_SCRIPTS])):
                if found is None and visitor.governor.scope.allows(url):
                    script = await visitor.send(Request.from_url(url), follow=True)
                    found = step_of_calls(calls_in_script(script.response.text), page.request.url)
        return found or step

    async def _by_json(self, page: Exchange, visitor: HttpClient) -> Session:
        """``--login-url`` that is no page: a JSON endpoint that takes user (or e-mail) and password."""
        url = self._scan.login_url
        self._check_way(page)
        if self._found or not url or (page.response.is_html and page.response.status < 400):
            raise self._no_form(page)
        answer = page
        for user, password in _JSON_NAMES[self._names :]:
            self._stop_if_refused()
            body = msgspec.json.encode({user: self._scan.username, password: self._scan.password})
            request = Request.from_url(url, "POST").with_body(body, "application/json")
            before, answer = answer, await visitor.send(request, follow=True, learn=True)
            if answer.response.status < 400 and not turned_away(answer):
                token = token_in(answer)
                headers = (("Authorization", f"Bearer {token}"),) if token else ()
                return Session(headers=headers, token=bool(token))
            if answer.response.status in {404, 405, 415}:
                raise self._no_form(answer)
            if limits(answer.response, before.response):
                break
            self._count()
            self._names += 1
        self._names = 0
        self.refused -= 1  # `_refusal` counts the last one
        raise self._refusal(answer, page)

    def _check_way(self, page: Exchange) -> None:
        if page.response.is_redirect:
            raise LoginFailed(
                f"the login leads to {page.response.header('location')}, which is not in the scope",
                "allow that host with --allow-host, or write the login as a script",
            )

    def _no_form(self, page: Exchange) -> LoginFailed:
        status = page.response.status
        if self._found:
            return LoginFailed(
                f"the login form at {self._found} is no longer there (status {status}): it has changed",
                "look at the page; give --login-url, or write the login as a script",
            )
        if has_puzzle(page.response):
            return _captcha(page)
        where = self._scan.login_url or self._scan.target_url
        return LoginFailed(
            f"no login form was found from {where} (status {status})",
            "give --login-url; a login that only a browser can do needs --auth script or --cookie",
        )

    def _refusal(self, page: Exchange, before: Exchange) -> LoginFailed:
        status = page.response.status
        if status >= 500 or status in {404, 405}:
            return LoginFailed(
                f"{page.request.url} answers {status} to the login", "look at it by hand, or give --login-url"
            )
        self._count()
        if limits(page.response, before.response) and not has_puzzle(page.response):
            said = _said(page)
            return LoginFailed(
                f"the site slows logins down or has locked the account (status {status}{said})",
                "wait, or unlock it, and check the password before the next try",
            )
        if has_puzzle(page.response):
            return _captcha(page)
        return LoginFailed(
            f"{page.request.url} refuses the user or password (status {status}{_said(page)})",
            "check --username and --password",
        )

    def _count(self) -> None:
        self.refused += 1

    def _stop_if_refused(self) -> None:
        if self.refused >= MAX_REFUSED:
            raise LoginFailed(
                f"the site has refused {self.refused} logins: no further try, lest it lock the account",
                "check user and password by hand",
            )


def token_in(page: Exchange) -> str:
    """The token in a JSON answer, wherever it is nested; empty if there is none."""
    if page.response.is_html or page.response.status >= 400:
        return ""
    try:
        return _token(msgspec.json.decode(page.response.body), 4)
    except msgspec.DecodeError:
        return ""


def _token(value: Any, depth: int) -> str:
    if not isinstance(value, dict) or not depth:
        return ""
    plain = {str(name).lower().replace("-", "_"): member for name, member in value.items()}
    for name in _TOKENS:
        if isinstance(plain.get(name), str) and plain[name]:
            return str(plain[name]).removeprefix("Bearer ")
    return next((found for member in value.values() if (found := _token(member, depth - 1))), "")


def _captcha(page: Exchange) -> LoginFailed:
    return LoginFailed(
        f"the login at {page.request.url} wants a captcha solved",
        "switch it off for this user or address, or log in by hand and give the session with --cookie",
    )


def _links_to_login(page: Exchange) -> list[str]:
    if not page.response.is_html:
        return []
    base = Base(page.request.url)
    links = read_page(page.response.text).links
    named = [link for link in links if _TO_LOGIN.search(link.text) or _TO_LOGIN.search(link.reference)]
    urls = (base.join(link.reference) for link in named)
    return list(dict.fromkeys(url for url in urls if url and not url.endswith((".js", ".css"))))[:5]


def _clock_of(page: Exchange, otherwise: float) -> float:
    """The server's own idea of the time: codes are checked by its clock."""
    try:
        return parsedate_to_datetime(page.response.header("date") or "").timestamp()
    except ValueError:
        return otherwise


def _said(page: Exchange) -> str:
    """The site's own words, quoted."""
    match = _SAID.search(" ".join(visible(page.response).split()))
    return f", “{match[0].strip()}”" if match else ""
