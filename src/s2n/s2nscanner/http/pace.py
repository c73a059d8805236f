"""How hard one server may be pressed: additive increase, multiplicative decrease, and what it asks for.

The window of requests in flight starts at the user's limit. It shrinks when exchanges fail, when the server
says 429 or 503, and when most of the last answers are both slow and much slower than their paths once were;
it grows again while all is well (the AIMD of TCP, RFC 5681; latency as a signal after TCP Vegas). A limit
that one path has for itself, as for logging in, holds back this path alone.
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


SEVERAL = 3
"""Paths that refuse: fewer have limits of their own (logging in, registering), so many have one server."""

MEMORY = 2 * LONGEST_PAUSE
"""Seconds for which a path counts as one that refuses."""

MAX_PATHS = 10_000
"""Paths of one origin whose usual time is known, about 2 MB; then they are learned anew."""


class Lane:
    """The way to one origin: how many requests may be on it (``window``) and from when (``resume_at``).

    A path that refuses, while others answer, gets a lane of its own in ``apart``; such a lane is a part of
    the ``whole``, whose limits hold for it, too.
    """

    __slots__ = (
        "_best",
        "_grace",
        "_limit",
        "_refusals",
        "_slow",
        "_times",
        "_usual",
        "apart",
        "in_flight",
        "refusers",
        "resume_at",
        "whole",
        "window",
    )

    def __init__(self, limit: int, whole: "Lane | None" = None) -> None:
        self.window = limit
        self.in_flight = 0
        self.resume_at = 0.0
        self.whole = whole
        self.apart: dict[str, Lane] = {}
        self._limit = limit
        self._times: list[float] = []
        self._slow = 0
        self._best = inf
        self._usual: dict[str, float] = {}  # path → its best time
        # Outcomes of requests that left before the last decrease say nothing new.
        self._grace = 0 if whole is None else whole.in_flight
        self._refusals = 0
        self.refusers: dict[str, float] = {}
        """Which paths refused of late, and when."""

    def opens_at(self) -> float:
        """From when a request may leave."""
        return self.resume_at if self.whole is None else max(self.resume_at, self.whole.resume_at)

    def crowded(self) -> bool:
        """Are as many requests on it as may be?"""
        if self.in_flight >= self.window:
            return True
        return self.whole is not None and self.whole.in_flight >= self.whole.window

    def answered(self, seconds: float, path: str = "") -> None:
        """An answer for ``path`` came after ``seconds``."""
        self._refusals = 0
        if self._grace:
            self._grace -= 1
        # Slow is what takes longer than it did; what always takes long is no sign of overload.
        usual = self._usual.get(path)
        if usual is None or seconds < usual:
            if len(self._usual) >= MAX_PATHS:
                self._usual.clear()
            self._usual[path] = seconds
        if seconds > SLOW and seconds > RISE * (self._best if usual is None else usual):
            self._slow += 1
        self._times.append(seconds)
        if len(self._times) >= REVIEW_EVERY:
            self._review()
        if self.whole is not None:
            self.whole.answered(seconds, path)
            if self.window >= self._limit:
                self.whole.apart.pop(path, None)

    def answers_beside(self, path: str) -> bool:
        """Did anything but ``path`` answer?"""
        return len(self._usual) > (path in self._usual)

    def blamed(self, path: str, now: float) -> "Lane":
        """The lane that a refusal of ``path`` concerns: one of its own, while others answer and few refuse.

        No ``path``: it has nothing to do with what was asked for.
        """
        whole = self.whole or self
        if not path:
            return whole
        whole.refusers = {name: at for name, at in whole.refusers.items() if at > now - MEMORY}
        whole.refusers[path] = now
        if len(whole.refusers) >= SEVERAL or not whole.answers_beside(path):
            return whole
        if path not in whole.apart:
            whole.apart[path] = Lane(whole.window, whole)
        return whole.apart[path]

    def trouble(self) -> None:
        """An exchange failed, or the server was unable to serve it."""
        self._shrink(0.7)

    def refused(self, response: Response, now: float) -> None:
        """The server wants less: a 429, or a 503 (which without ``Retry-After`` is mere trouble)."""
        pause = retry_after(response.header("retry-after") or "")
        if pause is None and response.status == 503:
            self.trouble()
            return
        if now >= self.resume_at > 0:
            self._grace = 0  # all that left before the pause has come back
        if self._shrink(0.5):
            self._refusals += 1
        if pause is None:
            pause = min(2.0 ** max(self._refusals - 1, 0), LONGEST_BACKOFF)
        self.resume_at = max(self.resume_at, now + pause)

    def _shrink(self, factor: float) -> bool:
        if self._grace:
            self._grace -= 1
            return False
        self.window = max(int(self.window * factor), 1)
        self._grace = self.in_flight
        self._times.clear()
        self._slow = 0
        return True

    def _review(self) -> None:
        self._times.sort()
        self._best = min(self._best, self._times[len(self._times) // 2])
        slow = self._slow > len(self._times) // 2
        self._times.clear()
        self._slow = 0
        if slow:
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
