import asyncio
import socket
from collections.abc import Awaitable, Callable
from time import perf_counter

import pytest

from s2n.errors import BadResponse, TimedOut
from s2n.s2nscanner.http.connection import Connection
from s2n.s2nscanner.http.wire import ResponseParser
from support.answers import HEAD

OK = HEAD + b"Content-Length: 5\r\n\r\nhello"

Script = Callable[[Connection, socket.socket], Awaitable[None]]


def paired(script: Script) -> None:
    """Run ``script`` with a connection and the other end of its socket."""

    async def go() -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        with theirs:
            connection = Connection(ours, "h.test:80")
            try:
                await script(connection, theirs)
            finally:
                connection.close()
                assert ours.fileno() == -1

    asyncio.run(go())


def parser() -> ResponseParser:
    return ResponseParser(1 << 20)


def soon() -> float:
    return perf_counter() + 10


async def settled() -> None:
    """Let the loop see what has arrived."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_two_exchanges_with_their_times() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        for _ in range(2):
            answer = parser()
            done = connection.exchange(b"ping", answer, soon())
            assert theirs.recv(100) == b"ping"
            theirs.send(OK[:20])
            await settled()
            assert not done.done()
            theirs.send(OK[20:])
            await done
            assert answer.body == b"hello"
            assert connection.started < connection.arrived < connection.ended
            assert not connection.closed

    paired(script)


@pytest.mark.parametrize("sent", [b"", b"unasked"])
def test_an_idle_connection_closes_when_its_peer_closes_or_talks(sent: bytes) -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        await settled()
        assert not connection.closed
        if sent:
            theirs.send(sent)
        else:
            theirs.close()
        await settled()
        assert connection.closed

    paired(script)


def test_a_request_larger_than_the_socket_takes() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        data = bytes(range(256)) * 8192
        answer = parser()
        done = connection.exchange(data, answer, soon())
        loop = asyncio.get_running_loop()
        received = b""
        while len(received) < len(data):
            received += await loop.sock_recv(theirs, 1 << 20)
        assert received == data
        theirs.send(OK)
        await done
        assert not connection.closed

    paired(script)


def test_an_answer_to_a_request_not_yet_sent_ends_the_connection() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        answer = parser()
        done = connection.exchange(b"x" * (8 << 20), answer, soon())
        theirs.send(OK)
        await done
        assert answer.body == b"hello"
        assert connection.closed

    paired(script)


def test_an_answer_is_read_though_the_peer_stopped_reading() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        answer = parser()
        done = connection.exchange(b"x" * (8 << 20), answer, soon())
        theirs.shutdown(socket.SHUT_RD)
        theirs.send(OK)
        await done
        assert answer.body == b"hello"

    paired(script)


def test_a_peer_that_is_gone() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        theirs.close()
        with pytest.raises(BadResponse, match=r"h\.test:80 (closed|reset) the connection without answering"):
            await connection.exchange(b"ping", parser(), soon())
        assert connection.closed

    paired(script)


def test_time_is_up_before_and_within_the_answer() -> None:
    async def before(connection: Connection, theirs: socket.socket) -> None:
        done = connection.exchange(b"ping", parser(), perf_counter() + 5)
        connection.expire()
        with pytest.raises(TimedOut, match=r"never answers \(waited 5 s\)"):
            await done
        assert connection.closed

    async def within(connection: Connection, theirs: socket.socket) -> None:
        answer = parser()
        done = connection.exchange(b"ping", answer, soon())
        theirs.send(HEAD + b"Content-Length: 9\r\n\r\nhello")
        await settled()
        connection.expire()
        await done
        assert (answer.body, answer.notes) == (b"hello", ["timeout"])

    paired(before)
    paired(within)


def test_a_broken_framing_brings_the_deadline_near() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        answer = parser()
        done = connection.exchange(b"ping", answer, perf_counter() + 1000)
        theirs.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n<p>not chunked\n")
        await settled()
        assert connection.deadline < perf_counter() + 3
        theirs.send(b"at all")
        await settled()
        theirs.close()
        await done
        assert answer.body == b"<p>not chunked\nat all"
        assert answer.notes == ["bad chunk"]

    paired(script)


def test_closing_twice_is_harmless() -> None:
    async def script(connection: Connection, theirs: socket.socket) -> None:
        connection.close()
        connection.close()
        connection.expire()

    paired(script)
