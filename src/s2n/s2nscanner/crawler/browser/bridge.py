"""Answers what the browser asks for through the scan's own client, so that its limits hold here as well."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, Protocol

from playwright.async_api import Error, Route
from playwright.async_api import Request as Asked

from s2n.errors import BadResponse, BudgetSpent, NetworkError, OutOfScope
from s2n.errors import Withheld as WithheldError
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.cache import Cache
from s2n.s2nscanner.crawler.browser.headers import essence, handed_back, passed_on, without_renewed
from s2n.s2nscanner.crawler.browser.judge import CHANGES, objection
from s2n.s2nscanner.crawler.browser.mirror import Mirror
from s2n.s2nscanner.crawler.browser.record import Hop, Record
from s2n.s2nscanner.crawler.sights import Heard, Held, Withheld
from s2n.s2nscanner.http.redirects import MAX_REDIRECTS, redirected

_KINDS = {
    "document": "document",
    "fetch": "fetch",
    "xhr": "fetch",
    "eventsource": "fetch",
    "script": "script",
    "stylesheet": "style",
}
_UNREAD = frozenset({"image", "media", "font"})
"""What holds nothing to read: it is not asked for."""

STREAM_SECONDS = 3.0
"""An event stream seldom ends: after this, it is known to be one."""


class Sender(Protocol):
    """The HTTP client; ``learn`` lets the session take in cookies."""

    async def send(self, request: Request, *, follow: bool = False, learn: bool = False) -> Exchange:
        """Send ``request``; raises `s2n.errors.NetworkError`."""
        ...


class Asker(NamedTuple):
    """Who asks: the tab's ``record``, the URL of the ``page``, and whether it is the tab's ``main`` document.

    ``framed``: the frame is known, so that its page stays as it is when a navigation is refused.
    """

    record: Record
    page: str
    main: bool = False
    framed: bool = True


class _Refused(Exception):
    """The browser gets no answer; ``code`` is the error it is told."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Bridge:
    """Between pages and the client. ``spent``: a hard limit of the scan is used up."""

    def __init__(self, sender: Sender, allows: Callable[[Request | str], bool], scan: ScanRequest) -> None:
        self.spent = False
        self._sender = sender
        self._allows = allows
        self._risk = scan.accept_risk
        self._cache = Cache()

    async def answer(self, route: Route, asked: Asked, asker: Asker, mirror: Mirror) -> None:
        """Answer ``asked`` with what the site says, or refuse it; what is heard is written down."""
        if not asked.url.startswith(("http:", "https:")):
            await _unless_gone(route.continue_())
        elif asked.resource_type in _UNREAD or _is_icon(asked):
            await _unless_gone(route.abort("blockedbyclient"))
        else:
            endless = asked.resource_type == "eventsource"
            with asker.record.flight(f"{asked.method} {asked.url}", endless=endless):
                try:
                    given = await self._answered(asked, asker, mirror)
                except _Refused as refusal:
                    await _unless_gone(route.abort(refusal.code))
                except BaseException:
                    await _unless_gone(route.abort("failed"))
                    raise
                else:
                    asker.record.windows += not asker.framed
                    if not await _unless_gone(route.fulfill(**given)):
                        await _unless_gone(route.abort("failed"))  # or else it would be waited for

    async def fetch(self, url: str, asker: Asker) -> None:
        """Ask for ``url`` as a page's link would, and write down what is heard."""
        with asker.record.flight(f"GET {url}"):
            try:
                request = Request.from_url(url)
                self._check(request, "other", asker)
                await self._ask(request, "other", asker, endless=False)
            except (NetworkError, ValueError):
                return  # it is refused, or gone; what was withheld is written down

    async def _answered(self, asked: Asked, asker: Asker, mirror: Mirror) -> dict[str, Any]:
        """What the browser is given.

        Raises:
            _Refused: nothing.
        """
        kind = _KINDS.get(asked.resource_type, "other")
        request = _request(asked, document=kind == "document")
        if self._allows(request):
            mirror.told(request, asked.headers.get("cookie", ""))
            asker.record.recent.asked_with(mirror.sends(request))
        if kind in {"script", "style"} and (held := self._cache.get(request)) is not None:
            return _given([held])
        hop = asker.record.hops.pop(request.url, None) if kind == "document" else None
        opening = asker.main and (hop is not None or asker.record.opens(request.url))
        if hop is not None:
            request = _referred(request, hop.referer)
        request = without_renewed(request, getattr(self._sender, "authorize", None))
        responses: list[Response] = []
        try:
            while True:
                self._check(request, kind, asker)
                response = await self._ask(request, kind, asker, endless=asked.resource_type == "eventsource")
                mirror.heard(request, response)
                responses.append(response)
                there = redirected(request, response)
                if there is None:
                    break
                number = len(responses) + (hop.number if hop else 0)
                if number > MAX_REDIRECTS:
                    raise BadResponse(f"{request.url} redirects without end", "follow it by hand, to see why")
                if kind == "document" and there.method == "GET":
                    self._check(there, kind, asker)
                    asker.record.hops[there.url] = Hop(number, request.header("referer"))
                    return _led(responses, there.url, response.header("location") or "")
                request = there
            if response.status < 200:
                raise BadResponse(f"{request.url} answers with status {response.status}", "")
        except NetworkError as error:
            if opening:
                asker.record.failure = error
            raise self._refusal(error, kind, asker) from error
        if len(responses) == 1 and kind in {"script", "style"}:
            self._cache.put(request, response)
        return _given(responses)

    def _check(self, request: Request, kind: str, asker: Asker) -> None:
        """Do nothing if ``request`` may be made.

        Raises:
            OutOfScope, Withheld: it may not.
        """
        if not self._allows(request):
            raise OutOfScope(
                f"not sent: {request.method} {request.url} is outside the scope",
                "widen the scope with --scope or --allow-host, if you may test that too",
            )
        reason = objection(request, risk=self._risk, file=kind in {"script", "style"})
        # Whoever opens a page has judged its URL.
        opened = asker.main and request.method == "GET" and asker.record.opens(request.url)
        if reason and not opened:
            asker.record.sights.append(
                Held(essence(request), asker.page)
                if reason == CHANGES
                else Withheld(request.method, request.url, reason)
            )
            raise WithheldError(f"{request.method} {request.url} is not sent: {reason}")
        if asker.record.holding and (kind == "document" or request.method not in {"GET", "HEAD"}):
            asker.record.sights.append(Held(essence(request), asker.page))
            raise WithheldError(f"{request.method} {request.url} is not sent: it is only to be seen")

    async def _ask(self, request: Request, kind: str, asker: Asker, *, endless: bool) -> Response:
        """As `_asked`, but what the page asked for a moment ago is not asked for again."""
        if kind != "fetch" or endless:
            return await self._asked(request, kind, asker, endless=endless)
        async with asker.record.recent.turn(request) as held:
            if held is not None:
                return held
            response = await self._asked(request, kind, asker, endless=False)
            asker.record.recent.put(request, response)
            return response

    async def _asked(self, request: Request, kind: str, asker: Asker, *, endless: bool) -> Response:
        """Ask the site; what is heard is written down.

        Raises:
            NetworkError: there is no answer.
        """
        try:
            async with asyncio.timeout(STREAM_SECONDS if endless else None):
                response = (await self._sender.send(request, learn=True)).response
        except TimeoutError:
            response = Response(status=0, notes=("does not end",))
        except WithheldError as error:
            asker.record.sights.append(Withheld(request.method, request.url, str(error)))
            raise
        asker.record.sights.append(Heard(Exchange(essence(request), response), kind, asker.page))
        return response

    def _refusal(self, error: NetworkError, kind: str, asker: Asker) -> "_Refused":
        """What the browser is told in place of an answer."""
        self.spent = self.spent or isinstance(error, BudgetSpent)
        if kind == "document" and asker.framed:
            return _Refused("aborted")  # the page that is shown stays
        return _Refused("blockedbyclient" if isinstance(error, (OutOfScope, WithheldError)) else "failed")


def _is_icon(asked: Asked) -> bool:
    """Is it the picture of a page that the browser itself asks for, time and again?"""
    return asked.resource_type == "other" and asked.headers.get("accept", "").startswith("image/")


def _request(asked: Asked, *, document: bool) -> Request:
    """What the page asks for, as the scan's client sends it.

    Raises:
        _Refused: a URL that cannot be.
    """
    try:
        return Request.from_url(
            asked.url,
            asked.method,
            passed_on(asked.headers.items(), document=document),
            asked.post_data_buffer or b"",
        )
    except ValueError as error:
        raise _Refused("failed") from error


def _referred(request: Request, referer: str | None) -> Request:
    """``request`` with the Referer that the first one of a row of redirects named."""
    headers = tuple(pair for pair in request.headers if pair[0].lower() != "referer")
    headers += (("Referer", referer),) if referer is not None else ()
    return Request(request.method, request.origin, request.target, headers, request.body)


def _given(responses: list[Response]) -> dict[str, Any]:
    last = responses[-1]
    return {"status": last.status, "headers": handed_back(responses), "body": last.body}


def _led(responses: list[Response], url: str, location: str) -> dict[str, Any]:
    """A page that leads on to ``url``: a redirect itself would be followed past the bridge.

    The fragment is the Location's, or else that of the page that redirects, as browsers do.
    """
    fragment = location.partition("#")[2]
    there = json.dumps(f"{url}#{fragment}" if "#" in location else url).replace("<", "\\u003c")
    keep = "" if "#" in location else " + location.hash"
    headers = {"content-type": "text/html; charset=utf-8"}
    if cookies := handed_back(responses).get("set-cookie"):
        headers["set-cookie"] = cookies
    body = f"<!DOCTYPE html><script>location.replace({there}{keep})</script>"
    return {"status": 200, "headers": headers, "body": body.encode()}


async def _unless_gone(action: Coroutine[Any, Any, None]) -> bool:
    """Did ``action`` succeed, the page that asked still being there?"""
    try:
        await action
    except Error:
        return False
    return True
