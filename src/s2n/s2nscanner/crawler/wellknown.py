"""What a site says of its own pages: robots.txt, sitemaps, feeds, plain text."""

import html
import re
import zlib
from itertools import islice

WELL_KNOWN = (
    *(
        "/.well-known/security.txt",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    ),
    *(
        "/.well-known/change-password",
        "/.well-known/assetlinks.json",
        "/.well-known/apple-app-site-association",
    ),
    *(
        "/.well-known/host-meta",
        "/.well-known/api-catalog",
        "/.well-known/nodeinfo",
        "/humans.txt",
        "/llms.txt",
    ),
    *("/crossdomain.xml", "/sitemap_index.xml", "/sitemap.txt"),
)
"""Where sites tell of themselves, by registered or customary names."""

MAX_SITEMAP = 16 << 20
"""Bytes of an unpacked sitemap that are read; the protocol allows 50 MB."""

_RULE = re.compile(r"[ \t]*(allow|disallow|sitemap)[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE)
_LOC = re.compile(
    r"<(?:\w+:)?loc\s*>\s*+(?:<!\[CDATA\[\s*+)?([^<\]]{1,4000}+)(?:\]\]>\s*+)?</", re.IGNORECASE
)
_INDEX = re.compile(r"<(?:\w+:)?sitemapindex[\s>]", re.IGNORECASE)
_TEXT_URL = re.compile(r"(?<![\w\"'])(https?://[^\s<>\"'`\\^{}|]{4,2000})|\]\(\s*(/[^\s()]{1,2000})")
_XML_URL = re.compile(r">\s*+(?:<!\[CDATA\[\s*+)?((?:https?:/)?/[^\s<>\]]{1,2000}+)\s*+(?:\]\]>\s*+)?<")
_XML_KEY = re.compile(r"<Key>([^<>\s]{1,1000})</Key>")
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
    found = list(dict.fromkeys(html.unescape(url.strip()) for url in _LOC.findall(text))) or urls_in_xml(text)
    return ([], found) if _INDEX.search(text[:4096]) else (found, [])


def urls_in_text(text: str) -> list[str]:
    """The absolute URLs in plain text, and the targets of Markdown links, each once."""
    found = (match[1] or match[2] for match in _TEXT_URL.finditer(text[: 1 << 20]))
    return list(dict.fromkeys(url.rstrip(".,;:!)'") for url in islice(found, 1000)))


def urls_in_xml(text: str) -> list[str]:
    """The references that stand as text in XML elements: feeds, listings, site descriptions, each once."""
    found = (html.unescape(match[1]) for match in islice(_XML_URL.finditer(text[: 4 << 20]), 5000))
    keys = (html.unescape(match[1]) for match in islice(_XML_KEY.finditer(text[: 4 << 20]), 5000))
    return list(dict.fromkeys([*found, *keys]))


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP):
        return body[:MAX_SITEMAP]
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_SITEMAP)
    except zlib.error:
        return b""
