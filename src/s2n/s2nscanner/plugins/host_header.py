"""A host name that the client claims, taken for the site's own: links and scripts lead where it says."""

import re
from collections.abc import AsyncIterator

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Fresh,
    HostLanding,
    HostPlace,
    PluginInfo,
    Request,
    Severity,
    host_landing,
)

MAX_ENDPOINTS = 12
MAX_REQUESTS = 60
"""Two for each endpoint, and the controls of what is found."""

FORWARDED = ("X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-Original-Host", "Forwarded")

_RESET = re.compile(r"(?i)forgot|reset|recover|lost.?pass|remind")
_STATIC = re.compile(r"(?i)\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|pdf|zip|txt)$")
_VARIABLE = re.compile(r"\d+|[0-9a-fA-F]{8,}")

# What the place gives an attacker: FIRST's CVSS 3.1 base scores.
_RATED = {
    HostPlace.SECRET_LINK: (Severity.HIGH, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:N", 8.1),
    HostPlace.RESOURCE: (Severity.MEDIUM, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:L/I:L/A:N", 4.7),
    HostPlace.REDIRECT: (Severity.MEDIUM, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:L/I:L/A:N", 4.7),
    HostPlace.FORM: (Severity.MEDIUM, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:L/I:L/A:N", 4.7),
    HostPlace.LINK: (Severity.LOW, "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N", 3.1),
}


class Hit(Struct, frozen=True):
    """A header whose host landed somewhere."""

    exchange: Exchange
    header: str
    landing: HostLanding


class Plugin:
    """Claims fresh hosts, in Host and in the headers of proxies, and looks where they turn up."""

    info = PluginInfo(
        id="host_header",
        title="Host header is trusted",
        severity=Severity.MEDIUM,
        cwe="CWE-644",
        owasp="A05:2021",
        wstg="WSTG-INPV-17",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:L/I:L/A:N",
        cvss_score=4.7,
        what="The site builds absolute URLs from the host name that the request claims.",
        why="An attacker asks for somebody's password-reset mail under a host of their own and gets the "
        "token; through a cache, visitors load script or are sent to pages from there.",
        fix="Take the site's name from configuration. Let the web server refuse hosts it doesn't serve, and "
        "the application believe X-Forwarded-Host and Forwarded only from its own proxy.",
        references=(
            "https://portswigger.net/web-security/host-header",
            "https://cwe.mitre.org/data/definitions/644.html",
        ),
        kind="site",
        changes=True,
        max_requests=MAX_REQUESTS,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each kind of place that a host lands in, on each origin."""
        reported: set[tuple[str, HostPlace]] = set()
        for request in _chosen(ctx):
            for names in (FORWARDED, ("Host",)):
                hit = await _claimed(ctx, request, names)
                key = (str(request.origin), hit.landing.place) if hit else None
                if hit is not None and key is not None and key not in reported:
                    reported.add(key)
                    yield await _claim(ctx, request, hit)


def _chosen(ctx: CheckContext) -> list[Request]:
    """One request of each group of pages; what mails secrets comes first."""
    seen: set[tuple[str, str, str]] = set()
    groups: list[Request] = []
    for request in (Request.from_url(ctx.scan.target_url), *ctx.endpoints):
        reads = request.method == "GET" and not _STATIC.search(request.path)
        key = (request.method, str(request.origin), _VARIABLE.sub("0", request.path))
        if key not in seen and (reads or (request.method == "POST" and _RESET.search(request.path))):
            seen.add(key)
            groups.append(request)
    groups.sort(key=lambda request: _RESET.search(request.url) is None)
    return groups[:MAX_ENDPOINTS]


async def _claimed(ctx: CheckContext, request: Request, names: tuple[str, ...]) -> Hit | None:
    """Claim a host of its own by each header; the worst place that one of them landed in.

    A mere link that follows Host is none: nobody can send another's browser there with a wrong Host, unless
    a cache keeps the answer.
    """
    hosts = {name: _host(ctx.fresh) for name in names}
    exchange = await ctx.send(_with_hosts(request, hosts, ctx.fresh))
    hits = [
        Hit(exchange, name, landing)
        for name, host in hosts.items()
        if (landing := host_landing(exchange, host)) is not None
        and (name != "Host" or landing.place is not HostPlace.LINK or _is_cached(exchange))
    ]
    return max(hits, key=lambda hit: hit.landing.place, default=None)


def _is_cached(exchange: Exchange) -> bool:
    response = exchange.response
    return response.header("age") is not None or "public" in (response.header("cache-control") or "")


def _host(fresh: Fresh) -> str:
    return f"{fresh.letters(10)}.example"


def _with_hosts(request: Request, hosts: dict[str, str], fresh: Fresh) -> Request:
    """The request with the hosts, and a parameter that no other visitor's copy in a cache has."""
    if request.method == "GET":
        sign = "&" if "?" in request.target else "?"
        word = fresh.letters()
        request = replace(request, target=f"{request.target}{sign}{word}={word}")
    for name, host in hosts.items():
        request = request.with_header(name, f"host={host}" if name == "Forwarded" else host)
    return request


async def _claim(ctx: CheckContext, request: Request, hit: Hit) -> Claim:
    host = _host(ctx.fresh)
    control = await ctx.send(_with_hosts(request, {f"X-{ctx.fresh.letters()}": host}, ctx.fresh))

    async def again() -> bool:
        if host_landing(control, host) is not None:
            return False  # it believes any header: whatever that is, it is no trust in a host
        second = await _claimed(ctx, request, (hit.header,))
        return second is not None and second.landing.place is hit.landing.place

    severity, vector, score = _RATED[hit.landing.place]
    return ctx.claim(
        hit.exchange,
        f"The host claimed by {hit.header} stands in {hit.landing.where}: {hit.landing.url[:200]}",
        again,
        control=control,
        severity=severity,
        cvss_vector=vector,
        cvss_score=score,
        confidence=Confidence.CERTAIN,
        parameter=hit.header,
        payload=hit.exchange.request.header(hit.header) or "",
        marker=hit.landing.url[:60],
        variant=hit.landing.place.name.lower(),
        per_site=True,
        description="Caches may keep this answer for others." if _is_cached(hit.exchange) else "",
    )
