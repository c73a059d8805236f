"""What people type as a target, made an absolute URL."""

import re

from s2n.errors import UsageError
from s2n.model import split_url

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_OTHER = re.compile(r"(mailto|file|data|javascript|ftp|ws|wss|about|ssh):", re.IGNORECASE)
_HINT = "give a URL such as https://shop.example/ or a host such as 127.0.0.1:8000"


def normalize_target(text: str) -> str:
    """``example.com`` → ``http://example.com/``; a URL stays as it is, with at least ``/`` as its path.

    Raises:
        UsageError: no host, spaces, a scheme other than http and https, or a bad port.
    """
    url = text.strip()
    if not url:
        raise UsageError("no target was given", "name one: s2n scan -u https://shop.example/")
    if re.search(r"\s", url):
        raise UsageError(f"not a URL: {url!r} has white space in it", _HINT)
    scheme = _SCHEME.match(url)
    other = _OTHER.match(url) if scheme is None else scheme
    if other and other[1].lower() not in {"http", "https"}:
        raise UsageError(f"unknown scheme {other[1]!r} in {url!r}: s2n scans http and https", _HINT)
    if scheme is None:
        url = f"http://{url.removeprefix('//')}"
    try:
        origin, target = split_url(url)
    except ValueError as problem:
        raise UsageError(f"not a URL that can be scanned: {text.strip()!r} ({problem})", _HINT) from problem
    if not re.fullmatch(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+(%\w+)?", origin.host) or ".." in origin.host:
        raise UsageError(f"not a host name: {origin.host!r} in {text.strip()!r}", _HINT)
    user = re.match(r"https?://([^/?#@]*)@", url, re.IGNORECASE)
    authority = str(origin).replace("://", f"://{user[1]}@") if user else str(origin)
    return f"{authority}{target}"
