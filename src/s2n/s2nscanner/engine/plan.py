"""What is tested: each distinct input point once, the most promising requests first."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from msgspec import Struct

from s2n.model import Location, Request
from s2n.s2nscanner.engine.tokens import ANTI_CSRF
from s2n.s2nscanner.http.points import InputPoint, header_points, points_of

_STATIC = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|eot|mp[34]|webm|pdf|zip|gz|txt|xml)$",
    re.IGNORECASE,
)
_NEGOTIATION = frozenset({"accept", "accept-language", "cache-control", "pragma", "x-requested-with"})
"""Headers that a request names by habit; their values come from short lists."""

VALUES = frozenset(
    {
        Location.QUERY,
        Location.FORM,
        Location.JSON,
        Location.XML,
        Location.MULTIPART,
        Location.FILENAME,
        Location.GRAPHQL,
    }
)
"""Where the values lie that a request is made for."""


class Target(Struct, frozen=True):
    """One request to test: its input points, in order."""

    request: Request
    points: tuple[InputPoint, ...]


def plan(
    requests: Sequence[Request],
    cookie_for: Callable[[Request], str] = lambda _: "",
    templated: Container[Request] = (),
) -> list[Target]:
    """The targets of a scan. ``cookie_for`` gives the Cookie header the session would send with a request.

    ``templated``: requests whose paths are known to hold parameters; among those that share a path they
    stand for the others.

    Parameters come before path segments, and those before headers and cookies. A path segment is tried once
    for all requests that share what stands before it; headers and cookies once for each path. Anti-CSRF
    tokens are left as they are: changing them only shows the rejection page.
    """
    seen: set[tuple[str, ...]] = set()
    early = [Target(request, tuple(_fresh(_parameters(request), seen))) for request in requests]
    ordered = sorted(requests, key=lambda request: request not in templated)
    paths = [Target(request, tuple(_fresh(_path_points(request), seen))) for request in ordered]
    late = [Target(request, tuple(_fresh(_client_points(request, cookie_for), seen))) for request in requests]
    return [target for target in (*early, *paths, *late) if target.points]


def _parameters(request: Request) -> Iterator[tuple[tuple[str, ...], InputPoint]]:
    names = ",".join(sorted(_names(request)))
    for point in points_of(request):
        if point.location in VALUES and not ANTI_CSRF.search(point.name):
            key = (request.method, str(request.origin), request.path, names)
            yield (*key, point.location, point.name, str(point.index)), point


def _path_points(request: Request) -> Iterator[tuple[tuple[str, ...], InputPoint]]:
    if _STATIC.search(request.path):
        return
    segments = request.path.split("/")
    for point in points_of(request):
        if point.location is Location.PATH:
            number = int(point.name)
            shape = f"{len(segments)}" if number < len(segments) - 1 else "last"
            yield (request.method, str(request.origin), "/".join(segments[:number]), "path", shape), point


def _client_points(
    request: Request, cookie_for: Callable[[Request], str]
) -> Iterator[tuple[tuple[str, ...], InputPoint]]:
    if _STATIC.search(request.path) or request.method not in {"GET", "POST"}:
        return
    named = [
        point
        for point in points_of(request)
        if point.location is Location.HEADER
        and point.name.lower() not in _NEGOTIATION
        and not ANTI_CSRF.search(point.name)
    ]
    for point in (*named, *header_points(request)):
        yield (str(request.origin), request.path, "header", point.name.lower()), point
    held = request
    if request.header("cookie") is None and (cookie := cookie_for(request)):
        held = request.with_header("Cookie", cookie)
    for point in points_of(held):
        if point.location is Location.COOKIE and not ANTI_CSRF.search(point.name):
            yield (str(request.origin), request.path, "cookie", point.name), point


def _fresh(
    candidates: Iterable[tuple[tuple[str, ...], InputPoint]], seen: set[tuple[str, ...]]
) -> Iterator[InputPoint]:
    for key, point in candidates:
        if key not in seen:
            seen.add(key)
            yield point


def _names(request: Request) -> set[str]:
    return {f"{point.location}:{point.name}" for point in points_of(request) if point.location in VALUES}
