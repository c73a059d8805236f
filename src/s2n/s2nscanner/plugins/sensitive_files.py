"""Files that lie below the document root by mistake: repositories, backups, keys, dumps, diagnostics."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import msgspec

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Origin,
    PluginInfo,
    Request,
    Response,
    Severity,
)

MAX_CANDIDATES = 260
MAX_ORIGINS = 3
MAX_FOLDERS = 10
MAX_COPIED_PAGES = 15
MAX_REQUESTS = 400
"""Each of the candidates once; what is left confirms those whose content is right."""

MAX_BODY = 1 << 18
"""Bytes of a body in which its kind must show."""

_PAGE = re.compile(rb"(?i)\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype html|html|head|body)\b")
_IDENTIFIER = re.compile(r"/(\d+|[0-9a-fA-F-]{16,})(?=/)")

# The vectors of what a reader gains: FIRST's CVSS 3.1 base scores.
CVSS = {
    Severity.CRITICAL: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", 9.1),
    Severity.HIGH: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),
    Severity.MEDIUM: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3),
    Severity.LOW: ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N", 3.7),
    Severity.INFO: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
}


class KnownFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the catalogue; the fields are explained at its top."""

    path: str
    looks: str
    title: str
    severity: Severity
    deep: bool = False
    page: bool = False

    def find(self, response: Response) -> str | None:
        """What shows that ``response`` holds such a file."""
        body = response.body[:MAX_BODY]
        if response.status != 200 or (_PAGE.match(body) and not self.page):
            return None
        match = re.search(self.looks.encode(), body, re.MULTILINE)
        return match[0].decode("latin-1")[:80] if match else None


class Copies(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How copies of a page are named, and how programs look, by the page's suffix."""

    forms: tuple[str, ...]
    looks: dict[str, str]


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole data file."""

    file: tuple[KnownFile, ...]
    copies: Copies


@cache
def catalogue() -> Catalogue:
    """What to look for, from the data file beside this module."""
    return msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Catalogue)


class Plugin:
    """Believes in a file if its content is of its kind and a random sibling is answered otherwise."""

    info = PluginInfo(
        id="sensitive_files",
        title="Sensitive file is served",
        severity=Severity.HIGH,
        cwe="CWE-538",
        owasp="A05:2021",
        wstg="WSTG-CONF-04",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        cvss_score=7.5,
        what="A file that was never meant for visitors lies where the web server hands it out.",
        why="Repositories, backups and configuration hold source code, passwords and keys: the way to all "
        "the rest.",
        fix="Remove the file from the document root, and change any secret it held. Deploy only what is "
        "served, and let the server refuse dotfiles, backups and diagnostics.",
        references=(
            "https://owasp.org/Top10/A05_2021-Security_Misconfiguration/",
            "https://cwe.mitre.org/data/definitions/538.html",
        ),
        kind="site",
        max_requests=MAX_REQUESTS,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One finding for each file."""
        banned = [re.compile(pattern) for pattern in ctx.scan.exclude]
        tried: set[str] = set()
        for url, known in _candidates(ctx):
            if url in tried or any(pattern.search(url) for pattern in banned):
                continue
            if len(tried) == MAX_CANDIDATES:
                return
            tried.add(url)
            if known.find((await ctx.get(url)).response) is None:
                continue
            exchange = await ctx.exists(url)
            if exchange is not None and (marker := known.find(exchange.response)) is not None:
                yield _claim(ctx, url, known, exchange, marker)


def _claim(ctx: CheckContext, url: str, known: KnownFile, exchange: Exchange, marker: str) -> Claim:
    async def again() -> bool:
        second = await ctx.exists(url)
        return second is not None and known.find(second.response) is not None

    vector, score = CVSS[known.severity]
    path = exchange.request.path
    return ctx.claim(
        exchange,
        f"{path} holds what such a file holds: {marker!r}; random names beside it are answered otherwise.",
        again,
        title=known.title,
        severity=known.severity,
        confidence=Confidence.CERTAIN,
        marker=marker if marker.isprintable() else "",
        cvss_vector=vector,
        cvss_score=score,
        variant=path,
    )


def _candidates(ctx: CheckContext) -> Iterator[tuple[str, KnownFile]]:
    """URLs and what should be there: at the roots, as copies of real pages, then folder by folder."""
    target = Request.from_url(ctx.scan.target_url)
    pages = [target, *ctx.endpoints]
    root = target.path.rpartition("/")[0] + "/" if ctx.scan.scope == "folder" else "/"
    origins = Counter(page.origin for page in pages)
    origins[target.origin] += len(pages)  # the target's own comes first
    paths = {
        origin: [page.path for page in pages if page.origin == origin and page.path.startswith(root)]
        for origin, _ in origins.most_common(MAX_ORIGINS)
    }
    for origin in paths:
        for known in catalogue().file:
            yield _url(origin, root, known), known
    for origin, seen in paths.items():
        yield from _copies(origin, seen)
    for origin, seen in paths.items():
        for folder in _folders(seen, root):
            for known in catalogue().file:
                if known.deep:
                    yield _url(origin, folder, known), known


def _url(origin: Origin, folder: str, known: KnownFile) -> str:
    return f"{origin}{folder}{known.path.format(host=origin.host)}"


def _copies(origin: Origin, paths: list[str]) -> Iterator[tuple[str, KnownFile]]:
    copies = catalogue().copies
    programs = [path for path in dict.fromkeys(paths) if path.rpartition(".")[2].lower() in copies.looks]
    for form in copies.forms:
        for page in programs[:MAX_COPIED_PAGES]:
            folder, _, name = page.rpartition("/")
            url = f"{origin}{form.format(page=page, folder=folder + '/', name=name)}"
            looks = copies.looks[page.rpartition(".")[2].lower()]
            yield url, KnownFile(url, looks, "Copy of a program is served", Severity.HIGH)


def _folders(paths: list[str], root: str) -> list[str]:
    """Folders below ``root`` that the crawl saw, the most visited first; ids are no folders."""
    seen: Counter[str] = Counter()
    for path in paths:
        folder = path.rpartition("/")[0] + "/"
        while len(folder) > len(root):
            if not _IDENTIFIER.search(folder):
                seen[folder] += 1
            folder = folder.rstrip("/").rpartition("/")[0] + "/"
    return [folder for folder, _ in seen.most_common(MAX_FOLDERS)]
