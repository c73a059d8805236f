"""The browser's only way out: a proxy on loopback that opens nothing but what it holds a ticket for.

All that pages ask for is answered by the bridge, so nothing should ever come here but the WebSockets that
were let through. Whatever else does (a preconnect, a redirect, a request that nobody foresaw) ends here.
TLS ends here too: the browser speaks it with the gate, and the gate with the site, as the scan does.
"""

import asyncio
import ssl
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import cached_property
from time import monotonic
from typing import NamedTuple

from s2n.errors import NetworkError
from s2n.model import Origin, Request
from s2n.s2nscanner.crawler.browser.outward import Streams
from s2n.s2nscanner.crawler.browser.ownname import own_context

TICKET_SECONDS = 10.0
"""A ticket is used at once by the socket it was given for, or never."""

HEAD_SECONDS = 5.0
MAX_REFUSED = 500
"""Different request lines that are remembered."""

_CHUNK = 1 << 16
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"

Dial = Callable[[Origin], Awaitable[Streams]]
"""Opens a connection to an origin; raises `NetworkError`."""

_Place = tuple[str, int]


class _Ticket(NamedTuple):
    """Good for one WebSocket, which must ask ``origin`` for ``target``."""

    until: float
    origin: Origin
    target: str


class _Denied(Exception):
    """There is no ticket; the message is the request line."""


class Gate:
    """A proxy that refuses everything but a CONNECT to a place for which there is a ticket.

    ``refused`` counts what was turned away, by the request line's method and target.
    """

    def __init__(self, dial: Dial) -> None:
        self.port = 0
        self.refused: Counter[str] = Counter()
        self._dial = dial
        self._tickets: dict[_Place, list[_Ticket]] = {}
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """End all connections and stop listening."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def admit(self, handshake: Request) -> None:
        """Let the next WebSocket that opens with ``handshake`` through, if it comes soon."""
        origin = handshake.origin
        tickets = self._tickets.setdefault((origin.host, origin.port), [])
        tickets.append(_Ticket(monotonic() + TICKET_SECONDS, origin, handshake.target))

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._serve(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = b""
        try:
            await self._let_through(reader, writer)
        except _Denied as denied:
            if str(denied) in self.refused or len(self.refused) < MAX_REFUSED:
                self.refused[str(denied)] += 1
            answer = b"403 Forbidden"
        except NetworkError:
            answer = b"502 Bad Gateway"
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the browser or the site went away, as it may
        finally:
            if answer:
                writer.write(b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % answer)
            writer.close()

    async def _let_through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from the browser, from the request to the end.

        Raises:
            _Denied: there is no ticket for it.
            NetworkError: the site cannot be reached.
        """
        method, target, _ = await _head(reader)
        place = _place(target)
        tickets = self._valid(place)
        if method != "CONNECT" or not tickets:
            raise _Denied(f"{method} {target}")
        writer.write(_ESTABLISHED)
        if tickets[0].origin.scheme == "https":
            await writer.start_tls(self._own, ssl_handshake_timeout=HEAD_SECONDS)
        method, target, head = await _head(reader)
        origin = self._spend(place, target) if method == "GET" else None
        if origin is None:
            raise _Denied(f"{method} {target} at {place[0]}:{place[1]}")
        there, away = await self._dial(origin)
        try:
            away.write(head)
            await _both_ways(reader, writer, there, away)
        finally:
            away.close()

    @cached_property
    def _own(self) -> ssl.SSLContext:
        return own_context()

    def _valid(self, place: _Place) -> list[_Ticket]:
        now = monotonic()
        valid = [ticket for ticket in self._tickets.pop(place, []) if ticket.until > now]
        if valid:
            self._tickets[place] = valid
        return valid

    def _spend(self, place: _Place, target: str) -> Origin | None:
        """Use up a ticket to ``place`` for ``target``, if there is one; where it leads."""
        for ticket in self._valid(place):
            if ticket.target == target:
                self._tickets[place].remove(ticket)
                return ticket.origin
        return None


async def _head(reader: asyncio.StreamReader) -> tuple[str, str, bytes]:
    """Method, target and all bytes of a request's head."""
    async with asyncio.timeout(HEAD_SECONDS):
        head = await reader.readuntil(b"\r\n\r\n")
    method, _, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
    return method, rest.partition(" ")[0], head


def _place(target: str) -> _Place:
    host, _, port = target.rpartition(":")
    return host.strip("[]").lower(), int(port) if port.isdigit() else 0


async def _both_ways(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    there: asyncio.StreamReader,
    away: asyncio.StreamWriter,
) -> None:
    """Pass bytes on until one side ends."""
    ways = [asyncio.ensure_future(_pump(reader, away)), asyncio.ensure_future(_pump(there, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(_CHUNK):
        sink.write(data)
        await sink.drain()
