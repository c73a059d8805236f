"""What recordings of traffic share: headers worth repeating, and each kind of request once."""

import re
from collections.abc import Iterable, Iterator

from s2n.model import Headers, Request
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation
from s2n.s2nscanner.crawler.danger import url_endangers
from s2n.s2nscanner.crawler.recognise import fold, identity
from s2n.s2nscanner.http.points import points_of

MAX_ALIKE = 3
"""Recorded requests of one handler with the same parameters."""

_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav)$",
    re.IGNORECASE,
)
_ASSET_TYPES = (
    "image/",
    "font/",
    "audio/",
    "video/",
    "text/css",
    "text/javascript",
    "application/javascript",
)
_NOT_REPEATED = frozenset(
    """
    host content-length connection proxy-connection keep-alive transfer-encoding te upgrade accept-encoding
    user-agent upgrade-insecure-requests cache-control pragma if-none-match if-modified-since range dnt
    priority accept-language expect
    """.split()  # noqa: SIM905 -- a word list reads better than two dozen quoted strings
)


def repeated(headers: Iterable[tuple[str, str]], ground: Ground) -> Headers:
    """Headers without what the client adds itself, what a browser adds, and what the scan sends anyhow."""
    return tuple(
        (name, value)
        for name, value in headers
        if name
        and name[0] != ":"
        and name.lower() not in _NOT_REPEATED
        and name.lower() not in ground.access.sent
        and not name.lower().startswith("sec-")
    )


def is_asset(url: str, media_type: str = "") -> bool:
    """Is it a picture, a style or a script, which takes no input?"""
    path = url.partition("?")[0].partition("#")[0]
    return bool(_ASSET.search(path)) or media_type.lower().startswith(_ASSET_TYPES)


def operation_of(request: Request, name: str = "") -> Operation:
    """A recorded request as an operation."""
    return Operation(
        name=name or f"{request.method} {request.path}",
        request=request,
        harmful=request.method == "DELETE" or url_endangers(request.url),
        reads=request.method in {"GET", "HEAD", "OPTIONS"},
    )


def keep_distinct(requests: Iterable[Request], ground: Ground) -> Imported:
    """Those of ``requests`` that differ in more than values, at most `MAX_ALIKE` of a kind."""
    imported = Imported()
    for request in distinct(requests):
        ground.keep(imported, operation_of(request))
    return imported


def distinct(requests: Iterable[Request]) -> Iterator[Request]:
    """Each request once, and at most `MAX_ALIKE` of one handler with the same parameters."""
    seen: set[int] = set()
    counts: dict[int, int] = {}
    for request in requests:
        mark = identity(request.url, request.method, request.body)
        names = sorted(
            {f"{point.location}{point.name}" for point in points_of(request) if point.location != "path"}
        )
        kind = hash((request.method, request.origin, fold(request.path)[0], tuple(names)))
        if mark in seen or counts.get(kind, 0) >= MAX_ALIKE:
            continue
        seen.add(mark)
        counts[kind] = counts.get(kind, 0) + 1
        yield request
