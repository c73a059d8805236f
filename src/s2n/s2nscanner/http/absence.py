"""Servers that stop answering during a scan: waited for, and told of with what they were last asked.

Development servers and containers are started again by themselves, often within seconds. What finds nobody
listening where there were answers before waits here, so nothing more is sent meanwhile than a connection now
and then.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic

from s2n.errors import ConnectFailed
from s2n.model import READ_ONLY, Origin, Request

PATIENCE = 30.0
"""Seconds that a server is waited for: a container with a framework in it starts in less."""

PATIENCE_IN_ALL = 180.0
"""Seconds in a whole scan: a server that a test stops each time would hold it up without end."""

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds between tries to connect; each pause is twice the one before."""

RECENT = 5.0
"""Seconds for which a request without an answer may have to do with the server's end."""

MAX_NAMED = 3
"""Requests that are named in a warning."""

MAX_BROKEN = 64
"""Requests without an answer that are remembered: more are rarely under way at a time."""

MAX_SHOWN = 160
"""Characters of a request's target, and of its body, that are shown."""


def is_refusal(error: Exception) -> bool:
    """Did nobody listen there?"""
    return isinstance(error, ConnectFailed) and isinstance(error.__cause__, ConnectionRefusedError)


class Absences:
    """Who is away. ``connects``: does a server accept a connection now?

    ``returns`` counts the servers that came back; ``gone`` are those that did not, and since when. Each is
    told to ``warn``. ``patience`` and ``in_all`` are the seconds for one absence and for all.
    """

    def __init__(
        self,
        connects: Callable[[Origin], Awaitable[bool]],
        patience: float = PATIENCE,
        in_all: float = PATIENCE_IN_ALL,
    ) -> None:
        self.returns = 0
        self.gone: dict[Origin, datetime] = {}
        self.warn: Callable[[str], None] | None = None
        self.last: Request | None = None
        """The last request that was answered."""
        self._connects = connects
        self._patience = patience
        self._left = in_all
        self._broken: deque[tuple[float, Request]] = deque(maxlen=MAX_BROKEN)
        self._stoppers: set[tuple[str, Origin, str]] = set()
        self._locks: dict[Origin, asyncio.Lock] = {}
        self._waits: dict[Origin, int] = {}

    def broke(self, request: Request) -> None:
        """``request`` got no answer, though it was sent."""
        self._broken.append((monotonic(), request))

    def stopped(self, request: Request) -> bool:
        """Did a server stop when nothing but a request to this endpoint was under way?"""
        return _endpoint(request) in self._stoppers

    async def over(self, origin: Origin, seconds: float = PATIENCE) -> bool:
        """Wait, for at most ``seconds``, until ``origin`` accepts connections again; does it?"""
        before = self._waits.get(origin, 0)
        async with self._locks.setdefault(origin, asyncio.Lock()):
            if origin in self.gone:
                return False
            if self._waits.get(origin, 0) != before:  # somebody else has waited meanwhile
                return True
            back = await self._wait(origin, min(seconds, self._patience, self._left))
            self._waits[origin] = before + 1
            return back

    async def _wait(self, origin: Origin, seconds: float) -> bool:
        if await self._connects(origin):
            return True
        at, began = datetime.now(UTC), monotonic()
        said = f"{origin} stopped answering at {at:%H:%M:%S} UTC{self._suspects(origin)}"
        pause = FIRST_PAUSE
        try:
            while (left := began + seconds - monotonic()) > 0:
                await asyncio.sleep(min(pause, left))
                pause = min(pause * 2, LONGEST_PAUSE)
                if await self._connects(origin):
                    self.returns += 1
                    self._tell(f"{said}; it came back after {monotonic() - began:.0f} s")
                    return True
        finally:
            self._left -= monotonic() - began
        self.gone[origin] = at
        waited = f"did not come back within {seconds:.3g} s" if seconds > 0 else "was waited for long enough"
        self._tell(f"{said}; it {waited}, and is not waited for any more")
        return False

    def _suspects(self, origin: Origin) -> str:
        """What it was asked before: requests without an answer, else the last one that got its answer."""
        since = monotonic() - RECENT
        asked = [request for when, request in self._broken if when > since and request.origin == origin]
        self._broken.clear()
        if len(endpoints := set(map(_endpoint, asked))) == 1:
            self._stoppers |= endpoints
        if not asked and self.last is not None and self.last.origin == origin:
            asked = [self.last]
        asked.sort(key=lambda request: request.method in READ_ONLY)  # what only asks rarely breaks a server
        named = list(dict.fromkeys(map(_shown, asked)))
        more = f" and {len(named) - MAX_NAMED} more" if len(named) > MAX_NAMED else ""
        return f", after {', '.join(named[:MAX_NAMED])}{more}" if named else ""

    def _tell(self, text: str) -> None:
        if self.warn is not None:
            self.warn(text)


def _endpoint(request: Request) -> tuple[str, Origin, str]:
    return request.method, request.origin, request.path


def _shown(request: Request) -> str:
    body = request.body[: MAX_SHOWN + 1].decode("utf-8", "replace")
    words = (request.method, _cut(request.target), _cut(body))
    return "".join(ch if ch.isprintable() else "." for ch in " ".join(word for word in words if word))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"
