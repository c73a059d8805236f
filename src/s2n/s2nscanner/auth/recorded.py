"""``--auth recorded``: plays a recording of the login in the browser, and takes the session over."""

import re
import time
from collections.abc import Callable

from s2n.errors import UsageError
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.auto import no_browser
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.recording import read_recording
from s2n.s2nscanner.auth.refusals import refusal
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.verdict import server_time, verdict
from s2n.s2nscanner.crawler.browser.find import why_not
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.http.client import HttpClient


class RecordedLogin:
    """Plays ``--login-recording``. It may be played again: whenever the session has ended.

    Raises:
        UsageError: the recording cannot be read, or names an option that is not given.
    """

    renewable = True

    def __init__(
        self,
        scan: ScanRequest,
        clock: Callable[[], float] = time.time,
        lacking: Callable[[], str] = why_not,
        shared: SharedProcess | None = None,
    ) -> None:
        self._scan = scan
        self._shared = shared
        self._lacking = "--browser never keeps it out" if scan.browser == "never" else lacking()
        self._recording = read_recording(scan.login_recording)
        self._attempts = Attempts()
        self._codes = Codes(scan.totp_secret, self._attempts, clock)
        self._codes.begin()
        values = self._recording.values
        if scan.auth_as and not {"{username}", "{password}"} <= set(_PLACEHOLDER.findall(values)):
            raise UsageError(
                f"--auth-as does not go with the recording {scan.login_recording}: it logs in one user only",
                "let it type {username} and {password}",
            )
        given = {"{username}": scan.username, "{password}": scan.password, "{code}": scan.totp_secret}
        for placeholder, option in _OPTIONS.items():
            if placeholder in values and not given[placeholder]:
                raise UsageError(
                    f"the recording {scan.login_recording} types {placeholder}, which is not given",
                    f"give {option}",
                )

    async def log_in(self, visitor: HttpClient) -> Session:
        """Play it from its first step to its last; again with another code if that is refused."""
        if self._lacking:
            raise no_browser("the login was recorded in a browser", self._lacking, "")
        session = None
        while session is None:
            self._attempts.check()
            session = await self._played(visitor)
        self._codes.begin()
        return session

    async def _played(self, visitor: HttpClient) -> Session | None:
        """The session; None if the one-time code was refused."""
        # Imported here: without the extra there is no Playwright.
        from s2n.s2nscanner.auth.controls import step_shown, text_of  # noqa: PLC0415 -- see above
        from s2n.s2nscanner.auth.logintab import login_tab  # noqa: PLC0415 -- see above
        from s2n.s2nscanner.auth.replay import Replay  # noqa: PLC0415 -- see above
        from s2n.s2nscanner.auth.takeover import taken_over  # noqa: PLC0415 -- see above

        async with login_tab(self._scan, visitor, self._shared) as tab:

            def filled(text: str) -> str:
                """``text`` with the options in place of what stands for them."""
                if "{code}" in text:
                    code = self._codes.next(tab.page.url, server_time(tab.record.sights))
                    text = text.replace("{code}", code)
                text = text.replace("{username}", self._scan.username)
                return text.replace("{password}", self._scan.password)

            replay = Replay(tab, filled, visitor.secrets.learn)
            seen = await replay.play(self._recording)
            after = await step_shown(tab.page)
            asks = after.wanted.asks if after is not None else frozenset()
            if "code" in asks and "{code}" in self._recording.values:
                self._attempts.count()
                return None
            field = "<input type=password>" if "password" in asks else ""
            told = verdict(tab.page.url, seen, replay.typed, (replay.words, await text_of(tab.page)), field)
            if told.says_no or field:
                raise refusal(told.page, told.before, self._attempts)
            return await taken_over(tab, visitor.jar, seen, ())


_PLACEHOLDER = re.compile(r"\{\w+\}")
_OPTIONS = {
    "{username}": "--username",
    "{password}": "--password, or better S2N_PASSWORD",
    "{code}": "--totp-secret",
}
