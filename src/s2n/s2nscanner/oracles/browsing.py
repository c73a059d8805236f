"""A visitor of their own: without the scan's session, with the cookies that they are given on the way."""

import re
import time
from collections.abc import Mapping

from s2n.model import Exchange, Request
from s2n.s2nscanner.http.redirects import redirected
from s2n.s2nscanner.oracles.probe import Sender
from s2n.s2nscanner.oracles.visitor import anonymous, completed, cookies_set, refused

MAX_HOPS = 5

_LOGOUT = re.compile(
    r"(?i)\b(?:log|sign)[ _-]?(?:out|off)\b|로그아웃|abmelden|déconnexion|cerrar sesi|выйти|ログアウト"
)


class Visitor:
    """Browses as one person with one cookie jar. ``like``: a request as the client sent it, for its headers.

    ``cookies`` are those they come with and, later, those they have.
    """

    def __init__(self, sender: Sender, like: Request, cookies: Mapping[str, str] | None = None) -> None:
        self.cookies = dict(cookies or {})
        self._sender = sender
        self._like = anonymous(like)

    async def send(self, request: Request) -> Exchange:
        """Send ``request`` with their cookies, and keep those that are set."""
        exchange = await self._sender.send(
            anonymous(completed(request, self._like), self.cookies), exact=True
        )
        for name, cookie in cookies_set(exchange).items():
            if not cookie.value or (cookie.expires is not None and cookie.expires <= time.time()):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = cookie.value
        return exchange

    async def browse(self, request: Request) -> Exchange:
        """As `send`, following redirects inside the origin; ``hops`` are those that were followed."""
        hops: list[Exchange] = []
        while True:
            exchange = await self.send(request)
            there = redirected(request, exchange.response)
            if there is None or there.origin != request.origin or len(hops) == MAX_HOPS:
                return Exchange(exchange.request, exchange.response, tuple(hops))
            hops.append(exchange)
            request = there


def inside(page: Exchange, outside: Exchange) -> bool:
    """Was ``page`` given to somebody logged in, and ``outside``, the same page, to nobody in particular?

    Only the first offers a way to log out, or the second was refused.
    """
    if page.response.status >= 400:
        return False
    offers, also = (bool(_LOGOUT.search(each.response.text)) for each in (page, outside))
    return (offers and not also) or refused(page, outside)
