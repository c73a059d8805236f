import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from s2n.errors import TimedOut, TlsFailed, UsageError
from s2n.model import Origin, Request, Response
from s2n.s2nscanner.http.tls import TlsContexts, handshake
from s2n.s2nscanner.http.transport import Transport, TransportSettings
from support.answers import HEAD
from support.rawserver import Handler, Peer, RawServer, answering, raw_server

OK = HEAD + b"Content-Length: 5\r\n\r\nhello"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def server_context(authority: trustme.CA, name: str = "127.0.0.1", **issue: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **issue).configure_cert(context)
    return context


def ask(
    context: ssl.SSLContext,
    times: int = 1,
    look: Callable[[Transport, RawServer], Any] = lambda transport, server: None,
    answer: bytes = OK,
    **settings: Any,
) -> tuple[list[Response], Any]:
    async def go() -> tuple[list[Response], Any]:
        transport = Transport(TransportSettings(**settings))
        async with raw_server(answering(answer, then="keep"), context) as server:
            try:
                request = Request("GET", Origin("https", "127.0.0.1", server.port))
                return [await transport.send(request) for _ in range(times)], look(transport, server)
            finally:
                await transport.close()

    return asyncio.run(go())


def test_a_trusted_certificate_and_a_kept_connection(authority: trustme.CA, ca_file: str) -> None:
    responses, connections = ask(
        server_context(authority), 3, lambda _, server: server.connections, ca_bundle=ca_file
    )
    assert [response.body for response in responses] == [b"hello"] * 3
    assert connections == 1


@pytest.mark.parametrize("size", [16_384, 16_385, 70_000, 3_000_000])
def test_a_body_of_many_records_and_a_connection_kept(authority: trustme.CA, ca_file: str, size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % size + body[:size]
    responses, connections = ask(
        server_context(authority), 2, lambda _, server: server.connections, answer, ca_bundle=ca_file
    )
    assert [response.body for response in responses] == [body[:size]] * 2
    assert connections == 1


def test_extra_bytes_under_tls(authority: trustme.CA, ca_file: str) -> None:
    responses, connections = ask(
        server_context(authority), 2, lambda _, server: server.connections, OK + b"more", ca_bundle=ca_file
    )
    assert [response.notes for response in responses] == [("extra bytes",)] * 2
    assert connections == 2


def test_an_unknown_authority(authority: trustme.CA) -> None:
    with pytest.raises(TlsFailed, match="is not trusted: unable to get local issuer") as caught:
        ask(server_context(authority))
    assert "--ca-bundle" in caught.value.remedy
    assert "--insecure" in caught.value.remedy


def test_another_host_s_certificate(authority: trustme.CA, ca_file: str) -> None:
    with pytest.raises(TlsFailed, match="mismatch"):
        ask(server_context(authority, "other.test"), ca_bundle=ca_file)


def test_an_expired_certificate(authority: trustme.CA, ca_file: str) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    context = server_context(authority, not_before=past - timedelta(days=1), not_after=past)
    with pytest.raises(TlsFailed, match="expired") as caught:
        ask(context, ca_bundle=ca_file)
    assert "--ca-bundle" not in caught.value.remedy


def test_insecure_accepts_them_all(authority: trustme.CA) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    context = server_context(authority, "other.test", not_before=past - timedelta(days=1), not_after=past)
    assert ask(context, insecure=True)[0][0].body == b"hello"


def client_checking(authority: trustme.CA) -> ssl.SSLContext:
    context = server_context(authority)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)
    return context


@pytest.mark.parametrize("apart", [True, False])
def test_a_client_certificate(authority: trustme.CA, ca_file: str, tmp_path: Path, apart: bool) -> None:
    mine = authority.issue_cert("me@client.test")
    both, cert, key = tmp_path / "both.pem", tmp_path / "cert.pem", tmp_path / "key.pem"
    mine.private_key_and_cert_chain_pem.write_to_path(both)
    mine.cert_chain_pems[0].write_to_path(cert)
    mine.private_key_pem.write_to_path(key)
    files = {"client_cert": str(cert), "client_key": str(key)} if apart else {"client_cert": str(both)}
    assert ask(client_checking(authority), ca_bundle=ca_file, **files)[0][0].body == b"hello"


@contextmanager
def telling_server(context: ssl.SSLContext) -> Iterator[int]:
    """A server that sends its TLS alerts, which asyncio's does not."""

    def serve() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            tls = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            with tls:
                with suppress(ssl.SSLError):
                    tls.do_handshake()
                    tls.recv(1000)
                with suppress(OSError):  # read what is left, past TLS: closing before would reset
                    while socket.socket.recv(tls, 1000):
                        pass

    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(
    ("newest", "said"),
    [(ssl.TLSVersion.TLSv1_2, "handshake failure"), (ssl.TLSVersion.TLSv1_3, "wants a client certificate")],
)
def test_a_client_certificate_that_is_missing(
    authority: trustme.CA, ca_file: str, newest: ssl.TLSVersion, said: str
) -> None:
    context = client_checking(authority)
    context.maximum_version = newest

    async def go(port: int) -> None:
        transport = Transport(TransportSettings(ca_bundle=ca_file))
        with pytest.raises(TlsFailed, match=said):
            await transport.send(Request("GET", Origin("https", "127.0.0.1", port)))
        await transport.close()

    with telling_server(context) as port:
        asyncio.run(go(port))


def test_alpn_offers_http_1_1_only(authority: trustme.CA, ca_file: str) -> None:
    context = server_context(authority)
    context.set_alpn_protocols(["h2", "http/1.1"])

    def chosen(transport: Transport, _: RawServer) -> str | None:
        (idle,) = transport._pool._idle.values()
        return idle[0]._sock.selected_alpn_protocol()  # type: ignore[attr-defined]

    assert ask(context, 1, chosen, ca_bundle=ca_file)[1] == "http/1.1"


def old_server(authority: trustme.CA, ciphers: str, newest: ssl.TLSVersion) -> ssl.SSLContext:
    context = server_context(authority, key_type=trustme.KeyType.RSA)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(ciphers)
    context.options |= {ssl.TLSVersion.TLSv1: ssl.OP_NO_TLSv1_1 | ssl.OP_NO_TLSv1_2}.get(
        newest, 0
    ) | ssl.OP_NO_TLSv1_3
    return context


@pytest.mark.filterwarnings("ignore:ssl.OP_NO:DeprecationWarning")
@pytest.mark.parametrize(
    ("ciphers", "newest", "rung"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", ssl.TLSVersion.TLSv1_2, 0),
        ("AES128-SHA:@SECLEVEL=1", ssl.TLSVersion.TLSv1_2, 1),
        ("AES128-SHA:@SECLEVEL=0", ssl.TLSVersion.TLSv1, 2),
    ],
)
def test_security_is_lowered_as_far_as_needed_and_once(
    authority: trustme.CA, ca_file: str, ciphers: str, newest: ssl.TLSVersion, rung: int
) -> None:
    def rungs(transport: Transport, server: RawServer) -> list[int]:
        return list(transport._dialer._rungs.values())

    responses, seen = ask(old_server(authority, ciphers, newest), 2, rungs, ca_bundle=ca_file)
    assert [response.body for response in responses] == [b"hello"] * 2
    assert seen == [rung]


def refused(handler: Handler, message: str) -> tuple[TlsFailed, int]:
    """Ask a server that does not speak TLS; the error, and how often it was asked."""

    async def go() -> tuple[TlsFailed, int]:
        transport = Transport(TransportSettings())
        async with raw_server(handler) as server:
            with pytest.raises(TlsFailed, match=message) as caught:
                await transport.send(Request("GET", Origin("https", "127.0.0.1", server.port)))
            await transport.close()
            return caught.value, server.connections

    return asyncio.run(go())


def test_a_server_without_tls() -> None:
    async def plain(peer: Peer) -> None:
        await peer.reader.read(10)
        await peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    error, asked = refused(plain, "does not speak TLS")
    assert "http://" in error.remedy
    assert asked == 1


@pytest.mark.parametrize("reset", [True, False])
def test_a_handshake_that_is_cut_off_is_tried_on_each_rung(reset: bool) -> None:
    async def cut(peer: Peer) -> None:
        await peer.reader.read(10)
        if reset:
            peer.reset()

    assert refused(cut, "closed the connection during the TLS handshake")[1] == TlsContexts.lowest + 1


def test_a_handshake_that_never_ends() -> None:
    async def silent(peer: Peer) -> None:
        await peer.gone()

    async def go() -> None:
        transport = Transport(TransportSettings(connect_timeout=0.15))
        async with raw_server(silent) as server:
            with pytest.raises(TimedOut, match="does not complete a TLS handshake") as caught:
                await transport.send(Request("GET", Origin("https", "127.0.0.1", server.port)))
        assert "--connect-timeout" in caught.value.remedy
        await transport.close()

    asyncio.run(go())


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    missing = str(tmp_path / "missing.pem")
    for settings, said in (
        ({"ca_bundle": missing}, "missing.pem is not there"),
        ({"ca_bundle": str(junk)}, "cannot use the CA bundle"),
        ({"client_cert": missing}, "missing.pem is not there"),
        ({"client_cert": str(junk)}, "cannot use the client certificate"),
        ({"client_key": str(junk)}, "without a certificate"),
    ):
        with pytest.raises(UsageError, match=said) as caught:
            TlsContexts(**settings)
        assert caught.value.remedy


def test_a_key_with_a_passphrase_does_not_ask_at_the_terminal(authority: trustme.CA, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    mine = authority.issue_cert("client.test")
    key = serialization.load_pem_private_key(mine.private_key_pem.bytes(), None)
    locked = tmp_path / "key.pem"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    cert = tmp_path / "cert.pem"
    mine.cert_chain_pems[0].write_to_path(cert)
    with pytest.raises(UsageError, match="passphrase"):
        TlsContexts(client_cert=str(cert), client_key=str(locked))


def test_old_protocols_only_on_the_lowest_rung() -> None:
    contexts = TlsContexts()
    oldest = [contexts.at(rung).minimum_version for rung in range(contexts.lowest + 1)]
    assert oldest[:2] == [ssl.TLSVersion.TLSv1_2] * 2
    assert oldest[2] < ssl.TLSVersion.TLSv1_2
    assert all(contexts.at(rung).verify_mode is ssl.CERT_REQUIRED for rung in range(3))
    assert all(contexts.at(rung).check_hostname for rung in range(3))


def test_system_trust_stays_beside_a_bundle(
    authority: trustme.CA, ca_file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)  # OpenSSL's own name for the system's authorities
    bundle = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(bundle)
    assert ask(server_context(authority), ca_bundle=str(bundle))[0][0].body == b"hello"


def test_sockets_are_closed_when_the_handshake_fails() -> None:
    async def go() -> int:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.close()
        with pytest.raises(OSError):  # noqa: PT011 -- which one depends on the platform
            await handshake(ours, TlsContexts().at(0), "h.test")
        return ours.fileno()

    assert asyncio.run(go()) == -1
