"""The gate's connections to the site: by the scan's proxy, and under TLS by its certificates."""

import asyncio
import socket
import ssl

from s2n.errors import ConnectFailed
from s2n.model import Origin
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.dial import Dialer, connect_instead, peer_of
from s2n.s2nscanner.http.proxy import parse_proxy
from s2n.s2nscanner.http.tls import TlsContexts, may_go_lower, tls_failure

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Outward:
    """Connects as the scan's client does, to streams that carry whatever a WebSocket says."""

    def __init__(self, scan: ScanRequest) -> None:
        self._seconds = scan.connect_timeout
        self._contexts = TlsContexts(
            insecure=scan.insecure,
            ca_bundle=scan.ca_bundle,
            client_cert=scan.client_cert,
            client_key=scan.client_key,
        )
        self._dialer = Dialer(self._contexts, parse_proxy(scan.proxy), instead=connect_instead(scan.resolve))

    async def connect(self, origin: Origin) -> Streams:
        """Both directions of a connection to ``origin``, TLS included.

        Raises:
            ConnectFailed, TlsFailed, ConnectTimedOut
        """
        if origin.scheme != "https":
            return await asyncio.open_connection(sock=await self._reach(origin))
        failure: OSError | None = None
        for rung in range(self._contexts.lowest + 1):
            try:
                return await self._secured(origin, self._contexts.at(rung))
            except OSError as error:
                failure = failure or error  # the strictest rung's tells most
                if not may_go_lower(error):
                    break
        assert failure is not None
        raise tls_failure(failure, peer_of(origin)) from failure

    async def _secured(self, origin: Origin, context: ssl.SSLContext) -> Streams:
        sock = await self._reach(origin)
        try:
            return await asyncio.open_connection(
                sock=sock, ssl=context, server_hostname=origin.host, ssl_handshake_timeout=self._seconds
            )
        except BaseException as error:
            sock.close()
            if isinstance(error, ValueError) and not isinstance(error, OSError):
                raise ConnectFailed(f"{origin.host} is not a host name: {error}", "check the URL") from error
            raise

    async def _reach(self, origin: Origin) -> socket.socket:
        """A TCP connection: its TLS is done on the streams."""
        return await self._dialer.connect(Origin("http", origin.host, origin.port), self._seconds)
