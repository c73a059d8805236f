"""Logging in as a person would: find the form, fill in its pages, notice what the site says to it."""

import asyncio
import time
from collections.abc import Callable

import msgspec

from s2n.errors import LoginFailed, NetworkError
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.between import onward
from s2n.s2nscanner.auth.closed import closed, elsewhere, expired, mailed
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.loginpage import Step, asks_for_password, step_of_calls, step_on
from s2n.s2nscanner.auth.refusals import NeedsBrowser, NoForm, asked_to_wait, captcha, changed, refusal, said
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.tokens import token_in
from s2n.s2nscanner.auth.ways import PATHS, account_ways, named_ways, other_ways
from s2n.s2nscanner.auth.words import MAIL_LINK
from s2n.s2nscanner.crawler.javascript.calls import calls_in_script
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.redirects import redirected
from s2n.s2nscanner.http.urls import Base
from s2n.s2nscanner.oracles.loginform import has_puzzle, limits, turned_away
from s2n.s2nscanner.oracles.visitor import visible

MAX_STEPS = 6
MAX_SCRIPTS = 10

MAX_LOOKED = 40
"""Pages that are looked at for a form."""

PATIENCE = 30.0
"""Seconds that a site may ask to wait before it looks at a login; one that wants more is believed."""

_MAY_HOLD = frozenset({401, 403})
"""Refusals that may show a form."""

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
        self._looked: list[Exchange] = []

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
                date = page.response.header("date") or ""
                code = self._codes.next(page.request.url, date, beside_password=bool(step.password))
            before, asked = page, step
            page = await self._sent(step, code, visitor)
            gave |= {name for name in ("user", "password", "code") if getattr(step, name)}
            if self._browser and "document.cookie" in page.response.text and step_on(page) is None:
                raise NeedsBrowser(
                    f"the answer to the login at {before.request.url} has a script set cookies"
                )
            page = await self._through(page, visitor)
            self._check_way(page)
            step = step_on(page)
            if token := token_in(page):
                return Session(headers=(("Authorization", f"Bearer {token}"),), token=True)
            if step is None or self._repeats(step, asked, gave):
                if step is not None and step.code and code:
                    self._attempts.count()
                    continue
                if step is None and page.response.status < 400:
                    self._check_inside(page, gave)
                if step is not None or self._refuses(page, before, asked):
                    raise self._codes.hinted(self._refusal(page, before))
                return Session(landing=page.request.url if page.request.method == "GET" else "")
        raise LoginFailed(
            f"the login at {self._found} did not end after {MAX_STEPS} pages",
            "write the login as a script: --auth script --login-script NAME",
        )

    async def _sent(self, step: Step, code: str, visitor: HttpClient) -> Exchange:
        """The answer to ``step``; asked again where the site first wants us to wait a little."""
        request = step.filled(self._scan.username, self._scan.password, code)
        page = await visitor.send(request, follow=True, learn=True)
        wait = asked_to_wait(page)
        if page.response.status in {429, 503} and wait is not None and wait <= PATIENCE:
            await asyncio.sleep(wait)
            page = await visitor.send(request, follow=True, learn=True)
        return page

    async def _through(self, page: Exchange, visitor: HttpClient) -> Exchange:
        """Where the pages lead that only pass us on."""
        for _ in range(MAX_STEPS):
            request = onward(page)
            if request is None or not visitor.governor.scope.allows(request):
                break
            page = await visitor.send(request, follow=True, learn=True)
        return page

    def _check_inside(self, page: Exchange, gave: set[str]) -> None:
        """The site said yes: but does it let us in?"""
        if "password" not in gave and MAIL_LINK.search(visible(page.response)):
            raise mailed(page.request.url)
        if (failure := expired(page)) is not None:
            raise failure

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
        self._looked = [page]
        if self._found or scan.login_url or await self._step(page, visitor) is not None:
            return page
        usual = [f"{page.request.origin}{path}" for path in PATHS]
        first = named_ways(page) + account_ways(page)
        return (
            await self._first_of(first, visitor, deeper=True)
            or await self._first_of(usual, visitor)
            or await self._first_of(other_ways(page), visitor, sure=True)
            or page
        )

    async def _first_of(
        self, urls: list[str], visitor: HttpClient, *, deeper: bool = False, sure: bool = False
    ) -> Exchange | None:
        """The first page among ``urls`` that has a form; ``deeper``: or among those that they name.

        ``sure``: one that asks for a password. An address alone may be for a newsletter.
        """
        found: list[str] = []
        for url in urls:
            if len(self._looked) >= MAX_LOOKED or not visitor.governor.scope.allows(url):
                continue
            try:
                page = await visitor.send(Request.from_url(url), follow=True, learn=True)
            except NetworkError:
                continue
            status = page.response.status
            if status >= 400 and status not in _MAY_HOLD:
                continue
            step = await self._step(page, visitor)
            if step is not None and (step.password or not sure):
                return page
            self._looked.append(page)
            found += named_ways(page)
        left = [url for url in dict.fromkeys(found) if url not in urls]
        return await self._first_of(left, visitor) if deeper and left else None

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
            raise self._no_form(page, visitor)
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
                raise self._no_form(answer, visitor)
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
        if not page.response.is_redirect:
            return
        there = redirected(page.request, page.response)
        if there is not None:
            raise elsewhere(there.url)
        location = page.response.header("location") or ""
        raise LoginFailed(
            f"{page.request.url} redirects the login to {location!r}, which is no address", "give --login-url"
        )

    def _no_form(self, page: Exchange, visitor: HttpClient) -> LoginFailed:
        status = page.response.status
        if self._found:
            return changed(self._found, status)
        if has_puzzle(page.response):
            return captcha(page.request.url)
        where = self._scan.login_url or self._scan.target_url
        shut = closed(self._looked, visitor.governor.scope.allows)
        message = f"no login form was found from {where} (status {status})"
        if status < 400 and any(_is_built(each) for each in (page, *self._looked)):
            return NeedsBrowser(str(shut or message), shut.remedy if shut else "give --login-url", shut)
        return shut or NoForm(message, "give --login-url, or use --auth script or --cookie")


def _is_built(page: Exchange) -> bool:
    """May there be more in a browser than in the markup?"""
    text = page.response.text.lower()
    return page.response.is_html and any(mark in text for mark in ("<script", "<iframe", "<frame"))
