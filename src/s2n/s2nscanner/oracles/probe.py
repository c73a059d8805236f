"""One input point, and the means to send values through it."""

import random
import string
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from s2n.model import Exchange, Request
from s2n.s2nscanner.http.points import InputPoint, inject

T = TypeVar("T")

BLOCKING_STATUSES = frozenset({403, 406, 419, 429, 503})
"""Answers of filters and overload: never a difference that the application made."""


class Sender(Protocol):
    """Whatever sends requests: the HTTP client, or the engine's metered view of it."""

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- a deadline of the wire, not of the task
    ) -> Exchange:
        """Send ``request``.

        ``follow``: redirects inside the scope. ``exact``: add no header at all. ``alone``: wait until
        nothing else is in flight and hold the rest back, for timing. ``timeout``: seconds in total.

        Raises:
            NetworkError: see `s2n.errors`.
        """
        ...


class Face(Protocol):
    """What an oracle has learned of a page (`stability.Stable`)."""

    settled: bool

    def same(self, exchange: Exchange, payload: str = "") -> bool:
        """Is this the unmodified page?"""
        ...


class Fresh:
    """Values nobody has used before: each proof round takes new ones."""

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)

    def token(self, length: int = 10) -> str:
        """Lower-case letters and digits, beginning with a letter: unlikely, harmless in any grammar."""
        rest = self._random.choices(string.ascii_lowercase + string.digits, k=length - 1)
        return self._random.choice(string.ascii_lowercase) + "".join(rest)

    def letters(self, length: int = 8) -> str:
        """Lower-case letters only."""
        return "".join(self._random.choices(string.ascii_lowercase, k=length))

    def number(self, digits: int = 5) -> int:
        """A number of exactly so many decimal digits, without zeros, so that no rounding hides it."""
        return int("".join(self._random.choices("123456789", k=digits)))

    def shuffled(self, items: list[T]) -> list[T]:
        """A copy of ``items`` in random order."""
        return self._random.sample(items, len(items))


class Probe:
    """Sends values through one input point; the rest of the request stays valid and as it was."""

    def __init__(
        self,
        point: InputPoint,
        sender: Sender,
        fresh: Fresh,
        baseline: Exchange,
        write: Callable[[str], Request] | None = None,
        *,
        repeats: Callable[[], Awaitable[Sequence[Exchange]]] | None = None,
        learnt: Callable[[Face | None], None] = lambda _: None,
    ) -> None:
        self.point = point
        self.fresh = fresh
        self.baseline = baseline
        """The unmodified request and its response, as last seen."""
        self.repeats = repeats
        """What came when the unmodified request was sent twice more, a moment ago and for anybody."""
        self.learnt = learnt
        """Told what was learned of the unmodified page: None if it has no stable face."""
        self._sender = sender
        self._write = write

    def writing(self, write: Callable[[str], Request]) -> "Probe":
        """This probe, with each value put into the request by ``write`` and not by `inject`.

        For payloads that need more than a value: another name, a JSON object, a second parameter.
        """
        return Probe(
            self.point,
            self._sender,
            self.fresh,
            self.baseline,
            write,
            repeats=self.repeats,
            learnt=self.learnt,
        )

    async def send(
        self,
        value: str,
        *,
        raw: bool = False,
        follow: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- of the wire
    ) -> Exchange:
        """Send the request with the point's value replaced. ``raw``: do not percent-encode it."""
        request = self._write(value) if self._write else inject(self.point, value, raw=raw)
        return await self._sender.send(request, follow=follow, alone=alone, timeout=timeout)

    async def original(self, *, follow: bool = False, alone: bool = False) -> Exchange:
        """Send the unmodified request once more."""
        return await self._sender.send(self.point.request, follow=follow, alone=alone)

    async def see(self, page: Request) -> Exchange:
        """Open another page, where what was sent may show."""
        return await self._sender.send(page, follow=True)

    def blocked(self, exchange: Exchange) -> bool:
        """Did a filter, a limiter or a login answer instead of the application?

        A blocking status counts unless the unmodified request gets the same one.
        """
        status = exchange.first.response.status
        return status in BLOCKING_STATUSES and status != self.baseline.first.response.status
