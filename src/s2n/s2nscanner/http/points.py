"""Where a request can be attacked, and the request with one of those places changed."""

from msgspec import Struct

from s2n.model import Location, Request


class InputPoint(Struct, frozen=True):
    """One place in a valid request that takes a value.

    ``name`` is the parameter (``id``), the JSON or XML path (``user.tags[0]``), the header or cookie name,
    or the path segment's number from 1. ``value`` is what stands there now, decoded. ``index`` tells
    occurrences of the same name apart.
    """

    request: Request
    location: Location
    name: str
    value: str = ""
    index: int = 0


def points_of(request: Request) -> list[InputPoint]:
    """Every input point of ``request``, in wire order."""
    raise NotImplementedError


def inject(point: InputPoint, value: str, *, raw: bool = False) -> Request:
    """The point's request with ``value`` in its place, encoded as the location demands.

    ``raw``: the value's characters go out as they stand (latin-1), for payloads that bring their own
    encoding.
    """
    raise NotImplementedError
