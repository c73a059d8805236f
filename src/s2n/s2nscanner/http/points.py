"""Where a request can be attacked, and the request with one of those places changed."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Location, Request
from s2n.s2nscanner.http.bodies import body_slots, boundary_of, delimiters
from s2n.s2nscanner.http.slots import Slot, cookie_slots, header_slot, path_slots, query_slots

PLAUSIBLE_HEADERS = ("User-Agent", "Referer", "X-Forwarded-For")
"""Headers that applications log, store or show, whether or not a request names them."""

# Framing, routing and the session: changed, the request breaks or is logged out before anything is tested.
_NO_INPUT = frozenset(
    {
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

_BODY = -1
_TARGET = -2


class InputPoint(Struct, frozen=True):
    """One place in a valid request that takes a value.

    ``name`` is the parameter (``id``), the JSON or XML path (``user.tags[0]``), the header or cookie name,
    or the path segment's number from 1; ``?`` is a query string that is one bare word, ``$`` a JSON body
    that is one scalar. ``value`` is what stands there now, decoded. ``index`` tells occurrences of the same
    name apart.
    """

    request: Request
    location: Location
    name: str
    value: str = ""
    index: int = 0


def points_of(request: Request) -> list[InputPoint]:
    """Every input point of ``request``, in wire order; nothing from a body that cannot be read."""
    seen: Counter[tuple[Location, str]] = Counter()
    points = []
    for location, _, slot in _places(request):
        points.append(InputPoint(request, location, slot.name, slot.value, seen[location, slot.name]))
        seen[location, slot.name] += 1
    return points


def header_points(request: Request) -> list[InputPoint]:
    """The `PLAUSIBLE_HEADERS` that ``request`` does not name itself; injecting adds the header."""
    return [
        InputPoint(request, Location.HEADER, name)
        for name in PLAUSIBLE_HEADERS
        if request.header(name) is None
    ]


def inject(point: InputPoint, value: str, *, raw: bool = False) -> Request:
    """The point's request with ``value`` in its place, encoded as the location demands.

    Every other byte stays as it was, and so do all of them when ``value`` is the value that is there.
    A JSON number, true, false or null becomes a string unless ``value`` is written like one of those; a
    string stays a string. ``raw``: the value's characters go out as they stand (latin-1), for payloads that
    bring their own encoding; quotes around a JSON string or an attribute stay.

    Raises:
        ValueError: the request has no such point.
    """
    part, slot = _place(point)
    if slot is None:
        return _with_new_header(point, value, raw=raw)
    if value == slot.value and not raw:
        return point.request
    return _spliced(point.request, part, slot, slot.lead + slot.written(value, raw=raw))


def append(point: InputPoint, suffix: str, *, raw: bool = False) -> Request:
    """The point's request with ``suffix`` after its value, whose own bytes stay as they are."""
    part, slot = _place(point)
    if slot is None or slot.kind == "literal":
        return inject(point, point.value + suffix, raw=raw)
    text = _text(point.request, part)[slot.start : slot.end] or slot.lead
    return _spliced(point.request, part, slot, text + slot.written(suffix, raw=raw))


def replace_literal(point: InputPoint, text: str) -> Request:
    """The point's request with ``text`` as it stands in place of the value and the quotes around it.

    For payloads that change a JSON value's type: ``{"$ne": null}``, ``[1]``.
    """
    part, slot = _place(point)
    if slot is None or slot.kind != "string":
        return inject(point, text, raw=True)
    whole = replace(slot, start=slot.start - 1, end=slot.end + 1)
    return _spliced(point.request, part, whole, whole.written(text, raw=True))


def extend_name(point: InputPoint, values: Mapping[str, str]) -> Request:
    """The point's request with a parameter for each of ``values``: its name followed by the key.

    ``{"[$gt]": "1", "[$lt]": "9"}`` makes ``id[$gt]=1&id[$lt]=9``, for servers that build structures of
    names with brackets. Only query and form parameters have such.

    Raises:
        ValueError: the request has no such point, or its name cannot be extended.
    """
    part, slot = _place(point)
    if slot is None or slot.kind != "url" or slot.name == "?":
        raise ValueError(f"the name of the {point.location} point {point.name!r} cannot be extended")
    text = _text(point.request, part)
    end = slot.start if slot.lead else slot.start - 1
    start = max(text.rfind(sign, 0, end) for sign in "?&") + 1
    pairs = [
        f"{text[start:end]}{quote(key, safe='[]$')}={slot.written(value)}" for key, value in values.items()
    ]
    return _spliced(point.request, part, replace(slot, start=start), "&".join(pairs))


@lru_cache(maxsize=256)
def _places(request: Request) -> tuple[tuple[Location, int, Slot], ...]:
    """Location, part (a header's number, body or target) and slot of each value, in wire order.

    Remembered, because one request is injected into many times.
    """
    places = [(Location.PATH, _TARGET, slot) for slot in path_slots(request.target)]
    places += [(Location.QUERY, _TARGET, slot) for slot in query_slots(request.target)]
    for number, (name, text) in enumerate(request.headers):
        lower = name.lower()
        if lower == "cookie":
            places += [(Location.COOKIE, number, slot) for slot in cookie_slots(text)]
        elif lower not in _NO_INPUT:
            places.append((Location.HEADER, number, header_slot(name, text)))
    if request.body:
        found = body_slots(request.body, request.header("content-type") or "")
        places += [(location, _BODY, slot) for location, slot in found]
    return tuple(places)


def _place(point: InputPoint) -> tuple[int, Slot | None]:
    """The part and slot of ``point``; no slot for a header that is yet to be added."""
    left = point.index
    for location, part, slot in _places(point.request):
        if location is point.location and slot.name == point.name:
            if left == 0:
                return part, slot
            left -= 1
    if point.location is Location.HEADER:
        return 0, None
    raise ValueError(f"the request has no {point.location} point {point.name!r} number {point.index}")


def _text(request: Request, part: int) -> str:
    if part == _BODY:
        return request.body.decode("latin-1")
    return request.target if part == _TARGET else request.headers[part][1]


def _spliced(request: Request, part: int, slot: Slot, written: str) -> Request:
    text = _text(request, part)
    changed = text[: slot.start] + written + text[slot.end :]
    if part == _TARGET:
        return replace(request, target=changed)
    if part == _BODY:
        if slot.kind in {"part", "filename"}:
            return _with_safe_boundary(request, slot, written)
        return replace(request, body=changed.encode("latin-1"))
    headers = list(request.headers)
    headers[part] = (headers[part][0], changed)
    return replace(request, headers=tuple(headers))


def _with_new_header(point: InputPoint, value: str, *, raw: bool) -> Request:
    if not value:
        return point.request
    return point.request.with_header(point.name, header_slot(point.name, "").written(value, raw=raw))


def _with_safe_boundary(request: Request, slot: Slot, written: str) -> Request:
    """The multipart request with ``written`` in ``slot``; a new boundary if that contains the old one."""
    text = request.body.decode("latin-1")
    content_type = request.header("content-type") or ""
    boundary = boundary_of(content_type)
    pieces = [text[: slot.start], written, text[slot.end :]]
    if f"--{boundary}" in written:
        fresh = boundary
        while fresh in written or fresh in text:
            fresh += "x"
        for at in (0, 2):
            for line in reversed(delimiters(pieces[at], boundary)):
                begin = line.start() + line[0].index(boundary)
                pieces[at] = pieces[at][:begin] + fresh + pieces[at][begin + len(boundary) :]
        request = request.with_header("Content-Type", content_type.replace(boundary, fresh))
    return replace(request, body="".join(pieces).encode("latin-1"))
