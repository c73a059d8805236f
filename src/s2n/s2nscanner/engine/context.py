"""What a plugin holds while it works: metered sending, baselines shared by all, fresh values."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from s2n.errors import BudgetSpent, ConnectFailed, NetworkError, PluginFlooded
from s2n.model import READ_ONLY, Exchange, Origin, PluginInfo, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.baselines import Baselines
from s2n.s2nscanner.http.handshake import Handshake, Offer
from s2n.s2nscanner.http.points import InputPoint
from s2n.s2nscanner.oracles.callback import Callbacks, Switchboard
from s2n.s2nscanner.oracles.otherusers import OtherUser
from s2n.s2nscanner.oracles.pagerun import PageRunner
from s2n.s2nscanner.oracles.probe import BLOCKING_STATUSES, Face, Fresh, Probe, Sender
from s2n.s2nscanner.oracles.proof import Proof
from s2n.s2nscanner.oracles.soft404 import SoftNotFound
from s2n.s2nscanner.oracles.stability import learn_page
from s2n.s2nscanner.sdk import Claim


class Traffic:
    """What of a scan's requests may have changed the site."""

    def __init__(self) -> None:
        self.changes = 0
        """Counted when they are sent and again when they are answered."""


class Shared:
    """What all contexts of a scan have in common."""

    def __init__(
        self,
        scan: ScanRequest,
        sender: Sender,
        endpoints: Sequence[Request] = (),
        fresh: Callable[[], Fresh] = Fresh,
        *,
        board: Switchboard | None = None,
    ) -> None:
        self.scan = scan
        self.sender = sender
        self.traffic = Traffic()
        self.baselines = Baselines(sender)
        self.soft404 = SoftNotFound(sender, fresh=fresh())
        self.endpoints = endpoints
        self.fresh = fresh
        self.callbacks = Callbacks(board) if board is not None else None
        self.closed: Sequence[Request] = ()
        self.others: Sequence[OtherUser] = ()
        """Other users; for plugins of the scan's own loop, as their sessions live there."""
        self.pages: PageRunner | None = None
        """The scan's browser, for plugins of the scan's own loop."""
        self.shake: Callable[[Origin, Offer], Awaitable[Handshake | None]] | None = None
        """Makes TLS handshakes; set by whoever has a network, for plugins of the scan's own loop."""


class Context:
    """One plugin at one input point, or at the site. Implements `s2n.s2nscanner.sdk.CheckContext`.

    ``anew``: what a page looks like is learned again, for a second run must not rest on what the first saw.
    """

    def __init__(
        self, info: PluginInfo, shared: Shared, fresh: Fresh | None = None, *, anew: bool = False
    ) -> None:
        self.info = info
        self.scan = shared.scan
        self.fresh = fresh or shared.fresh()
        self.requests = 0
        self.unanswered = 0
        """Glances that the network did not allow."""
        self.refused: Counter[int] = Counter()
        """Answers of filters and limiters, by status."""
        self._shared = shared
        self._budget = info.max_requests
        self._anew = anew
        self._changes_before = shared.traffic.changes
        self._own_changes = 0
        self._faces: dict[Request, Face | None] = {}

    @property
    def callbacks(self) -> Callbacks | None:
        """Addresses the target may be made to call, if the user named one for it."""
        return self._shared.callbacks

    @property
    def pages(self) -> PageRunner | None:
        """The browser, to open pages in."""
        return self._shared.pages

    @property
    def endpoints(self) -> Sequence[Request]:
        """The distinct requests the crawl found."""
        return self._shared.endpoints

    @property
    def closed(self) -> Sequence[Request]:
        """Pages that the crawl was refused."""
        return self._shared.closed

    @property
    def others(self) -> Sequence[OtherUser]:
        """The other users that the user of s2n named, logged in."""
        return self._shared.others

    def allow(self, more: int) -> None:
        """Raise the budget, for the engine's own verification rounds."""
        self._budget = self.requests + more

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- as in `Sender`
    ) -> Exchange:
        """Send a request, counted against the plugin's budget."""
        self._spend()
        self._note_change(request)
        exchange = await self._shared.sender.send(
            request, follow=follow, exact=exact, alone=alone, timeout=timeout
        )
        self._note_change(request)
        status = exchange.first.response.status
        if status in BLOCKING_STATUSES:
            self.refused[status] += 1
        return exchange

    def _spend(self) -> None:
        if self.requests >= self._budget:
            raise PluginFlooded(
                f"plugin {self.info.id} wants more than its {self._budget} requests here",
                "raise max_requests in its info if it really needs them",
            )
        self.requests += 1

    def _note_change(self, request: Request) -> None:
        if request.method not in READ_ONLY:
            self._shared.traffic.changes += 1
            self._own_changes += 1

    async def handshake(self, origin: Origin, offer: Offer) -> Handshake | None:
        """A TLS handshake, counted like a request."""
        if self._shared.shake is None:
            raise ConnectFailed(f"no TLS handshake with {origin}", "only built-in plugins may ask for one")
        self._spend()
        return await self._shared.shake(origin, offer)

    async def send_as(self, other: OtherUser, request: Request) -> Exchange:
        """Send a request in another user's session, counted like any."""
        self._spend()
        self._note_change(request)
        return await other.sender.send(request)

    async def glance(self, request: Request) -> Exchange | None:
        """The answer to one request of many, redirects followed; None, and counted, if the network fails."""
        try:
            return await self.send(request, follow=True)
        except BudgetSpent:
            raise
        except NetworkError:
            self.unanswered += 1
            return None

    async def get(self, url: str, *, follow: bool = False) -> Exchange:
        """GET an absolute URL."""
        return await self.send(Request.from_url(url), follow=follow)

    async def probe(self, point: InputPoint) -> Probe:
        """The means to send values through ``point``."""
        baselines, request = self._shared.baselines, point.request
        if self._anew:
            baselines.forget(request)
        return Probe(
            point,
            self,
            self.fresh,
            await baselines.of(request),
            repeats=None if self._anew else partial(baselines.repeats, request),
            learnt=partial(self._faces.__setitem__, request),
        )

    async def disturbed(self) -> bool:
        """Did a page that was to be compared change meanwhile, so that nothing could be seen in it?

        It shows where the page could not be learned; else each page is asked for once more, if others sent
        what may have changed it.
        """
        if any(face is None or not face.settled for face in self._faces.values()):
            return True
        if self._shared.traffic.changes - self._changes_before == self._own_changes:
            return False
        for request, face in self._faces.items():
            if face is not None and not face.same(await self.send(request)):
                return True
        return False

    async def keeps_still(self, point: InputPoint) -> bool:
        """Is the page at ``point``, asked for anew, the same from time to time?"""
        page = await learn_page(await self.probe(point))
        return page is not None and page.settled

    async def exists(self, url: str) -> Exchange | None:
        """The exchange if the resource is really there."""
        return await self._shared.soft404.exists(Request.from_url(url), self)

    def finding(self, proof: Proof, point: InputPoint | None = None, **fields: Any) -> Claim:
        """A claim that rests on an oracle's proof."""
        return Claim(
            exchange=proof.exchange,
            point=point,
            proof=proof,
            **{
                "payload": proof.payload,
                "evidence": proof.evidence,
                "marker": proof.marker,
                "confidence": proof.confidence,
                "control": proof.control,
            }
            | fields,
        )

    def claim(
        self, exchange: Exchange, evidence: str, again: Callable[[], Awaitable[bool]], **fields: Any
    ) -> Claim:
        """A claim of a plugin's own, verified by asking ``again``."""
        return Claim(exchange=exchange, evidence=evidence, again=again, **fields)
