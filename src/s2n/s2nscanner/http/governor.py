"""The one place that says when a request may leave: scope, pace, concurrency, budget, silence for timing.

The fast path (nothing limits right now) is `Governor.enter` and `Governor.leave`: plain calls on counters.
Whoever has to wait stands in one queue in the order of arrival. A request that must be *alone* holds those
behind it back until all before it are done, so neither kind can starve the other.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from math import inf
from types import TracebackType
from typing import Protocol, Self

from s2n.errors import BudgetSpent, ConnectFailed, ConnectTimedOut, NetworkError, OutOfScope, TlsFailed
from s2n.model import Origin, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.pace import Lane
from s2n.s2nscanner.http.scope import Scope

RATE_SPAN = 5
"""Seconds over which the recent rate is taken."""

CATCH_UP = 0.02
"""Seconds a paced request may be late without the next ones being put off: timers are never exact."""

_SPENT = {
    "max-requests": "--max-requests is used up",
    "max-time": "--max-time is over",
}

_NOT_REACHED = (ConnectFailed, ConnectTimedOut, TlsFailed)
"""Failures that have nothing to do with what was asked for."""


class Timer(Protocol):
    """What `asyncio.loop.call_later` returns."""

    def cancel(self) -> None:
        """Never call back."""
        ...


def _on_loop(delay: float, callback: Callable[[], None]) -> Timer:
    return asyncio.get_running_loop().call_later(delay, callback)


class Governor:
    """Grants each request its slot. ``requests``, ``failed``, ``in_flight`` and ``stopped`` are to be read.

    ``rate``: requests a second, evenly spaced. ``max_requests``; ``max_time``: seconds from the first
    request. 0 is no limit. ``clock`` and ``call_later`` are the monotonic time it lives by.
    """

    def __init__(
        self,
        scope: Scope,
        *,
        concurrency: int = 16,
        per_host: int = 0,
        rate: float = 0.0,
        max_requests: int = 0,
        max_time: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        call_later: Callable[[float, Callable[[], None]], Timer] = _on_loop,
    ) -> None:
        self.scope = scope
        self.requests = 0
        self.failed = 0
        self.in_flight = 0
        self.stopped = ""
        """Why nothing more is granted (``max-requests``, ``max-time``, or what `stop` was told)."""
        self.deadline = inf
        """When ``max_time`` is over, by ``clock``; set by the first request."""
        self.on_held: list[Callable[[], None]] = []
        """Each is called when a path that refuses by itself did so, first or again."""
        self._concurrency = concurrency
        self._per_host = per_host or concurrency
        self._gap = 1 / rate if rate else 0.0
        self._next_at = 0.0
        self._max_requests = max_requests or inf
        self._max_time = max_time or inf
        self._clock = clock
        self._call_later = call_later
        self._lanes: dict[Origin, Lane] = {}
        self._queue: deque[_Waiter] = deque()
        self._alone = False  # the one in flight wants no company
        self._timer: Timer | None = None
        self._timer_at = inf
        self._recent: deque[list[int]] = deque(maxlen=RATE_SPAN + 1)  # [second, requests granted in it]

    @classmethod
    def of(cls, scan: ScanRequest) -> "Governor":
        """The governor a scan asks for.

        Raises:
            UsageError: the target or the scope cannot be understood.
        """
        return cls(
            Scope.of(scan),
            concurrency=scan.concurrency,
            rate=scan.rate,
            max_requests=scan.max_requests,
            max_time=scan.max_time,
        )

    @property
    def rate(self) -> float:
        """Requests a second, of late."""
        now = self._clock()
        recent = [(second, count) for second, count in self._recent if second > now - RATE_SPAN]
        return sum(count for _, count in recent) / max(now - recent[0][0], 1.0) if recent else 0.0

    @property
    def remaining(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return max(self.deadline - self._clock(), 0.0)

    def holds(self, request: Request) -> bool:
        """Does its path refuse by itself, so that it is asked slower than the rest?"""
        lane = self._lanes.get(request.origin)
        return lane is not None and bool(lane.apart) and request.path in lane.apart

    def answered(self, origin: Origin) -> bool:
        """Has anything there been answered?"""
        lane = self._lanes.get(origin)
        return lane is not None and lane.answers_beside("")

    def check(self, request: Request) -> None:
        """Do nothing if ``request`` may be sent.

        Raises:
            OutOfScope: it may not.
        """
        if reason := self.scope.why_not(request):
            raise OutOfScope(
                f"not sent: {request.method} {request.url}: {reason}",
                "widen the scope with --scope or --allow-host, if you may test that too",
            )

    def enter(self, origin: Origin, path: str = "") -> Lane | None:
        """A slot if there is one right now, else None: then `wait` for it. Give it back with `leave`."""
        lane = self._lane(origin)
        if lane.apart:
            lane = lane.apart.get(path, lane)
        if self._queue or self._alone or self.in_flight >= self._concurrency:
            return None
        if lane.crowded() or self.requests >= self._max_requests or self.stopped:
            return None
        now = self._clock()
        if now < lane.opens_at() or now < self._next_at or now >= self.deadline:
            return None
        self._grant(lane, now)
        return lane

    async def wait(self, origin: Origin, path: str = "", *, alone: bool = False) -> Lane:
        """A slot, when it is this request's turn. ``alone``: with nothing else in flight while it lasts.

        Raises:
            BudgetSpent: a hard limit is reached, now or while waiting.
        """
        waiter = _Waiter(self._lane(origin), path, asyncio.get_running_loop().create_future(), alone=alone)
        self._queue.append(waiter)
        self._pump()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            self._give_up(waiter)
            raise

    def leave(self, lane: Lane, outcome: Response | NetworkError | None, path: str = "") -> None:
        """Give a slot back. The pace learns from the outcome; None: the exchange was abandoned."""
        self.in_flight -= 1
        lane.in_flight -= 1
        if lane.whole is not None:
            lane.whole.in_flight -= 1
        # What is sent alone is often meant to be slow: only a refusal says anything about the server.
        alone, self._alone = self._alone, False
        if isinstance(outcome, Response):
            if outcome.status in {429, 503}:
                self._refused(lane, outcome, path)
            elif not alone:
                lane.answered(outcome.ttfb, path)
        elif outcome is not None:
            self.failed += 1
            if not alone:
                lane.blamed("" if isinstance(outcome, _NOT_REACHED) else path, self._clock()).trouble()
        if self._queue:
            self._pump()

    def count(self) -> None:
        """A request more, sent by somebody who has a slot: what a connection is logged in with."""
        self.requests += 1

    def slot(self, origin: Origin, *, alone: bool = False) -> "Slot":
        """A slot as a context: ``async with governor.slot(origin) as slot: slot.response = await …``."""
        return Slot(self, origin, alone=alone)

    def stop(self, reason: str) -> None:
        """Grant nothing more; whoever waits gets `BudgetSpent`. What is in flight may end."""
        self.stopped = self.stopped or reason
        while self._queue:
            waiter = self._queue.popleft()
            if not waiter.granted.done():
                waiter.granted.set_exception(self.spent())

    def spent(self) -> BudgetSpent:
        """The error of a request that came too late."""
        why = _SPENT.get(self.stopped, self.stopped)
        return BudgetSpent(f"not sent: {why}", "raise the limit to test the rest")

    def _refused(self, lane: Lane, response: Response, path: str) -> None:
        now = self._clock()
        blamed = lane.blamed(path, now)
        blamed.refused(response, now)
        if blamed.whole is not None:
            for callback in self.on_held:
                callback()

    def _lane(self, origin: Origin) -> Lane:
        lane = self._lanes.get(origin)
        if lane is None:
            lane = self._lanes[origin] = Lane(self._per_host)
        return lane

    def _limit_reached(self, now: float) -> str:
        if self.stopped:
            return self.stopped
        if self.requests >= self._max_requests:
            return "max-requests"
        return "max-time" if now >= self.deadline else ""

    def _grant(self, lane: Lane, now: float) -> None:
        self.requests += 1
        self.in_flight += 1
        lane.in_flight += 1
        if lane.whole is not None:
            lane.whole.in_flight += 1
        if self._gap:
            late = now - self._next_at
            self._next_at = (self._next_at if late < CATCH_UP else now) + self._gap
        if self.deadline == inf:
            self.deadline = now + self._max_time
        second = int(now)
        if self._recent and self._recent[-1][0] == second:
            self._recent[-1][1] += 1
        else:
            self._recent.append([second, 1])

    def _pump(self) -> None:
        """Let go whoever may go now, and look again when time alone has to pass."""
        now = self._clock()
        wake_at = self.deadline
        held: list[_Waiter] = []
        while self._queue and not self._limit_reached(now):
            if self._alone or self.in_flight >= self._concurrency:
                break
            if self._next_at > now:
                wake_at = min(wake_at, self._next_at)
                break
            waiter = self._queue.popleft()
            lane = waiter.lane.apart.get(waiter.path, waiter.lane)
            if waiter.granted.done():  # given up
                continue
            if lane.opens_at() > now:
                wake_at = min(wake_at, lane.opens_at())
                held.append(waiter)
            elif waiter.alone and self.in_flight:
                held.append(waiter)
                break
            elif lane.crowded() and not waiter.alone:
                held.append(waiter)
            else:
                self._grant(lane, now)
                self._alone = waiter.alone
                waiter.granted.set_result(lane)
        self._queue.extendleft(reversed(held))
        if self._queue and (reason := self._limit_reached(now)):
            self.stop(reason)
        self._wake(wake_at if self._queue else inf, now)

    def _wake(self, at: float, now: float) -> None:
        if at == self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = None if at == inf else self._call_later(at - now, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._timer_at = inf
        self._pump()

    def _give_up(self, waiter: "_Waiter") -> None:
        """Its task is cancelled: leave the queue, or hand back what was granted in the same moment."""
        granted = waiter.granted
        if not granted.cancelled() and granted.exception() is None:
            self.requests -= 1
            self.leave(granted.result(), None)
        self._pump()


class Slot:
    """One granted slot. Set ``response`` when it came, so that the pace can learn from it."""

    def __init__(self, governor: Governor, origin: Origin, *, alone: bool) -> None:
        self.response: Response | None = None
        self._governor = governor
        self._origin = origin
        self._alone = alone
        self._lane: Lane | None = None

    async def __aenter__(self) -> Self:
        if not self._alone:
            self._lane = self._governor.enter(self._origin)
        if self._lane is None:
            self._lane = await self._governor.wait(self._origin, alone=self._alone)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._lane is not None
        failed = error if isinstance(error, NetworkError) else None
        self._governor.leave(self._lane, self.response or failed)


class _Waiter:
    __slots__ = ("alone", "granted", "lane", "path")

    def __init__(self, lane: Lane, path: str, granted: asyncio.Future[Lane], *, alone: bool) -> None:
        self.lane = lane
        self.path = path
        self.granted = granted
        self.alone = alone
