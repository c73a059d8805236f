"""Can another site make a change in a visitor's name? The request is sent as such a site could cause it."""

from collections.abc import AsyncIterator, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Exchange, Request
from s2n.s2nscanner.http.redirects import redirected
from s2n.s2nscanner.oracles.forgery import (
    as_get,
    by_other_site,
    by_own_page,
    is_simple,
    objects,
    page_values,
    succeeds,
    token_names,
    token_values,
    with_values,
    without_fields,
)
from s2n.s2nscanner.oracles.probe import Fresh, Sender
from s2n.s2nscanner.oracles.stability import Stable, learned
from s2n.s2nscanner.oracles.visitor import anonymous, cookies_sent, cookies_set, holds_session, refused

MAX_PAGES = 3
"""Pages in which a form's present token is looked for."""

KEPT_AT_HOME = {"lax", "strict"}


class Forged(Struct, frozen=True):
    """A forged request that was accepted. ``how`` completes "sent …"; ``stranger`` is the refused control."""

    exchange: Exchange
    stranger: Exchange
    accepted: Stable
    how: str
    tokens: tuple[str, ...]
    same_site_seen: bool
    """Was the session cookie seen when it was set, so that its SameSite attribute is known?"""


def same_site(*exchanges: Exchange) -> dict[str, str]:
    """The SameSite attribute of each cookie that ``exchanges`` set, empty where there is none."""
    return {name: cookie.same_site for name, cookie in cookies_set(*exchanges).items()}


class Change:
    """One change, asked for in several ways. ``known``: SameSite of the cookies that were seen set."""

    def __init__(
        self,
        sender: Sender,
        fresh: Fresh,
        request: Request,
        endpoints: Sequence[Request],
        known: dict[str, str],
    ) -> None:
        self._sender = sender
        self._fresh = fresh
        self._endpoints = endpoints
        self.request = request
        self._known = known
        self._shown: Request | None = None
        self.tokens = token_names(request)

    async def forge(self) -> Forged | None:
        """A forgery that gets the answer of the site's own request, or None.

        The change is sent at most six times: twice as it is, once without a session (it must be refused, or
        no session is abused), and at most three times forged.
        """
        renewed = bool(self.tokens) and await self._renew_tokens()
        baseline = await self._sender.send(by_own_page(self.request))
        sent = baseline.request
        if self.tokens and not renewed and token_values(sent) == token_values(self.request):
            return None  # a token that was used before is refused like a forged one
        if not _rides_along(sent) or objects(baseline.response):
            return None
        stranger = await self._sender.send(anonymous(sent), exact=True)
        if not refused(baseline, stranger):
            return None
        self._known |= same_site(baseline, stranger)
        accepted = await self._learn(baseline)
        if accepted is None or accepted.same(stranger):
            return None
        async for how, forged in self._forgeries(replace(sent, target=self.request.target)):
            exchange = await self._sender.send(forged, exact=True)
            if accepted.same(exchange):
                return Forged(
                    exchange, stranger, accepted, how, tuple(self.tokens), bool(self._policies(sent))
                )
        return None

    async def _learn(self, baseline: Exchange) -> Stable | None:
        """What the accepted answer has in common when it is given twice; None if it cannot be told.

        Where each view of the form has another token, a view of somebody else's may have voided ours, so that
        both were refused: there the answer must say that it succeeded.
        """
        values = token_values(self.request)
        if self.tokens:
            await self._renew_tokens()
        last = await self._sender.send(by_own_page(self.request))
        if token_values(self.request) != values and not await self._succeeds(last):
            return None
        return learned([baseline, last])

    async def _succeeds(self, answer: Exchange) -> bool:
        """Does ``answer``, or the page it leads to, say that the change was made?"""
        there = redirected(self.request, answer.response)
        if there is None:
            if self._shown is None:
                return False
            usual = await self._sender.send(self._shown)
            return succeeds(answer.response, usual.response)
        final = await self._sender.send(there, follow=True)
        usual = await self._sender.send(replace(there, target=there.path), follow=True)
        return succeeds(final.response, usual.response)

    async def _renew_tokens(self) -> bool:
        """Put the values that the form's page gives now into the request; False if no page has them."""
        for page in _pages(self._endpoints, self.request):
            values = page_values((await self._sender.send(page)).response, self.tokens)
            if values:
                self._shown = page
                self.request = with_values(self.request, values)
                return True
        return False

    async def _forgeries(self, sent: Request) -> AsyncIterator[tuple[str, Request]]:
        """Descriptions and requests, at most three, that a page of another site could cause."""
        origin = f"https://{self._fresh.token()}.example"
        current = replace(sent, body=self.request.body)
        bare = without_fields(current, self.tokens)
        if self._stays_home(sent):
            if sent.method == "POST" and _is_form(sent) and not self._strict(sent):
                yield "as a link, which SameSite=Lax lets through", by_other_site(as_get(bare), origin)
            return
        if not is_simple(sent):
            async for forgery in self._beyond_simple(bare, origin):
                yield forgery
            return
        yield "without a token" if self.tokens else "from another site", by_other_site(bare, origin)
        if not self.tokens:
            yield "from a page that hides its origin", by_other_site(bare, "null")
            host = sent.origin.host.replace(":", "-")
            alike = f"{sent.origin.scheme}://{host}.{self._fresh.token()}.example"
            yield "from a site whose name begins with this one's", by_other_site(bare, alike)
            return
        wrong = {name: self._fresh.token(32) for name in self.tokens}
        yield "with a made-up token", by_other_site(with_values(current, wrong), origin)
        for page in _pages(self._endpoints, self.request):
            shown = await self._sender.send(page)
            other = await self._sender.send(anonymous(shown.request), exact=True)
            values = page_values(other.response, self.tokens)
            if values and values != page_values(shown.response, self.tokens):
                yield "with a token of another session", by_other_site(with_values(current, values), origin)
                return

    async def _beyond_simple(self, bare: Request, origin: str) -> AsyncIterator[tuple[str, Request]]:
        """JSON as text/plain; else only if the site permits the other origin beforehand."""
        if bare.method == "POST":
            yield "as text/plain", by_other_site(bare, origin).with_header("Content-Type", "text/plain")
        answer = (await self._sender.send(_preflight(bare, origin), exact=True)).response
        allowed = answer.header("access-control-allow-origin") == origin
        if allowed and (answer.header("access-control-allow-credentials") or "").lower() == "true":
            yield "after a preflight that allows any origin", by_other_site(bare, origin)

    def _policies(self, sent: Request) -> set[str]:
        """SameSite of the session cookies that were seen when they were set."""
        known = {name: value for name, value in cookies_sent(sent).items() if name in self._known}
        sessions = [name for name, value in known.items() if holds_session(name, value)] or list(known)
        return {self._known[name] for name in sessions}

    def _stays_home(self, sent: Request) -> bool:
        """Does every such cookie stay away from other sites' requests?"""
        policies = self._policies(sent)
        return sent.method != "GET" and bool(policies) and policies <= KEPT_AT_HOME

    def _strict(self, sent: Request) -> bool:
        return any(self._known.get(name) == "strict" for name in cookies_sent(sent))


def _preflight(request: Request, origin: str) -> Request:
    """The question a browser asks before it sends ``request`` for a page of ``origin``."""
    headers = (
        ("Host", request.origin.authority),
        ("Origin", origin),
        ("Access-Control-Request-Method", request.method),
        ("Access-Control-Request-Headers", "content-type"),
    )
    return replace(request, method="OPTIONS", headers=headers, body=b"")


def _rides_along(sent: Request) -> bool:
    """Does a browser add the session by itself: a cookie, or Basic credentials?"""
    basic = (sent.header("authorization") or "").lower().startswith("basic ")
    return basic or bool(cookies_sent(sent))


def _is_form(request: Request) -> bool:
    return "urlencoded" in (request.header("content-type") or "")


def _pages(endpoints: Sequence[Request], request: Request) -> Iterator[Request]:
    """The GET requests that most likely show the form: of its path, of its folder, of its origin."""
    gets = [each for each in endpoints if each.method == "GET" and each.origin == request.origin]
    folder = request.path.rpartition("/")[0]
    gets.sort(key=lambda each: (each.path != request.path, not each.path.startswith(folder), len(each.path)))
    yield from gets[:MAX_PAGES]
