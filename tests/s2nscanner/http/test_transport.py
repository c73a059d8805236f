import asyncio
import gzip
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from s2n.errors import BadResponse, ConnectFailed, TimedOut
from s2n.model import Origin, Request, Response
from s2n.s2nscanner.http.transport import Transport, TransportSettings
from s2n.s2nscanner.http.wire import ResponseParser
from support.answers import ANSWERS, HEAD, Answer
from support.rawserver import Handler, Peer, RawServer, answering, raw_server

OK = HEAD + b"Content-Length: 5\r\n\r\nhello"


def against(
    handler: Handler,
    script: Callable[[Transport, RawServer], Coroutine[Any, Any, Any]],
    **settings: Any,
) -> Any:
    """Run ``script`` with a transport and a server that answers by ``handler``."""

    async def go() -> Any:
        transport = Transport(TransportSettings(**settings))
        async with raw_server(handler) as server:
            try:
                return await script(transport, server)
            finally:
                await transport.close()

    return asyncio.run(go())


def get(server: RawServer, target: str = "/", method: str = "GET") -> Request:
    return Request(method, Origin("http", "127.0.0.1", server.port), target, (("Host", "h"),))


def ask(handler: Handler, *, method: str = "GET", timeout: float | None = None, **settings: Any) -> Response:
    async def script(transport: Transport, server: RawServer) -> Response:
        return await transport.send(get(server, method=method), timeout=timeout)

    return against(handler, script, **settings)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
def test_answers_are_survived_with_the_body_delivered(answer: Answer) -> None:
    response = ask(answering(answer.raw), method=answer.method)
    assert (response.status, response.reason) == (answer.status, answer.reason)
    assert response.body == answer.body
    assert sorted(response.notes) == sorted(answer.notes)
    assert answer.headers is None or response.headers == answer.headers
    assert 0 < response.ttfb <= response.elapsed


@pytest.mark.parametrize(
    "target",
    [
        "/a/../../etc",
        "/%2e%2e/",
        "/%ZZ",
        '/ <>"',
        "//host",
        "http://other.test/",
        "*",
        *(
            pytest.param("/" + bytes(range(low, low + 51)).decode("latin-1"), id=f"bytes from {low}")
            for low in range(1, 256, 51)
        ),
    ],
)
def test_the_request_arrives_byte_for_byte(target: str) -> None:
    request = Request(
        "M-X",
        Origin("http", "127.0.0.1", 1),
        target,
        (("Host", "a"), ("hOST", "b"), ("X \xff(", "v\r\nInjected: 1"), ("X-D", "1"), ("x-d", "2"), ("", "")),
        b"3\r\nown\r\n0\r\n\r\n",
    )
    expected = (
        b"M-X " + target.encode("latin-1") + b" HTTP/1.1\r\nHost: a\r\nhOST: b\r\n"
        b"X \xff(: v\r\nInjected: 1\r\nX-D: 1\r\nx-d: 2\r\n: \r\n\r\n3\r\nown\r\n0\r\n\r\n"
    )

    async def handler(peer: Peer) -> None:
        peer.server.received.append(await peer.reader.readexactly(len(expected)))
        await peer.say(OK)

    async def script(transport: Transport, server: RawServer) -> list[bytes]:
        origin = Origin("http", "127.0.0.1", server.port)
        await transport.send(Request(request.method, origin, target, request.headers, request.body))
        return server.received

    assert against(handler, script) == [expected]


def ends_by_itself(answer: Answer) -> bool:
    """Is the answer complete without the server closing?"""
    return ResponseParser(1 << 20, bodiless=answer.method == "HEAD").feed(answer.raw)


@pytest.mark.parametrize("answer", [a for a in ANSWERS if ends_by_itself(a)], ids=lambda answer: answer.name)
def test_only_a_clean_connection_is_used_again(answer: Answer) -> None:
    async def script(transport: Transport, server: RawServer) -> int:
        for _ in range(2):
            await transport.send(get(server, method=answer.method))
        return server.connections

    assert against(answering(answer.raw, then="keep"), script) == (1 if answer.reusable else 2)


def test_a_connection_that_talks_while_idle_is_dropped() -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(OK)
        await peer.say(OK.replace(b"hello", b"wrong"))
        await peer.gone()

    async def script(transport: Transport, server: RawServer) -> tuple[list[bytes], int]:
        bodies = []
        for _ in range(3):
            bodies.append((await transport.send(get(server))).body)
            await server.left.wait()
            server.left.clear()
        return bodies, server.connections

    assert against(handler, script) == ([b"hello"] * 3, 3)


def test_a_stale_connection_is_replaced_once() -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(OK)
        await peer.request()  # the next one dies without an answer

    async def script(transport: Transport, server: RawServer) -> tuple[bytes, int, int]:
        await transport.send(get(server))
        response = await transport.send(get(server, "/second", "POST"))
        return response.body, server.connections, len(server.received)

    assert against(handler, script) == (b"hello", 2, 3)


def test_a_fresh_connection_that_dies_is_not_replaced() -> None:
    async def script(transport: Transport, server: RawServer) -> int:
        with pytest.raises(BadResponse, match="without answering"):
            await transport.send(get(server))
        return server.connections

    assert against(answering(), script) == 1


def test_a_stale_connection_that_said_something_is_not_replaced() -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(OK)
        await peer.request()
        await peer.say(b"HTTP/1.1 ")

    async def script(transport: Transport, server: RawServer) -> int:
        await transport.send(get(server))
        with pytest.raises(BadResponse, match="before anything that can be read"):
            await transport.send(get(server))
        return server.connections

    assert against(handler, script) == 1


@pytest.mark.parametrize(
    ("said", "body", "notes"),
    [
        (HEAD + b"X-A: b\r\n", b"", ("reset",)),
        (HEAD + b"Content-Length: 9\r\n\r\nhello", b"hello", ("reset",)),
        (HEAD + b"\r\nhello", b"hello", ("reset",)),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhello", b"hello", ("reset",)),
    ],
)
def test_a_reset_keeps_what_came(said: bytes, body: bytes, notes: tuple[str, ...]) -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(said)
        await asyncio.sleep(0.05)  # so that it is read before the reset arrives
        peer.reset()

    response = ask(handler)
    assert (response.status, response.body, response.notes) == (200, body, notes)


def test_a_reset_before_the_answer() -> None:
    with pytest.raises(BadResponse, match="reset the connection without answering"):
        ask(answering(then="reset"))


def drip(start: bytes, piece: bytes) -> Handler:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(start)
        while True:
            await asyncio.sleep(0.01)
            await peer.say(piece)

    return handler


@pytest.mark.parametrize(
    "start",
    [
        HEAD + b"\r\nhello",
        HEAD + b"Content-Length: 9999\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_dripping_body_meets_the_deadline(start: bytes) -> None:
    began = time.perf_counter()
    response = ask(drip(start, b"1\r\na\r\n"), timeout=0.2)
    assert time.perf_counter() - began < 2
    assert response.notes == ("timeout",)
    assert response.status == 200
    assert b"a" in response.body


@pytest.mark.parametrize(
    ("start", "piece"), [(HEAD, b"X"), (b"", b"\r\n"), (b"", b"HTTP/1.1 100 Continue\r\n\r\n")]
)
def test_a_dripping_head_meets_the_deadline(start: bytes, piece: bytes) -> None:
    with pytest.raises(TimedOut, match="stops within the head"):
        ask(drip(start, piece), timeout=0.2)


def test_a_flood_meets_the_deadline() -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            await peer.say(b"1\r\na\r\n" * 5000)

    response = ask(handler, timeout=0.3, max_body=1 << 30)
    assert response.notes == ("timeout",)


def test_silence_meets_the_deadline_and_is_told() -> None:
    with pytest.raises(
        TimedOut, match=r"127\.0\.0\.1:\d+ accepts the connection but never answers"
    ) as caught:
        ask(drip(b"", b""), timeout=0.15)
    assert "--timeout" in caught.value.remedy


def test_a_server_that_never_reads_meets_the_deadline() -> None:
    async def handler(peer: Peer) -> None:
        peer.writer.transport.pause_reading()
        await asyncio.Event().wait()

    async def script(transport: Transport, server: RawServer) -> None:
        request = Request("POST", Origin("http", "127.0.0.1", server.port), "/", (), b"x" * (16 << 20))
        with pytest.raises(TimedOut):
            await transport.send(request, timeout=0.2)

    against(handler, script)


def test_an_answer_before_the_request_was_read_is_kept() -> None:
    async def handler(peer: Peer) -> None:
        await peer.reader.read(100)
        await peer.say(HEAD.replace(b"200 OK", b"413 Too Large") + b"Content-Length: 5\r\n\r\nhello")
        await peer.gone()

    async def script(transport: Transport, server: RawServer) -> tuple[int, bytes, int]:
        request = Request("POST", Origin("http", "127.0.0.1", server.port), "/", (), b"x" * (16 << 20))
        response = await transport.send(request)
        return response.status, response.body, transport._pool._count

    assert against(handler, script) == (413, b"hello", 0)


def test_a_large_body_is_sent_whole() -> None:
    body = bytes(range(256)) * 32768

    async def handler(peer: Peer) -> None:
        await peer.reader.readuntil(b"\r\n\r\n")
        same = await peer.reader.readexactly(len(body)) == body
        await peer.say(HEAD + b"\r\n" + str(same).encode())

    async def script(transport: Transport, server: RawServer) -> bytes:
        request = Request("POST", Origin("http", "127.0.0.1", server.port), "/", (), body)
        return (await transport.send(request)).body

    assert against(handler, script) == b"True"


def test_encoded_bodies_are_decoded_and_bombs_capped() -> None:
    bomb = gzip.compress(b"a" * (64 << 20), 9)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    response = ask(answering(head + bomb), max_body=1 << 20)
    assert response.body == b"a" * (1 << 20)
    assert response.notes == ("body capped",)


def test_a_refused_port() -> None:
    async def go() -> None:
        async with raw_server(answering()) as server:
            port = server.port
        transport = Transport(TransportSettings())
        with pytest.raises(ConnectFailed, match=rf"nothing listens on 127\.0\.0\.1:{port}"):
            await transport.send(Request("GET", Origin("http", "127.0.0.1", port)))
        await transport.close()

    asyncio.run(go())


def test_a_cancelled_exchange_gives_its_connection_up() -> None:
    async def script(transport: Transport, server: RawServer) -> tuple[int, int]:
        task = asyncio.create_task(transport.send(get(server)))
        await server.arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return transport._pool._count, len(transport._deadlines._watched)

    assert against(drip(b"", b""), script) == (0, 0)


def test_closing_ends_what_is_under_way() -> None:
    async def script(transport: Transport, server: RawServer) -> None:
        task = asyncio.create_task(transport.send(get(server)))
        await server.arrived.wait()
        await transport.close()
        with pytest.raises(TimedOut):
            await task

    against(drip(b"", b""), script)


def test_connections_are_shared_and_the_pool_is_bounded() -> None:
    async def script(transport: Transport, server: RawServer) -> tuple[int, int]:
        for _ in range(3):
            await asyncio.gather(*(transport.send(get(server)) for _ in range(4)))
        return server.connections, sum(len(idle) for idle in transport._pool._idle.values())

    connections, idle = against(answering(OK, then="keep"), script, max_idle=2)
    assert idle == 2
    assert 4 <= connections <= 8


def test_connections_grow_old() -> None:
    async def script(transport: Transport, server: RawServer) -> int:
        for _ in range(2):
            await transport.send(get(server))
        return server.connections

    assert against(answering(OK, then="keep"), script, keepalive_seconds=-1.0) == 2
    assert against(answering(OK, then="keep"), script) == 1


def test_what_was_sent_before_nobody_listened_any_more_is_not_called_unsent() -> None:
    async def handler(peer: Peer) -> None:
        await peer.request()
        await peer.say(OK)
        await peer.request()
        peer.server.stop_listening()

    async def script(transport: Transport, server: RawServer) -> None:
        await transport.send(get(server))
        with pytest.raises(BadResponse) as caught:
            await transport.send(get(server))
        assert isinstance(caught.value.__cause__, ConnectFailed)
        with pytest.raises(ConnectFailed):
            await transport.send(get(server))

    against(handler, script)


def test_whether_somebody_listens() -> None:
    async def script(transport: Transport, server: RawServer) -> None:
        origin = get(server).origin
        assert await transport.connects(origin)
        server.stop_listening()
        assert not await transport.connects(origin)

    against(answering(OK), script)


def test_after_closing_nothing_is_kept() -> None:
    async def script(transport: Transport, server: RawServer) -> None:
        await transport.close()
        assert (await transport.send(get(server))).body == b"hello"
        await server.left.wait()

    against(answering(OK, then="keep"), script)


def test_a_second_answer_is_not_taken_for_the_next_request_s() -> None:
    async def handler(peer: Peer) -> None:
        while request := await peer.request():
            if b"smuggled" in request:
                await peer.say(OK)
                await peer.reader.read(1)  # the next request, if it came this way, would be answered by this
                await peer.say(OK.replace(b"hello", b"wrong"))
                return
            await peer.say(OK)

    async def script(transport: Transport, server: RawServer) -> list[bytes]:
        odd = get(server, "/ HTTP/1.1\r\n\r\nGET /smuggled")
        return [(await transport.send(request)).body for request in (odd, get(server))]

    assert against(handler, script) == [b"hello", b"hello"]
