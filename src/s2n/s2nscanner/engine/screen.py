"""Headers and cookies go with every request and seldom matter: which pages react to them at all?

Trying each detection on each header of each page is most of a scan's requests and finds next to nothing. So
the headers (or the cookies) of a page are changed together once, to a plain and to a peculiar value; if the
page stays what it is, then nothing that would show in the page can be there.
"""

import asyncio
from collections.abc import Callable

from s2n.errors import NetworkError
from s2n.model import Exchange, Location, Request
from s2n.s2nscanner.http.points import InputPoint, header_points, inject, points_of
from s2n.s2nscanner.oracles.probe import Fresh, Sender
from s2n.s2nscanner.oracles.stability import Stable, learned

CLIENT_SIDE = frozenset({Location.HEADER, Location.COOKIE})
PECULIAR = "'\"\\<{$(;,|%0a"
"""Characters that mean something to most interpreters."""

BASELINES = 3

_Key = tuple[str, str, str, Location]


class Screen:
    """Learns, per page, which of its headers and cookies change the response."""

    def __init__(self, sender: Sender, fresh: Callable[[], Fresh] = Fresh) -> None:
        self._sender = sender
        self._fresh = fresh()
        self._pages: dict[_Key, asyncio.Future[frozenset[str] | None]] = {}

    async def reacts(self, point: InputPoint) -> bool:
        """Can a change of ``point`` be seen in its response? True where that cannot be told."""
        request = point.request
        key = (request.method, str(request.origin), request.target, point.location)
        if key not in self._pages:
            self._pages[key] = asyncio.ensure_future(self._learn(request, point.location))
        names = await asyncio.shield(self._pages[key])
        return names is None or point.name in names

    async def _learn(self, request: Request, location: Location) -> frozenset[str] | None:
        """The names that matter; None if the page does not answer, or is never the same twice."""
        points = _points(request, location)
        try:
            stable = learned([await self._sender.send(request) for _ in range(BASELINES)])
            if stable is None:
                return None
            if await self._quiet(request, points, stable):
                return frozenset()
            return frozenset(
                [point.name for point in points if not await self._quiet(request, [point], stable)]
            )
        except NetworkError:
            return None  # the plugins will meet the same error, and the ledger will tell it

    async def _quiet(self, request: Request, points: list[InputPoint], stable: Stable) -> bool:
        for suffix in ("", PECULIAR):
            changed, tokens = request, []
            for point in points:
                tokens.append(self._fresh.token())
                here = InputPoint(changed, point.location, point.name, point.value, point.index)
                changed = inject(here, tokens[-1] + suffix)
            exchange = await self._sender.send(changed)
            if not stable.same(exchange) or any(_shows(exchange, token) for token in tokens):
                return False
        return True


def _points(request: Request, location: Location) -> list[InputPoint]:
    own = [point for point in points_of(request) if point.location is location]
    return own + (header_points(request) if location is Location.HEADER else [])


def _shows(exchange: Exchange, token: str) -> bool:
    response = exchange.response
    return token in response.text or any(token in value for _, value in response.headers)
