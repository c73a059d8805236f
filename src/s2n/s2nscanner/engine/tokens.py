"""Keeping requests valid: what is good for one submit is taken anew from its page before each of them.

A page that was itself the answer to a form, as the later steps of a wizard are, is made again from its own
page; so is one that a form redirected to, if it no longer shows what it did.
"""

import asyncio
import re
from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from s2n.model import Exchange, Location, Request
from s2n.s2nscanner.crawler.page import read_page
from s2n.s2nscanner.crawler.recognise import Variety, variety
from s2n.s2nscanner.html import parse
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.oracles.probe import Sender

ANTI_CSRF = re.compile(
    r"csrf|xsrf|authenticity_token|requestverificationtoken|__viewstate|__eventvalidation|nonce|user_token|^_?token$",
    re.IGNORECASE,
)
"""Names of fields that hold such tokens in the common frameworks."""

MAX_STEPS = 4
"""Submits that are made again, at most, to get to the page of another one."""

_FIELDS = frozenset({Location.QUERY, Location.FORM, Location.MULTIPART, Location.JSON})

_Place = tuple[str, str, str]


class _Submit(Struct):
    """A form's request as the crawl made it: its page, the names of its fields, those good for one submit.

    ``stepwise``: the page is there only after another submit; whether the server minds is not known (None)
    until it was tried.
    """

    page: Request
    names: frozenset[str]
    once: dict[str, str]
    stepwise: bool | None

    def compare(self, page: str) -> None:
        """Forget values that are on ``page`` as they were before: they are good for more than one submit."""
        fresh = _values(page, frozenset(self.once))
        for name, value in list(self.once.items()):
            if not ANTI_CSRF.search(name) and fresh.get(name, value) == value:
                del self.once[name]


class TokenKeeper:
    """A sender that renews tokens.

    ``sources``: a form's request → the page that the form was found on. ``redirected``: such a page → the
    form's request that redirected to it. Page and submit are sent one pair at a time: many sites remember
    one token per session, so that a second page would spoil the first one's.
    """

    def __init__(
        self,
        sender: Sender,
        sources: Mapping[Request, Request],
        redirected: Mapping[Request, Request] = MappingProxyType({}),
    ) -> None:
        self._sender = sender
        self._sources = sources
        self._redirected = redirected
        self._known = 0
        self._submits: dict[_Place, list[_Submit]] = {}
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

        async def sent(made: Request) -> Exchange:
            return await self._sender.send(made, follow=follow, exact=exact, alone=alone, timeout=timeout)

        submit = self._submit(request)
        if submit is None or not (submit.once or submit.stepwise is not False):
            return await sent(request)
        stale = _stale(request, submit)
        if submit.once and not stale:  # they are under attack
            return await sent(request)
        async with self._one_pair:
            page = await self._again(submit.page, frozenset(submit.once), MAX_STEPS - 1)
            exchange = await sent(_renewed(request, stale, page))
            submit.compare(page)
            if not submit.once and submit.stepwise is None:
                submit.stepwise = not _alike(exchange, await sent(request))
            return exchange

    async def _again(self, page: Request, names: frozenset[str], steps: int) -> str:
        """The text of the page with the fields ``names``, made again by at most ``steps`` submits."""
        if page.method != "GET":
            return await self._submitted(page, steps)
        text = (await self._sender.send(page, follow=True)).response.text
        before = self._redirected.get(page)
        if before is None or not steps or (names and names <= _values(text, names).keys()):
            return text
        return await self._submitted(before, steps)

    async def _submitted(self, request: Request, steps: int) -> str:
        """The text of the answer to a form's request of the crawl, sent again with its page's tokens."""
        page = self._sources.get(request)
        if page is not None and steps > 0:
            submit = self._submit(request)
            once = submit.once if submit is not None else {}
            text = await self._again(page, frozenset(once), steps - 1)
            stale = _stale(request, submit) if submit is not None else []
            request = _renewed(request, stale, text)
        return (await self._sender.send(request, follow=True)).response.text

    def _submit(self, request: Request) -> _Submit | None:
        """What is known of the form behind ``request``: of those that go to its place, the most alike."""
        if len(self._sources) != self._known:
            self._learn()
        candidates = self._submits.get(_place(request))
        if not candidates:
            return None
        names = frozenset(point.name for point in points_of(request))
        return max(candidates, key=lambda each: len(each.names & names) - len(each.names ^ names))

    def _learn(self) -> None:
        self._submits = {}
        for request, page in self._sources.items():
            points = [point for point in points_of(request) if point.location in _FIELDS]
            later = page.method != "GET" or page in self._redirected
            once = {
                point.name: point.value
                for point in points
                if ANTI_CSRF.search(point.name) or variety(point.value) is Variety.OPAQUE
            }
            if once or later:
                submit = _Submit(
                    page, frozenset(point.name for point in points), once, None if later else False
                )
                self._submits.setdefault(_place(request), []).append(submit)
        self._known = len(self._sources)


def _place(request: Request) -> _Place:
    return request.method, str(request.origin), request.path


def _stale(request: Request, submit: _Submit) -> list[InputPoint]:
    """The points of ``request`` that hold a token of the crawl; one under attack holds another value."""
    return [point for point in points_of(request) if submit.once.get(point.name) == point.value]


def _renewed(request: Request, stale: list[InputPoint], page: str) -> Request:
    fresh = _values(page, frozenset(point.name for point in stale))
    for point in stale:
        if point.name in fresh:
            request = inject(InputPoint(request, point.location, point.name), fresh[point.name])
    return request


def _values(page: str, names: frozenset[str]) -> dict[str, str]:
    """The values of the page's inputs with these names."""
    found: dict[str, str] = {}
    for element in parse(page).find_all("input") if names else ():
        name = element.attr("name")
        if isinstance(name, str) and name in names and name not in found:
            found[name] = str(element.attr("value") or "")
    return found


def _alike(one: Exchange, other: Exchange) -> bool:
    """Do two answers say the same, whatever values they hold?"""
    texts = (one.response.text, other.response.text)
    skeletons = {read_page(text).skeleton for text in texts}
    return one.response.status == other.response.status and len(skeletons) == 1
