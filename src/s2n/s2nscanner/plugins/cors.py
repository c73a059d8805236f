"""Answers that scripts of any site may read, in the name of whoever visits it."""

import ipaddress
import re
from collections.abc import AsyncIterator, Callable, Iterator

from msgspec import Struct

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Fresh,
    Origin,
    PluginInfo,
    Request,
    Severity,
)

MAX_ENDPOINTS = 12

_API = re.compile(r"(?i)/(?:api|rest|graphql|ajax|json|v\d+|users?|accounts?|me|profile)(?:/|$|\.)")
_HOST = re.compile(r"https?://([\w.-]+)")

Maker = Callable[[str], str]
"""A fresh word → an origin that no site should trust."""


class Trick(Struct, frozen=True):
    """A foreign origin. ``kind`` names what the site's check overlooks."""

    kind: str
    make: Maker


ANY = Trick("any origin", lambda word: f"https://{word}.example")
NULL = Trick("the origin null", lambda word: "null")


class Plugin:
    """Asks as scripts of foreign origins would; ``*`` is no finding, browsers send no session with it.

    Where only answers without credentials are opened, it is LOW: they could be had without a browser, unless
    the site is on a network of its own.
    """

    info = PluginInfo(
        id="cors",
        title="Foreign origins may read answers",
        severity=Severity.HIGH,
        cwe="CWE-942",
        owasp="A05:2021",
        wstg="WSTG-CLNT-07",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:N",
        cvss_score=8.1,
        what="The site's CORS headers trust origins that it does not know.",
        why="A page of the attacker's reads, with the session of whoever visits it, what this site shows to "
        "them alone: data, and tokens against request forgery.",
        fix="Compare the whole Origin with a list of known ones; never echo it, never allow null, and match "
        "no parts of names. Allow credentials only where they are needed.",
        references=(
            "https://portswigger.net/web-security/cors",
            "https://developer.mozilla.org/en-US/docs/Web/HTTP/CORS",
        ),
        kind="site",
        max_requests=MAX_ENDPOINTS * 8,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each origin and kind of trust."""
        known: set[tuple[str, str, bool]] = set()
        for request in _endpoints(ctx):
            async for trick, exchange in _trusting(ctx, request):
                key = (str(request.origin), trick.kind, _with_credentials(exchange))
                if key not in known:
                    known.add(key)
                    yield _claim(ctx, request, trick, exchange)


async def _trusting(ctx: CheckContext, request: Request) -> AsyncIterator[tuple[Trick, Exchange]]:
    """What is trusted at ``request``; the exotic is tried only where some origin is, or may be."""
    word = ctx.fresh.letters(10)
    foreign = await ctx.send(_asked(request, ANY.make(word)))
    if _trusts(foreign, ANY.make(word)):
        yield ANY, foreign
        return
    null = await ctx.send(_asked(request, "null"))
    if _trusts(null, "null"):
        yield NULL, null
    own = await ctx.send(_asked(request, str(request.origin)))
    signs = [_allowed(each) for each in (foreign, null, own)]
    if not any(signs) and "origin" not in (own.response.header("vary") or "").lower():
        return
    for trick in _tricks(request.origin, signs):
        exchange = await ctx.send(_asked(request, trick.make(word)))
        if _trusts(exchange, trick.make(word)):
            yield trick, exchange


def _tricks(origin: Origin, signs: list[str]) -> Iterator[Trick]:
    """Origins that only look like a trusted one: the site's own, or one that it named."""
    named = (_HOST.match(sign) for sign in signs)
    hosts = dict.fromkeys((origin.host, *(match[1] for match in named if match)))
    for host in list(hosts)[:2]:
        yield Trick(f"names that begin with {host}", _beginning(origin.scheme, host))
        if _is_name(host):
            yield Trick(f"names that end with {host}", _ending(origin.scheme, host))
        if host.count(".") > 1 and _is_name(host):
            yield Trick(f"names like {host} with any character for a dot", _dotless(origin.scheme, host))


def _beginning(scheme: str, host: str) -> Maker:
    return lambda word: f"{scheme}://{host}.{word}.example"


def _ending(scheme: str, host: str) -> Maker:
    return lambda word: f"{scheme}://{word}{host}"


def _dotless(scheme: str, host: str) -> Maker:
    return lambda word: f"{scheme}://{host.replace('.', word[0], 1)}"


def _endpoints(ctx: CheckContext) -> list[Request]:
    """Each path once, those first that look like an interface for scripts."""
    paths: dict[tuple[Origin, str], Request] = {}
    for request in (Request.from_url(ctx.scan.target_url), *ctx.endpoints):
        paths.setdefault((request.origin, request.path), request)
    likely = sorted(paths.values(), key=lambda each: (not _API.search(each.path), each.method != "GET"))
    return likely[:MAX_ENDPOINTS]


def _asked(request: Request, origin: str) -> Request:
    """``request`` by a script of ``origin``; of a change only the question that browsers ask beforehand."""
    if request.method in {"GET", "HEAD"}:
        return request.with_header("Origin", origin)
    headers = (("Origin", origin), ("Access-Control-Request-Method", request.method))
    return Request("OPTIONS", request.origin, request.target, headers)


def _allowed(exchange: Exchange) -> str:
    return (exchange.response.header("access-control-allow-origin") or "").strip()


def _trusts(exchange: Exchange, origin: str) -> bool:
    return exchange.response.status not in {403, 429, 503} and _allowed(exchange) == origin


def _with_credentials(exchange: Exchange) -> bool:
    value = exchange.response.header("access-control-allow-credentials")
    return (value or "").strip() == "true"  # Fetch standard: this word, in lower case


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host
    return False


def _claim(ctx: CheckContext, request: Request, trick: Trick, exchange: Exchange) -> Claim:
    fresh: Fresh = ctx.fresh
    credentials = _with_credentials(exchange)

    async def again() -> bool:
        origin = trick.make(fresh.letters(10))
        second = await ctx.send(_asked(request, origin))
        return _trusts(second, origin) and _with_credentials(second) is credentials

    low = {
        "severity": Severity.LOW,
        "cvss_vector": "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N",
        "cvss_score": 3.1,
    }
    return ctx.claim(
        exchange,
        f"Scripts of {exchange.request.header('origin')} may read the answer"
        + (", and it is asked for with the visitor's session" if credentials else ", without a session")
        + f": the site trusts {trick.kind}.",
        again,
        title=f"CORS trusts {trick.kind}",
        confidence=Confidence.CERTAIN,
        payload=exchange.request.header("origin") or "",
        parameter="Origin",
        per_site=True,
        variant=f"{trick.kind.partition(' like ')[0]} {credentials}",
        **({} if credentials else low),
    )
