"""The crawl's requests: a few at a time, and twice where nobody says that something is there."""

import asyncio
from typing import NamedTuple, Protocol

from s2n.model import Exchange, Request
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import Shape, Variety
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.oracles.soft404 import SoftNotFound


class Sender(Protocol):
    """The HTTP client; ``learn`` lets the session take in cookies."""

    async def send(
        self, request: Request, *, follow: bool = False, exact: bool = False, learn: bool = False
    ) -> Exchange:
        """Send ``request``, ``exact`` as it stands; raises `s2n.errors.NetworkError`."""
        ...


class Fetch(NamedTuple):
    """A request under way; its answer is None where nothing is there that was only written about."""

    entry: Entry
    request: Request
    shape: Shape
    kind: Variety
    task: asyncio.Task[Exchange | None]


class Fetcher:
    """Sends at most ``concurrency`` requests at a time."""

    def __init__(self, sender: Sender, concurrency: int, fresh: Fresh) -> None:
        self._sender = sender
        self._gate = asyncio.Semaphore(concurrency)
        self._missing = SoftNotFound(self, fresh=fresh)

    def start(self, entry: Entry, shape: Shape, kind: Variety) -> Fetch:
        """Begin with the request that ``entry`` stands for."""
        request = entry.request
        sent = self._missing.exists(request) if entry.doubted else self.send(request)
        return Fetch(entry, request, shape, kind, asyncio.ensure_future(sent))

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- the signature of what probes send with
    ) -> Exchange:
        """Send ``request`` when there is room; what only probes ask for is left alone."""
        del follow, alone, timeout
        async with self._gate:
            if exact:
                return await self._sender.send(request, exact=True)
            return await self._sender.send(request, follow=False, learn=True)
