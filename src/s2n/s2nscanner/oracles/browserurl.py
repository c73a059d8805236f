"""Where a browser really goes: the WHATWG URL standard's reading of a reference, as far as the host.

Servers read URLs by RFC 3986, browsers don't: they drop tabs and line ends, take backslashes for slashes,
and forgive missing ones. Open redirects live in that gap.
"""

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote

from s2n.s2nscanner.oracles.contexts import C0_AND_SPACE

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"[^/\\?#]*")
_IPV6 = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d*)?")
_TWO_SLASHES = re.compile(r"[/\\]{2}")
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20#/:<>?@\[\\\]^|%\x7f]")


class Destination(NamedTuple):
    """Scheme and host in lower case; the host is empty for schemes without one (``javascript``)."""

    scheme: str
    host: str


def destination(reference: str, base: Destination) -> Destination | None:
    """Where ``reference`` leads from a page at ``base``; None if a browser refuses it."""
    text = re.sub(r"[\t\r\n]", "", reference.strip(C0_AND_SPACE))
    scheme, rest = base.scheme, text
    match = _SCHEME.fullmatch(text)
    if match:
        scheme, rest = match[1].lower(), match[2]
        if scheme not in {"http", "https"}:
            return Destination(scheme, "")
    if (match is None or scheme == base.scheme) and not _TWO_SLASHES.match(rest):
        return base
    host = _host(rest.lstrip("/\\"))
    return Destination(scheme, host) if host else None


def _host(rest: str) -> str:
    """The host at the start of ``rest``; empty if it is none."""
    authority = _AUTHORITY.match(rest)
    assert authority is not None
    place = authority[0].rpartition("@")[2]
    if place.startswith("["):
        address = _IPV6.fullmatch(place)
        return address[1].lower() if address else ""
    name, _, port = place.partition(":")
    if port and not port.isdigit():
        return ""
    host = unicodedata.normalize("NFKC", unquote(name)).lower().replace("\u3002", ".")
    return "" if _FORBIDDEN_IN_HOST.search(host) else host
