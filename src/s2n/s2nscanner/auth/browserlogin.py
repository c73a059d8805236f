"""Logging in in the browser: finds the login in the rendered page, and walks through it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from playwright.async_api import Request as Asked

from s2n.errors import LoginFailed, NetworkError
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.closed import closed, elsewhere, expired, mailed, passkey
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.controls import Shown, controls_of, step_shown, text_of
from s2n.s2nscanner.auth.hand import click
from s2n.s2nscanner.auth.logintab import login_tab
from s2n.s2nscanner.auth.refusals import NoForm, captcha, changed, refusal
from s2n.s2nscanner.auth.rendered import nod_of, ways_to_login
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.stepping import Stepper
from s2n.s2nscanner.auth.takeover import taken_over
from s2n.s2nscanner.auth.verdict import as_page
from s2n.s2nscanner.auth.words import LOGIN_ALONE, MAIL_LINK, PASSKEY, TO_LOGIN
from s2n.s2nscanner.crawler.browser.browser import Tab
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.crawler.sights import Sight
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.loginform import has_puzzle

LOOKS, LOOK_SECONDS = 10, 0.2
"""How often, and how far apart, a page is looked at that shows no form: some take their time to show one."""

MAX_STEPS = 6
MAX_NODS = 3
MAX_WAYS = 3
"""Links or buttons of a page, called after logging in, that are clicked in search of a form."""

_ROUTES = ("#/login", "#/signin", "#!/login", "#login", "/login", "/signin", "/sign-in", "/auth/login")


class BrowserLogin:
    """Logs in as a person would. Remembers where, and how far the server's clock is off."""

    renewable = True

    def __init__(
        self,
        scan: ScanRequest,
        attempts: Attempts,
        clock: Callable[[], float] = time.time,
        shared: SharedProcess | None = None,
    ) -> None:
        self._scan = scan
        self._shared = shared
        self._attempts = attempts
        self._codes = Codes(scan.totp_secret, attempts, clock)
        self._found = ""

    async def log_in(self, visitor: HttpClient) -> Session:
        """Find the login, walk through it, and take over what it gives."""
        self._attempts.check()
        async with login_tab(self._scan, visitor, self._shared) as tab:
            shown = await self._find(tab, visitor.governor.scope.allows)
            before = tab.take()
            self._found = tab.page.url
            stepper = Stepper(self._scan, self._codes, tab, visitor.governor.scope.allows)
            seen = await self._walk(stepper, shown, before)
            return await taken_over(tab, visitor.jar, seen, before)

    async def _find(self, tab: Tab, allows: Callable[[str], bool]) -> Shown:
        """The first step: on the page, behind what is called after logging in, or where such pages are."""
        start = self._found or self._scan.login_url or self._scan.target_url
        led: list[str] = []

        def note(asked: Asked) -> None:
            if asked.is_navigation_request() and not allows(asked.url):
                led.append(asked.url)

        tab.page.on("requestfailed", note)
        await tab.open(start)
        shown = await _look(tab) or await self._behind_a_way(tab, start)
        for route in () if self._scan.login_url or shown else _ROUTES:
            try:
                await tab.open(urljoin(start, route))
            except NetworkError:
                continue
            if shown := await step_shown(tab.page):
                break
        if shown is None:
            raise await self._no_form(tab, start, next(iter(led), ""), allows)
        return shown

    async def _behind_a_way(self, tab: Tab, start: str) -> Shown | None:
        for number in range(MAX_WAYS):
            ways = ways_to_login(await controls_of(tab.page.main_frame))
            if number >= len(ways):
                break
            await click(tab.page.main_frame, ways[number])
            await tab.settle()
            if shown := await self._here_or_in_a_menu(tab):
                return shown
            await tab.open(start)
        # What a script listens to need be neither link nor button.
        text = tab.page.get_by_text(LOGIN_ALONE).first
        if not await text.count():
            return None
        await text.dispatch_event("click")
        await tab.settle()
        return await _look(tab)

    async def _here_or_in_a_menu(self, tab: Tab) -> Shown | None:
        """The step that came, or that comes by what a menu offers, which was opened."""
        if shown := await _look(tab):
            return shown
        ways = ways_to_login(await controls_of(tab.page.main_frame))
        named = [way for way in ways if way.names(TO_LOGIN)]
        if not named:
            return None
        await click(tab.page.main_frame, named[0])
        await tab.settle()
        return await _look(tab)

    async def _no_form(
        self, tab: Tab, start: str, outside: str, allows: Callable[[str], bool]
    ) -> LoginFailed:
        if self._found:
            return changed(self._found)
        page = await _page(tab)
        if has_puzzle(page):
            return captcha(tab.page.url)
        shut = elsewhere(outside) if outside else closed([Exchange(Request.from_url(start), page)], allows)
        return shut or NoForm(
            f"no login form was found from {start}, not even in the browser",
            "give --login-url, or use --auth recorded, script or cookie",
        )

    async def _walk(self, stepper: Stepper, shown: Shown, before: Sequence[Sight]) -> list[Sight]:
        """What was seen since the first step was sent."""
        tab = stepper.tab
        gave: set[str] = set()
        seen: list[Sight] = []
        self._codes.begin()
        for _ in range(MAX_STEPS):
            asked, url = shown.wanted, tab.page.url
            told, after = await stepper.step(shown, [*before, *seen])
            seen += told.seen
            gave |= asked.asks
            if after is not None and not self._repeats(after, url, tab, gave) and not told.says_no:
                shown = after
                continue
            if after is None and not told.says_no and not (tab.page.url == url and told.words_say_no):
                return seen + await self._nodded(tab, gave)
            if "password" not in gave and PASSKEY.search((await _page(tab)).text):
                raise passkey(tab.page.url)
            codes = asked.code is not None and bool(self._scan.totp_secret)
            if after is None or after.wanted.code is None or not codes:
                raise self._codes.hinted(refusal(told.page, told.before, self._attempts))
            self._attempts.count()
            shown = after
        raise LoginFailed(
            f"the login at {self._found} did not end after {MAX_STEPS} pages",
            "record it: --auth recorded, or write it as a script: --auth script",
        )

    async def _nodded(self, tab: Tab, gave: set[str]) -> list[Sight]:
        """Say yes to the pages that only ask whether to go on; what was seen.

        Raises:
            LoginFailed: the site said yes, but lets nobody in.
        """
        for _ in range(MAX_NODS):
            frame = tab.page.main_frame
            button = nod_of(await controls_of(frame))
            if button is None:
                break
            await click(frame, button)
            await tab.settle()
        if "password" not in gave and MAIL_LINK.search(await text_of(tab.page)):
            raise mailed(tab.page.url)
        if (failure := expired(Exchange(Request.from_url(tab.page.url), await _page(tab)))) is not None:
            raise failure
        return tab.take()

    def _repeats(self, after: Shown, url: str, tab: Tab, gave: set[str]) -> bool:
        """Is asked again for what was given? A field for a user alone may be another page's."""
        asks = after.wanted.asks
        return asks <= gave and (asks != {"user"} or tab.page.url in {url, self._found})


async def _page(tab: Tab) -> Response:
    """What the tab shows, as if it had come like this."""
    return as_page(await tab.page.content())


async def _look(tab: Tab) -> Shown | None:
    """The step that is shown, or that appears a little later: a busy machine is slow to show it."""
    for _ in range(LOOKS):
        if shown := await step_shown(tab.page):
            return shown
        await asyncio.sleep(LOOK_SECONDS)
    return None
