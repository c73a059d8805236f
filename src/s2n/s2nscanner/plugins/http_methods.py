"""HTTP methods that a site answers without need: TRACE, WebDAV, and announced PUT and DELETE."""

import re
from collections.abc import AsyncIterator

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Places,
    PluginInfo,
    Request,
    Severity,
    disclosure,
)

WRITING = ("PUT", "DELETE", "MOVE", "COPY", "MKCOL", "PROPPATCH")
"""What changes files where it is allowed; never sent, only read from what the server says it allows."""

MAX_PLACES = 6

_SECRET = frozenset({"cookie", "authorization"})
_DEPTH = (("Depth", "0"),)
_MULTISTATUS = re.compile(rb"(?i)<(?:\w+:)?multistatus\b")
_HREF = re.compile(rb"(?i)<(?:\w+:)?href>")
_TRACE_VECTOR = "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N"


class Plugin:
    """Believes in TRACE if a fresh header comes back, in WebDAV if properties come back."""

    info = PluginInfo(
        id="http_methods",
        title="Unneeded HTTP method is answered",
        severity=Severity.LOW,
        cwe="CWE-650",
        owasp="A05:2021",
        wstg="WSTG-CONF-06",
        cvss_vector=_TRACE_VECTOR,
        cvss_score=3.1,
        what="The server answers HTTP methods that the site does not need: TRACE, or those of WebDAV.",
        why="TRACE hands back headers that scripts must not read, such as cookies marked HttpOnly and those "
        "that a proxy adds; WebDAV lists and may change files.",
        fix="Allow only the methods that the application uses: TraceEnable Off (Apache), limit_except "
        "(nginx), request filtering (IIS); switch the WebDAV module off.",
        references=(
            "https://owasp.org/www-community/attacks/Cross_Site_Tracing",
            "https://cwe.mitre.org/data/definitions/650.html",
        ),
        kind="site",
        max_requests=MAX_PLACES * 6,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each method family and origin."""
        places = Places(ctx.scan, ctx.endpoints)
        traced: set[str] = set()
        for url in [*places.roots, *places.folders(MAX_PLACES)][:MAX_PLACES]:
            if not places.allows(url):
                continue
            request = Request.from_url(url)
            if str(request.origin) not in traced and (exchange := await _trace(ctx, request)) is not None:
                traced.add(str(request.origin))
                yield _traced(ctx, request, exchange)
            if (exchange := await _properties(ctx, request)) is not None:
                yield await _webdav(ctx, request, exchange)


async def _trace(ctx: CheckContext, request: Request) -> Exchange | None:
    """The exchange in which the server sent back a header that nobody knew before."""
    value = ctx.fresh.token(16)
    exchange = await ctx.send(Request("TRACE", request.origin, request.target, (("X-Trace", value),)))
    response = exchange.response
    echoed = re.search(rf"(?im)^X-Trace: ?{value}\s*$", response.text)
    begins = response.text.lstrip().startswith("TRACE ")
    return exchange if response.status == 200 and echoed and begins else None


def _traced(ctx: CheckContext, request: Request, exchange: Exchange) -> Claim:
    async def again() -> bool:
        return await _trace(ctx, request) is not None

    return ctx.claim(
        exchange,
        "TRACE is answered with the request itself, a header with a fresh value included.",
        again,
        title="TRACE is answered",
        confidence=Confidence.CERTAIN,
        marker="X-Trace",
        masked=tuple(value for name, value in exchange.request.headers if name.lower() in _SECRET),
        variant="TRACE",
        per_site=True,
    )


async def _properties(ctx: CheckContext, request: Request) -> Exchange | None:
    """The exchange in which the server listed a resource's WebDAV properties."""
    exchange = await ctx.send(Request("PROPFIND", request.origin, request.target, _DEPTH))
    body = exchange.response.body if exchange.response.status == 207 else b""
    begins = _MULTISTATUS.search(body)
    return exchange if begins is not None and _HREF.search(body, begins.end()) else None


async def _webdav(ctx: CheckContext, request: Request, exchange: Exchange) -> Claim:
    async def again() -> bool:
        return await _properties(ctx, request) is not None

    options = await ctx.send(Request("OPTIONS", request.origin, request.target))
    said = ",".join(options.response.header_all("allow")).upper()
    writing = [method for method in WRITING if re.search(rf"\b{method}\b", said)]
    also = f"; it says that it allows {', '.join(writing)}" if writing else ""
    return ctx.claim(
        exchange,
        f"PROPFIND {request.path} is answered with the properties of a WebDAV resource{also}.",
        again,
        title="WebDAV is open to visitors",
        confidence=Confidence.CERTAIN,
        marker="multistatus",
        variant="WebDAV",
        **disclosure(Severity.MEDIUM),
    )
