"""Consoles, profilers, status pages and descriptions that only developers and operators should reach."""

import re
from collections.abc import AsyncIterator

import msgspec

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Places,
    PluginInfo,
    Response,
    Severity,
    disclosure,
    entries,
)

MAX_REQUESTS = 400
MAX_TRIED = 260
"""URLs that are asked for; the rest of the budget tells real ones from a site that answers everything."""

MAX_BODY = 1 << 18
"""Bytes of a body in which its kind must show."""


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the data file; the fields are explained at its top."""

    paths: tuple[str, ...]
    looks: str
    title: str
    severity: Severity
    cwe: str = ""

    def find(self, response: Response) -> str | None:
        """What shows that ``response`` is this endpoint's."""
        if response.status != 200:
            return None
        match = re.search(self.looks.encode(), response.body[:MAX_BODY])
        return match[0].decode("latin-1")[:80] if match else None


def endpoints() -> tuple[Endpoint, ...]:
    """What to look for, from the data file beside this module."""
    return entries(__file__, Endpoint)


class Plugin:
    """Believes in an endpoint if its content is of its kind and a random sibling is answered otherwise."""

    info = PluginInfo(
        id="debug_endpoint",
        title="Debug or administration endpoint is public",
        severity=Severity.MEDIUM,
        cwe="CWE-489",
        owasp="A05:2021",
        wstg="WSTG-CONF-05",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
        cvss_score=5.3,
        what="A console, profiler, status page or description meant for developers answers everybody.",
        why="It shows requests, settings and secrets of the running program, and some of them run code.",
        fix="Switch it off in production, or let only an inner network or logged-in operators reach it.",
        references=(
            "https://owasp.org/Top10/A05_2021-Security_Misconfiguration/",
            "https://cwe.mitre.org/data/definitions/489.html",
        ),
        kind="site",
        max_requests=MAX_REQUESTS,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each kind of endpoint and origin."""
        places = Places(ctx.scan, ctx.endpoints)
        answers: dict[str, Exchange] = {}
        for root in places.roots:
            for endpoint in endpoints():
                for path in endpoint.paths:
                    url = root + path
                    if not places.allows(url):
                        continue
                    if url not in answers:
                        if len(answers) == MAX_TRIED:
                            return
                        answers[url] = await ctx.get(url)
                    if endpoint.find(answers[url].response) is None:
                        continue
                    exchange = await ctx.exists(url)
                    if exchange is not None and (marker := endpoint.find(exchange.response)) is not None:
                        yield _claim(ctx, url, endpoint, exchange, marker)
                        break


def _claim(ctx: CheckContext, url: str, endpoint: Endpoint, exchange: Exchange, marker: str) -> Claim:
    async def again() -> bool:
        second = await ctx.exists(url)
        return second is not None and endpoint.find(second.response) is not None

    return ctx.claim(
        exchange,
        f"{exchange.request.path} answers as such an endpoint does: {marker!r}; random names beside it are "
        "answered otherwise.",
        again,
        title=endpoint.title,
        confidence=Confidence.CERTAIN,
        marker=marker if marker.isprintable() else "",
        cwe=endpoint.cwe,
        variant=endpoint.title,
        **disclosure(endpoint.severity),
    )
