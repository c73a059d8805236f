import asyncio
import base64
import ssl
import struct
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import trustme

from s2n.errors import ConnectFailed, TimedOut, UsageError
from s2n.model import Headers, Origin, Request, Response
from s2n.s2nscanner.http.proxy import Proxy, forwardable, parse_proxy
from s2n.s2nscanner.http.transport import Transport, TransportSettings
from support.answers import HEAD
from support.rawserver import Handler, Peer, RawServer, answering, raw_server

OK = HEAD + b"Content-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("", None),
        ("http://p.test:3128", Proxy("http", "p.test", 3128)),
        ("p.test:3128", Proxy("http", "p.test", 3128)),
        ("http://p.test", Proxy("http", "p.test", 8080)),
        ("socks5://me:p%40ss%3A@[::1]", Proxy("socks5", "::1", 1080, "me", "p@ss:")),
        ("socks5h://p.test:9050/", Proxy("socks5", "p.test", 9050)),
        ("SOCKS4://me@p.test", Proxy("socks4", "p.test", 1080, "me")),
    ],
)
def test_proxy_urls(url: str, proxy: Proxy | None) -> None:
    assert parse_proxy(url) == proxy


@pytest.mark.parametrize(
    "url", ["ftp://p.test", "http://", "http://p.test:99999", "http://p.test:x", "http://[::1"]
)
def test_bad_proxy_urls(url: str) -> None:
    with pytest.raises(UsageError, match="not a proxy URL") as caught:
        parse_proxy(url)
    assert "socks5://" in caught.value.remedy


def test_the_password_is_not_shown() -> None:
    proxy = parse_proxy("http://me:secret@p.test:1")
    assert "secret" not in f"{proxy} {proxy!r}"
    with pytest.raises(UsageError) as caught:
        parse_proxy("ftp://me:secret@p.test:1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "headers", "expected"),
    [
        ("/a?b", (("Host", "h"),), True),
        ("//x", (), True),
        ("*", (), False),
        ("http://other.test/", (), False),
        (".other.test/", (), False),
        ("@other.test/", (), False),
        ("/ HTTP/1.1\r\n\r\nGET http://other.test/", (), False),
        ("/", (("X", "a\r\n\r\nGET http://other.test/ HTTP/1.1"),), False),
        ("/", (("X\n", "a"),), False),
    ],
)
def test_only_what_stays_with_its_origin_is_forwarded(target: str, headers: Headers, expected: bool) -> None:
    assert forwardable(Request("GET", Origin("http", "h.test", 80), target, headers)) is expected


async def pipe(peer: Peer, host: str, port: int, first: bytes = b"") -> None:
    """Carry bytes to ``host:port`` and back until either side closes."""
    reader, writer = await asyncio.open_connection(host, port)

    async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
        sink.close()

    writer.write(first)
    try:
        await asyncio.gather(copy(peer.reader, writer), copy(reader, peer.writer))
    finally:
        writer.close()


def http_proxy(login: str = "", pieces: int = 1) -> Handler:
    """A proxy that opens tunnels and takes absolute-form requests. It maps every host name to 127.0.0.1."""
    wanted = b"Basic " + base64.b64encode(login.encode())

    async def handler(peer: Peer) -> None:
        head = await peer.request()
        if login and b"Proxy-Authorization: " + wanted not in head:
            await peer.say(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        line, _, rest = head.partition(b"\r\n")
        method, target, version = line.split(b" ")
        if method == b"CONNECT":
            answer = b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
            for start in range(0, len(answer), len(answer) // pieces):
                await peer.say(answer[start : start + len(answer) // pieces])
                await asyncio.sleep(0)
            await pipe(peer, "127.0.0.1", int(target.rpartition(b":")[2]))
            return
        authority, slash, path = target.removeprefix(b"http://").partition(b"/")
        first = method + b" " + slash + path + b" " + version + b"\r\n" + rest
        await pipe(peer, "127.0.0.1", int(authority.rpartition(b":")[2]), first)

    return handler


def socks5_proxy(login: str = "") -> Handler:
    """RFC 1928 and 1929, names only."""

    async def handler(peer: Peer) -> None:
        read = peer.reader.readexactly
        _, count = await read(2)
        methods = await read(count)
        if login:
            if 2 not in methods:
                await peer.say(b"\x05\xff")
                return
            await peer.say(b"\x05\x02")
            _, length = await read(2)
            user = await read(length)
            password = await read((await read(1))[0])
            right = user + b":" + password == login.encode()
            await peer.say(b"\x01" + (b"\x00" if right else b"\x01"))
            if not right:
                return
        else:
            await peer.say(b"\x05\x00")
        _, _, _, kind = await read(4)
        host = await read((await read(1))[0]) if kind == 3 else await read(4)
        (port,) = struct.unpack(">H", await read(2))
        peer.server.received.append(host)
        await peer.say(b"\x05\x00\x00\x01" + bytes(6))
        await pipe(peer, "127.0.0.1", port)

    return handler


async def socks4_proxy(peer: Peer) -> None:
    read = peer.reader.readexactly
    _, _, port, _ = struct.unpack(">BBHI", await read(8))
    peer.server.received.append((await peer.reader.readuntil(b"\0"))[:-1])
    peer.server.received.append((await peer.reader.readuntil(b"\0"))[:-1])
    await peer.say(b"\0\x5a" + bytes(6))
    await pipe(peer, "127.0.0.1", port)


Script = Callable[[Transport, Origin, RawServer, RawServer], Coroutine[Any, Any, Any]]


def through(
    proxy: Handler,
    script: Script,
    scheme: str = "http",
    login: str = "",
    context: ssl.SSLContext | None = None,
    **settings: Any,
) -> Any:
    """Run ``script`` with a transport that goes through ``proxy`` to a server known as ``site.test``."""

    async def go() -> Any:
        async with (
            raw_server(answering(OK, then="keep"), context) as site,
            raw_server(proxy) as door,
        ):
            url = f"{scheme}://{login}127.0.0.1:{door.port}"
            transport = Transport(TransportSettings(proxy=url, **settings))
            origin = Origin("https" if context else "http", "site.test", site.port)
            try:
                return await script(transport, origin, site, door)
            finally:
                await transport.close()

    return asyncio.run(go())


async def fetch(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> Response:
    return await transport.send(Request("GET", origin, "/a?b", (("Host", "site.test"),)))


def test_plain_http_goes_in_absolute_form_and_is_kept_alive() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> None:
        response = await fetch(transport, origin, site, door)
        assert response.body == b"hello"
        assert door.received == [
            b"GET http://site.test:%d/a?b HTTP/1.1\r\nHost: site.test\r\n\r\n" % site.port
        ]

    through(http_proxy(), script)


def test_plain_http_logs_in_at_the_proxy() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> bytes:
        await fetch(transport, origin, site, door)
        return door.received[0]

    sent = through(http_proxy("me:p@ss"), script, login="me:p%40ss@")
    assert sent.endswith(b"Host: site.test\r\nProxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n")


def test_what_cannot_be_forwarded_goes_through_a_tunnel_as_it_stands() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> list[bytes]:
        for target in ("http://other.test/", "*"):
            await transport.send(Request("GET", origin, target))
        assert len(door.received) == 1
        assert door.received[0].startswith(b"CONNECT site.test:")
        return site.received

    assert through(http_proxy(), script) == [
        b"GET http://other.test/ HTTP/1.1\r\n\r\n",
        b"GET * HTTP/1.1\r\n\r\n",
    ]


def test_forwarding_and_tunnelled_connections_are_not_mixed() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> int:
        for target in ("/", "*", "/", "*"):
            await transport.send(Request("GET", origin, target))
        return door.connections

    assert through(http_proxy(), script) == 2


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize("pieces", [1, 10])
@pytest.mark.parametrize("login", ["", "me:pw"])
def test_https_goes_through_a_tunnel_and_the_site_is_verified(
    authority: trustme.CA, login: str, pieces: int
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("site.test").configure_cert(context)

    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> bytes:
        response = await fetch(transport, origin, site, door)
        assert site.received == [b"GET /a?b HTTP/1.1\r\nHost: site.test\r\n\r\n"]
        return response.body

    with authority.cert_pem.tempfile() as ca:
        assert (
            through(
                http_proxy(login, pieces),
                script,
                login=f"{login}@" if login else "",
                context=context,
                ca_bundle=ca,
            )
            == b"hello"
        )


def test_a_socks5_proxy_resolves_the_name() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> list[bytes]:
        await fetch(transport, origin, site, door)
        assert site.received == [b"GET /a?b HTTP/1.1\r\nHost: site.test\r\n\r\n"]
        return door.received

    assert through(socks5_proxy(), script, "socks5") == [b"site.test"]
    assert through(socks5_proxy("me:pw"), script, "socks5", "me:pw@") == [b"site.test"]


def test_a_socks4_proxy() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> list[bytes]:
        assert (await fetch(transport, origin, site, door)).body == b"hello"
        return door.received

    assert through(socks4_proxy, script, "socks4", "me@") == [b"me", b"site.test"]


@pytest.mark.parametrize("login", ["", "me:wrong@"])
def test_socks5_refuses_the_login(login: str) -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> None:
        with pytest.raises(ConnectFailed, match="through the proxy socks5://") as caught:
            await fetch(transport, origin, site, door)
        assert "login" in caught.value.remedy
        assert "wrong" not in str(caught.value)

    through(socks5_proxy("me:right"), script, "socks5", login)


def test_a_tunnel_wants_a_login() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> None:
        with pytest.raises(ConnectFailed, match="wants a login"):
            await transport.send(Request("OPTIONS", origin, "*"))

    through(http_proxy("me:pw"), script)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nno!", "502 Bad Gateway"),
        (b"", "no answer"),
        (b"SSH-2.0-x\r\n", "no answer"),
    ],
)
def test_a_tunnel_is_refused(answer: bytes, said: str) -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> None:
        with pytest.raises(ConnectFailed, match=f"does not open a tunnel to site.test:.*{said}"):
            await transport.send(Request("OPTIONS", origin, "*"))

    through(answering(answer), script)


def test_a_tunnel_that_is_reset() -> None:
    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> None:
        with pytest.raises(ConnectFailed, match="closed the connection"):
            await transport.send(Request("OPTIONS", origin, "*"))

    through(answering(then="reset"), script)


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4"])
def test_a_silent_proxy_meets_the_deadline(scheme: str) -> None:
    async def silent(peer: Peer) -> None:
        await peer.gone()

    async def script(transport: Transport, origin: Origin, site: RawServer, door: RawServer) -> None:
        with pytest.raises(TimedOut, match=f"no connection to site.test:.* through the proxy {scheme}://"):
            await transport.send(Request("OPTIONS", origin, "*"))

    through(silent, script, scheme, connect_timeout=0.1)


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks4"])
def test_a_proxy_that_is_not_there(scheme: str) -> None:
    async def go() -> None:
        async with raw_server(answering()) as server:
            port = server.port
        transport = Transport(TransportSettings(proxy=f"{scheme}://127.0.0.1:{port}"))
        with pytest.raises(ConnectFailed, match=f"proxy {scheme}://127.0.0.1:{port}"):
            await transport.send(Request("GET", Origin("http", "127.0.0.1", 1)))
        await transport.close()

    asyncio.run(go())
