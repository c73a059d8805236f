"""Keeping requests valid: an anti-CSRF token is taken anew from its page before each submit."""

import asyncio
import re
from collections.abc import Mapping

from s2n.model import Exchange, Request
from s2n.s2nscanner.html import parse
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.oracles.probe import Sender

ANTI_CSRF = re.compile(
    r"csrf|xsrf|authenticity_token|requestverificationtoken|__viewstate|__eventvalidation|nonce|user_token|^_?token$",
    re.IGNORECASE,
)
"""Names of fields that hold such tokens in the common frameworks."""

_Place = tuple[str, str, str]


class TokenKeeper:
    """A sender that renews tokens. ``sources``: a form's request → the page that the form was found on.

    Page and submit are sent one pair at a time: many sites remember one token per session, so that a second
    page would spoil the first one's.
    """

    def __init__(self, sender: Sender, sources: Mapping[Request, Request]) -> None:
        self._sender = sender
        self._sources = sources
        self._known = 0
        self._places: dict[_Place, tuple[Request, dict[str, str]]] = {}
        self._one_pair = asyncio.Lock()

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109 -- a deadline of the wire, not of the task
    ) -> Exchange:
        """As the client, with the request's tokens renewed if they are still those of the crawl."""
        stale = self._stale(request)
        if not stale:
            return await self._sender.send(request, follow=follow, exact=exact, alone=alone, timeout=timeout)
        async with self._one_pair:
            page = await self._sender.send(self._places[_place(request)][0], follow=True)
            fresh = _values(page.response.text, {point.name for point in stale})
            for point in stale:
                if point.name in fresh:
                    request = inject(InputPoint(request, point.location, point.name), fresh[point.name])
            return await self._sender.send(request, follow=follow, exact=exact, alone=alone, timeout=timeout)

    def _stale(self, request: Request) -> list[InputPoint]:
        """The points of ``request`` that hold a token of the crawl; one under attack holds another value."""
        if len(self._sources) != self._known:
            self._learn()
        place = self._places.get(_place(request))
        if place is None:
            return []
        return [point for point in points_of(request) if place[1].get(point.name) == point.value]

    def _learn(self) -> None:
        for form, page in self._sources.items():
            tokens = {point.name: point.value for point in points_of(form) if ANTI_CSRF.search(point.name)}
            if tokens:
                self._places[_place(form)] = page, tokens
        self._known = len(self._sources)


def _place(request: Request) -> _Place:
    return request.method, str(request.origin), request.path


def _values(page: str, names: set[str]) -> dict[str, str]:
    """The values of the page's inputs with these names."""
    found: dict[str, str] = {}
    for element in parse(page).find_all("input"):
        name = element.attr("name")
        if isinstance(name, str) and name in names and name not in found:
            found[name] = str(element.attr("value") or "")
    return found
