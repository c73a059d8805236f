"""Opens connections: names resolved once, addresses raced, proxies passed, TLS as strict as can be."""

import asyncio
import errno
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from time import monotonic

from s2n.errors import ConnectFailed, ConnectTimedOut
from s2n.model import Origin
from s2n.s2nscanner.http.handshake import Handshake, agreed
from s2n.s2nscanner.http.proxy import Proxy, tunnel_http, tunnel_socks
from s2n.s2nscanner.http.tls import TlsContexts, handshake, may_go_lower, tls_failure

Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]

ATTEMPT_DELAY = 0.25
"""Seconds before the next address is tried beside a silent one (RFC 8305 section 5)."""

DNS_SECONDS = 60.0
"""How long a resolved name is remembered: getaddrinfo does not tell the record's own time."""


class Resolver:
    """The system's resolver with a short memory; a name in flight is asked for once."""

    def __init__(self, seconds: float = DNS_SECONDS) -> None:
        self._seconds = seconds
        self._held: dict[tuple[str, int], tuple[float, asyncio.Task[list[Address]]]] = {}

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Where to connect, families alternating, in the system's order of preference.

        Raises:
            ConnectFailed: the name does not resolve. Failures are not remembered.
        """
        key = (host, port)
        now = monotonic()
        held = self._held.get(key)
        if held is None or now > held[0]:
            held = now + self._seconds, asyncio.create_task(_look_up(host, port))
            held[1].add_done_callback(lambda task: self._forget_failure(key, task))
            self._held[key] = held
        return await asyncio.shield(held[1])

    def _forget_failure(self, key: tuple[str, int], task: asyncio.Task[list[Address]]) -> None:
        if task.cancelled() or task.exception() is not None:
            held = self._held.get(key)
            if held is not None and held[1] is task:
                del self._held[key]


async def _look_up(host: str, port: int) -> list[Address]:
    try:
        infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: a label too long for IDNA
        why = getattr(error, "strerror", None) or "not a valid name"
        raise ConnectFailed(
            f"the name {host} cannot be resolved: {why}", "check its spelling, and the DNS of this machine"
        ) from error
    found: list[Address] = [(family, address) for family, _, _, _, address in infos]  # type: ignore[misc] # typeshed: bytes
    first = [address for address in found if address[0] == found[0][0]]
    second = [address for address in found if address[0] != found[0][0]]
    ordered: list[Address] = []
    while first or second:
        ordered += first[:1] + second[:1]
        first, second = first[1:], second[1:]
    return ordered


def connect_instead(entries: Iterable[str]) -> dict[str, str]:
    """``shop.example:192.0.2.7`` or ``[2001:db8::1]:[2001:db8::2]`` → the host and where to connect."""
    found = {}
    for entry in entries:
        host, _, address = entry.partition("]:" if entry.startswith("[") else ":")
        found[host.lstrip("[").lower()] = address.strip("[]")
    return found


class Dialer:
    """Opens connections for one transport, and remembers how far down each server's TLS is."""

    def __init__(
        self,
        contexts: TlsContexts,
        proxy: Proxy | None,
        resolver: Resolver | None = None,
        instead: Mapping[str, str] | None = None,
    ) -> None:
        """Take what connections need; ``instead`` maps hosts to where they are connected to."""
        self._instead = instead or {}
        self._contexts = contexts
        self._proxy = proxy
        self._resolver = resolver or Resolver()
        self._rungs: dict[Origin, int] = {}

    async def connect(self, origin: Origin, seconds: float, *, forward: bool = False) -> socket.socket:
        """A connected non-blocking socket within ``seconds``, TLS included.

        ``forward``: it leads to the HTTP proxy, which will be given requests in absolute form.

        Raises:
            ConnectFailed, TlsFailed, ConnectTimedOut
        """
        limit = Limit(seconds)
        peer = peer_of(origin)
        rung = self._rungs.get(origin, 0)
        failure: OSError | None = None
        while True:
            sock = await self._reach(origin, limit, forward=forward)
            if origin.scheme != "https":
                return sock
            try:
                async with limit.holds(f"{peer} accepts connections but does not complete a TLS handshake"):
                    wrapped = await handshake(sock, self._contexts.at(rung), origin.host)
            except OSError as error:
                failure = failure or error  # the strictest rung's tells most
                if rung == self._contexts.lowest or not may_go_lower(error):
                    raise tls_failure(failure, peer) from error
                rung += 1
            except ValueError as error:  # a host no certificate can name
                raise ConnectFailed(f"{origin.host} is not a host name: {error}", "check the URL") from error
            else:
                self._rungs[origin] = rung
                return wrapped

    async def shake(self, origin: Origin, seconds: float, context: ssl.SSLContext) -> Handshake | None:
        """What the server agrees to when offered ``context``; None if it refuses.

        Raises:
            ConnectFailed, TimedOut: it was not asked.
        """
        limit = Limit(seconds)
        sock = await self._reach(origin, limit, forward=False)
        try:
            async with limit.holds(f"{peer_of(origin)} does not complete a TLS handshake"):
                wrapped = await handshake(sock, context, origin.host)
        except ssl.SSLCertVerificationError as error:
            return Handshake(distrust=error.verify_message or "not trusted")
        except OSError:
            return None
        with wrapped:
            return agreed(wrapped)

    async def _reach(self, origin: Origin, limit: "Limit", *, forward: bool) -> socket.socket:
        """A socket whose other end is ``origin``, or the proxy that forwards to it."""
        proxy = self._proxy
        if proxy is None:
            return await self._dial(origin.host, origin.port, limit)
        slow = f"no connection to {peer_of(origin)} through the proxy {proxy}"
        if proxy.kind != "http":
            async with limit.holds(slow):
                sock = await tunnel_socks(proxy, origin)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        try:
            sock = await self._dial(proxy.host, proxy.port, limit)
        except ConnectFailed as error:
            raise ConnectFailed(f"the proxy {proxy} cannot be reached: {error}", error.remedy) from error
        if forward:
            return sock
        try:
            async with limit.holds(slow):
                await tunnel_http(sock, proxy, origin)
        except OSError as error:
            sock.close()
            raise ConnectFailed(
                f"the proxy {proxy} closed the connection: {error.strerror or error}", "check the proxy"
            ) from error
        except BaseException:
            sock.close()
            raise
        return sock

    async def _dial(self, host: str, port: int, limit: "Limit") -> socket.socket:
        peer = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        host = self._instead.get(host.lower(), host)
        address = _literal(host, port)
        if address is not None:
            addresses = [address]
        else:
            async with limit.holds(f"the name {host} is not resolved"):
                addresses = await self._resolver.addresses(host, port)
        try:
            async with limit.holds(f"{peer} does not accept a connection"):
                return await race(addresses)
        except OSError as error:
            raise connect_failure(error, peer) from error


class Limit:
    """The time a connection may take in all, and what to say of the step in which it runs out."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = asyncio.get_running_loop().time() + seconds

    @asynccontextmanager
    async def holds(self, otherwise: str) -> AsyncIterator[None]:
        """End the body of the ``async with`` in time.

        Raises:
            ConnectTimedOut: with ``otherwise`` as its message.
        """
        timeout = asyncio.timeout_at(self._until)
        try:
            async with timeout:
                yield
        except TimeoutError as error:
            if not timeout.expired():  # the system's own, from a socket
                raise
            raise ConnectTimedOut(
                f"{otherwise} (waited {self._seconds:.3g} s)",
                "check the host, the port and any firewall between, or allow more with --connect-timeout",
            ) from error


def _literal(host: str, port: int) -> Address | None:
    """The address of an IP literal; scoped ones (``fe80::1%eth0``) are left to the resolver."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        return None
    if version == 4:
        return socket.AF_INET, (host, port)
    return None if "%" in host else (socket.AF_INET6, (host, port, 0, 0))


async def race(addresses: list[Address], delay: float = ATTEMPT_DELAY) -> socket.socket:
    """Connect to the first address that answers, each attempt ``delay`` behind the one before.

    A refusal starts the next attempt at once (happy eyeballs, RFC 8305).

    Raises:
        OSError: what the last attempt met, a refusal before anything less telling.
    """
    if len(addresses) == 1:
        return await _attempt(addresses[0])
    waiting = list(addresses)
    running: set[asyncio.Task[socket.socket]] = set()
    failure: OSError = OSError(errno.EADDRNOTAVAIL, "no address")
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.create_task(_attempt(waiting.pop(0))))
            done, _ = await asyncio.wait(
                running, timeout=delay if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                running.discard(task)
                try:
                    return task.result()
                except OSError as error:
                    if not isinstance(failure, ConnectionRefusedError):
                        failure = error
        raise failure
    finally:
        await _call_off(running)


async def _call_off(attempts: set[asyncio.Task[socket.socket]]) -> None:
    """Cancel what is still under way, and close what connected all the same."""
    for task in attempts:
        task.cancel()
    for late in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(late, socket.socket):
            late.close()


async def _attempt(address: Address) -> socket.socket:
    family, where = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


def connect_failure(error: OSError, peer: str) -> ConnectFailed:
    """The error a user understands."""
    if isinstance(error, ConnectionRefusedError):
        return ConnectFailed(
            f"nothing listens on {peer} (connection refused)", "check the port, and that the server runs"
        )
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return ConnectFailed("too many open files", "raise the limit (ulimit -n), or lower --concurrency")
    why = (error.strerror or str(error)).lower()
    return ConnectFailed(f"no connection to {peer}: {why}", "check the host, and this machine's network")


def peer_of(origin: Origin) -> str:
    """``host:port``, as messages name a server."""
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    return f"{host}:{origin.port}"
