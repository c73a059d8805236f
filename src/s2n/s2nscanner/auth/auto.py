"""``--auth auto``: through the login form as it stands, or in the browser where scripts make the login."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from s2n.errors import LoginFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.formlogin import FormLogin
from s2n.s2nscanner.auth.refusals import NeedsBrowser, NoForm
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.crawler.browser.find import why_not
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.http.client import HttpClient

if TYPE_CHECKING:
    from s2n.s2nscanner.auth.browserlogin import BrowserLogin

IN_IMAGE = "or scan with --browser always, which takes the image with the browser"


class AutoLogin:
    """Remembers which way it was. The attempts of both ways are counted together."""

    renewable = True

    def __init__(
        self,
        scan: ScanRequest,
        lacking: Callable[[], str] = why_not,
        clock: Callable[[], float] = time.time,
        shared: SharedProcess | None = None,
    ) -> None:
        self._scan = scan
        self._shared = shared
        self._clock = clock
        self._attempts = Attempts()
        self._lacking = "--browser never keeps it out" if scan.browser == "never" else lacking()
        self._form = FormLogin(scan, self._attempts, clock, browser=not self._lacking)
        self._browser: BrowserLogin | None = None
        self._by_browser = False

    async def log_in(self, visitor: HttpClient) -> Session:
        """Log in by the way that worked before, or else try the form first."""
        if self._browser is not None:
            return await self._browser.log_in(visitor)
        shut: LoginFailed | None = None
        if not self._by_browser:
            try:
                return await self._form.log_in(visitor)
            except NeedsBrowser as needed:
                if self._lacking and needed.shut is not None:
                    raise needed.shut from needed
                if self._lacking:
                    raise no_browser(str(needed), self._lacking, needed.remedy) from needed
                shut = needed.shut
        # Imported here: without the extra there is no Playwright, and most logins need none.
        from s2n.s2nscanner.auth.browserlogin import BrowserLogin  # noqa: PLC0415 -- see above

        browser = BrowserLogin(self._scan, self._attempts, self._clock, self._shared)
        refused = self._attempts.refused
        try:
            session = await browser.log_in(visitor)
        except LoginFailed as error:
            if self._attempts.refused > refused:
                raise
            if shut is not None and isinstance(error, NoForm):
                raise shut from error
            return await self._without(error, visitor)
        self._browser = browser
        return session

    def other_way(self) -> bool:
        """Let the browser do it next: the form changed nothing. False where that is not possible."""
        if self._lacking or self._browser is not None or self._by_browser:
            return False
        self._by_browser = True
        return True

    async def _without(self, error: LoginFailed, visitor: HttpClient) -> Session:
        """Send what the page's scripts seem to send; ``error`` says why the browser could not log in."""
        form = FormLogin(self._scan, self._attempts, self._clock)
        try:
            session = await form.log_in(visitor)
        except LoginFailed:
            raise error from None
        self._form = form
        return session


def no_browser(what: str, lacking: str, otherwise: str) -> LoginFailed:
    """``what`` needs a browser, and there is none: ``lacking`` says why, in `why_not`'s words."""
    reason, _, remedy = lacking.partition(": ")
    remedy = f"{remedy}, {IN_IMAGE}" if remedy else "allow it with --browser auto"
    return LoginFailed(
        f"{what}; a browser may do it, but {reason}", f"{remedy}; or {otherwise or 'use --cookie'}"
    )
