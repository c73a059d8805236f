"""What the gate reaches, it reaches as the scan's client does."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from s2n.errors import ConnectFailed, NetworkError, TlsFailed
from s2n.model import Origin
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.outward import Outward
from support.rawserver import Peer, raw_server

AUTHORITY = trustme.CA()


async def _echo(peer: Peer) -> None:
    while data := await peer.reader.read(1000):
        await peer.say(data)


def _context(ciphers: str = "DEFAULT") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(ciphers)
    AUTHORITY.issue_cert("127.0.0.1", key_type=trustme.KeyType.RSA).configure_cert(context)
    return context


def _said(context: ssl.SSLContext | None, **options: object) -> bytes:
    """What comes back for a word."""

    async def go() -> bytes:
        async with raw_server(_echo, context) as server:
            origin = Origin("https" if context else "http", "127.0.0.1", server.port)
            outward = Outward(ScanRequest(target_url=f"{origin}/", **options))
            there, away = await outward.connect(origin)
            away.write(b"word")
            said = await there.read(1000)
            away.close()
            await away.wait_closed()
            return said

    return asyncio.run(go())


def test_plain_and_under_tls(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(ca))
    assert _said(None) == b"word"
    assert _said(_context(), ca_bundle=str(ca)) == b"word"
    assert _said(_context(), insecure=True) == b"word"


def test_an_old_server_is_reached_too(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(ca))
    old = _context("AES128-SHA:@SECLEVEL=1")
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    assert _said(old, ca_bundle=str(ca)) == b"word"


def test_one_that_is_not_trusted_is_not() -> None:
    with pytest.raises(TlsFailed, match="is not trusted"):
        _said(_context())


def test_nobody_there() -> None:
    async def go(origin: Origin) -> None:
        await Outward(ScanRequest(target_url=f"{origin}/", connect_timeout=5)).connect(origin)

    with pytest.raises(NetworkError, match="connection refused"):
        asyncio.run(go(Origin("https", "127.0.0.1", 9)))
    with pytest.raises(ConnectFailed):
        asyncio.run(go(Origin("http", "127.0.0.1", 9)))
