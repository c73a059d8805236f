"""What in an answer may mean that we are no longer logged in. Cheap: it looks at every answer of a scan."""

import re

import msgspec
from msgspec import Struct

from s2n.model import Exchange, Response
from s2n.s2nscanner.auth.proof import LOGIN_PATH, leads_to_login, offers_logout, shows_login_form
from s2n.s2nscanner.oracles.visitor import refused

MAX_ENDPOINTS = 20_000
"""Endpoints whose habits are remembered."""

LONG_UNSEEN = "long unseen"
"""The sign of an answer that has none, when we were last seen to be in a while ago."""

_REFUSALS = frozenset({401, 403, 419, 440})
"""The last two are Laravel's and Microsoft's own for a session that has expired."""

_OVERLOADED = frozenset({429, 502, 503, 504})
"""They say nothing of a session, and a site that gives them is not to be asked more."""

MUCH_LESS = 2
"""An answer so many times shorter than any before it may be what strangers get: an empty list, a notice."""

_NOTHING = frozenset({b"[]", b"{}", b"null", b"0", b'""', b"false"})
MAX_NOTHING = 500

MAX_JSON = 1 << 15
"""Bytes of an object whose shape is looked at."""

_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_KINDS = {b"{": "object", b"[": "list", b'"': "text", b"n": "null", b"t": "truth", b"f": "truth"}

_REFRESH = re.compile(r"(?i)http-equiv\s*=\s*[\"']?refresh[^<>]{0,200}url\s*=\s*[\"']?([^\"'>\s?#]+)")

Endpoint = tuple[str, str, str]
"""Method, origin and path."""

Shape = frozenset[tuple[str, str]]
"""The members of an object and their kinds."""


class Suspicion(Struct, frozen=True):
    """An endpoint, and what is suspicious about an answer of it."""

    endpoint: Endpoint
    sign: str
    was_fine: bool
    """Has the endpoint answered without the sign before?"""
    known: bool = False
    """Was it innocent at this endpoint before?"""
    weak: bool = False
    """Attacks have that effect, too: no more than a reason to look."""


class Signs:
    """Suspects answers, and remembers what turned out innocent at which endpoint. ``user``: our name."""

    def __init__(self, user: str = "") -> None:
        self.accepted: Exchange | None = None
        """What somebody who is in gets, for comparison."""
        self.rejected: Exchange | None = None
        """What others get in its place."""
        self._user = user if len(user) >= 4 else ""
        self._offers_logout: set[Endpoint] = set()
        self._names_us: set[Endpoint] = set()
        self._fine: dict[Endpoint, int] = {}
        self._shapes: dict[Endpoint, set[Shape]] = {}
        self._innocent: set[tuple[Endpoint, str]] = set()

    def suspect(self, exchange: Exchange) -> Suspicion | None:
        """What is suspicious about ``exchange``, if anything is."""
        place = endpoint_of(exchange)
        sign, weak = self._sign(exchange, place), False
        if not sign:
            sign, weak = self._change(exchange, place), True
        if sign:
            return Suspicion(place, sign, place in self._fine, (place, sign) in self._innocent, weak)
        if exchange.response.status < 300:
            self._remember(exchange, place)
        return None

    def acquit(self, suspicion: Suspicion) -> None:
        """We were logged in all the same: the endpoint is like that."""
        if len(self._innocent) < MAX_ENDPOINTS:
            self._innocent.add((suspicion.endpoint, suspicion.sign))

    def _remember(self, exchange: Exchange, place: Endpoint) -> None:
        """The endpoint as it is for those who are in."""
        length = len(exchange.response.body)
        if place in self._fine:
            self._fine[place] = min(length, self._fine[place])
        elif len(self._fine) < MAX_ENDPOINTS:
            self._fine[place] = length
            text = exchange.response.text
            if shape := shape_of(exchange.response):
                self._shapes[place] = {shape}
            if exchange.response.is_html and offers_logout(text):
                self._offers_logout.add(place)
            if self._user and self._user in text:
                self._names_us.add(place)

    def _sign(self, exchange: Exchange, place: Endpoint) -> str:
        response = exchange.response
        if response.status in _REFUSALS:
            return str(response.status)
        if leads_to_login(exchange):
            return "redirect to the login page"
        if self._as_others(exchange):
            return "what others get"
        if response.status >= 300:
            return ""
        if response.is_html:
            return self._sign_of_page(response, place)
        readable = response.content_type.endswith(("json", "xml")) or response.content_type == "text/plain"
        asked = readable and self.accepted is not None and refused(self.accepted, exchange)
        return "asked to log in" if asked else ""

    def _sign_of_page(self, response: Response, place: Endpoint) -> str:
        if shows_login_form(response):
            return "login form"
        there = _REFRESH.search(response.text) if "refresh" in response.text else None
        if there is not None and LOGIN_PATH.search(f"/{there[1]}"):
            return "refresh to the login page"
        gone = place in self._offers_logout and not offers_logout(response.text)
        return "no way to log out" if gone else ""

    def _as_others(self, exchange: Exchange) -> bool:
        """Is it what a stranger got when we learned how to tell, or does it end where that did?"""
        others, ours = self.rejected, self.accepted
        if others is None or ours is None:
            return False
        path = others.request.path
        if exchange.hops and others.hops and exchange.request.path == path != ours.request.path:
            return True
        response, theirs = exchange.response, others.response
        return response.status == theirs.status and bool(theirs.body) and response.body == theirs.body

    def _change(self, exchange: Exchange, place: Endpoint) -> str:
        """How an answer differs from all that the endpoint gave before."""
        response = exchange.response
        if response.status in _OVERLOADED:
            return ""
        if place not in self._fine:
            return "empty" if _says_nothing(response) else ""
        if response.status >= 300:
            return f"status {response.status}"
        if len(response.body) * MUCH_LESS < self._fine[place]:
            return "much less"
        if place in self._names_us and self._user not in response.text:
            return "our name is gone"
        shapes = self._shapes.get(place)
        return "another shape" if shapes and shape_of(response) not in shapes else ""


def shape_of(response: Response) -> Shape:
    """The members of a JSON object and the kind of each, or that it is a list; empty for all else."""
    if response.body[:1] == b"[":
        return frozenset({("", "list")})
    members = _members(response)
    return frozenset((name, _KINDS.get(bytes(raw)[:1], "number")) for name, raw in members.items())


def _members(response: Response) -> dict[str, msgspec.Raw]:
    if response.body[:1] != b"{" or len(response.body) > MAX_JSON:
        return {}
    try:
        return _MEMBERS.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _says_nothing(response: Response) -> bool:
    """Is it JSON without anything in it?"""
    if len(response.body) > MAX_NOTHING:
        return False
    members = _members(response)
    return response.body.strip() in _NOTHING or (
        bool(members) and all(bytes(raw) in _NOTHING for raw in members.values())
    )


def endpoint_of(exchange: Exchange) -> Endpoint:
    """The endpoint that was asked, before redirects."""
    request = exchange.first.request
    return request.method, str(request.origin), request.path
