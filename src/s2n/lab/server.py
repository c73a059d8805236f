"""A small HTTP/1.1 server on loopback: keep-alive, pages that block on threads of their own."""

import asyncio
import ipaddress
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from s2n.errors import UsageError
from s2n.lab.app import Route
from s2n.lab.look import failed, page
from s2n.lab.session import SITE_HEADERS
from s2n.lab.shop import Shop
from s2n.lab.site import answer, find
from s2n.lab.web import Request, Response

_MOST_HEAD = 64 << 10
_MOST_BODY = 1 << 20
_THREADS = 64
_REASONS = {200: "OK", 302: "Found", 303: "See Other", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
_SITE_HEADERS = "".join(f"{name}: {value}\r\n" for name, value in SITE_HEADERS)


class Refused(Exception):
    """A request that is not answered by any page; ``status`` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def loopback(host: str) -> str:
    """``host`` as an address, if it is this machine's own.

    Raises:
        UsageError: any other address: the lab can be broken into by whoever reaches it.
    """
    address = "127.0.0.1" if host == "localhost" else host
    try:
        if ipaddress.ip_address(address).is_loopback:
            return address
    except ValueError:
        pass
    raise UsageError(
        f"the lab listens on loopback only, not on {host!r}: whoever reaches it can run commands",
        "leave the address out, or use 127.0.0.1",
    )


class Site:
    """What all connections of one lab share."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="lab")
        self.connections: set[Connection] = set()
        self.requests = 0

    async def close(self, server: asyncio.Server | None) -> None:
        """Stop listening, then end every request and connection."""
        self.shop.interrupt()
        while accepting := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(accepting)  # a closed server would lose the socket of one half accepted
        if server:
            server.close()
        while self.connections:
            for connection in tuple(self.connections):
                connection.abort()
            await asyncio.sleep(0)
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.shop.close()


class Connection(asyncio.Protocol):
    """One client: requests are answered one after the other, in the order they came."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._site.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._transport = None
        self._site.connections.discard(self)

    def abort(self) -> None:
        """Close without waiting for anybody."""
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Collect bytes until they hold a request."""
        self._buffer += data
        self._next()

    def _next(self) -> None:
        while self._transport and not self._busy:
            try:
                request = self._take()
            except Refused as refusal:
                self._refuse(refusal.status)
                return
            if request is None:
                return
            self._site.requests += 1
            route = find(request)
            if route.blocking:
                self._busy = True
                future = self._site.pool.submit(_run, route, request, self._site.shop)
                future.add_done_callback(partial(self._hand_over, request))
            else:
                self._send(request, _run(route, request, self._site.shop))

    def _hand_over(self, request: Request, done: "Future[Response]") -> None:
        if not done.cancelled() and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._finish, request, done.result())

    def _finish(self, request: Request, response: Response) -> None:
        self._busy = False
        self._send(request, response)
        self._next()

    def _take(self) -> Request | None:
        """The next request out of the buffer, or None while it is incomplete."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _MOST_HEAD:
                raise Refused(431)
            return None
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        parts = first.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise Refused(400)
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon:
                raise Refused(400)
            headers[name.strip().lower()] = value.strip()
        if parts[2] == "HTTP/1.0":
            headers.setdefault("connection", "close")
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers:
            raise Refused(501)
        if not length.isdigit() or int(length) > _MOST_BODY:
            raise Refused(413)
        _check_sender(headers)
        start, stop = end + 4, end + 4 + int(length)
        if len(self._buffer) < stop:
            return None
        body = bytes(self._buffer[start:stop])
        del self._buffer[:stop]
        return Request(parts[0], _origin_form(parts[1]), headers, body)

    def _send(self, request: Request, response: Response) -> None:
        if self._transport is None:
            return
        close = request.headers.get("connection", "").lower() == "close"
        lines = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in response.headers)
        head = (
            f"HTTP/1.1 {response.status} {_REASONS.get(response.status, 'Other')}\r\n"
            f"Content-Type: {response.content_type}\r\nContent-Length: {len(response.body)}\r\n"
            f"{_SITE_HEADERS}{lines}{'Connection: close' + chr(13) + chr(10) if close else ''}\r\n"
        ).encode("latin-1", "replace")
        self._transport.write(head if request.method == "HEAD" else head + response.body)
        if close:
            self._transport.close()

    def _refuse(self, status: int) -> None:
        answer = page("Not understood", "<p>This request cannot be answered.</p>", status)
        self._send(Request("GET", "/", {"connection": "close"}), answer)
        self._buffer.clear()


def _run(route: Route, request: Request, shop: Shop) -> Response:
    try:
        return answer(route, request, shop)
    except Exception:  # noqa: BLE001 -- a server answers 500 to what a page did not expect
        traceback.print_exc()
        return failed()


def _check_sender(headers: dict[str, str]) -> None:
    """Other web sites in a visitor's browser must not reach the lab: no rebound names, no foreign pages."""
    host = headers.get("host", "127.0.0.1").rpartition("@")[2]
    name = host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    try:
        loopback(name)
    except UsageError:
        raise Refused(421) from None
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        raise Refused(403)


def _origin_form(target: str) -> str:
    """``/path`` also where a proxy's absolute form was sent."""
    if target.startswith("/"):
        return target
    return "/" + target.partition("://")[2].partition("/")[2]


def _one_line(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")
