"""Doors that no user and password open: says which one it is, and how the scan gets in all the same."""

from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from s2n.errors import LoginFailed
from s2n.model import Exchange
from s2n.s2nscanner.auth.words import EXPIRED, MAIL_LINK, PASSKEY, TO_LOGIN
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.http.urls import Base
from s2n.s2nscanner.oracles.visitor import visible

_BY_HAND = "log in by hand and give the session with --cookie or --cookie-file"


def closed(looked_at: Iterable[Exchange], allows: Callable[[str], bool]) -> LoginFailed | None:
    """Why none of these pages, which have no login form, lets anybody in; None if they do not say."""
    pages = list(looked_at)
    for page in pages:
        challenge = page.response.header("www-authenticate")
        if page.response.status == 401 and challenge:
            return _challenged(page, challenge)
    outside = next((url for page in pages for url in _led_outside(page, allows)), "")
    if outside:
        return elsewhere(outside)
    for page in pages:
        if PASSKEY.search(page.response.text):
            return passkey(page.request.url)
        if MAIL_LINK.search(visible(page.response)):
            return mailed(page.request.url)
    return None


def elsewhere(url: str) -> LoginFailed:
    """Those who log in are sent to another host."""
    host = urlsplit(url).netloc
    return LoginFailed(
        f"the login leads to {url.partition('?')[0]}, which is not in the scope",
        f"if you may use it, allow it with --allow-host {host}, or for the login alone with --login-url; "
        f"or {_BY_HAND}",
    )


def passkey(url: str) -> LoginFailed:
    """A key in somebody's device is wanted."""
    return LoginFailed(
        f"the login at {url} wants a passkey, which a password does not replace", f"{_BY_HAND}"
    )


def mailed(url: str) -> LoginFailed:
    """A link in somebody's mailbox is wanted."""
    return LoginFailed(
        f"the login at {url} sends a link by mail, and s2n reads no mail", f"follow one: {_BY_HAND}"
    )


def expired(page: Exchange) -> LoginFailed | None:
    """The failure, where ``page`` wants a new password before it lets anybody in."""
    text = page.response.text.lower()
    if "password" not in text or not EXPIRED.search(visible(page.response)):
        return None
    passwords = sum(c.kind == "password" for form in read_page(text).forms for c in form.controls)
    if passwords < 2 and "new-password" not in text:
        return None
    return LoginFailed(
        f"the site takes the password, but wants a new one at {page.request.url} before it lets the user in",
        "set it by hand and give it with --password; s2n changes none",
    )


def _challenged(page: Exchange, challenge: str) -> LoginFailed:
    scheme = challenge.split(maxsplit=1)[0].rstrip(",").lower()
    way = {"basic": "basic", "digest": "digest", "ntlm": "ntlm", "negotiate": "ntlm", "bearer": "bearer"}
    known = way.get(scheme)
    advice = f"if that is the login, use --auth {known}" if known else "use --auth header"
    if known == "basic":
        advice += "; if there is a form behind it, add the first with -H 'Authorization: Basic …'"
    return LoginFailed(
        f"{page.request.url} answers 401 and asks for HTTP authentication ({challenge})", advice
    )


def _led_outside(page: Exchange, allows: Callable[[str], bool]) -> Iterable[str]:
    """Where a redirect leads that was not followed, and the links called after logging in."""
    base = Base(page.request.url)
    if page.response.is_redirect:
        there = base.join(page.response.header("location") or "")
        yield from [there] if there and not allows(there) else []
    if page.response.is_html:
        for link in read_page(page.response.text).links:
            if TO_LOGIN.search(link.text):
                there = base.join(link.reference)
                yield from [there] if there and there.startswith("http") and not allows(there) else []
