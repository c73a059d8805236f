"""How hard one server may be pressed: additive increase, multiplicative decrease, and what it asks for.

The window of requests in flight starts at the user's limit. It shrinks when exchanges fail, when the server
says 429 or 503, and when the median answer of the last ones is both slow and much slower than it once was;
it grows again while all is well (the AIMD of TCP, RFC 5681; latency as a signal after TCP Vegas).
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import inf

from s2n.model import Response

REVIEW_EVERY = 16
"""Answers between two looks at the latency: a median of so many is not moved by a few slow pages."""

SLOW = 0.5
"""Seconds: below this a server is never called overloaded, however quick it was before."""

RISE = 4.0
"""So many times the best median seen is a rise; the medians of one site's pages differ by less."""

LONGEST_PAUSE = 60.0
"""Seconds: the cap on ``Retry-After``. Longer waits would end most scans; the server can say it again."""

LONGEST_BACKOFF = 30.0
"""Seconds between tries at a server that keeps refusing without saying how long."""


class Lane:
    """The way to one origin: how many requests may be on it (``window``) and from when (``resume_at``)."""

    __slots__ = ("_best", "_grace", "_limit", "_refusals", "_times", "in_flight", "resume_at", "window")

    def __init__(self, limit: int) -> None:
        self.window = limit
        self.in_flight = 0
        self.resume_at = 0.0
        self._limit = limit
        self._times: list[float] = []
        self._best = inf
        self._grace = 0  # outcomes of requests that left before the last decrease say nothing new
        self._refusals = 0

    def answered(self, seconds: float) -> None:
        """An answer came after ``seconds``."""
        self._refusals = 0
        if self._grace:
            self._grace -= 1
        self._times.append(seconds)
        if len(self._times) >= REVIEW_EVERY:
            self._review()

    def trouble(self) -> None:
        """An exchange failed, or the server was unable to serve it."""
        self._shrink(0.7)

    def refused(self, response: Response, now: float) -> None:
        """The server wants less: a 429, or a 503 (which without ``Retry-After`` is mere trouble)."""
        pause = retry_after(response.header("retry-after") or "")
        if pause is None and response.status == 503:
            self.trouble()
            return
        if self._shrink(0.5):
            self._refusals += 1
        if pause is None:
            pause = min(2.0 ** (self._refusals - 1), LONGEST_BACKOFF)
        self.resume_at = max(self.resume_at, now + pause)

    def _shrink(self, factor: float) -> bool:
        if self._grace:
            self._grace -= 1
            return False
        self.window = max(int(self.window * factor), 1)
        self._grace = self.in_flight
        self._times.clear()
        return True

    def _review(self) -> None:
        self._times.sort()
        median = self._times[len(self._times) // 2]
        self._times.clear()
        self._best = min(self._best, median)
        if median > SLOW and median > RISE * self._best:
            self._shrink(0.7)
        elif self.window < self._limit:
            self.window = min(self.window + max(self.window // 4, 1), self._limit)


def retry_after(text: str, now: datetime | None = None) -> float | None:
    """Seconds a ``Retry-After`` asks for, in either form (RFC 9110, 10.2.3), capped; None: unreadable."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_PAUSE)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    seconds = (date - (now or datetime.now(UTC))).total_seconds()
    return min(max(seconds, 0.0), LONGEST_PAUSE)
