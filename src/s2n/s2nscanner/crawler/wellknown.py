"""What a site says of its own pages: robots.txt and sitemaps."""

import html
import re
import zlib

MAX_SITEMAP = 16 << 20
"""Bytes of an unpacked sitemap that are read; the protocol allows 50 MB."""

_RULE = re.compile(r"[ \t]*(allow|disallow|sitemap)[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE)
_LOC = re.compile(
    r"<(?:\w+:)?loc\s*>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,4000}?)\s*(?:\]\]>)?\s*</", re.IGNORECASE
)
_INDEX = re.compile(r"<(?:\w+:)?sitemapindex[\s>]", re.IGNORECASE)
_GZIP = b"\x1f\x8b"


def robots(text: str) -> tuple[list[str], list[str]]:
    """Paths and sitemap URLs of a robots.txt; a pattern counts up to its first wildcard."""
    paths: dict[str, None] = {}
    sitemaps: dict[str, None] = {}
    for line in text[: 1 << 19].splitlines():
        match = _RULE.match(line)
        if match is None:
            continue
        if match[1].lower() == "sitemap":
            sitemaps[match[2]] = None
        elif match[2].startswith("/"):
            path = match[2].partition("*")[0].rstrip("$")
            if path.strip("/?"):
                paths[path] = None
    return list(paths), list(sitemaps)


def sitemap(body: bytes) -> tuple[list[str], list[str]]:
    """Pages and further sitemaps of a sitemap: XML, plain text or gzip, plain or an index."""
    text = _unpacked(body).decode("utf-8-sig", "replace")
    if "<" not in text[:512]:
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line.startswith(("http://", "https://"))], []
    found = list(dict.fromkeys(html.unescape(url) for url in _LOC.findall(text)))
    return ([], found) if _INDEX.search(text[:4096]) else (found, [])


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body[:MAX_SITEMAP]
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_SITEMAP)
    except zlib.error:
        return b""
