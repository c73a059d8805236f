"""TLS: contexts that verify by default and still reach old servers, and the handshake on a socket.

A scanner has to look at servers no browser would speak to any more, so what the strictest settings cannot
reach is tried again with weaker ones. Certificates are verified on every rung.
"""

import asyncio
import socket
import ssl
from pathlib import Path

from s2n.errors import TlsFailed, UsageError

_LEGACY_SERVER_CONNECT = 0x4
"""``SSL_OP_LEGACY_SERVER_CONNECT``: servers without RFC 5746; `ssl` names it only from Python 3.12 on."""

_RUNGS: tuple[tuple[str, ssl.TLSVersion], ...] = (
    ("", ssl.TLSVersion.TLSv1_2),
    ("DEFAULT:@SECLEVEL=1", ssl.TLSVersion.TLSv1_2),
    ("DEFAULT:@SECLEVEL=0", ssl.TLSVersion.MINIMUM_SUPPORTED),
)
"""From Python's own choice down: RSA key exchange, CBC and 1024-bit keys; then TLS 1.0, which OpenSSL 3 only
speaks at level 0 because of its MD5-SHA1 signatures."""

_HOPELESS = frozenset({"CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HTTP_REQUEST"})
"""Failures that an older TLS version or a weaker cipher cannot mend."""

_ACCEPT_ANY = "accept any certificate with --insecure"


class TlsContexts:
    """The contexts of one transport, from the strictest rung down; each is made when first needed."""

    lowest = len(_RUNGS) - 1

    def __init__(
        self, *, insecure: bool = False, ca_bundle: str = "", client_cert: str = "", client_key: str = ""
    ) -> None:
        """Take the settings; named files are read at once.

        Raises:
            UsageError: a file that is missing or not what it should be.
        """
        self._insecure = insecure
        self._ca_bundle = ca_bundle
        self._client_cert = client_cert
        self._client_key = client_key
        self._made: dict[int, ssl.SSLContext] = {}
        if client_key and not client_cert:
            raise UsageError("a client key without a certificate", "name the certificate with --client-cert")
        if ca_bundle or client_cert:
            self.at(0)

    def at(self, rung: int) -> ssl.SSLContext:
        """The context of a rung, 0 being the strictest."""
        if rung not in self._made:
            self._made[rung] = self._make(*_RUNGS[rung])
        return self._made[rung]

    def _make(self, ciphers: str, oldest: ssl.TLSVersion) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = oldest
        context.options |= _LEGACY_SERVER_CONNECT
        if ciphers:
            context.set_ciphers(ciphers)
        context.set_alpn_protocols(["http/1.1"])
        if self._insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        else:
            context.load_default_certs()
        if self._ca_bundle:
            self._load_ca(context)
        if self._client_cert:
            self._load_client_cert(context)
        return context

    def _load_ca(self, context: ssl.SSLContext) -> None:
        try:
            context.load_verify_locations(cafile=self._ca_bundle)
        except OSError as error:
            raise UsageError(
                f"cannot use the CA bundle {self._ca_bundle}: {_file_fault(error, self._ca_bundle)}",
                "--ca-bundle wants a file of certificates in PEM form",
            ) from error

    def _load_client_cert(self, context: ssl.SSLContext) -> None:
        names = " and ".join(name for name in (self._client_cert, self._client_key) if name)
        try:
            context.load_cert_chain(self._client_cert, self._client_key or None, password=_no_password)
        except OSError as error:
            fault = _file_fault(error, *filter(None, (self._client_cert, self._client_key)))
            raise UsageError(
                f"cannot use the client certificate {names}: {fault}",
                "--client-cert wants a PEM certificate, --client-key its key unless it is in the same file",
            ) from error


def _no_password() -> str:
    """Called by OpenSSL for an encrypted key; without it, it would ask at the terminal."""
    raise UsageError(
        "the client key is protected by a passphrase",
        "give --client-key a copy without one: openssl pkey -in KEY -out PLAIN",
    )


def _file_fault(error: OSError, *paths: str) -> str:
    for path in paths:
        if not Path(path).is_file():
            return f"{path} is not there"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "not in PEM form").lower().replace("_", " ")
    return error.strerror or str(error)


async def handshake(sock: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    """Wrap a connected non-blocking socket; it is closed if the handshake fails.

    Raises:
        OSError: `ssl.SSLError` among them.
    """
    loop = asyncio.get_running_loop()
    try:
        wrapped = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    except BaseException:
        sock.close()
        raise
    try:
        while True:
            try:
                wrapped.do_handshake()
            except ssl.SSLWantReadError:
                await _ready(loop, wrapped, for_writing=False)
            except ssl.SSLWantWriteError:
                await _ready(loop, wrapped, for_writing=True)
            else:
                return wrapped
    except BaseException:
        wrapped.close()
        raise


async def _ready(loop: asyncio.AbstractEventLoop, sock: socket.socket, *, for_writing: bool) -> None:
    watch = loop.add_writer if for_writing else loop.add_reader
    unwatch = loop.remove_writer if for_writing else loop.remove_reader
    waiter: asyncio.Future[None] = loop.create_future()
    watch(sock.fileno(), _wake, waiter)
    try:
        await waiter
    finally:
        unwatch(sock.fileno())


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def may_go_lower(error: OSError) -> bool:
    """Could an older protocol or a weaker cipher help? Many servers just hang up on what they don't speak."""
    if isinstance(error, ssl.SSLError):
        return error.reason not in _HOPELESS
    return isinstance(error, ConnectionError)


def tls_failure(error: OSError, peer: str) -> TlsFailed:
    """The error a user understands: what is wrong with the certificate or the handshake, and what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_failure(error, peer)
    reason = (getattr(error, "reason", None) or error.strerror or str(error) or type(error).__name__).upper()
    if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}:
        return TlsFailed(f"{peer} does not speak TLS", "try the URL with http://")
    words = reason.lower().replace("_", " ")
    if "CERTIFICATE_REQUIRED" in reason or "BAD_CERTIFICATE" in reason or "UNKNOWN_CA" in reason:
        return TlsFailed(
            f"{peer} wants a client certificate that it accepts ({words})",
            "name one with --client-cert and --client-key",
        )
    if isinstance(error, ssl.SSLEOFError | ConnectionError) or "EOF" in reason:
        return TlsFailed(
            f"{peer} closed the connection during the TLS handshake",
            "check that it speaks TLS on this port, and knows this host name",
        )
    return TlsFailed(f"no TLS connection to {peer}: {words}", "check the server's TLS set-up")


def _certificate_failure(error: ssl.SSLCertVerificationError, peer: str) -> TlsFailed:
    why = error.verify_message
    message = f"the certificate of {peer} is not trusted: {why}"
    if "expired" in why or "not yet valid" in why:
        return TlsFailed(message, _ACCEPT_ANY)
    if "mismatch" in why:
        return TlsFailed(message, f"use a name the certificate is made for, or {_ACCEPT_ANY}")
    return TlsFailed(message, f"trust its authority with --ca-bundle FILE, or {_ACCEPT_ANY}")
