"""Logging in in the browser: finds the login in the rendered page, and walks through it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urljoin

from playwright.async_api import Error

from s2n.errors import LoginFailed, NetworkError, RuntimeFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.auth.codes import Codes
from s2n.s2nscanner.auth.controls import Shown, controls_of, step_shown, text_of
from s2n.s2nscanner.auth.hand import click, fill, send
from s2n.s2nscanner.auth.refusals import captcha, changed, refusal
from s2n.s2nscanner.auth.rendered import ways_to_login
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.auth.takeover import taken_over
from s2n.s2nscanner.auth.verdict import Verdict, as_page, server_time, verdict
from s2n.s2nscanner.crawler.browser.browser import Browser, Tab
from s2n.s2nscanner.crawler.sights import Sight
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.loginform import has_puzzle

LOGIN_SECONDS = 120.0
"""A login that takes longer will not come to an end; a slow site's takes some ten."""

LATE_SECONDS, LATE_LOOKS = 2.0, 10
"""How long, and how often, a page is looked at that seems not to react: its script may be slow to say no."""

MAX_STEPS = 6
MAX_WAYS = 3
"""Links or buttons of a page, called after logging in, that are clicked in search of a form."""

_ROUTES = ("#/login", "#/signin", "#!/login", "#login", "/login", "/signin", "/sign-in", "/auth/login")


@asynccontextmanager
async def login_tab(scan: ScanRequest, visitor: HttpClient) -> AsyncIterator[Tab]:
    """A tab of a browser of its own, whose requests and cookies are ``visitor``'s.

    Raises:
        LoginFailed: the browser does not start or breaks off, or the login takes too long.
    """
    browser = Browser(visitor, visitor.governor.scope.allows, scan, visitor.jar, visitor.governor)
    try:
        async with asyncio.timeout(LOGIN_SECONDS):
            yield await browser.tab()
    except RuntimeFailed as error:
        raise LoginFailed(f"the login needs the browser: {error}", error.remedy) from error
    except TimeoutError as error:
        raise LoginFailed(
            f"the login in the browser took more than {LOGIN_SECONDS:g} s",
            "look at it by hand, or write the login as a script: --auth script",
        ) from error
    except Error as error:
        first = str(error).partition("\n")[0]
        raise LoginFailed(
            f"the login in the browser broke off: {first}", "try again, or write the login as a script"
        ) from error
    finally:
        await browser.close()


class BrowserLogin:
    """Logs in as a person would. Remembers where, and how far the server's clock is off."""

    renewable = True

    def __init__(self, scan: ScanRequest, attempts: Attempts, clock: Callable[[], float] = time.time) -> None:
        self._scan = scan
        self._attempts = attempts
        self._codes = Codes(scan.totp_secret, attempts, clock)
        self._found = ""

    async def log_in(self, visitor: HttpClient) -> Session:
        """Find the login, walk through it, and take over what it gives."""
        self._attempts.check()
        async with login_tab(self._scan, visitor) as tab:
            shown = await self._find(tab)
            before = tab.take()
            self._found = tab.page.url
            seen = await self._walk(tab, shown, before)
            return await taken_over(tab, visitor.jar, seen, before)

    async def _find(self, tab: Tab) -> Shown:
        """The first step: on the page, behind what is called after logging in, or where such pages are."""
        start = self._found or self._scan.login_url or self._scan.target_url
        await tab.open(start)
        shown = await step_shown(tab.page) or await self._behind_a_way(tab, start)
        for route in () if self._scan.login_url or shown else _ROUTES:
            try:
                await tab.open(urljoin(start, route))
            except NetworkError:
                continue
            if shown := await step_shown(tab.page):
                break
        if shown is None:
            raise await self._no_form(tab, start)
        return shown

    async def _behind_a_way(self, tab: Tab, start: str) -> Shown | None:
        for number in range(MAX_WAYS):
            ways = ways_to_login(await controls_of(tab.page.main_frame))
            if number >= len(ways):
                return None
            await click(tab.page.main_frame, ways[number])
            await tab.settle()
            if shown := await step_shown(tab.page):
                return shown
            await tab.open(start)
        return None

    async def _no_form(self, tab: Tab, start: str) -> LoginFailed:
        if self._found:
            return changed(self._found)
        if has_puzzle(as_page(await tab.page.content())):
            return captcha(tab.page.url)
        return LoginFailed(
            f"no login form was found from {start}, not even in the browser",
            "give --login-url, or use --auth recorded, script or cookie",
        )

    async def _walk(self, tab: Tab, shown: Shown, before: Sequence[Sight]) -> list[Sight]:
        """What was seen since the first step was sent."""
        gave: set[str] = set()
        seen: list[Sight] = []
        self._codes.begin()
        for _ in range(MAX_STEPS):
            asked, url = shown.wanted, tab.page.url
            told, after = await self._step(tab, shown, [*before, *seen])
            seen += told.seen
            gave |= asked.asks
            if after is not None and not self._repeats(after, url, tab, gave) and not told.says_no:
                shown = after
                continue
            if after is None and not told.says_no and not (tab.page.url == url and told.words_say_no):
                return seen
            if after is None or after.wanted.code is None or asked.code is None:
                raise refusal(told.page, told.before, self._attempts)
            self._attempts.count()
            shown = after
        raise LoginFailed(
            f"the login at {self._found} did not end after {MAX_STEPS} pages",
            "record it: --auth recorded, or write it as a script: --auth script",
        )

    def _repeats(self, after: Shown, url: str, tab: Tab, gave: set[str]) -> bool:
        """Is asked again for what was given? A field for a user alone may be another page's."""
        asks = after.wanted.asks
        return asks <= gave and (asks != {"user"} or tab.page.url in {url, self._found})

    async def _step(self, tab: Tab, shown: Shown, earlier: Sequence[Sight]) -> tuple[Verdict, Shown | None]:
        """Fill in and send one step; what the site says, and the next one."""
        scan, wanted, page = self._scan, shown.wanted, tab.page
        code = self._codes.next(page.url, server_time(earlier)) if wanted.code is not None else ""
        values = ((wanted.user, scan.username), (wanted.password, scan.password), (wanted.code, code))
        words = await text_of(page)
        against = await fill(page, shown.frame, values)
        await send(page, shown)
        after, said = await self._outcome(tab, shown, words)
        seen = tab.take()
        extra = ""
        if after is not None:
            extra = "<input type=password>" if after.wanted.password is not None else ""
            if has_puzzle(as_page(await tab.page.content())):
                extra += "<div class=g-recaptcha></div>"
        typed = (code, scan.password, scan.username) if code else (scan.password, scan.username)
        told = verdict(tab.page.url, seen, typed, (words, said), extra)
        if not told.sent and after is not None and after.wanted == wanted:
            raise self._unsent(tab.page.url, against, puzzle=has_puzzle(told.page.response))
        return told, after

    async def _outcome(self, tab: Tab, shown: Shown, words: str) -> tuple[Shown | None, str]:
        """The next step and the text of the page, once something came of the last step."""
        await tab.settle()
        for _ in range(LATE_LOOKS):
            after, said = await step_shown(tab.page), await text_of(tab.page)
            if said != words or after is None or after.wanted.asks != shown.wanted.asks:
                break
            await asyncio.sleep(LATE_SECONDS / LATE_LOOKS)
        return after, said

    def _unsent(self, url: str, against: str, *, puzzle: bool) -> LoginFailed:
        if puzzle:
            return captcha(url)
        why = f"the browser says: {against}" if against else "its button does nothing"
        return LoginFailed(
            f"the login form at {url} is filled in, but not sent: {why}",
            "check --username and --password, or record the login: --auth recorded",
        )
