"""Tiny sites, as functions from a request to an answer, on an in-memory transport.

For the decisions of oracles and plugins. Whatever concerns the wire is tested on real sockets.
"""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qsl, urljoin

from s2n.model import Exchange, PluginInfo, Request, Response, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.http.points import InputPoint, points_of
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.sdk import Claim

Answer = Response | str
Site = Callable[[Request], Answer]


def html(body: str, status: int = 200, **headers: str) -> Response:
    """A page. Header names are given with underscores: ``set_cookie="a=b"``."""
    pairs = [("Content-Type", "text/html; charset=utf-8")]
    pairs += [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status=status, headers=tuple(pairs), body=body.encode())


def params(request: Request) -> dict[str, str]:
    """Query and form fields of a request, decoded."""
    pairs = parse_qsl(request.query, keep_blank_values=True)
    if "urlencoded" in (request.header("content-type") or ""):
        pairs += parse_qsl(request.body.decode(), keep_blank_values=True)
    return dict(pairs)


class MemorySender:
    """Answers from a function; counts and keeps the requests. ``latency`` may add to the elapsed seconds."""

    def __init__(self, site: Site, latency: Callable[[Request], float] = lambda _: 0.002) -> None:
        self.site = site
        self.latency = latency
        self.requests: list[Request] = []

    async def send(
        self,
        request: Request,
        *,
        follow: bool = False,
        exact: bool = False,
        alone: bool = False,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Exchange:
        """As the HTTP client would: redirects on the same origin are followed when asked."""
        del exact, alone, timeout
        hops: list[Exchange] = []
        while True:
            await asyncio.sleep(0)
            self.requests.append(request)
            answer = self.site(request)
            response = html(answer) if isinstance(answer, str) else answer
            seconds = self.latency(request)
            response = Response(
                status=response.status,
                reason=response.reason,
                headers=response.headers,
                body=response.body,
                ttfb=seconds,
                elapsed=seconds,
            )
            exchange = Exchange(request, response, tuple(hops))
            if not (follow and response.is_redirect and len(hops) < 5):
                return exchange
            try:
                target = Request.from_url(urljoin(request.url, response.header("location") or ""))
            except ValueError:  # leads nowhere
                return exchange
            if target.origin != request.origin:
                return exchange
            hops.append(exchange)
            request = target


INFO = PluginInfo(id="test", title="test", severity=Severity.HIGH, max_requests=1000)


def point_at(url: str, name: str, request: Request | None = None) -> InputPoint:
    """The input point ``name`` of a request (default: GET ``url``)."""
    return next(p for p in points_of(request or Request.from_url(url)) if p.name == name)


def context(site: Site | MemorySender, info: PluginInfo = INFO, seed: int = 1) -> Context:
    """The engine's own context over an in-memory site."""
    sender = site if isinstance(site, MemorySender) else MemorySender(site)
    return Context(info, Shared(ScanRequest(target_url="http://site.test/"), sender), Fresh(seed))


async def probe(site: Site | MemorySender, url: str, name: str, seed: int = 1) -> Probe:
    """A probe at input point ``name`` of GET ``url``."""
    return await context(site, seed=seed).probe(point_at(url, name))


def run_check(plugin: object, site: Site | MemorySender, point: InputPoint, seed: int = 1) -> list[Claim]:
    """What a plugin's ``check`` yields at ``point``, each claim re-verified as the engine does."""

    async def go() -> list[Claim]:
        info: PluginInfo = plugin.info  # type: ignore[attr-defined]
        ctx = context(site, info, seed)
        claims = []
        async for claim in plugin.check(point, ctx):  # type: ignore[attr-defined]
            ctx.allow(100)
            if claim.proof is None or await claim.proof.again() is not None:
                claims.append(claim)
        return claims

    return asyncio.run(go())
