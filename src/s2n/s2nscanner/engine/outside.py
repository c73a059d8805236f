"""What the crawl of somebody logged in never gets: the login's own exchanges, and a stranger's first visit.

Sites set their session cookies there, and never again while these are sent.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

from s2n.errors import NetworkError
from s2n.model import Exchange, Request
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.visitor import cookies_set, holds_session

MAX_HEARD = 200
"""Exchanges of a login that are kept; in a browser it asks for scripts and images, too."""

MIN_SECRET = 16
"""Characters of a session id that is masked: 64 bits in hexadecimal digits. Shorter ones are also words."""

_TOKEN = re.compile(
    rb'(?i)"[^"]{0,40}(?:token|jwt|session|secret|ticket)[^"]{0,20}"\s*:\s*"([!#-~]{16,4096})"'
)


class Outside:
    """Hears the first login of ``client``'s session, and comes once as a stranger.

    Nothing outside the scan's scope is kept, though the login may lead there.
    """

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._heard: list[Exchange] = []
        self._over = False

    def hear(self, exchange: Exchange) -> None:
        """Keep an exchange of the login."""
        if self._over or len(self._heard) >= MAX_HEARD:
            return
        if self._client.governor.scope.allows(exchange.request):
            self._heard.append(exchange)

    async def exchanges(self, start: str) -> list[Exchange]:
        """What was heard, and the visit at ``start``; what the login gave our user is masked from now on."""
        heard, self._heard, self._over = self._heard, [], True
        for exchange in heard:
            self._client.secrets.learn(*_given(exchange))
        return heard + await self._visit(start)

    async def _visit(self, start: str) -> list[Exchange]:
        seen: list[Exchange] = []
        visitor = self._client.apart()
        visitor.on_exchange.append(seen.append)
        with suppress(NetworkError):  # to be read beside the rest: what does not come gives nothing away
            await visitor.send(Request.from_url(start), follow=True, learn=True)
        return seen


def _given(exchange: Exchange) -> Iterator[str]:
    """The session ids and tokens that came."""
    for name, cookie in cookies_set(exchange).items():
        if len(cookie.value) >= MIN_SECRET and holds_session(name, cookie.value):
            yield cookie.value
    if exchange.response.content_type.endswith("json"):
        yield from (match.decode("ascii") for match in _TOKEN.findall(exchange.response.body))
