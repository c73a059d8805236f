"""Why a login did not work, as the site tells it: in its status, its words, or a puzzle it sets."""

import re

from s2n.errors import LoginFailed
from s2n.model import Exchange, Response
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.oracles.loginform import has_puzzle, limits
from s2n.s2nscanner.oracles.visitor import visible

_FAILURE = re.compile(
    r"(?i)\b(?:invalid|incorrect|wrong|fail(?:ed|ure)|denied|locked|unknown|too many)\b[^.!]{0,80}"
)
_BEFORE = re.compile(r"[^.!]{0,80}\Z")
"""What a sentence says before it comes to that."""

_BLOCK = re.compile(
    r"(?i)<(?=/?(?:p|div|li|ul|form|label|button|input|h\d|td|tr|th|table|section|nav|header|main|br|hr)\b)"
)
"""Where a line begins: what a site says ends before its next button."""

_SECONDS = re.compile(r"[0-9]{1,6}")
_UTF_8 = (("Content-Type", "text/html; charset=utf-8"),)


class NeedsBrowser(LoginFailed):
    """The login was not done, and a browser might do it. ``shut``: what to say if it finds no form either."""

    def __init__(self, message: str, remedy: str = "", shut: LoginFailed | None = None) -> None:
        super().__init__(message, remedy)
        self.shut = shut


class NoForm(LoginFailed):
    """No page that was looked at asks for a user or a password."""


def refusal(page: Exchange, before: Exchange, attempts: Attempts) -> LoginFailed:
    """The failure that ``page`` tells, which the site showed after ``before``; refusals count as attempts."""
    status = page.response.status
    if status >= 500 or status in {404, 405}:
        return LoginFailed(
            f"{page.request.url} answers {status} to the login", "look at it by hand, or give --login-url"
        )
    attempts.count()
    words = said(page)
    if limits(page.response, before.response) and not has_puzzle(page.response):
        wait = asked_to_wait(page)
        asks = f"; it asks to wait {wait} s" if wait is not None else ""
        return LoginFailed(
            f"the site slows logins down or has locked the account (status {status}{words}){asks}",
            "wait, or unlock it, and check the password before the next try",
        )
    if has_puzzle(page.response):
        return captcha(page.request.url)
    return LoginFailed(
        f"{page.request.url} refuses the user or password (status {status}{words})",
        "check --username and --password",
    )


def asked_to_wait(page: Exchange) -> int | None:
    """Seconds that ``page`` asks to wait before the next try; None where it does not say."""
    wait = page.response.header("retry-after") or ""
    return int(wait) if _SECONDS.fullmatch(wait) else None


def captcha(url: str) -> LoginFailed:
    """Only a person gets past this."""
    return LoginFailed(
        f"the login at {url} wants a captcha solved",
        "switch it off for this user or address, or log in by hand and give the session with --cookie",
    )


def changed(url: str, status: int = 200) -> LoginFailed:
    """A login that worked before is gone."""
    return LoginFailed(
        f"the login form at {url} is no longer there (status {status}): it has changed",
        "look at the page; give --login-url, or write the login as a script",
    )


def said(page: Exchange) -> str:
    """The site's own words, quoted; empty if it says nothing about a failure."""
    lines = _BLOCK.sub("\n<", page.response.text).encode("utf-8", "replace")
    for each in visible(Response(200, "", _UTF_8, lines)).split("\n"):
        line = " ".join(each.split())
        if (failure := _FAILURE.search(line)) is not None:
            before = _BEFORE.search(line, max(failure.start() - 80, 0), failure.start())
            return f", “{((before[0] if before else '') + failure[0]).strip()}”"
    return ""
