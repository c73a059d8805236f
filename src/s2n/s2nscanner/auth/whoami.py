"""Where APIs tell who one is: a proof of being in where the pages themselves look the same to everybody."""

from collections.abc import Iterable
from urllib.parse import urlsplit

_NAMES = ("user", "me", "users/me", "user/me", "auth/me", "account", "profile", "whoami", "session")
_USUAL = ("/api", "")
MAX_ROOTS = 2
"""Folders of an API that are tried, of those that pages have asked."""


def usual_places(target: str, asked: Iterable[str]) -> list[str]:
    """URLs on the host of ``target``; ``asked``: what its pages have asked of their API."""
    parts = urlsplit(target)
    origin = f"{parts.scheme}://{parts.netloc}"
    roots = [urlsplit(url).path.rpartition("/")[0] for url in asked if url.startswith(f"{origin}/")]
    roots = sorted({root for root in roots if root}, key=len)[:MAX_ROOTS]
    return [f"{origin}{root}/{name}" for root in dict.fromkeys((*roots, *_USUAL)) for name in _NAMES]
