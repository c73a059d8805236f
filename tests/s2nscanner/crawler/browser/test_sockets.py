"""WebSockets: connected to the site alone, counted, and written down."""

import asyncio
import base64
import hashlib
import re
import ssl
from pathlib import Path

import pytest
import trustme

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.sights import Message, Sight, Withheld
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import browsing, needs_browser
from support.rawserver import Peer, raw_server

pytestmark = needs_browser

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


async def talk(peer: Peer) -> None:
    """A page for every GET; an echo for every WebSocket, short unmasked frames only."""
    while request := await peer.request():
        key = re.search(rb"Sec-WebSocket-Key: (\S+)", request)
        if key is None:
            await peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\nx")
            continue
        accept = base64.b64encode(hashlib.sha1(key[1] + _MAGIC.encode()).digest())
        await peer.say(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        await peer.say(b"\x81\x05hello")
        await echo(peer)
        return


async def echo(peer: Peer) -> None:
    while True:
        try:
            first, length = await peer.reader.readexactly(2)
            mask = await peer.reader.readexactly(4)
            masked = await peer.reader.readexactly(length & 127)
        except asyncio.IncompleteReadError:
            return
        data = bytes(byte ^ mask[index % 4] for index, byte in enumerate(masked))
        await peer.say(bytes([first, len(data)]) + data)
        if first == 0x88:  # close
            return


CHAT = """path => new Promise(resolve => {
  const socket = new WebSocket(path), got = [];
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { socket.send('one'); socket.send(new Uint8Array([116, 119, 111])); };
  socket.onmessage = event => {
    got.push(typeof event.data === 'string' ? event.data : new TextDecoder().decode(event.data));
    if (got.length === 3) socket.close();
  };
  socket.onclose = event => resolve([got.join(), event.code]);
})"""


def test_what_is_said_is_written_down() -> None:
    async def go() -> tuple[str, list[Sight], int]:
        async with raw_server(talk) as server, raw_server(talk) as other:
            scan = ScanRequest(target_url=f"http://127.0.0.1:{server.port}/")
            client = HttpClient(scan, Governor.of(scan))
            async with browsing(scan, client) as browser:
                tab = await browser.tab()
                await tab.open(scan.target_url)
                tab.take()
                said = await tab.page.evaluate(CHAT, "/chat?room=1")
                assert said == ["hello,one,two", 1005]
                sights = tab.take()
                await tab.page.evaluate(CHAT, "/logout")
                await tab.page.evaluate(CHAT, f"ws://127.0.0.1:{other.port}/")
                assert (other.connections, server.received[-1][:16]) == (0, b"GET /chat?room=1")
                refused = tab.take()
                assert [type(sight) for sight in refused] == [Withheld]
                return f"ws://127.0.0.1:{server.port}/chat?room=1", sights, client.governor.requests

    url, sights, requests = asyncio.run(go())
    assert sights[0] == Message(url, True, "")
    assert sorted(sights[1:]) == sorted(
        [
            Message(url, True, "one"),
            Message(url, True, "two"),
            Message(url, False, "hello"),
            Message(url, False, "one"),
            Message(url, False, "two"),
        ]
    )
    assert requests == 2


@pytest.mark.parametrize("kind", ["insecure", "authority", "client certificate"])
def test_sockets_under_tls_use_what_the_scan_does(kind: str, tmp_path: Path) -> None:
    authority, ours = trustme.CA(), trustme.CA()
    ca, mine = tmp_path / "ca.pem", tmp_path / "mine.pem"
    authority.cert_pem.write_to_path(str(ca))
    ours.issue_cert("me@example.test").private_key_and_cert_chain_pem.write_to_path(str(mine))
    options: dict[str, object] = {"insecure": True} if kind == "insecure" else {"ca_bundle": str(ca)}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    if kind == "client certificate":
        context.verify_mode = ssl.CERT_REQUIRED
        ours.configure_trust(context)
        options["client_cert"] = str(mine)

    async def go() -> None:
        async with raw_server(talk, context) as server:
            scan = ScanRequest(target_url=f"https://127.0.0.1:{server.port}/", **options)
            async with browsing(scan) as browser:
                tab = await browser.tab()
                await tab.open(scan.target_url)
                assert await tab.page.evaluate(CHAT, "/chat") == ["hello,one,two", 1005]
                assert sum(isinstance(sight, Message) for sight in tab.take()) == 6

    asyncio.run(go())


def test_a_socket_to_a_server_that_is_not_trusted_stays_shut(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def go() -> None:
        async with raw_server(talk, context) as server, raw_server(talk) as site:
            place = f"127.0.0.1:{server.port}"
            scan = ScanRequest(target_url=f"http://127.0.0.1:{site.port}/", allow_hosts=(place,))
            async with browsing(scan) as browser:
                tab = await browser.tab()
                await tab.open(scan.target_url)
                assert await tab.page.evaluate(CHAT, f"wss://{place}/chat") == ["", 1006]
                assert server.received == []

    asyncio.run(go())


def test_a_spent_budget_opens_no_socket() -> None:
    async def go() -> None:
        async with raw_server(talk) as server:
            scan = ScanRequest(target_url=f"http://127.0.0.1:{server.port}/", max_requests=1)
            async with browsing(scan) as browser:
                tab = await browser.tab()
                await tab.open(scan.target_url)
                assert (await tab.page.evaluate(CHAT, "/chat"))[0] == ""
                assert len(server.received) == 1
                assert browser.spent

    asyncio.run(go())
