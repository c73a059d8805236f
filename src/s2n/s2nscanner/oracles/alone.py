"""A form of which people fill in one field: the others leave theirs empty.

"Search by number, or by name": a server that is given both refuses, or heeds the first only.
"""

from msgspec.structs import replace

from s2n.model import Location
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.oracles.forgery import token_names
from s2n.s2nscanner.oracles.loginform import login_form

MAX_OTHERS = 6
"""A form with more fields is filled in as a whole."""

_FIELDS = frozenset({Location.QUERY, Location.FORM, Location.MULTIPART})


def alone(point: InputPoint) -> InputPoint | None:
    """``point`` in a request whose other fields are empty, as far as they are no tokens.

    None where there is no other field, or where all are wanted: of a login, and of long forms.
    """
    request = point.request
    if point.location not in _FIELDS or not point.value or login_form(request) is not None:
        return None
    names = {point.name, *token_names(request)}
    others = [
        each
        for each in points_of(request)
        if each.location is point.location and each.name not in names and each.value
    ]
    if not 0 < len(others) <= MAX_OTHERS:
        return None
    for other in others:
        request = inject(replace(other, request=request), "")
    return replace(point, request=request)
