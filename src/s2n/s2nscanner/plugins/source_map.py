"""Source maps that give away a site's scripts as their authors wrote them."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from urllib.parse import urljoin

import msgspec

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Places,
    PluginInfo,
    Request,
    Response,
    Severity,
    disclosure,
    parse_html,
)

MAX_PAGES = 12
MAX_SCRIPTS = 40

_NAMED = re.compile(rb"(?m)[/*][/*][#@]\s*sourceMappingURL=([^\s'\"*]{1,500})")
_TAIL = 4096
"""Bytes at a script's end among which its map is named."""


class SourceMap(msgspec.Struct, frozen=True, rename="camel"):
    """The fields of a source map (ECMA-426) that show it is one."""

    version: int
    mappings: str = ""
    sources: tuple[str | None, ...] = ()
    sources_content: tuple[str | None, ...] = ()
    sections: tuple[dict[str, object], ...] = ()


class Plugin:
    """Fetches the scripts and styles of some pages, and the map that each names or that lies beside it."""

    info = PluginInfo(
        id="source_map",
        title="Source map is served",
        severity=Severity.LOW,
        cwe="CWE-540",
        owasp="A05:2021",
        wstg="WSTG-INFO-05",
        cvss_vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N",
        cvss_score=3.7,
        what="The map from a minified script back to its sources can be fetched, with the sources in it.",
        why="It shows comments, file names and unused code: unlinked endpoints, hidden "
        "features, sometimes keys.",
        fix="Build without source maps for production, or keep them where only your error tracker gets them.",
        references=(
            "https://tc39.es/ecma426/",
            "https://cwe.mitre.org/data/definitions/540.html",
        ),
        kind="site",
        max_requests=MAX_PAGES + 6 * MAX_SCRIPTS,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each map."""
        places = Places(ctx.scan, ctx.endpoints)
        origins = {Request.from_url(root).origin for root in places.roots}
        seen: set[str] = set()
        async for script in _scripts(ctx, places):
            if len(seen) == MAX_SCRIPTS:
                return
            if script in seen or Request.from_url(script).origin not in origins or not places.allows(script):
                continue
            seen.add(script)
            answer = (await ctx.get(script)).response
            if answer.status != 200 or answer.is_html:
                continue
            named = _NAMED.findall(answer.body[-_TAIL:])
            link = named[-1].decode("latin-1") if named else script.partition("?")[0] + ".map"
            try:
                url = urljoin(script, link)
            except ValueError:
                continue
            if not url.startswith("http") or Request.from_url(url).origin not in origins:
                continue  # data: maps lie in the script itself, others with somebody else
            found = await _map(ctx, url)
            if found is not None:
                yield _claim(ctx, url, script, *found)


async def _scripts(ctx: CheckContext, places: Places) -> AsyncIterator[str]:
    pages = [request.url for request in ctx.endpoints if request.method == "GET"]
    for url in list(dict.fromkeys([*places.roots, *pages]))[:MAX_PAGES]:
        if not places.allows(url):
            continue
        exchange = await ctx.get(url, follow=True)
        if exchange.response.is_html:
            for script in _linked(exchange):
                yield script


def _linked(exchange: Exchange) -> Iterator[str]:
    document = parse_html(exchange.response.text)
    links = [element.attrs.get("src") for element in document.select("script[src]")]
    links += [element.attrs.get("href") for element in document.select("link[rel~=stylesheet][href]")]
    for link in links:
        with suppress(ValueError):  # "http://[" leads nowhere
            yield Request.from_url(urljoin(exchange.request.url, str(link)).partition("#")[0]).url


async def _map(ctx: CheckContext, url: str) -> tuple[Exchange, SourceMap] | None:
    exchange = await ctx.get(url)
    found = parse(exchange.response)
    return None if found is None else (exchange, found)


def parse(response: Response) -> SourceMap | None:
    """The source map in a response; its content is proof enough, whatever else the site answers to."""
    if response.status != 200:
        return None
    try:
        body = response.body.removeprefix(b")]}'").lstrip()
        found = msgspec.json.decode(body, type=SourceMap)
    except (ValueError, RecursionError):
        return None
    return found if found.version == 3 and (found.sections or (found.sources and found.mappings)) else None


def _claim(ctx: CheckContext, url: str, script: str, exchange: Exchange, found: SourceMap) -> Claim:
    async def again() -> bool:
        return await _map(ctx, url) is not None

    full = bool(found.sections) or any(found.sources_content)
    names = [source for source in found.sources if source][:4]
    return ctx.claim(
        exchange,
        f"{exchange.request.path} maps {script} back to {len(found.sources)} sources"
        f"{', their text included' if full else ''}: {', '.join(names)[:200]}.",
        again,
        title="Source map with sources is served" if full else "Source map is served",
        confidence=Confidence.CERTAIN,
        marker='"sources"',
        variant="map",
        **disclosure(Severity.LOW if full else Severity.INFO),
    )
