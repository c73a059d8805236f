import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from s2n.errors import ConnectFailed, TimedOut
from s2n.model import Origin
from s2n.s2nscanner.http.dial import (
    Address,
    Dialer,
    Resolver,
    connect_failure,
    connect_instead,
    peer_of,
    race,
)
from s2n.s2nscanner.http.tls import TlsContexts
from support.rawserver import answering, raw_server


def v4(port: int) -> Address:
    return socket.AF_INET, ("127.0.0.1", port)


def v6(port: int) -> Address:
    return socket.AF_INET6, ("::1", port, 0, 0)


@pytest.fixture(scope="module")
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@asynccontextmanager
async def silent_port() -> AsyncIterator[int]:
    """A port whose queue is full: connection attempts neither succeed nor fail."""
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = []
        while True:
            sock = socket.socket()
            sock.setblocking(False)
            waiting.append(sock)
            try:
                await asyncio.wait_for(loop.sock_connect(sock, ("127.0.0.1", port)), 0.05)
            except TimeoutError:
                break
        try:
            yield port
        finally:
            for sock in waiting:
                sock.close()


async def peer_port(addresses: list[Address], delay: float = 0.25) -> int:
    sock = await race(addresses, delay)
    try:
        return sock.getpeername()[1]
    finally:
        sock.close()


def test_a_refusal_starts_the_next_attempt_at_once(closed_port: int) -> None:
    async def go() -> None:
        async with raw_server(answering()) as server:
            assert await peer_port([v6(closed_port), v4(server.port)], delay=60) == server.port

    asyncio.run(go())


def test_a_silent_address_does_not_hold_the_others_up() -> None:
    async def go() -> None:
        async with silent_port() as silent, raw_server(answering()) as server:
            assert await peer_port([v4(silent), v4(server.port)], delay=0.01) == server.port

    asyncio.run(go())


def test_the_first_address_is_preferred() -> None:
    async def go() -> None:
        async with raw_server(answering()) as first, raw_server(answering()) as second:
            assert await peer_port([v4(first.port), v4(second.port)]) == first.port
            assert second.connections == 0

    asyncio.run(go())


def test_all_refused(closed_port: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        asyncio.run(race([v6(closed_port), v4(closed_port)]))


def test_a_race_that_is_called_off_leaves_nothing_behind() -> None:
    async def go() -> int:
        async with silent_port() as silent:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await race([v4(silent), v4(silent)], delay=0.01)
        return len(asyncio.all_tasks())

    assert asyncio.run(go()) == 1


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_names_and_literals(host: str) -> None:
    async def go() -> None:
        async with raw_server(answering(), host="::1" if ":" in host else "127.0.0.1") as server:
            sock = await Dialer(TlsContexts(), None).connect(Origin("http", host, server.port), 5)
            assert sock.getpeername()[1] == server.port
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert sock.gettimeout() == 0
            sock.close()

    asyncio.run(go())


@pytest.mark.parametrize("host", ["other.test", "a" * 64 + ".test", "a..b"])
def test_a_name_that_does_not_resolve(host: str) -> None:
    async def go() -> None:
        with pytest.raises(ConnectFailed, match=f"the name {host} cannot be resolved") as caught:
            await Dialer(TlsContexts(), None).connect(Origin("http", host, 80), 5)
        assert "spelling" in caught.value.remedy

    on_counting_loop(go)


def test_entries_say_where_to_connect() -> None:
    entries = ("Shop.test:192.0.2.7", "[::1]:host.docker.internal", "a.test:[2001:db8::7]", "b.test:::1")
    assert connect_instead(entries) == {
        "shop.test": "192.0.2.7",
        "::1": "host.docker.internal",
        "a.test": "2001:db8::7",
        "b.test": "::1",
    }


def test_a_host_is_connected_to_where_one_says() -> None:
    async def go() -> None:
        instead = {"shop.test": "127.0.0.1"}
        async with raw_server(answering()) as server:
            dialer = Dialer(TlsContexts(), None, instead=instead)
            sock = await dialer.connect(Origin("http", "Shop.test", server.port), 5)
            assert sock.getpeername() == ("127.0.0.1", server.port)
            sock.close()

    asyncio.run(go())


def test_another_host_is_still_looked_up() -> None:
    async def go() -> None:
        dialer = Dialer(TlsContexts(), None, instead={"shop.test": "127.0.0.1"})
        with pytest.raises(ConnectFailed, match=r"the name other\.test cannot be resolved"):
            await dialer.connect(Origin("http", "other.test", 80), 5)

    on_counting_loop(go)


def test_a_resolver_that_hangs_meets_the_deadline() -> None:
    async def go() -> None:
        with pytest.raises(TimedOut, match=r"the name slow\.test is not resolved \(waited 0\.05 s\)"):
            await Dialer(TlsContexts(), None).connect(Origin("http", "slow.test", 80), 0.05)

    on_counting_loop(go)


def test_a_host_that_does_not_accept_meets_the_deadline() -> None:
    async def go() -> None:
        async with silent_port() as port:
            with pytest.raises(TimedOut, match=f"127.0.0.1:{port} does not accept a connection") as caught:
                await Dialer(TlsContexts(), None).connect(Origin("http", "127.0.0.1", port), 0.05)
            assert "--connect-timeout" in caught.value.remedy

    asyncio.run(go())


class CountingLoop(asyncio.SelectorEventLoop):
    """Counts the look-ups; answers for ``known.test``, in the order IPv6, IPv6, IPv4; ``slow.test`` hangs."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def getaddrinfo(self, host: Any, port: Any, **_: Any) -> Any:
        self.asked += 1
        await asyncio.sleep(60 if host == "slow.test" else 0)
        if "." * 2 in host or len(host) > 63:
            return await super().getaddrinfo(host, port)  # refused before anything is sent
        if host != "known.test":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "")
        return [
            (*six, ("::1", port, 0, 0)),
            (*six, ("::2", port, 0, 0)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
        ]


def on_counting_loop(script: Any) -> int:
    with asyncio.Runner(loop_factory=CountingLoop) as runner:
        runner.run(script())
        loop = runner.get_loop()
        assert isinstance(loop, CountingLoop)
        return loop.asked


def test_families_alternate() -> None:
    async def go() -> None:
        found = await Resolver().addresses("known.test", 80)
        assert [address[0] for _, address in found] == ["::1", "127.0.0.1", "::2"]

    on_counting_loop(go)


def test_a_name_is_asked_for_once_at_a_time_and_remembered() -> None:
    async def go() -> None:
        resolver = Resolver()
        await asyncio.gather(*(resolver.addresses("known.test", 80) for _ in range(5)))
        await resolver.addresses("known.test", 80)

    assert on_counting_loop(go) == 1


def test_a_name_is_forgotten_after_its_time() -> None:
    async def go() -> None:
        resolver = Resolver(seconds=-1)
        await resolver.addresses("known.test", 80)
        await resolver.addresses("known.test", 80)

    assert on_counting_loop(go) == 2


def test_failures_are_not_remembered() -> None:
    async def go() -> None:
        resolver = Resolver()
        for _ in range(2):
            with pytest.raises(ConnectFailed):
                await resolver.addresses("other.test", 80)

    assert on_counting_loop(go) == 2


def test_one_who_gives_up_does_not_take_the_look_up_from_the_others() -> None:
    async def go() -> None:
        resolver = Resolver()
        first = asyncio.create_task(resolver.addresses("known.test", 80))
        second = asyncio.create_task(resolver.addresses("known.test", 80))
        await asyncio.sleep(0)
        first.cancel()
        assert len(await second) == 3
        assert first.cancelled()

    assert on_counting_loop(go) == 1


@pytest.mark.parametrize(
    ("error", "said", "remedy"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "nothing listens on h:1", "server runs"),
        (OSError(errno.EMFILE, "Too many open files"), "too many open files", "--concurrency"),
        (
            OSError(errno.EHOSTUNREACH, "No route to host"),
            "no connection to h:1: no route to host",
            "network",
        ),
    ],
)
def test_what_is_told_of_a_failure(error: OSError, said: str, remedy: str) -> None:
    failure = connect_failure(error, "h:1")
    assert str(failure).startswith(said)
    assert remedy in failure.remedy


def test_peers_are_named() -> None:
    assert peer_of(Origin("http", "h.test", 80)) == "h.test:80"
    assert peer_of(Origin("http", "::1", 8080)) == "[::1]:8080"
