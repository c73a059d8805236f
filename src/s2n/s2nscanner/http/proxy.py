"""Proxies: what their URL says, and tunnels through them."""

import asyncio
import base64
import socket
from typing import Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from python_socks import ProxyError, ProxyType
from python_socks.async_.asyncio import Proxy as SocksProxy

from s2n.errors import ConnectFailed, UsageError
from s2n.model import Headers, Origin, Request
from s2n.s2nscanner.http.wire import ResponseParser, compose

_KINDS: dict[str, tuple[Literal["http", "socks4", "socks5"], int]] = {
    "http": ("http", 8080),
    "socks4": ("socks4", 1080),
    "socks4a": ("socks4", 1080),
    "socks5": ("socks5", 1080),
    "socks5h": ("socks5", 1080),
}
_SOCKS = {"socks4": ProxyType.SOCKS4, "socks5": ProxyType.SOCKS5}


class Proxy(Struct, frozen=True):
    """A proxy every connection goes through. Names are resolved by the proxy, not here."""

    kind: Literal["http", "socks4", "socks5"]
    host: str
    port: int
    username: str = ""
    password: str = ""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}://{host}:{self.port}"

    __repr__ = __str__  # the password stays out of logs and tracebacks

    @property
    def authorization(self) -> Headers:
        """The header an HTTP proxy logs us in by."""
        if not self.username:
            return ()
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")
        return (("Proxy-Authorization", f"Basic {token}"),)


def parse_proxy(url: str) -> Proxy | None:
    """``socks5://user:pass@host:1080`` → Proxy; empty → None. Without a scheme, HTTP is meant.

    Raises:
        UsageError: not a proxy URL.
    """
    if not url:
        return None
    remedy = "write it as http://HOST:PORT, socks5://HOST:PORT or socks4://HOST:PORT"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError as error:
        raise UsageError(f"not a proxy URL: {error}", remedy) from error
    if parts.scheme not in _KINDS or not parts.hostname:
        raise UsageError(
            f"not a proxy URL: {parts.scheme}://{parts.hostname or ''}",  # without what may be a password
            remedy,
        )
    kind, default_port = _KINDS[parts.scheme]
    return Proxy(
        kind,
        parts.hostname,
        port or default_port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def forwardable(request: Request) -> bool:
    """Can an HTTP proxy be given the request in absolute form, and send it to its origin and nowhere else?

    A target that is not a plain path, and line breaks within the head, would let the proxy see another
    request than ours: these go through a tunnel, as they are.
    """
    if not request.target.startswith("/"):
        return False
    parts = [request.method, request.target]
    for name, value in request.headers:
        parts += (name, value)
    return not any("\r" in part or "\n" in part for part in parts)


async def tunnel_http(sock: socket.socket, proxy: Proxy, origin: Origin) -> None:
    """Have an HTTP proxy open a tunnel on ``sock`` (CONNECT).

    Raises:
        ConnectFailed: the proxy refuses.
        OSError: the connection to it broke.
    """
    loop = asyncio.get_running_loop()
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    target = f"{host}:{origin.port}"
    request = Request("CONNECT", origin, target, (("Host", target), *proxy.authorization))
    await loop.sock_sendall(sock, compose(request))
    parser = ResponseParser(0, bodiless=True)
    while not parser.complete:
        data = await loop.sock_recv(sock, 4096)
        if not data:
            parser.end()
        elif parser.feed(data):
            break
    head = parser.head
    if head is not None and 200 <= head.status < 300:
        return
    if head is not None and head.status == 407:
        raise ConnectFailed(
            f"the proxy {proxy} wants a login", "put it into the URL: http://USER:PASSWORD@HOST:PORT"
        )
    answer = f"{head.status} {head.reason}".strip() if head is not None else "no answer"
    raise ConnectFailed(
        f"the proxy {proxy} does not open a tunnel to {target}: {answer}",
        "check that it may reach this host and port",
    )


async def tunnel_socks(proxy: Proxy, origin: Origin) -> socket.socket:
    """A connection to ``origin`` through a SOCKS proxy.

    Raises:
        ConnectFailed: the proxy cannot be reached, or refuses.
    """
    client = SocksProxy(
        _SOCKS[proxy.kind],
        proxy.host,
        proxy.port,
        proxy.username or None,
        proxy.password or None,
        rdns=True,
        loop=asyncio.get_running_loop(),
    )
    try:
        return await client.connect(origin.host, origin.port)
    except (ProxyError, OSError, ValueError) as error:  # ValueError: a name or login SOCKS cannot carry
        raise ConnectFailed(
            f"no connection to {origin} through the proxy {proxy}: {error}",
            "check the proxy's address and login, and that it may reach this host and port",
        ) from error
