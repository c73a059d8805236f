"""The one client: completes a request, has it governed, sends it, follows redirects, keeps the session."""

from collections.abc import Callable
from math import inf

from s2n.errors import BadResponse, BudgetSpent, ConnectFailed, ConnectTimedOut, NetworkError, TimedOut
from s2n.model import Exchange, Origin, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.absence import PATIENCE, Absences, is_refusal
from s2n.s2nscanner.http.cookies import CookieJar
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.greeting import Greeter
from s2n.s2nscanner.http.handshake import Handshake, Offer
from s2n.s2nscanner.http.identity import Identity
from s2n.s2nscanner.http.redirects import MAX_REDIRECTS, redirected
from s2n.s2nscanner.http.secrets import Secrets
from s2n.s2nscanner.http.transport import Transport, TransportSettings

_REPEATABLE = frozenset({"GET", "HEAD"})

MAX_RETURNS = 3
"""So often a request waits for a server that refuses connections now and then."""


class HttpClient:
    """Sends requests for one scan; satisfies `s2n.s2nscanner.oracles.probe.Sender`.

    Raises:
        UsageError: a header, cookie, proxy or certificate of the scan that cannot be used.
    """

    def __init__(
        self,
        settings: ScanRequest,
        governor: Governor,
        transport: Transport | None = None,
        jar: CookieJar | None = None,
    ) -> None:
        self.governor = governor
        self.identity = Identity(settings)
        self.secrets = Secrets(settings)
        """What no report may hold; a login may learn more."""
        self.jar = self.identity.new_jar() if jar is None else jar
        self.on_exchange: list[Callable[[Exchange], None]] = []
        """Each is called with every exchange, those of redirects included."""
        self.authorize: Callable[[Request], Request] | None = None
        """Adds the credentials of a login to each request that is not sent ``exact``, redirects included."""
        self.greeter: Greeter | None = None
        """Logs connections in; they carry the requests to its origin that are not sent ``exact``."""
        self._settings = settings
        self._transport = transport or Transport(transport_settings(settings))
        self.absences = Absences(self._transport.connects, min(PATIENCE, settings.plugin_timeout / 2))
        """Servers that stopped answering; a plugin that waits for one must not run out of its own time."""
        self._timeout = settings.timeout

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- a deadline of the wire, not of the task
        learn: bool = False,
    ) -> Exchange:
        """Send ``request`` and return the exchange, whose request is the one that was sent.

        ``follow``: up to `MAX_REDIRECTS` redirects inside the scope; one that leads outside is returned as
        it is. ``exact``: add no header. ``alone``: wait until nothing else is in flight, and hold the rest
        back. ``timeout``: seconds in total. ``learn``: keep the cookies that are set; without it they hold
        for the redirects of this call only, so that attacks don't change the session.

        A GET or HEAD whose connection fails is sent once more: servers close connections under load. A server
        that answered before, and where nobody listens now, is waited for (see `Absences`).

        Raises:
            OutOfScope, BudgetSpent: it was not sent.
            ConnectFailed, TlsFailed, TimedOut, BadResponse: no answer came.
        """
        jar = self.jar
        greeter = None if exact else self.greeter
        exchange = await self._repeated(
            request if exact else self._completed(request, jar), greeter, alone=alone, timeout=timeout
        )
        if learn:
            jar.learn(exchange.request, exchange.response)
        if not (follow and exchange.response.is_redirect):
            return exchange
        hops: list[Exchange] = []
        sent = {exchange.request}
        while len(hops) < MAX_REDIRECTS:
            there = redirected(request, exchange.response)
            if there is None or not self.governor.scope.allows(there):
                break
            if not learn and exchange.response.header("set-cookie") is not None:
                jar = jar.copy()
                jar.learn(exchange.request, exchange.response)
            request = there
            complete = self._completed(request, jar)
            if complete in sent:  # a loop: the same request gets the same answer
                break
            sent.add(complete)
            if timeout is not None:
                timeout = max(timeout - exchange.response.elapsed, 0.0)
            hops.append(exchange)
            exchange = await self._repeated(complete, greeter, alone=alone, timeout=timeout)
            if learn:
                jar.learn(exchange.request, exchange.response)
        return Exchange(exchange.request, exchange.response, tuple(hops))

    def apart(self, governor: Governor | None = None) -> "HttpClient":
        """Another visitor: none of this session, only the scan's own headers and cookies.

        It shares the connections, so only this client is to be closed, the secrets, who is away, and the
        limits, unless it is given a ``governor`` of its own.
        """
        visitor = HttpClient(self._settings, governor or self.governor, self._transport)
        visitor.secrets = self.secrets
        visitor.absences = self.absences
        return visitor

    def _completed(self, request: Request, jar: CookieJar) -> Request:
        return self.identity.complete(self.authorize(request) if self.authorize else request, jar)

    async def handshake(self, origin: Origin, offer: Offer) -> Handshake | None:
        """A TLS handshake for its own sake, inside the scope, paced and counted like a request.

        Raises:
            OutOfScope, BudgetSpent, ConnectFailed, TimedOut: the server was not asked.
        """
        governor = self.governor
        governor.check(Request("GET", origin))
        async with governor.slot(origin):
            timeout = governor.remaining if governor.deadline != inf else None
            return await self._transport.handshake(origin, offer, timeout)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()

    async def _repeated(
        self,
        request: Request,
        greeter: Greeter | None,
        *,
        alone: bool,
        timeout: float | None,  # noqa: ASYNC109 -- as in `send`
    ) -> Exchange:
        if greeter is not None and greeter.origin != request.origin:
            greeter = None
        returns, first = 0, None
        while True:
            try:
                return await self._once(request, greeter, alone=alone, timeout=timeout)
            except BudgetSpent:
                if first is None:
                    raise
                raise first from None
            except (ConnectFailed, ConnectTimedOut, BadResponse) as error:
                if is_refusal(error) and returns < MAX_RETURNS and await self._is_back(request.origin):
                    returns += 1  # nothing was sent: this is not a second time
                    continue
                unsent = isinstance(error, ConnectTimedOut)
                if first is not None or (not unsent and (request.method not in _REPEATABLE or request.body)):
                    raise
                first = error

    async def _is_back(self, origin: Origin) -> bool:
        """Was somebody listening there before, and is again?"""
        governor = self.governor
        return governor.answered(origin) and await self.absences.over(origin, governor.remaining)

    async def _once(
        self,
        request: Request,
        greeter: Greeter | None,
        *,
        alone: bool,
        timeout: float | None,  # noqa: ASYNC109 -- as in `send`
    ) -> Exchange:
        governor = self.governor
        governor.check(request)
        path = request.path
        lane = None if alone else governor.enter(request.origin, path)
        if lane is None:
            lane = await governor.wait(request.origin, path, alone=alone)
        if governor.deadline != inf:
            timeout = min(self._timeout if timeout is None else timeout, governor.remaining)
        outcome: Response | NetworkError | None = None
        try:
            outcome = response = await self._transport.send(request, timeout=timeout, greeter=greeter)
        except TimedOut as error:
            if not governor.remaining:
                governor.stop("max-time")
                raise governor.spent() from error
            outcome = error
            raise
        except NetworkError as error:
            outcome = error
            if isinstance(error, BadResponse):
                self.absences.broke(request)
            raise
        finally:
            governor.leave(lane, outcome, path)
        self.absences.last = request
        exchange = Exchange(request, response)
        for callback in self.on_exchange:
            callback(exchange)
        return exchange


def transport_settings(scan: ScanRequest) -> TransportSettings:
    """The part of a scan's options that concerns connections."""
    return TransportSettings(
        connect_timeout=scan.connect_timeout,
        timeout=scan.timeout,
        max_body=scan.max_body,
        insecure=scan.insecure,
        ca_bundle=scan.ca_bundle,
        client_cert=scan.client_cert,
        client_key=scan.client_key,
        proxy=scan.proxy,
        resolve=scan.resolve,
    )
