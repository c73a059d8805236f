"""Sends requests exactly as they stand: connections kept alive and reused, deadlines that hold."""

import asyncio
from time import perf_counter

from msgspec import Struct

from s2n.errors import BadResponse, ConnectFailed, ConnectTimedOut, TimedOut, TlsFailed
from s2n.model import Origin, Request, Response
from s2n.s2nscanner.http.connection import Connection
from s2n.s2nscanner.http.decode import decode
from s2n.s2nscanner.http.dial import Dialer, connect_instead, peer_of
from s2n.s2nscanner.http.greeting import Greeter, NotGreeted
from s2n.s2nscanner.http.handshake import Handshake, Offer, offering
from s2n.s2nscanner.http.proxy import Proxy, forwardable, parse_proxy
from s2n.s2nscanner.http.tls import TlsContexts
from s2n.s2nscanner.http.wire import ResponseParser, compose, is_one_request

TICK = 0.05
"""Seconds between looks at the deadlines: one timer for all exchanges costs less than one for each."""

Route = tuple[Origin, bool, Greeter | None]
"""An origin, whether it is reached by requests in absolute form to an HTTP proxy, and who logs its
connections in."""


class TransportSettings(Struct, frozen=True):
    """How to connect; seconds and bytes."""

    connect_timeout: float = 10.0
    """For the connection, proxy and TLS handshake included."""
    timeout: float = 30.0
    """For the whole exchange."""
    max_body: int = 8 << 20
    insecure: bool = False
    ca_bundle: str = ""
    client_cert: str = ""
    client_key: str = ""
    proxy: str = ""
    resolve: tuple[str, ...] = ()
    """``HOST:ADDRESS``: where to connect instead of asking the resolver."""
    max_idle: int = 64
    """Connections kept open for reuse, all origins together."""
    keepalive_seconds: float = 15.0
    """How long one is kept: most servers close theirs after 5 to 75 s."""


class Transport:
    """The wire of one scan. Use it from one event loop (a selector loop), and close it there."""

    def __init__(self, settings: TransportSettings) -> None:
        """Take the settings.

        Raises:
            UsageError: a proxy URL or certificate file that cannot be used.
        """
        self._settings = settings
        self._proxy = parse_proxy(settings.proxy)
        contexts = TlsContexts(
            insecure=settings.insecure,
            ca_bundle=settings.ca_bundle,
            client_cert=settings.client_cert,
            client_key=settings.client_key,
        )
        self._dialer = Dialer(contexts, self._proxy, instead=connect_instead(settings.resolve))
        self._pool = Pool(settings.max_idle, settings.keepalive_seconds)
        self._deadlines = Deadlines()

    async def send(
        self,
        request: Request,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 -- the exchange's, not the task's
        greeter: Greeter | None = None,
    ) -> Response:
        """Send ``request``, byte for byte, and return whatever came back within ``timeout`` seconds.

        ``greeter``: it goes out on a connection that this one has logged in, through a tunnel where there is
        a proxy; no other request does.

        An answer that breaks off is returned as far as it came, and says so in its notes: ``truncated``,
        ``reset``, ``timeout``, ``body capped`` and those of `ResponseParser` and `decode`. A connection that
        was kept alive and turns out dead before a byte of the answer is replaced once.

        Raises:
            ConnectFailed, TlsFailed, TimedOut, BadResponse: nothing usable came.
        """
        deadline = perf_counter() + (self._settings.timeout if timeout is None else timeout)
        proxy = self._forwarder(request) if greeter is None else None
        extra = proxy.authorization if proxy else ()
        data = compose(request, f"{request.origin}{request.target}" if proxy else "", extra)
        route = (request.origin, proxy is not None, greeter)
        connection = self._pool.take(route)
        lost: BadResponse | None = None
        while True:
            if connection is None:
                try:
                    connection = await self._connect(route, deadline)
                except NotGreeted as refusal:
                    return refusal.answer
                except ConnectFailed as error:
                    if lost is not None:  # it was sent, and nobody listens since
                        raise lost from error
                    raise
            parser = ResponseParser(self._settings.max_body, bodiless=request.method == "HEAD")
            self._deadlines.watch(connection)
            try:
                await connection.exchange(data, parser, deadline)
                break
            except BadResponse as error:
                if not connection.used or connection.arrived:
                    raise
                lost = error
            except asyncio.CancelledError:
                connection.close()
                raise
            finally:
                self._deadlines.forget(connection)
            connection = None
        if is_one_request(request, data, extra):
            self._pool.give_back(route, connection)
        else:
            connection.close()
        return _response(parser, connection, self._settings.max_body)

    async def handshake(self, origin: Origin, offer: Offer, timeout: float | None = None) -> Handshake | None:  # noqa: ASYNC109 -- the wire's, not the task's
        """What ``origin`` agrees to when it is made ``offer``; None if it refuses, or nobody can offer that.

        Raises:
            ConnectFailed, TimedOut: it was not asked.
        """
        context = offering(offer, self._settings.ca_bundle)
        if context is None:
            return None
        seconds = self._settings.connect_timeout
        if timeout is not None:
            seconds = min(timeout, seconds)
        return await self._dialer.shake(origin, seconds, context)

    async def connects(self, origin: Origin) -> bool:
        """Does ``origin`` accept a connection now?"""
        try:
            sock = await self._dialer.connect(origin, self._settings.connect_timeout)
        except (ConnectFailed, TlsFailed, ConnectTimedOut):
            return False
        sock.close()
        return True

    async def close(self) -> None:
        """Close every connection; exchanges under way end as if their time was up."""
        self._deadlines.close()
        self._pool.close()

    async def _connect(self, route: Route, deadline: float) -> Connection:
        origin, forward, greeter = route
        seconds = min(self._settings.connect_timeout, deadline - perf_counter())
        sock = await self._dialer.connect(origin, seconds, forward=forward)
        connection = Connection(sock, peer_of(origin))
        if greeter is not None:
            await self._greet(connection, greeter, deadline)
        return connection

    async def _greet(self, connection: Connection, greeter: Greeter, deadline: float) -> None:
        try:
            async with asyncio.timeout(deadline - perf_counter()):
                await greeter.greet(_Line(connection, deadline, self._settings.max_body))
        except TimeoutError as error:
            connection.close()
            raise TimedOut(
                f"{connection.peer} does not finish the login of a connection", "allow more with --timeout"
            ) from error
        except BaseException:
            connection.close()
            raise
        if connection.closed:
            raise BadResponse(
                f"{connection.peer} closes each connection as soon as it is logged in",
                "something between may not keep connections alive: ask the server itself",
            )

    def _forwarder(self, request: Request) -> Proxy | None:
        """The HTTP proxy that takes this request in absolute form; None: it goes out as it stands."""
        proxy = self._proxy
        if proxy is None or proxy.kind != "http" or request.origin.scheme != "http":
            return None
        return proxy if forwardable(request) else None


class _Line:
    """A connection being logged in (`s2n.s2nscanner.http.greeting.Line`); who began that ends it in time."""

    def __init__(self, connection: Connection, deadline: float, max_body: int) -> None:
        self.certificate = connection.certificate
        self._connection = connection
        self._deadline = deadline
        self._max_body = max_body

    @property
    def closed(self) -> bool:
        return self._connection.closed

    async def ask(self, request: Request) -> Response:
        parser = ResponseParser(self._max_body, bodiless=request.method == "HEAD")
        await self._connection.exchange(compose(request), parser, self._deadline)
        return _response(parser, self._connection, self._max_body)


class Pool:
    """Idle connections by route; the one used last is the next to be used."""

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._idle: dict[Route, list[Connection]] = {}
        self._count = 0

    def take(self, route: Route) -> Connection | None:
        """A connection that still looks alive, if there is one."""
        idle = self._idle.get(route)
        while idle:
            connection = idle.pop()
            self._count -= 1
            if connection.closed:
                continue
            if perf_counter() - connection.idle_since <= self._seconds:
                return connection
            connection.close()
        return None

    def give_back(self, route: Route, connection: Connection) -> None:
        """Keep ``connection`` if it is open; beyond the pool's size the one that waits longest goes."""
        if connection.closed:
            return
        connection.used = True
        connection.idle_since = connection.ended
        idle = self._idle.get(route)
        if idle is None:
            idle = self._idle[route] = []
        idle.append(connection)
        self._count += 1
        if self._count > self._size:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        route = min(
            (route for route, idle in self._idle.items() if idle), key=lambda r: self._idle[r][0].idle_since
        )
        self._idle[route].pop(0).close()
        self._count -= 1
        if not self._idle[route]:
            del self._idle[route]

    def close(self) -> None:
        """Close them all, and what is given back from now on."""
        self._size = 0
        for idle in self._idle.values():
            for connection in idle:
                connection.close()
        self._idle.clear()
        self._count = 0


class Deadlines:
    """Ends exchanges whose time is up, however steadily they drip."""

    def __init__(self) -> None:
        self._watched: set[Connection] = set()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, connection: Connection) -> None:
        """End the exchange that is about to begin when `Connection.deadline` has passed."""
        self._watched.add(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)

    def forget(self, connection: Connection) -> None:
        """The exchange is over."""
        self._watched.discard(connection)

    def _tick(self) -> None:
        now = perf_counter()
        for connection in [c for c in self._watched if now >= c.deadline]:
            connection.expire()
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick) if self._watched else None

    def close(self) -> None:
        """End everything now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for connection in list(self._watched):
            connection.expire()


def _response(parser: ResponseParser, connection: Connection, max_body: int) -> Response:
    head, body, notes = parser.head, parser.body, parser.notes
    ttfb = connection.arrived - connection.started
    elapsed = connection.ended - connection.started
    if head is None:  # HTTP/0.9 has no status; what it sends is the page
        return Response(200, "", (), body, ttfb, elapsed, tuple(notes), "0.9")
    if "content-encoding" in head.framing:
        body, odd = decode(body, head.framing["content-encoding"], max_body)
        notes += odd
    return Response(head.status, head.reason, head.headers, body, ttfb, elapsed, tuple(notes), head.version)
