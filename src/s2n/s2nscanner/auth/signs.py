"""What in an answer may mean that we are no longer logged in. Cheap: it looks at every answer of a scan."""

from msgspec import Struct

from s2n.model import Exchange, Response
from s2n.s2nscanner.auth.proof import leads_to_login, offers_logout, shows_login_form
from s2n.s2nscanner.oracles.visitor import refused

MAX_ENDPOINTS = 20_000
"""Endpoints whose habits are remembered."""

_REFUSALS = frozenset({401, 403, 419, 440})
"""The last two are Laravel's and Microsoft's own for a session that has expired."""

Endpoint = tuple[str, str, str]
"""Method, origin and path."""


class Suspicion(Struct, frozen=True):
    """An endpoint, and what is suspicious about an answer of it."""

    endpoint: Endpoint
    sign: str
    was_fine: bool
    """Has the endpoint answered without the sign before?"""
    known: bool = False
    """Was it innocent at this endpoint before?"""


class Signs:
    """Suspects answers, and remembers what turned out innocent at which endpoint."""

    def __init__(self) -> None:
        self.accepted: Exchange | None = None
        """What somebody who is in gets, for comparison."""
        self._offers_logout: set[Endpoint] = set()
        self._fine: set[Endpoint] = set()
        self._innocent: set[tuple[Endpoint, str]] = set()

    def suspect(self, exchange: Exchange) -> Suspicion | None:
        """What is suspicious about ``exchange``, if anything is."""
        place = endpoint_of(exchange)
        sign = self._sign(exchange, place)
        if sign:
            return Suspicion(place, sign, place in self._fine, (place, sign) in self._innocent)
        if place not in self._fine and len(self._fine) < MAX_ENDPOINTS and exchange.response.status < 300:
            self._fine.add(place)
            if exchange.response.is_html and offers_logout(exchange.response.text):
                self._offers_logout.add(place)
        return None

    def acquit(self, suspicion: Suspicion) -> None:
        """We were logged in all the same: the endpoint is like that."""
        if len(self._innocent) < MAX_ENDPOINTS:
            self._innocent.add((suspicion.endpoint, suspicion.sign))

    def _sign(self, exchange: Exchange, place: Endpoint) -> str:
        response = exchange.response
        if response.status in _REFUSALS:
            return str(response.status)
        if leads_to_login(exchange):
            return "redirect to the login page"
        if response.status >= 300:
            return ""
        if response.is_html:
            return self._sign_of_page(response, place)
        readable = response.content_type.endswith("json") or response.content_type == "text/plain"
        asked = readable and self.accepted is not None and refused(self.accepted, exchange)
        return "asked to log in" if asked else ""

    def _sign_of_page(self, response: Response, place: Endpoint) -> str:
        if shows_login_form(response):
            return "login form"
        gone = place in self._offers_logout and not offers_logout(response.text)
        return "no way to log out" if gone else ""


def endpoint_of(exchange: Exchange) -> Endpoint:
    """The endpoint that was asked, before redirects."""
    request = exchange.first.request
    return request.method, str(request.origin), request.path
