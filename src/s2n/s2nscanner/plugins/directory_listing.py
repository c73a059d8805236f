"""Folders whose files the web server lists to everybody."""

import re
from collections.abc import AsyncIterator
from urllib.parse import unquote

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
    entries,
)

MAX_FOLDERS = 40
USUAL = (
    "uploads/",
    "files/",
    "backup/",
    "images/",
    "static/",
    "assets/",
    "includes/",
    "logs/",
    "tmp/",
    "data/",
)
"""Folders that exist on many sites without a page that links them."""

MAX_BODY = 1 << 17
"""Bytes of a body in which a listing must show."""

_ENTRY = re.compile(r"(?i)<a\b[^<>]{0,200}?href=[\"']?([^\"'<>\s]+)")


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a server lists a folder: what its page has, and nothing else quite so."""

    name: str
    looks: str


def servers() -> tuple[Server, ...]:
    """How servers list folders, from the data file beside this module."""
    return entries(__file__, Server)


class Plugin:
    """One finding per folder: its page has the structure of a server's listing, and entries."""

    info = PluginInfo(
        id="directory_listing",
        title="Folder is listed",
        severity=Severity.MEDIUM,
        cwe="CWE-548",
        owasp="A05:2021",
        wstg="WSTG-CONF-04",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N",
        cvss_score=5.3,
        what="The web server answers the URL of a folder with the list of everything that lies in it.",
        why="Files that nothing links, such as backups, uploads of others and drafts, are found at once.",
        fix="Switch listings off: Options -Indexes (Apache), autoindex off (nginx), directoryBrowse "
        "enabled=false (IIS).",
        references=(
            "https://owasp.org/Top10/A05_2021-Security_Misconfiguration/",
            "https://cwe.mitre.org/data/definitions/548.html",
        ),
        kind="site",
        max_requests=MAX_FOLDERS * 5,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """Ask for the folders of what the crawl found, then for usual ones."""
        places = Places(ctx.scan, ctx.endpoints)
        wanted = [*places.roots, *places.folders(MAX_FOLDERS), *(places.roots[0] + name for name in USUAL)]
        for url in list(dict.fromkeys(wanted))[:MAX_FOLDERS]:
            if places.allows(url) and (found := await _listed(ctx, url)) is not None:
                yield _claim(ctx, url, *found)


async def _listed(ctx: CheckContext, url: str) -> tuple[Exchange, Server, list[str]] | None:
    exchange = await ctx.get(url)
    found = find(exchange.response, exchange.request.path)
    if found is None or await ctx.exists(url) is None:  # a page that lists whatever is asked for
        return None
    return exchange, *found


def find(response: Response, path: str) -> tuple[Server, list[str]] | None:
    """The server whose listing of ``path`` this is, and the names in it."""
    if response.status != 200 or not response.is_html:
        return None
    text = response.body[:MAX_BODY].decode("utf-8", "replace")
    here = unquote(path)
    for server in servers():
        match = re.search(server.looks, text)
        if match is None:
            continue
        said = match.groupdict().get("path")
        if said is not None and unquote(said).strip().strip("/") != here.strip("/"):
            continue
        names = [name for link in _ENTRY.findall(text) if (name := _name(link, path))]
        if names:
            return server, list(dict.fromkeys(names))
    return None


def _name(link: str, path: str) -> str:
    """The entry that a link leads to; empty for sorting, the parent and everything elsewhere."""
    link = link.removeprefix("./")
    link = link.removeprefix(path)
    name = link.partition("?")[0]
    elsewhere = name.startswith(("/", "..", "#")) or ":" in name or "/" in name.rstrip("/")
    return "" if elsewhere else unquote(name)


def _claim(ctx: CheckContext, url: str, exchange: Exchange, server: Server, names: list[str]) -> Claim:
    async def again() -> bool:
        return await _listed(ctx, url) is not None

    return ctx.claim(
        exchange,
        f"{exchange.request.path} is listed as {server.name} does: {', '.join(names[:6])}"
        f"{f' and {len(names) - 6} more' if len(names) > 6 else ''}.",
        again,
        confidence=Confidence.CERTAIN,
        marker=names[0],
        variant="listing",
    )
