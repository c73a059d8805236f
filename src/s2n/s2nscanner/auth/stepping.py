"""One step of a login in the browser: filled in, sent, and what the site says to it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from playwright.async_api import Request as Asked

from s2n.errors import LoginFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.controls import Shown, step_shown, text_of
from s2n.s2nscanner.auth.hand import fill, send
from s2n.s2nscanner.auth.refusals import captcha
from s2n.s2nscanner.auth.verdict import Verdict, as_page, server_time, verdict
from s2n.s2nscanner.crawler.browser.browser import Tab
from s2n.s2nscanner.crawler.browser.judge import CHANGES
from s2n.s2nscanner.crawler.sights import Held, Sight, Withheld
from s2n.s2nscanner.oracles.loginform import has_puzzle

LATE_SECONDS, LATE_LOOKS = 2.0, 10
"""How long, and how often, a page is looked at that seems not to react: its script may be slow to say no."""


class Stepper:
    """Takes steps in ``tab``. ``allows``: what may be asked for; a page may send the login elsewhere."""

    def __init__(self, scan: ScanRequest, codes: Codes, tab: Tab, allows: Callable[[str], bool]) -> None:
        self.tab = tab
        self._scan = scan
        self._codes = codes
        self._allows = allows

    async def step(self, shown: Shown, earlier: Sequence[Sight]) -> tuple[Verdict, Shown | None]:
        """Fill in and send one step; what the site says, and the next one. ``earlier``: what was seen before.

        Raises:
            LoginFailed: it cannot be sent.
        """
        scan, wanted, page = self._scan, shown.wanted, self.tab.page
        code = ""
        if wanted.code is not None:
            beside = wanted.password is not None
            code = self._codes.next(page.url, server_time(earlier), beside_password=beside)
        values = ((wanted.user, scan.username), (wanted.password, scan.password), (wanted.code, code))
        words = await text_of(page)
        failed: list[str] = []

        def note(asked: Asked) -> None:
            if asked.method != "GET" or asked.is_navigation_request():
                failed.append(asked.url)

        page.on("requestfailed", note)
        try:
            against = await fill(page, shown.frame, values)
            await send(page, shown)
            after, said = await self._outcome(shown, words)
        finally:
            page.remove_listener("requestfailed", note)
        seen = self.tab.take()
        extra = ""
        if after is not None:
            extra = "<input type=password>" if after.wanted.password is not None else ""
            if has_puzzle(as_page(await self.tab.page.content())):
                extra += "<div class=g-recaptcha></div>"
        typed = (code, scan.password, scan.username) if code else (scan.password, scan.username)
        told = verdict(self.tab.page.url, seen, typed, (words, said), extra)
        if not told.answered and after is not None and after.wanted.asks == wanted.asks:
            outside = next((url for url in failed if not self._allows(url)), "")
            if outside or not told.sent:
                raise self._unsent(told, against, outside)
        return told, after

    async def _outcome(self, shown: Shown, words: str) -> tuple[Shown | None, str]:
        """The next step and the text of the page, once something came of the last step."""
        await self.tab.settle()
        for _ in range(LATE_LOOKS):
            after, said = await step_shown(self.tab.page), await text_of(self.tab.page)
            if said != words or after is None or after.wanted.asks != shown.wanted.asks:
                break
            await asyncio.sleep(LATE_SECONDS / LATE_LOOKS)
        else:
            return after, said
        await self.tab.settle()  # what is shown now may ask for its data
        return after, said

    def _unsent(self, told: Verdict, against: str, outside: str) -> LoginFailed:
        url = told.page.request.url
        if outside:
            return LoginFailed(
                f"the login form at {url} is sent to {outside}, which is not in the scope",
                "allow that host with --allow-host, or write the login as a script",
            )
        if has_puzzle(told.page.response):
            return captcha(url)
        withheld = next(iter(_withheld(told.seen)), None)
        if withheld is not None:
            return LoginFailed(
                f"the login form at {url} is filled in, but {withheld.method} {withheld.url} is not sent: "
                f"{withheld.reason}",
                "accept the risk with -y, or write the login as a script",
            )
        why = f"the browser says: {against}" if against else "its button does nothing"
        return LoginFailed(
            f"the login form at {url} is filled in, but not sent: {why}",
            "check --username and --password, or record the login: --auth recorded",
        )


def _withheld(seen: Sequence[Sight]) -> Iterator[Withheld]:
    """What the page wanted to send, and was not let."""
    for sight in seen:
        if isinstance(sight, Withheld):
            yield sight
        elif isinstance(sight, Held):
            yield Withheld(sight.request.method, sight.request.url, CHANGES)
