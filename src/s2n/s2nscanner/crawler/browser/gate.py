"""The browser's only way out: a proxy on loopback that opens nothing but what it holds a ticket for.

All that pages ask for is answered by the bridge, so nothing should ever come here but the WebSockets that
were let through. Whatever else does (a preconnect, a redirect, a request that nobody foresaw) ends here.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from time import monotonic

from s2n.errors import NetworkError

TICKET_SECONDS = 10.0
"""A ticket is used at once by the socket it was given for, or never."""

HEAD_SECONDS = 5.0
_CHUNK = 1 << 16

Dial = Callable[[str, int], Awaitable[socket.socket]]
"""Opens a TCP connection to a host and port; raises `NetworkError`."""


class Gate:
    """A proxy that refuses everything but a CONNECT to a place for which there is a ticket.

    ``refused`` counts what was turned away, by the request line's method and target.
    """

    def __init__(self, dial: Dial) -> None:
        self.port = 0
        self.refused: Counter[str] = Counter()
        self._dial = dial
        self._tickets: dict[tuple[str, int], list[float]] = {}
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

    def admit(self, host: str, port: int) -> None:
        """Let the next connection to ``host`` and ``port`` through, if it comes soon."""
        self._tickets.setdefault((host, port), []).append(monotonic() + TICKET_SECONDS)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._serve(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            method, _, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
            target = rest.partition(" ")[0]
            place = _place(target) if method == "CONNECT" else None
            if place is None or not self._spend(place):
                self.refused[f"{method} {target}"] += 1
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return
            sock = await self._dial(*place)
            there, away = await asyncio.open_connection(sock=sock)
            try:
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _both_ways(reader, writer, there, away)
            finally:
                away.close()
        except NetworkError:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # the browser or the site went away, as it may
        finally:
            writer.close()

    def _spend(self, place: tuple[str, int]) -> bool:
        now = monotonic()
        valid = [until for until in self._tickets.pop(place, []) if until > now]
        if len(valid) > 1:
            self._tickets[place] = valid[1:]
        return bool(valid)


def _place(target: str) -> tuple[str, int] | None:
    host, sign, port = target.rpartition(":")
    if not sign or not port.isdigit():
        return None
    return host.strip("[]").lower(), int(port)


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
