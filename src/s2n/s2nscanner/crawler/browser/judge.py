"""Which of a page's requests must not be made, because they end the session, delete or overwrite."""

import re

from s2n.model import Location, Request
from s2n.s2nscanner.crawler.danger import endangers, url_endangers
from s2n.s2nscanner.http.points import points_of

_MAX_BODY = 1 << 16
"""Bytes of a body that are looked at; an order is short."""

_STATIC = (".js", ".mjs", ".css")
_OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
_MUTATED = re.compile(r"\bmutation\b[^{]*\{\s*(?:\w+\s*:\s*)?(\w+)")
CHANGES = "it changes what exists (-y allows it)"
"""The objection to sending what may be tested all the same."""

_NO = frozenset({"false", "null"})


def objection(request: Request, *, risk: bool, file: bool = False) -> str:
    """Why a page's ``request`` must not be made, as half a sentence; empty if it may.

    As for described operations: nothing is deleted, and what exists is changed at the user's ``risk`` only.
    ``file``: a script or a stylesheet is wanted, whose name (``delete.js``) orders nothing.
    """
    methods = {request.method, *(request.header(name) for name in _OVERRIDES)}
    if "DELETE" in methods:
        return "it deletes"
    if file and request.path.lower().endswith(_STATIC):
        return ""
    if url_endangers(request.url) or (request.body and _body_endangers(request)):
        return "it ends the session, deletes, or changes settings"
    return "" if risk or methods.isdisjoint({"PUT", "PATCH"}) else CHANGES


def _body_endangers(request: Request) -> bool:
    if len(request.body) > _MAX_BODY:
        return False
    for point in points_of(request):
        if point.location in {Location.HEADER, Location.COOKIE, Location.PATH, Location.QUERY}:
            continue
        if point.value not in _NO and endangers(point.name.rpartition(".")[2], point.value):
            return True
    return any(endangers(name) for name in _MUTATED.findall(request.body.decode("utf-8", "replace")))
