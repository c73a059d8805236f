"""References in the headers of a response, other than Location."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from s2n.model import Response
from s2n.s2nscanner.crawler.javascript.references import filled, is_address

_REFRESH = re.compile(r"\s*[\d.]*\s*[;,\s]\s*(?:url\s*=)?\s*(.+)", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<([^<>]{1,4000})>")
_QUOTED = re.compile(r"\"((?:https?:/)?/[^\"\s]{1,2000})\"")
_COOKIE_PATH = re.compile(r";\s*path\s*=\s*([^;\s]{1,500})", re.IGNORECASE)
_PLAIN = (
    *(
        "content-location",
        "sourcemap",
        "x-sourcemap",
        "x-pingback",
        "hx-redirect",
        "hx-push-url",
        "hx-replace-url",
    ),
    *(
        "service-worker-allowed",
        "access-control-allow-origin",
        "x-redirect",
        "x-accel-redirect",
        "x-original-url",
    ),
)
_LISTS = (
    "reporting-endpoints",
    "report-to",
    "speculation-rules",
    "www-authenticate",
    "expect-ct",
    "hx-location",
    "link-template",
    "alternates",
)
_POLICIES = ("content-security-policy", "content-security-policy-report-only")
_READ = frozenset(
    {*_PLAIN, *_LISTS, *_POLICIES, "location", "link", "refresh", "set-cookie", "nel", "server"}
)
_ADDRESSES = ("/", "http://", "https://")
_KEYWORDS = ("'", "data:", "blob:", "*", "mediastream:", "filesystem:")


def refresh_target(content: str) -> str:
    """Where a Refresh header or meta element leads: ``3; url='/next'`` → ``/next``."""
    match = _REFRESH.match(content[:4000])
    return match[1].strip().strip("'\"") if match else ""


def policy_urls(policy: str) -> Iterator[str]:
    """Where a Content-Security-Policy sends reports, and the paths and hosts that it allows."""
    for directive in policy[:20_000].split(";"):
        name, *values = directive.split() or [""]
        if name.lower() == "report-uri":
            yield from values
        elif name.lower().endswith(("-src", "-action", "-ancestors", "-to", "-uri")) or name == "sandbox":
            for value in values:
                if not value.startswith(_KEYWORDS) and ("." in value or "/" in value) and "*" not in value:
                    yield value if "://" in value else f"//{value}"


def header_urls(response: Response) -> list[str]:
    """The references in a response's headers, each once."""
    linked = (*response.header_all("link"), *response.header_all("uri"))
    out: list[str] = [url for value in linked for url in _LINK.findall(value)]
    out += [target for value in response.header_all("refresh") if (target := refresh_target(value))]
    for name in _PLAIN:
        out += [value for value in response.header_all(name) if value not in {"*", "null", "/"}]
    for name in _LISTS:
        for value in response.header_all(name):
            out += [filled(url) for url in _QUOTED.findall(value)] or (
                [value] if value.startswith("/") else []
            )
    for name in _POLICIES:
        for value in response.header_all(name):
            out += policy_urls(value)
    for value in response.header_all("set-cookie"):
        out += [path for path in _COOKIE_PATH.findall(value) if path.strip("/")]
        kept = unquote(value.partition(";")[0].partition("=")[2])
        out += [kept] if kept.startswith("/") and is_address(kept) else []
    for name, value in response.headers:
        if name.lower() not in _READ and value.startswith(_ADDRESSES) and is_address(value):
            out.append(value)
    if not response.is_redirect:
        out += response.header_all("location")
    return [url for url in dict.fromkeys(out) if not _nowhere(url)]


def _nowhere(url: str) -> bool:
    try:
        return urlsplit(url).scheme not in {"", "http", "https"}
    except ValueError:
        return True
