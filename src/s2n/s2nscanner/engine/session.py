"""Staying logged in: notices on any answer that the session has ended, logs in again, asks again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from time import monotonic

from msgspec.structs import replace

from s2n.errors import BudgetSpent, LoginFailed, NetworkError, SessionLost, Unreachable, Withheld
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.proof import Proof, guessed, learn
from s2n.s2nscanner.auth.session import Credentials, Login, Session, Storage
from s2n.s2nscanner.auth.signs import LONG_UNSEEN, Endpoint, Signs, Suspicion
from s2n.s2nscanner.auth.whoami import usual_places
from s2n.s2nscanner.engine.outside import Outside
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.oracles.forgery import sets_password
from s2n.s2nscanner.oracles.probe import Sender

RECHECK = 2.0
"""Seconds after which even an endpoint that always looks like this is reason to see whether we are in."""

HEARTBEAT = 10.0
"""Seconds after which we see whether we are in, though no answer gives reason to."""

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before the next login, where the site could not be asked or was overloaded."""

_OVERLOADED = frozenset({429, 500, 502, 503, 504})

MAX_REFUSED = 3
"""Logins in a whole scan that may be refused, whatever their kind: most sites lock an account after five."""


class SessionKeeper:
    """A sender that is logged in. ``warn`` is told what the user should know.

    One login at a time: nothing else is in flight meanwhile, so that no late answer of the old session
    overwrites the new one's cookies. ``through``: what requests are sent through, so that asking again renews
    their tokens, too. ``outside`` hears the first login. ``logins`` counts those that succeeded; ``failure``
    is set when there is no way back in, and every further request is refused with `SessionLost`.
    """

    def __init__(
        self, client: HttpClient, login: Login, scan: ScanRequest, warn: Callable[[str], None]
    ) -> None:
        self.logins = 0
        self.failure: LoginFailed | None = None
        self.through: Sender = client
        self.outside = Outside(client)
        self._client = client
        self._login = login
        self._scan = scan
        self._warn = warn
        self._credentials: Credentials = Session()
        self._proof: Proof | None = None
        self._signs = Signs(scan.username)
        self._ending: set[Endpoint] = set()
        self._lock = asyncio.Lock()
        self._open = asyncio.Event()
        self._open.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._flying = 0
        self._refused = 0
        self._seen_inside = 0.0
        self._cookies: frozenset[str] = frozenset()
        self._unnoticed = False
        self._former: set[tuple[str, str]] = set()

    @property
    def landing(self) -> str:
        """The page that the login led to, if there is one."""
        return self._credentials.landing if isinstance(self._credentials, Session) else ""

    @property
    def storage(self) -> Storage:
        """What pages in a browser need to find to know that we are in; another one after each login."""
        return self._credentials.storage if isinstance(self._credentials, Session) else {}

    def authorize(self, request: Request) -> Request:
        """``request`` with the present credentials, as the client sends it."""
        return self._credentials.authorize(request)

    async def begin(self) -> None:
        """Log in for the first time, and learn how to tell that we are in.

        Raises:
            LoginFailed: it did not work; the scan would only see the outside.
            Unreachable: the site does not answer.
        """
        try:
            await self._log_in()
            self._proof = await self._learned()
            other = getattr(self._login, "other_way", None)
            if self._proof is None and other is not None and other():
                await self._log_in()
                self._proof = await self._learned()
        except BudgetSpent:
            raise
        except NetworkError as error:
            raise Unreachable(f"the login failed: {error}", error.remedy) from error
        if self._proof is None:
            self._without_proof()
        else:
            self._signs.accepted = await self._look(self._proof.request)
            self._signs.rejected = self._proof.others
            self._seen_inside = monotonic()

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
        """As the client. An answer to somebody logged out is asked for again once we are in.

        Requests that are sent ``exact`` carry a session of their own, or none: they are not judged.

        Raises:
            SessionLost: there is no way back in.
            Withheld: this request is known to end the session, or sets a new password.
        """
        request, ours = (request, False) if exact else self._renewed(request)

        async def ask() -> Exchange:
            if learn:
                return await self._client.send(
                    request, follow=follow, exact=exact, alone=alone, timeout=timeout, learn=True
                )
            return await self.through.send(request, follow=follow, exact=exact, alone=alone, timeout=timeout)

        if sets_password(request):
            raise Withheld(
                f"{request.method} {request.path} is not sent: it would change our user's password",
                "test it by hand, or in a scan without --auth",
            )
        place = (request.method, str(request.origin), request.path)
        for _ in range(2):
            exchange, login, when = await self._ask(ask, place)
            if not ours:
                return exchange
            if exchange.response.status == 401 and self._credentials.challenged(exchange):
                exchange, login, when = await self._ask(ask, place)
            suspicion = self._signs.suspect(exchange) or self._unseen(place, when)
            if suspicion is None or not await self._was_lost(suspicion, login, when):
                return exchange
            request, ours = self._renewed(request)
        return await self._ask_apart(ask, place)

    def _renewed(self, request: Request) -> tuple[Request, bool]:
        """``request`` with our present cookies in place of former ones; does it carry our session at all?

        Requests that name a Cookie header hold the session of the time when they were made; those that
        attack the session itself say nothing about it.
        """
        if request.header("authorization") is not None:
            return request, False
        header = request.header("cookie")
        if header is None:
            return request, True
        pairs = [(name, value) for name, _, value in (p.strip().partition("=") for p in header.split(";"))]
        now = {cookie.name: cookie.value for cookie in self._client.jar if cookie.name in self._cookies}
        fresh = [(n, now.get(n, v)) if (n, v) in self._former else (n, v) for n, v in pairs]
        if fresh != pairs:
            request = request.with_header("Cookie", "; ".join(f"{n}={v}" for n, v in fresh))
        return request, now.items() <= dict(fresh).items()

    async def _ask(
        self, ask: Callable[[], Awaitable[Exchange]], place: Endpoint
    ) -> tuple[Exchange, int, float]:
        """The answer, the number of the login it was asked with, and when it came."""
        while not self._open.is_set():
            await self._open.wait()
        self._refuse(place)
        login = self.logins
        self._flying += 1
        self._idle.clear()
        try:
            return await ask(), login, monotonic()
        finally:
            self._flying -= 1
            if not self._flying:
                self._idle.set()

    async def _was_lost(self, suspicion: Suspicion, login: int, when: float) -> bool:
        """Was the session gone when this answer came? Then we are logged in again now."""
        async with self._lock:
            self._refuse(suspicion.endpoint)
            if login != self.logins:
                return True
            if self._seen_inside > when - (RECHECK if suspicion.known else 0.0):
                return False
            began = monotonic()
            inside = await self._inside(suspicion)
            if inside:
                self._seen_inside = began
                self._signs.acquit(suspicion)
            if inside is not False:
                return False
            if suspicion.sign == LONG_UNSEEN:
                self._tell_unnoticed()
            async with self._nobody_else():
                await self._again()
            return True

    async def _ask_apart(self, ask: Callable[[], Awaitable[Exchange]], place: Endpoint) -> Exchange:
        """Ask with a new session and nobody else in it: does this very request end it?"""
        async with self._lock, self._nobody_else():
            self._refuse(place)
            await self._again()
            exchange = await ask()
            suspicion = self._signs.suspect(exchange)
            if suspicion is None:
                return exchange
            if self._proof is None or await self._inside(suspicion) is not False:
                self._signs.acquit(suspicion)
                return exchange
            self._ending.add(place)
            self._warn(f"{place[0]} {place[1]}{place[2]} ends the session: it is not requested any more")
            await self._again()
            return exchange

    async def _inside(self, suspicion: Suspicion) -> bool | None:
        """Are we in, by the proof? Without one, by whether the endpoint answered before. None: no telling."""
        if self._proof is None:
            sure = suspicion.was_fine and not suspicion.weak and suspicion.sign != "403"
            return not (self._login.renewable and sure)
        page = await self._look(self._proof.request)
        status, others = page.response.status, self._proof.others
        if status in _OVERLOADED and (others is None or status != others.response.status):
            return None
        return self._proof.inside(page)

    def _unseen(self, place: Endpoint, when: float) -> Suspicion | None:
        """Reason to look where nothing is suspicious: we have not been seen to be in for a while."""
        if self._proof is None or when - self._seen_inside < HEARTBEAT:
            return None
        return Suspicion(place, LONG_UNSEEN, was_fine=False, weak=True)

    def _tell_unnoticed(self) -> None:
        """Say once that answers to a stranger may have been taken for ours."""
        if not self._unnoticed:
            self._unnoticed = True
            self._warn(
                f"the session had ended, and for up to {HEARTBEAT:g} s no answer showed it: what was asked "
                "in that time was asked by a stranger; let sessions last longer for the scan"
            )

    async def _look(self, request: Request) -> Exchange:
        """What we are shown."""
        page = await self._client.send(request, follow=True, learn=True)
        if page.response.status == 401 and self._credentials.challenged(page):
            page = await self._client.send(request, follow=True, learn=True)
        return page

    @asynccontextmanager
    async def _nobody_else(self) -> AsyncIterator[None]:
        """Hold new requests back and wait for those under way."""
        self._open.clear()
        try:
            await self._idle.wait()
            yield
        finally:
            self._open.set()

    async def _again(self) -> None:
        """Log in until it holds.

        Raises:
            SessionLost: it cannot be done, or did not hold ``max_logins`` times in a row.
        """
        if not self._login.renewable:
            self._give_up(
                LoginFailed(
                    f"the credentials of --auth {self._scan.auth} are not accepted any more",
                    "give fresh ones; a login that s2n makes itself (--auth auto, oauth2, script) is renewed",
                )
            )
        reason = LoginFailed("the session ended")
        for attempt in range(self._scan.max_logins):
            busy = False
            try:
                await self._log_in()
                if self._proof is None:
                    return
                page = await self._look(self._proof.request)
                if self._proof.inside(page):
                    return
                busy = page.response.status in _OVERLOADED
                reason = LoginFailed(
                    f"{self._scan.max_logins} logins in a row did not hold: {self._proof.request.url} "
                    "answers as to somebody logged out",
                    "is the user logged out elsewhere, or allowed one session only?",
                )
            except BudgetSpent:
                raise
            except LoginFailed as error:
                reason = LoginFailed(f"the session ended, and logging in again failed: {error}", error.remedy)
                self._refused += 1
                if self._refused >= MAX_REFUSED:
                    break
            except NetworkError as error:
                reason = LoginFailed(f"the session ended, and logging in again failed: {error}", error.remedy)
                busy = True
            if busy:
                await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
        self._give_up(reason)

    async def _log_in(self) -> None:
        visitor = self._client.apart(self._governor())
        visitor.on_exchange.append(self.outside.hear)
        credentials = await self._login.log_in(visitor)
        before = {(cookie.name, cookie.value) for cookie in self._client.jar}
        for cookie in visitor.jar:
            self._client.jar.add(cookie)
        self._cookies = frozenset(cookie.name for cookie in visitor.jar)
        self._former |= before - {(cookie.name, cookie.value) for cookie in visitor.jar}
        self._client.authorize = credentials.authorize
        self._client.greeter = visitor.greeter
        self._credentials = credentials
        if isinstance(credentials, Session):
            self._client.secrets.learn(*(value.rpartition(" ")[2] for _, value in credentials.headers))
        self.logins += 1

    def _governor(self) -> Governor | None:
        """A governor of the login's own, where the user names a page for it that the scan may not touch."""
        urls = [url for url in (self._scan.login_url, self._scan.token_url) if url]
        origins = [
            Request.from_url(url).origin for url in urls if not self._client.governor.scope.allows(url)
        ]
        if not origins:
            return None
        wider = tuple(f"[{o.host}]:{o.port}" if ":" in o.host else f"{o.host}:{o.port}" for o in origins)
        return Governor.of(replace(self._scan, allow_hosts=(*self._scan.allow_hosts, *wider), exclude=()))

    async def _learned(self) -> Proof | None:
        """What tells us apart from others; where pages do not, an API may say who we are."""
        others = self._client.apart()

        async def ask(request: Request) -> Exchange:
            return await others.send(request, follow=True, learn=True)

        proof = await learn(self._look, ask, self._pages(), self._scan.logged_in_pattern)
        scan = self._scan
        if proof is not None or scan.auth_check_url or scan.logged_in_pattern:
            return proof
        return await guessed(self._look, ask, usual_places(scan.target_url, self._checks))

    def _pages(self) -> Iterable[str]:
        """Pages that may show whether we are in."""
        if self._scan.auth_check_url:
            return [self._scan.auth_check_url]
        return [url for url in (self.landing, self._scan.target_url, *self._checks) if url]

    @property
    def _checks(self) -> tuple[str, ...]:
        """What the page asked for after the login."""
        return self._credentials.checks if isinstance(self._credentials, Session) else ()

    def _without_proof(self) -> None:
        if self._scan.logged_in_pattern:
            pages = " or ".join(dict.fromkeys(self._pages()))
            raise LoginFailed(
                f"--logged-in-pattern is not on {pages} after the login, or is there without it as well",
                "name the page with --auth-check-url, and a text that only the logged-in see",
            )
        sure = not self._login.renewable or (
            isinstance(self._credentials, Session) and self._credentials.token
        )
        where = ", ".join(dict.fromkeys(self._pages()))
        advice = "name a page that only the logged-in see with --auth-check-url, or --logged-in-pattern"
        if not sure:
            raise LoginFailed(f"the login changed nothing: the same comes without it from {where}", advice)
        self._warn(f"the same comes without the login from {where}, so its loss may go unnoticed: {advice}")

    def _refuse(self, place: Endpoint) -> None:
        if self.failure is not None:
            raise SessionLost(str(self.failure), self.failure.remedy)
        if place in self._ending:
            raise Withheld(f"{place[0]} {place[2]} ends the session", "leave it out with --exclude")

    def _give_up(self, reason: LoginFailed) -> None:
        self.failure = reason
        raise SessionLost(str(reason), reason.remedy) from reason
