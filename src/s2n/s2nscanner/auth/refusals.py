"""Why a login did not work, as the site tells it: in its status, its words, or a puzzle it sets."""

import re

from s2n.errors import LoginFailed
from s2n.model import Exchange
from s2n.s2nscanner.auth.attempts import Attempts
from s2n.s2nscanner.oracles.loginform import has_puzzle, limits
from s2n.s2nscanner.oracles.visitor import visible

_SAID = re.compile(
    r"(?i)[^.!]{0,80}\b(?:invalid|incorrect|wrong|fail(?:ed|ure)|denied|locked|unknown|too many)\b[^.!]{0,80}"
)


class NeedsBrowser(LoginFailed):
    """The login was not done, and a browser might do it."""


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
        return LoginFailed(
            f"the site slows logins down or has locked the account (status {status}{words})",
            "wait, or unlock it, and check the password before the next try",
        )
    if has_puzzle(page.response):
        return captcha(page.request.url)
    return LoginFailed(
        f"{page.request.url} refuses the user or password (status {status}{words})",
        "check --username and --password",
    )


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
    match = _SAID.search(" ".join(visible(page.response).split()))
    return f", “{match[0].strip()}”" if match else ""
