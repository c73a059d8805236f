"""The one ear: answers HTTP and DNS on an address the user named, so that a target can be seen to call."""

import asyncio
import contextlib
import errno
import ipaddress
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable
from typing import Literal, cast

from msgspec import Struct

from s2n.errors import UsageError

MAX_HEAD = 1 << 14
"""Bytes of a caller's request that are read."""

MAX_CALLERS = 128
"""Callers at a time; the target is one, whoever else knocks must not fill the memory."""

SECONDS = 5.0
"""How long a caller may take to say what it wants."""

HTTP_PORT = 8053
DNS_PORT = 53
TTL = 1
"""Seconds a name may be remembered: each look-up should be seen."""

_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>\w(?:[\w.-]*\w)?))(?::(?P<port>\d{1,5}))?")
_A, _ANY, _IN = 1, 255, 1
_NO_ERROR, _REFUSED = 0x8400, 0x8405
"""Flags of an authoritative answer, without and with the code for "not my domain"."""


class Arrival(Struct, frozen=True):
    """What a caller said: a request's head (``http``) or the name it asked for (``dns``), and from where."""

    by: Literal["http", "dns"]
    text: str
    source: str


class Address(Struct, frozen=True):
    """A host and a port; port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


Receive = Callable[[Arrival], bytes]
"""Takes note of a caller, and gives the text to answer an HTTP request with."""


def parse_address(text: str, option: str, port: int) -> Address:
    """``HOST[:PORT]`` of ``option``; ``port`` where none is named.

    Raises:
        UsageError: it is nothing of the kind.
    """
    match = _ADDRESS.fullmatch(text.strip())
    number = int(match["port"]) if match and match["port"] else port
    if match is None or not 0 <= number < 65536:
        raise UsageError(
            f"{option} {text!r} is not HOST[:PORT]",
            "name an address of this machine that the target can reach, such as 192.0.2.7:8053",
        )
    return Address(match["six"] or match["host"], number)


@contextlib.asynccontextmanager
async def listen_http(address: Address, receive: Receive) -> AsyncIterator[Address]:
    """Answer HTTP at ``address`` while the block runs; yields it with the port that was really taken.

    Raises:
        UsageError: the port is taken or not for us.
    """
    callers: set[asyncio.Task[None]] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        callers.add(task)
        try:
            if len(callers) <= MAX_CALLERS:
                async with asyncio.timeout(SECONDS):
                    await _converse(reader, writer, receive)
        except (TimeoutError, OSError):  # a caller that hangs or hangs up has said all it will
            pass
        finally:
            callers.discard(task)
            writer.close()

    sock = await _bound(address, socket.SOCK_STREAM, "--callback")
    server = await asyncio.start_server(attend, sock=sock, limit=MAX_HEAD)
    try:
        yield Address(address.host, sock.getsockname()[1])
    finally:
        server.close()
        for task in list(callers):
            task.cancel()
        await asyncio.gather(*callers, return_exceptions=True)


@contextlib.asynccontextmanager
async def listen_dns(domain: Address, answer: str, receive: Receive) -> AsyncIterator[Address]:
    """Answer look-ups below ``domain``, at host ``answer`` and with its address, while the block runs.

    Raises:
        UsageError: the port is taken or not for us, or ``answer`` has no IPv4 address.
    """
    loop = asyncio.get_running_loop()
    four = await _ipv4(answer)
    sock = await _bound(Address(answer, domain.port), socket.SOCK_DGRAM, "--callback-dns")
    transport, _ = await loop.create_datagram_endpoint(
        lambda: _NameServer(domain.host.lower(), four, receive), sock=sock
    )
    try:
        yield Address(domain.host, sock.getsockname()[1])
    finally:
        transport.close()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receive: Receive) -> None:
    head = b""
    while b"\n\r\n" not in head and b"\n\n" not in head and len(head) < MAX_HEAD:
        more = await reader.read(MAX_HEAD)
        if not more:
            break
        head += more
    text = head.decode("latin-1")
    body = receive(Arrival("http", text, _name(writer.get_extra_info("peername"))))
    shown = b"" if text.startswith("HEAD ") else body
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), shown)
    )
    await writer.drain()


class _NameServer(asyncio.DatagramProtocol):
    """Answers A for names of its domain; anything else of the domain exists but has no records."""

    def __init__(self, domain: str, address: bytes, receive: Receive) -> None:
        self._domain = domain
        self._address = address
        self._receive = receive
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        question = _question(data)
        if question is None or self._transport is None:
            return
        name, kind, end = question
        ours = name == self._domain or name.endswith(f".{self._domain}")
        if ours:
            self._receive(Arrival("dns", name, _name(addr)))
        record = b""
        if ours and kind in {_A, _ANY}:
            record = struct.pack(">HHHIH", 0xC00C, _A, _IN, TTL, 4) + self._address
        flags = (_NO_ERROR if ours else _REFUSED) | (data[2] & 1) << 8
        head = data[:2] + struct.pack(">HHHHH", flags, 1, bool(record), 0, 0)
        self._transport.sendto(head + data[12:end] + record, addr)


def _question(data: bytes) -> tuple[str, int, int] | None:
    """Name, type and end of a query's one question (RFC 1035, 4.1.2); None if it is no such query."""
    if len(data) < 17 or data[2] & 0x80 or data[4:6] != b"\0\1":
        return None
    labels = []
    at = 12
    while at < len(data) and data[at]:
        length = data[at]
        if length > 63:
            return None
        labels.append(data[at + 1 : at + 1 + length].decode("latin-1").lower())
        at += 1 + length
    if at + 5 > len(data):
        return None
    return ".".join(labels), int.from_bytes(data[at + 1 : at + 3], "big"), at + 5


async def _bound(address: Address, kind: socket.SocketKind, option: str) -> socket.socket:
    """A socket at the host, or at every address of this machine where the host is none of its own (NAT)."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=kind)
    except OSError as error:
        raise UsageError(
            f"{option}: the host {address.host} cannot be resolved: {error}",
            "name an address of this machine that the target can reach",
        ) from error
    family, _, _, _, place = found[0]
    sock = socket.socket(family, kind)
    try:
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(place)
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise
            sock.bind(("", address.port))
    except OSError as error:
        sock.close()
        raise UsageError(
            f"{option}: cannot listen at {address}: {error.strerror}",
            f"name another port, as in {option} {Address(address.host, 18053)}"
            if error.errno == errno.EADDRINUSE
            else "name a port above 1023, or run as a user who may listen there",
        ) from error
    sock.setblocking(False)
    return sock


async def _ipv4(host: str) -> bytes:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, 0, family=socket.AF_INET)
    except OSError as error:
        raise UsageError(
            f"--callback-dns: {host} has no IPv4 address to answer with",
            "name an IPv4 address of this machine with --callback",
        ) from error
    return ipaddress.IPv4Address(found[0][4][0]).packed


def _name(peer: object) -> str:
    return str(peer[0]) if isinstance(peer, tuple) else ""
