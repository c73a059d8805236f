import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from s2n.errors import BadResponse, TimedOut
from s2n.model import Origin, Request, Response
from s2n.s2nscanner.http.greeting import Line, NotGreeted
from s2n.s2nscanner.http.transport import Transport, TransportSettings
from support.answers import HEAD
from support.rawserver import Peer, RawServer, raw_server

OK = HEAD + b"Content-Length: 5\r\n\r\nhello"


class Hello:
    """Says hello on each connection, and is refused from the ``most``-th on."""

    def __init__(self, origin: Origin, most: int = 10**9) -> None:
        self.origin = origin
        self.most = most
        self.greeted = 0

    async def greet(self, line: Line) -> None:
        assert line.certificate == b""
        self.greeted += 1
        answer = await line.ask(Request("HELLO", self.origin, "/", (("N", str(self.greeted)),)))
        assert answer.body == b"hello"
        if self.greeted > self.most:
            raise NotGreeted(Response(401, body=b"go away"))


async def server(peer: Peer) -> None:
    """Answers; ``/last`` is a connection's last."""
    while data := await peer.request():
        await peer.say(OK)
        if b"/last" in data:
            return


def against(
    script: Callable[[Transport, RawServer, Origin], Coroutine[Any, Any, Any]], handler: Any = server
) -> Any:
    async def go() -> Any:
        transport = Transport(TransportSettings())
        async with raw_server(handler) as raw:
            try:
                return await script(transport, raw, Origin("http", "127.0.0.1", raw.port))
            finally:
                await transport.close()

    return asyncio.run(go())


def test_every_new_connection_is_greeted_once_and_kept_apart() -> None:
    async def script(transport: Transport, raw: RawServer, origin: Origin) -> None:
        hello = Hello(origin)
        for target in ("/a", "/b", "/last", "/c"):
            assert (await transport.send(Request("GET", origin, target), greeter=hello)).body == b"hello"
            await transport.send(Request("GET", origin, "/plain"))
        await transport.send(Request("GET", origin, "/other"), greeter=Hello(origin))
        assert raw.connections == 4
        lines = [data.split(b" HTTP")[0].decode() for data in raw.received]
        assert [line for line in lines if "plain" not in line] == [
            *("HELLO /", "GET /a", "GET /b", "GET /last"),
            *("HELLO /", "GET /c"),
            *("HELLO /", "GET /other"),
        ]

    against(script)


def test_a_request_of_its_own_time_is_measured() -> None:
    async def slow(peer: Peer) -> None:
        while data := await peer.request():
            if data.startswith(b"HELLO"):
                await asyncio.sleep(0.05)
            await peer.say(OK)

    async def script(transport: Transport, raw: RawServer, origin: Origin) -> float:
        return (await transport.send(Request("GET", origin), greeter=Hello(origin))).elapsed

    assert against(script, slow) < 0.05


def test_the_refusal_of_a_connection_is_the_answer() -> None:
    async def script(transport: Transport, raw: RawServer, origin: Origin) -> None:
        hello = Hello(origin, most=1)
        assert (await transport.send(Request("GET", origin, "/last"), greeter=hello)).status == 200
        for _ in range(2):
            assert (await transport.send(Request("GET", origin), greeter=hello)).status == 401
        assert [data[:6] for data in raw.received] == [b"HELLO ", b"GET /l", b"HELLO ", b"HELLO "]

    against(script)


def test_a_connection_that_is_closed_when_it_is_logged_in_is_no_use() -> None:
    async def closing(peer: Peer) -> None:
        await peer.request()
        await peer.say(OK.replace(b"Content-Length", b"Connection: close\r\nContent-Length"))

    async def script(transport: Transport, raw: RawServer, origin: Origin) -> None:
        with pytest.raises(BadResponse, match="closes each connection as soon as it is logged in"):
            await transport.send(Request("GET", origin), greeter=Hello(origin))

    against(script, closing)


def test_a_greeting_that_never_ends_meets_the_deadline() -> None:
    async def silent(peer: Peer) -> None:
        await peer.gone()

    async def script(transport: Transport, raw: RawServer, origin: Origin) -> None:
        with pytest.raises(TimedOut, match="does not finish the login of a connection"):
            await transport.send(Request("GET", origin), greeter=Hello(origin), timeout=0.1)
        await raw.left.wait()  # it is let go of

    against(script, silent)
