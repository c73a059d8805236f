"""Filling in what scripts leave open: ids in the paths they build, values in the bodies they send."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from s2n.model import Location, Request
from s2n.s2nscanner.crawler.javascript.callbodies import UNKNOWN, Call
from s2n.s2nscanner.crawler.javascript.references import BLANK, PLACEHOLDER
from s2n.s2nscanner.crawler.seenvalues import Need, SeenValues, wanted
from s2n.s2nscanner.http.points import InputPoint, inject, points_of, replace_literal

_BODY = frozenset({Location.FORM, Location.JSON, Location.MULTIPART})
_NUMBER = re.compile(r"0|[1-9]\d{0,14}")
_SOMEWHERE = "http://site.invalid/"
"""Bodies are read as requests have them, wherever those go."""


class _Blank(NamedTuple):
    start: int
    end: int
    need: Need
    segment: bool


def completed(template: str, seen: SeenValues, *, created: bool = False) -> str:
    """``template`` with values that the site has shown, and plain ones where it has not."""
    out, at = "", 0
    for blank in _blanks(template, created=created):
        known = seen.find(blank.need)
        if known is not None:
            out += template[at : blank.start] + quote(known, safe="!$'()*,;:@~-._")
            at = blank.end
    return BLANK.sub(PLACEHOLDER, out + template[at:])


def needs_of_reference(template: str, seen: SeenValues, *, created: bool = False) -> list[Need]:
    """Ids that are not known, and without which ``template`` leads nowhere."""
    return [
        blank.need
        for blank in _blanks(template, created=created)
        if (blank.segment or wanted(blank.need.name)) and seen.find(blank.need) is None
    ]


def completed_call(call: Call, reference: str, seen: SeenValues) -> Call:
    """``call``, made to ``reference``, with values that the site has shown where the script computes them."""
    request = _with_body(call)
    for point in _unknown(request):
        known = seen.find(_need(point, reference))
        if known is not None:
            here = InputPoint(request, point.location, point.name, point.value, point.index)
            number = point.location is Location.JSON and _NUMBER.fullmatch(known)
            request = replace_literal(here, known) if number else inject(here, known)
    return call._replace(
        reference=reference, body=request.body, content_type=request.header("content-type") or ""
    )


def needs_of_call(call: Call, seen: SeenValues) -> list[Need]:
    """Ids in the body of ``call`` that are not known."""
    needs = (_need(point, call.reference) for point in _unknown(_with_body(call)))
    return [need for need in needs if wanted(need.name) and seen.find(need) is None]


def _blanks(template: str, *, created: bool) -> Iterator[_Blank]:
    """The blanks that are a whole path segment or a whole value of a query."""
    for match in BLANK.finditer(template):
        before, after = template[: match.start()], template[match.end() :][:1]
        rest, mark, query = before.partition("?")
        path = rest.partition("://")[2].partition("/")[2] if "://" in rest else rest
        if mark:
            name, sign, value = query.rpartition("&")[2].partition("=")
            if sign and not value and after in {"", "&", "#"}:
                yield _Blank(match.start(), match.end(), Need(name, path, created), segment=False)
        elif before.endswith("/") and after in {"", "/", "?", "#"}:
            yield _Blank(match.start(), match.end(), Need(match[1], path, created), segment=True)


def _with_body(call: Call) -> Request:
    headers = (("Content-Type", call.content_type),) if call.content_type else ()
    return Request.from_url(_SOMEWHERE, call.method, headers, call.body)


def _unknown(request: Request) -> list[InputPoint]:
    if UNKNOWN.encode() not in request.body:
        return []
    return [each for each in points_of(request) if each.location in _BODY and each.value == UNKNOWN]


def _need(point: InputPoint, reference: str) -> Need:
    """``user.id`` in what is sent to ``/orders`` is the id of a user, ``id`` there that of an order."""
    above, _, name = point.name.rpartition(".")
    return Need(name, f"{reference.partition('?')[0]}/{above.replace('.', '/')}")
