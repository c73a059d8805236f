"""A cookie jar for one session: what a browser would keep and send back (RFC 6265bis), without any I/O.

Why our own: ``http.cookiejar`` wants urllib's request objects, costs about 100 µs a request, and refuses or
invents things browsers do not (dates, ports, ``$Version``); the jars of other clients are bound to them.
"""

import ipaddress
import re
import time
from calendar import timegm
from collections.abc import Callable, Iterator
from math import inf

from msgspec import Struct

from s2n.model import Origin, Request, Response
from s2n.s2nscanner.http.slots import from_octets, to_octets

MAX_PAIR = 4096
"""Bytes of name and value together; browsers ignore what is longer."""

MAX_COOKIES = 500
"""Cookies in a jar; a site that sets more loses the oldest, and cannot fill the memory."""

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE_DELIMITERS = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?:\D.*)?", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?:\D.*)?", re.ASCII)
# Second-level names under which country registries sell: no cookie may span "co.uk".
_REGISTRY = re.compile(r"(?:ac|co|com|edu|gob|gov|go|mil|ne|net|nom|or|org|re)\.[a-z]{2}")


class Cookie(Struct, frozen=True):
    """One cookie. ``host_only``: no Domain was given; ``expires``: seconds since 1970, None: the session."""

    name: str
    value: str
    domain: str
    path: str = "/"
    host_only: bool = True
    secure: bool = False
    http_only: bool = False
    same_site: str = ""
    expires: float | None = None

    def fits(self, origin: Origin, path: str) -> bool:
        """Would a browser send it with a request for ``path`` on ``origin``?"""
        host = origin.host
        if host != self.domain and (self.host_only or not host.endswith("." + self.domain)):
            return False
        if self.secure and not is_trustworthy(origin):
            return False
        return _path_matches(path, self.path)


class CookieJar:
    """The cookies of one session. ``clock`` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._cookies: dict[tuple[str, str, str], Cookie] = {}  # in the order of creation
        # The header of each origin where the path makes no difference, and until when it holds.
        self._whole: dict[Origin, tuple[str | None, float]] = {}

    def __iter__(self) -> Iterator[Cookie]:
        return iter(tuple(self._cookies.values()))

    def __len__(self) -> int:
        return len(self._cookies)

    def copy(self) -> "CookieJar":
        """A jar of its own with the same cookies."""
        other = CookieJar(self._clock)
        other._cookies = dict(self._cookies)
        return other

    def clear(self) -> None:
        """Forget all: the session ends."""
        self._cookies.clear()
        self._whole.clear()

    def add(self, cookie: Cookie) -> None:
        """Keep ``cookie``, in place of one with the same name, domain and path; an expired one deletes it."""
        key = (cookie.name, cookie.domain, cookie.path)
        self._whole.clear()
        if cookie.expires is not None and cookie.expires <= self._clock():
            self._cookies.pop(key, None)
            return
        self._cookies[key] = cookie
        if len(self._cookies) > MAX_COOKIES:
            del self._cookies[next(iter(self._cookies))]

    def learn(self, request: Request, response: Response) -> None:
        """Keep the cookies that ``response`` sets and a browser would accept."""
        for name, text in response.headers:
            if len(name) == 10 and name.lower() == "set-cookie":
                cookie = parse_set_cookie(text, request.origin, request.path, self._clock())
                if cookie is not None:
                    self.add(cookie)

    def header_for(self, request: Request) -> str:
        """The Cookie header that goes with ``request``, as latin-1 text; empty for none."""
        if not self._cookies:
            return ""
        origin = request.origin
        known = self._whole.get(origin)
        if known is None or (known[1] != inf and known[1] <= self._clock()):
            known = self._whole[origin] = self._whole_header(origin, self._clock())
        return self._header(origin, request.path, self._clock()) if known[0] is None else known[0]

    def _whole_header(self, origin: Origin, now: float) -> tuple[str | None, float]:
        """The header for every path of ``origin`` (None if a cookie depends on the path), and its end."""
        until = inf
        for cookie in self._cookies.values():
            if cookie.fits(origin, cookie.path) and (cookie.expires is None or cookie.expires > now):
                if cookie.path != "/":
                    return None, inf
                until = until if cookie.expires is None else min(until, cookie.expires)
        return self._header(origin, "/", now), until

    def _header(self, origin: Origin, path: str, now: float) -> str:
        sent = [
            cookie
            for cookie in self._cookies.values()
            if cookie.fits(origin, path) and (cookie.expires is None or cookie.expires > now)
        ]
        sent.sort(key=lambda cookie: -len(cookie.path))  # stable: older first among equals
        pairs = (f"{cookie.name}={cookie.value}" if cookie.name else cookie.value for cookie in sent)
        return to_octets("; ".join(pairs))


def parse_set_cookie(text: str, origin: Origin, path: str, now: float) -> Cookie | None:
    """The cookie a Set-Cookie value sets for a response from ``path`` on ``origin``; None if refused.

    Read as browsers do (RFC 6265bis 5.6): attributes are never an error, the last one wins.
    """
    if _CONTROLS.search(text):
        return None
    pair, _, rest = text.partition(";")
    name, sign, value = pair.partition("=")
    name, value = (name.strip(" \t"), value.strip(" \t")) if sign else ("", name.strip(" \t"))
    if not (name or value) or len(name) + len(value) > MAX_PAIR:
        return None
    attributes = _attributes(rest)
    domain = _domain(attributes.get("domain", ""), origin.host)
    if domain is None:
        return None
    given_path = attributes.get("path", "")
    cookie = Cookie(
        name=from_octets(name)[0],
        value=from_octets(value)[0],
        domain=domain[0],
        path=given_path if given_path.startswith("/") else _default_path(path),
        host_only=domain[1],
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=attributes.get("samesite", "").lower(),
        expires=_expiry(attributes, now),
    )
    return cookie if _acceptable(cookie, origin) else None


def is_trustworthy(origin: Origin) -> bool:
    """May Secure cookies travel to it? TLS, and as in browsers the machine's own loopback."""
    host = origin.host
    if origin.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def _attributes(text: str) -> dict[str, str]:
    attributes = {}
    for piece in text.split(";"):
        name, _, value = piece.partition("=")
        attributes[name.strip(" \t").lower()] = value.strip(" \t")
    return attributes


def _domain(given: str, host: str) -> tuple[str, bool] | None:
    """Domain and host-only flag, or None if the host may not set a cookie for that domain."""
    domain = given.removeprefix(".").lower().rstrip(".")
    if not domain:
        return host, True
    if domain == host:
        return host, "." not in host or _address(host) is not None
    if not host.endswith("." + domain) or _address(host) is not None:
        return None
    # Conservative stand-in for the public suffix list: no single labels, no "co.uk".
    return None if "." not in domain or _REGISTRY.fullmatch(domain) else (domain, False)


def _acceptable(cookie: Cookie, origin: Origin) -> bool:
    if cookie.secure and not is_trustworthy(origin):
        return False
    name = (cookie.name or cookie.value).lower()
    if name.startswith("__secure-"):
        return bool(cookie.name) and cookie.secure
    if name.startswith("__host-"):
        return bool(cookie.name) and cookie.secure and cookie.host_only and cookie.path == "/"
    return True


def _expiry(attributes: dict[str, str], now: float) -> float | None:
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]+", age):
        return now + min(int(age[:12]), 400 * 86400) if not age.startswith("-") else 0.0
    return parse_cookie_date(attributes["expires"]) if "expires" in attributes else None


def parse_cookie_date(text: str) -> float | None:
    """Seconds since 1970 of a cookie's date in any of the forms browsers read (RFC 6265, 5.1.1)."""
    clock: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _DATE_DELIMITERS.split(text):
        if clock is None and (match := _TIME.fullmatch(token)):
            clock = int(match[1]), int(match[2]), int(match[3])
        elif day is None and (match := _DAY.fullmatch(token)):
            day = int(match[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := _YEAR.fullmatch(token)):
            year = int(match[1])
    if clock is None or day is None or month is None or year is None:
        return None
    year += 1900 if 70 <= year <= 99 else 2000 if year < 70 else 0
    if not 1 <= day <= 31 or year < 1601 or clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        return None
    return float(timegm((year, month, day, *clock)))


def _default_path(path: str) -> str:
    folder = path.rpartition("/")[0]
    return folder if folder.startswith("/") else "/"


def _path_matches(path: str, scope: str) -> bool:
    if scope in {"/", path}:
        return True
    return path.startswith(scope) and (scope.endswith("/") or path[len(scope)] == "/")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
