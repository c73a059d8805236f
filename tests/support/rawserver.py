"""A server that says exactly the bytes it is told to, on a real socket of 127.0.0.1."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Handler = Callable[["Peer"], Awaitable[None]]


class Peer:
    """One connection as the server sees it."""

    def __init__(
        self, server: "RawServer", reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """The next request's bytes: whatever arrives up to an empty line; b"" once the client has closed."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = await self.reader.read(1 << 16)
            if not more:
                break
            data += more
        if data:
            self.server.received.append(data)
            self.server.arrived.set()
        return data

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def gone(self) -> None:
        """Wait until the client closes."""
        while await self.reader.read(1 << 16):
            pass

    def reset(self) -> None:
        """Close with a TCP reset."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class RawServer:
    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.received: list[bytes] = []
        self.connections = 0
        self.failures: list[BaseException] = []
        self.port = 0
        self.arrived = asyncio.Event()
        """A request has come."""
        self.stop_listening: Callable[[], None]
        """Refuse further connections."""
        self.left = asyncio.Event()
        """A connection is over."""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self.handler(Peer(self, reader, writer))
        except (ConnectionError, ssl.SSLError):
            pass  # the client may go at any time
        except Exception as error:
            self.failures.append(error)
            raise
        finally:
            self.left.set()
            writer.close()


@asynccontextmanager
async def raw_server(
    handler: Handler, context: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[RawServer]:
    """Run ``handler`` for each connection; what it raises fails the test."""
    raw = RawServer(handler)
    server = await asyncio.start_server(raw._serve, host, 0, ssl=context)
    raw.port = server.sockets[0].getsockname()[1]
    raw.stop_listening = server.close
    try:
        yield raw
    finally:
        server.close()
        tasks = [t for t in asyncio.all_tasks() if t.get_coro().__qualname__ == "RawServer._serve"]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not raw.failures


def answering(*pieces: bytes, then: str = "close") -> Handler:
    """Answer each request with ``pieces``, then ``close``, ``keep`` the connection open, or ``reset`` it."""

    async def handler(peer: Peer) -> None:
        while await peer.request():
            for piece in pieces:
                await peer.say(piece)
                await asyncio.sleep(0)
            if then == "reset":
                peer.reset()
            if then != "keep":
                return

    return handler
