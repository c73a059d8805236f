"""Logging in as a person would: find the form, fill in its pages, notice what the site says to it."""

import re
import time
from collections.abc import Callable

import msgspec

from s2n.errors import LoginFailed, NetworkError
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.loginpage import Step, asks_for_password, step_of_calls, step_on
from s2n.s2nscanner.auth.refusals import NeedsBrowser, captcha, changed, refusal, said
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.tokens import token_in
from s2n.s2nscanner.crawler.calls import calls_in_script
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.urls import Base
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.loginform import has_puzzle, limits, turned_away

MAX_STEPS = 6
MAX_SCRIPTS = 10

_PATHS = (
    *("/login", "/login.php", "/signin", "/sign-in", "/users/sign_in", "/accounts/login/", "/user/login"),
    *("/auth/login", "/account/login", "/admin/login", "/wp-login.php", "/login.html"),
)
_TO_LOGIN = re.compile(
    r"(?i)log[ _-]?[io]n\b|login|sign[ _-]?in|로그인|anmelden|connexion|iniciar ses|ログイン|войти"
)
_REASONS = frozenset({401, 403, 423, 429})
"""A status that says no by itself."""

_JSON_NAMES = (("username", "password"), ("email", "password"))


class FormLogin:
    """Logs in through the site's own pages, read without a browser. Remembers what it found.

    ``browser``: there is one, so what is likelier to be done by the page's scripts is left to it.
    """

    renewable = True

    def __init__(
        self,
        scan: ScanRequest,
        attempts: Attempts,
        clock: Callable[[], float] = time.time,
        *,
        browser: bool = False,
    ) -> None:
        self._scan = scan
        self._browser = browser
        self._attempts = attempts
        self._codes = Codes(scan.totp_secret, attempts, clock)
        self._found = ""
        self._names = 0

    async def log_in(self, visitor: HttpClient) -> Session:
        """Walk through the login's pages until none asks for anything more.

        Raises:
            NeedsBrowser: scripts make the login.
        """
        self._attempts.check()
        page = await self._page(visitor)
        step = await self._step(page, visitor)
        if step is None:
            return await self._by_json(page, visitor)
        if self._browser and step.scripted:
            raise NeedsBrowser(f"the login at {page.request.url} is sent by a script")
        self._found = page.request.url
        return await self._walk(page, step, visitor)

    async def _walk(self, page: Exchange, step: Step | None, visitor: HttpClient) -> Session:
        gave: set[str] = set()
        self._codes.begin()
        for _ in range(MAX_STEPS):
            assert step is not None
            code = ""
            if step.code:
                code = self._codes.next(page.request.url, page.response.header("date") or "")
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
                    self._attempts.count()
                    continue
                if step is not None or self._refuses(page, before, asked):
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

    def _refuses(self, page: Exchange, before: Exchange, asked: Step) -> bool:
        """Does an answer without a form to go on with say no? Elsewhere on the site, words say little."""
        status = page.response.status
        if status in {400, 401, 403, 404, 405, 422, 423, 429} or status >= 500:
            return True
        return page.request.path == asked.request.path and turned_away(page, before.response)

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
            self._attempts.check()
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
            self._attempts.count()
            self._names += 1
        self._names = 0
        self._attempts.refused -= 1  # `refusal` counts the last one
        raise refusal(answer, page, self._attempts)

    def _refusal(self, page: Exchange, before: Exchange) -> LoginFailed:
        """Why ``page`` lets nobody in; a site that gives no reason may want what only its scripts send."""
        error = refusal(page, before, self._attempts)
        reason = page.response.status in _REASONS or said(page) or has_puzzle(page.response)
        if self._browser and not reason and _is_built(before):
            return NeedsBrowser(str(error), error.remedy)
        return error

    def _check_way(self, page: Exchange) -> None:
        if page.response.is_redirect:
            raise LoginFailed(
                f"the login leads to {page.response.header('location')}, which is not in the scope",
                "allow that host with --allow-host, or write the login as a script",
            )

    def _no_form(self, page: Exchange) -> LoginFailed:
        status = page.response.status
        if self._found:
            return changed(self._found, status)
        if has_puzzle(page.response):
            return captcha(page.request.url)
        where = self._scan.login_url or self._scan.target_url
        message = f"no login form was found from {where} (status {status})"
        if status < 400 and _is_built(page):
            return NeedsBrowser(message, "give --login-url")
        return LoginFailed(message, "give --login-url, or use --auth script or --cookie")


def _is_built(page: Exchange) -> bool:
    """May there be more in a browser than in the markup?"""
    text = page.response.text.lower()
    return page.response.is_html and any(mark in text for mark in ("<script", "<iframe", "<frame"))


def _links_to_login(page: Exchange) -> list[str]:
    if not page.response.is_html:
        return []
    base = Base(page.request.url)
    links = read_page(page.response.text).links
    named = [link for link in links if _TO_LOGIN.search(link.text) or _TO_LOGIN.search(link.reference)]
    urls = (base.join(link.reference) for link in named)
    return list(dict.fromkeys(url for url in urls if url and not url.endswith((".js", ".css"))))[:5]
