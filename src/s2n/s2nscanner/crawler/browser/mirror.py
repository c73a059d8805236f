"""Keeps the scan's cookie jar and a browser's cookies alike."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace
from playwright.async_api import BrowserContext

from s2n.model import Request, Response
from s2n.s2nscanner.http.cookies import Cookie, CookieJar, parse_set_cookie

_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}
_ALWAYS = 253402300799.0  # the end of the year 9999
_MAX_KNOWN = 5000


class Mirror:
    """Between ``jar`` and the cookies of ``context``. The jar is what counts: requests take theirs from it.

    ``shared``: the browser gets the jar's cookies, too; without it, it begins with none.
    """

    def __init__(self, context: BrowserContext, jar: CookieJar, *, shared: bool) -> None:
        self._context = context
        self._jar = jar
        self.shared = shared
        self._put: dict[tuple[str, str, str], Cookie] = {}
        self._known: set[tuple[str, str]] = set()

    async def push(self) -> None:
        """Give the browser what the jar holds now, and take away what it holds no longer."""
        if not self.shared:
            return
        now = {_key(cookie): cookie for cookie in self._jar if cookie.name}
        if now == self._put:
            return
        for name, domain, path in self._put.keys() - now.keys():
            await self._context.clear_cookies(
                name=name, domain=_domain(self._put[name, domain, path]), path=path
            )
        changed = [cookie for key, cookie in now.items() if self._put.get(key) != cookie]
        self._put = now
        if changed:
            self._remember((cookie.name, cookie.value) for cookie in changed)
            await self._context.add_cookies([_told(cookie) for cookie in changed])

    def heard(self, request: Request, response: Response) -> None:
        """Note the cookies that a response sets: the jar has them from it, and the browser will have."""
        for text in response.header_all("set-cookie"):
            cookie = parse_set_cookie(text, request.origin, request.path, 0.0)
            if cookie is not None:
                self._remember([(cookie.name, cookie.value)])
                self._put[_key(cookie)] = cookie

    def told(self, request: Request, header: str) -> None:
        """Take the cookies that a page's script has set from the Cookie ``header`` of its request."""
        for piece in header.split("; "):
            name, sign, value = piece.partition("=")
            if not sign or (name, value) in self._known:
                continue
            self._remember([(name, value)])
            held = next(
                (c for c in self._jar if c.name == name and c.fits(request.origin, request.path)), None
            )
            cookie = replace(held or Cookie(name, "", request.origin.host), value=value)
            if cookie != held:
                self._jar.add(cookie)
            self._put[_key(cookie)] = cookie

    def sends(self, request: Request) -> str:
        """The Cookie header with which ``request`` goes out."""
        return self._jar.header_for(request)

    def _remember(self, pairs: Iterable[tuple[str, str]]) -> None:
        if len(self._known) > _MAX_KNOWN:
            self._known.clear()
        self._known.update(pairs)


def _key(cookie: Cookie) -> tuple[str, str, str]:
    return cookie.name, cookie.domain, cookie.path


def _domain(cookie: Cookie) -> str:
    return cookie.domain if cookie.host_only else f".{cookie.domain}"


def _told(cookie: Cookie) -> Any:
    """``cookie`` as Playwright takes it."""
    told: dict[str, Any] = {
        "name": cookie.name,
        "value": cookie.value,
        "domain": _domain(cookie),
        "path": cookie.path,
        "httpOnly": cookie.http_only,
        "secure": cookie.secure,
    }
    if cookie.same_site in _SAME_SITE:
        told["sameSite"] = _SAME_SITE[cookie.same_site]
    if cookie.expires is not None:
        told["expires"] = min(cookie.expires, _ALWAYS)
    return told
