"""The target called us: a request or look-up that carries a token nobody else knows is the witness."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from s2n.errors import UsageError
from s2n.model import Confidence, Exchange
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.listener import (
    DNS_PORT,
    HTTP_PORT,
    Address,
    Arrival,
    listen_dns,
    listen_http,
    parse_address,
)
from s2n.s2nscanner.http.points import InputPoint
from s2n.s2nscanner.oracles.probe import Probe
from s2n.s2nscanner.oracles.proof import Proof

PATIENCE = 0.25
"""Seconds to wait for a call after the answers came; later ones are collected until the scan ends."""

LAST_CALLS = 1.0
"""Seconds that a scan waits at its end for calls that are on their way."""

POLL = 0.02
MAX_WATCHED = 20_000
"""Attempts of one plugin whose call may still come; beyond it the oldest are forgotten."""

MAX_HITS = 4
"""Calls kept for one token."""

KEPT_BODY = 2048
"""Bytes of a response that an attempt keeps while it waits."""

_TOKEN = re.compile(r"s2n[0-9a-f]{16}")


class Callback(Struct, frozen=True):
    """Where one attempt asks the target to call.

    ``url`` is ours, with the token in it; ``name`` a host name below the domain of ``--callback-dns``, ""
    without it; ``marker`` what the body holds that is served there.
    """

    token: str
    url: str
    name: str
    marker: str

    @property
    def authority(self) -> str:
        """``HOST:PORT`` of the listener."""
        return self.url.split("/")[2]

    @property
    def path(self) -> str:
        """The token as a path."""
        return f"/{self.token}"


class Attempt(Struct, frozen=True):
    """A payload that was sent at a point, and the callback it names."""

    point: InputPoint
    callback: Callback
    payload: str
    exchange: Exchange


class Switchboard:
    """Every token of a scan: what is served for it, and who called."""

    def __init__(self, address: Address, domain: str = "", patience: float = PATIENCE) -> None:
        self.address = address
        self.domain = domain
        self.patience = patience
        self._bodies: dict[str, bytes] = {}
        self._hits: dict[str, list[Arrival]] = {}

    def receive(self, arrival: Arrival) -> bytes:
        """Take note of a caller; what to answer it with."""
        body = b""
        for token in _TOKEN.findall(arrival.text.lower()):
            if token in self._bodies:
                hits = self._hits.setdefault(token, [])
                if len(hits) < MAX_HITS:
                    hits.append(arrival)
                body = self._bodies[token]
        return body

    def new(self, body: str | None = None) -> Callback:
        """A callback nobody knows yet. ``body``: what is served for it; default: its marker."""
        token, marker = f"s2n{secrets.token_hex(8)}", f"s2n-{secrets.token_hex(6)}"
        self._bodies[token] = (marker if body is None else body).encode()
        name = f"{token}.{self.domain}" if self.domain else ""
        return Callback(token, f"http://{self.address}/{token}", name, marker)

    def hit(self, callback: Callback) -> Arrival | None:
        """Who called, a request before a mere look-up."""
        hits = self._hits.get(callback.token, [])
        return next((hit for hit in hits if hit.by == "http"), hits[0] if hits else None)


class Callbacks:
    """One plugin's view of the switchboard: hands out callbacks, waits for them, remembers the unanswered."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._watched: list[Attempt] = []

    @property
    def named(self) -> bool:
        """Are there host names to look up (``--callback-dns``)?"""
        return bool(self._board.domain)

    def new(self, body: str | None = None) -> Callback:
        """See `Switchboard.new`."""
        return self._board.new(body)

    def hit(self, callback: Callback) -> Arrival | None:
        """Who called by now."""
        return self._board.hit(callback)

    async def wait(self, attempts: Sequence[Attempt]) -> Attempt | None:
        """The first of ``attempts`` that is called, within the switchboard's patience."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._board.patience
        while True:
            for attempt in attempts:
                if self.hit(attempt.callback) is not None:
                    return attempt
            if loop.time() >= deadline:
                return None
            await asyncio.sleep(POLL)

    def watch(self, attempts: Sequence[Attempt]) -> None:
        """Remember what may still be called."""
        self._watched += [_light(attempt) for attempt in attempts]
        del self._watched[: max(0, len(self._watched) - MAX_WATCHED)]

    def late(self) -> list[tuple[InputPoint, Proof]]:
        """The remembered attempts that were called after all; each is handed out once."""
        called = [attempt for attempt in self._watched if self.hit(attempt.callback) is not None]
        self._watched = [attempt for attempt in self._watched if attempt not in called]
        found = []
        for attempt in called:
            hit = self.hit(attempt.callback)
            assert hit is not None
            found.append((attempt.point, _proof(attempt, hit, None, _never)))
        return found


async def prove_callback(
    probe: Probe,
    callbacks: Callbacks,
    payloads: Sequence[Callable[[Callback], str]],
    *,
    raw: bool = False,
    body: str | None = None,
) -> Proof | None:
    """Show that the target calls the fresh address that one of ``payloads`` names.

    All are sent, each with a callback of its own, and then waited for together. ``body``: what the target
    gets there. A callback that was sent in no request must stay silent. CERTAIN by a request; FIRM by a
    mere look-up of the name, which mail and log filters make as well. Costs one request a payload.
    """
    unsent = callbacks.new()
    attempts = []
    for payload in payloads:
        callback = callbacks.new(body)
        value = payload(callback)
        exchange = await probe.send(value, raw=raw)
        attempts.append(Attempt(probe.point, callback, value, exchange))
        if callbacks.hit(callback) is not None:
            break
    called = await callbacks.wait(attempts)
    if called is None:
        callbacks.watch(attempts)
        return None
    hit = callbacks.hit(called.callback)
    if hit is None or callbacks.hit(unsent) is not None:
        return None
    again = [payloads[attempts.index(called)]]
    return _proof(
        called, hit, probe.baseline, lambda: prove_callback(probe, callbacks, again, raw=raw, body=body)
    )


@contextlib.asynccontextmanager
async def switchboard(scan: ScanRequest, patience: float = PATIENCE) -> AsyncIterator[Switchboard | None]:
    """The switchboard with its listeners while the block runs; None if the scan asks for no callbacks.

    Raises:
        UsageError: an address that cannot be understood or listened at.
    """
    if not scan.callback:
        if scan.callback_dns:
            raise UsageError(
                "--callback-dns needs --callback", "name the address to answer with: --callback HOST[:PORT]"
            )
        yield None
        return
    address = parse_address(scan.callback, "--callback", HTTP_PORT)
    board = Switchboard(address, patience=patience)
    async with contextlib.AsyncExitStack() as stack:
        board.address = await stack.enter_async_context(listen_http(address, board.receive))
        if scan.callback_dns:
            domain = parse_address(scan.callback_dns, "--callback-dns", DNS_PORT)
            await stack.enter_async_context(listen_dns(domain, address.host, board.receive))
            board.domain = domain.host.lower()
        yield board


def _proof(
    attempt: Attempt, hit: Arrival, control: Exchange | None, again: Callable[[], Awaitable[Proof | None]]
) -> Proof:
    what = hit.text.partition("\n")[0].strip()[:160] if hit.by == "http" else f"look-up of {hit.text[:160]}"
    shown = attempt.callback.marker in attempt.exchange.response.text
    return Proof(
        exchange=attempt.exchange,
        control=control,
        payload=attempt.payload,
        evidence=f"The target called the address that only this request names: {what}"
        + (f", from {hit.source}" if hit.source else "")
        + ("; what was served there stands in the response." if shown else "."),
        marker=attempt.callback.marker if shown else "",
        confidence=Confidence.CERTAIN if hit.by == "http" else Confidence.FIRM,
        again=again,
    )


async def _never() -> Proof | None:
    """A call that came late would come late again: it is not waited for."""
    return None


def _light(attempt: Attempt) -> Attempt:
    exchange = attempt.exchange
    response = replace(exchange.response, body=exchange.response.body[:KEPT_BODY])
    return replace(attempt, exchange=Exchange(exchange.request, response, exchange.hops))
