"""Takes over what a login in the browser has gained: cookies, headers that carry a token, what pages keep."""

import re
from collections.abc import Iterable, Sequence

from playwright.async_api import Error

from s2n.s2nscanner.auth.session import Session, Storage
from s2n.s2nscanner.auth.tokens import token_in
from s2n.s2nscanner.crawler.browser.browser import Tab
from s2n.s2nscanner.crawler.sights import Heard, Sight
from s2n.s2nscanner.http.cookies import Cookie, CookieJar
from s2n.s2nscanner.http.secrets import carries_login

_JWT = re.compile(r"[\w-]{8,}\.[\w-]{8,}\.[\w-]*")
"""Where there are cookies as well, any other token may be one against forgery."""

MAX_CHECKS = 8
"""Requests of the page that may show whether we are in."""

_STORED = """() => ({
  origin: location.origin,
  local: Object.fromEntries(Object.entries(localStorage)),
  session: Object.fromEntries(Object.entries(sessionStorage)),
})"""


async def taken_over(tab: Tab, jar: CookieJar, seen: Sequence[Sight], before: Sequence[Sight]) -> Session:
    """The session of ``tab``; its cookies go into ``jar``. ``seen``: since the login was sent, or ``before``.

    Where no request carries a token yet, the page is opened again, so that it asks for what it shows.
    """
    landing = tab.page.url
    heard = _heard(seen)
    headers = _headers(heard, _heard(before))
    storage = await stored_in(tab)
    if not headers and (storage or not _checks(heard)):
        await tab.open(landing)
        heard += _heard(tab.take())
        headers = _headers(heard, _heard(before))
        storage = await stored_in(tab)
    await _take_cookies(tab, jar)
    if not headers:
        token = next((found for each in heard if (found := token_in(each.exchange))), "")
        token = token if not len(jar) or _JWT.fullmatch(token) else ""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Session(
        headers=tuple(headers.items()),
        landing=landing if landing.startswith("http") else "",
        token=bool(headers),
        storage=storage,
        checks=_checks(heard),
    )


async def stored_in(tab: Tab) -> Storage:
    """What the pages of ``tab`` keep, by their origins."""
    found: Storage = {}
    for frame in tab.page.frames:
        try:
            raw = await frame.evaluate(_STORED)
        except Error:
            continue  # a frame that is gone, or may not store anything
        kept = {name: raw[name] for name in ("local", "session") if raw[name]}
        if kept and raw["origin"].startswith("http"):
            found[raw["origin"]] = kept
    return found


def _heard(sights: Iterable[Sight]) -> list[Heard]:
    return [sight for sight in sights if isinstance(sight, Heard)]


def _headers(heard: Iterable[Heard], before: Iterable[Heard]) -> dict[str, str]:
    """The headers of a login that the page's own requests carry now, and did not before; the last values."""
    earlier = {pair for each in before for pair in each.exchange.request.headers}
    found: dict[str, str] = {}
    for each in heard:
        if each.kind == "fetch" and each.exchange.response.status not in {401, 403}:
            sent = each.exchange.request.headers
            found |= {name: value for name, value in sent if value and carries_login(name)}
    return {name: value for name, value in found.items() if (name, value) not in earlier}


def _checks(heard: Iterable[Heard]) -> tuple[str, ...]:
    good = (
        each.exchange.request
        for each in heard
        if each.kind == "fetch" and each.exchange.response.status in {200, 204}
    )
    return tuple(dict.fromkeys(request.url for request in good if request.method == "GET"))[-MAX_CHECKS:]


async def _take_cookies(tab: Tab, jar: CookieJar) -> None:
    """Those that scripts have set, too: no response told the jar of them."""
    held = {(cookie.name, cookie.domain) for cookie in jar}
    for cookie in await tab.page.context.cookies():
        domain = cookie.get("domain", "")
        name, host = cookie.get("name", ""), domain.removeprefix(".")
        if (name, host) not in held:
            expires = cookie.get("expires", -1.0)
            jar.add(
                Cookie(
                    name,
                    cookie.get("value", ""),
                    host,
                    cookie.get("path", "/"),
                    host_only=not domain.startswith("."),
                    secure=cookie.get("secure", False),
                    http_only=cookie.get("httpOnly", False),
                    expires=expires if expires > 0 else None,
                )
            )
