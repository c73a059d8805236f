"""What s2n says of itself and of the user with each request: the headers a request does not name."""

import re

import s2n
from s2n.errors import UsageError
from s2n.model import Headers, Origin, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.cookies import Cookie, CookieJar
from s2n.s2nscanner.http.scope import normalize_target
from s2n.s2nscanner.http.slots import to_octets

USER_AGENT = f"s2n/{s2n.__version__} (+web vulnerability scanner)"

_DEFAULTS: Headers = (
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "en;q=0.9,*;q=0.5"),
    ("Accept-Encoding", "gzip, deflate, br, zstd"),
)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:([^\x00-\x08\x0a-\x1f\x7f]*)")
_REMEMBERED = 512


class Identity:
    """Completes requests: default and user headers, the cookies of a jar, the length of the body.

    Raises:
        UsageError: a header or cookie of the scan that cannot be read.
    """

    def __init__(self, scan: ScanRequest) -> None:
        self._target = Request.from_url(normalize_target(scan.target_url)).origin
        self._user = tuple(_parse_header(text) for text in scan.headers)
        self._agent = ("User-Agent", _parse_agent(scan.user_agent) if scan.user_agent else USER_AGENT)
        pasted = (value for name, value in self._user if name.lower() == "cookie")
        self._cookies = tuple(
            cookie for text in (*pasted, *scan.cookies) for cookie in _parse_cookies(text, self._target)
        )
        self._known: dict[tuple[Origin, Headers], _Completed] = {}

    def new_jar(self) -> CookieJar:
        """A jar with the cookies the scan starts with; a ``Cookie`` header of the user is among them."""
        jar = CookieJar()
        for cookie in self._cookies:
            jar.add(cookie)
        return jar

    @property
    def named(self) -> Headers:
        """The headers that the user named, without the cookies."""
        return tuple(pair for pair in self._user if pair[0].lower() != "cookie")

    def complete(self, request: Request, jar: CookieJar) -> Request:
        """``request`` as it is to be sent; what it names itself is left alone and follows the defaults."""
        key = (request.origin, request.headers)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = _Completed(self._of_origin(request.origin), request.headers)
        headers = known.headers
        if known.takes_cookies and (cookies := jar.header_for(request)):
            headers += (("Cookie", cookies),)
        if known.takes_length and (request.body or request.method in _WITH_BODY):
            headers += (("Content-Length", str(len(request.body))),)
        return Request(request.method, request.origin, request.target, headers, request.body)

    def _of_origin(self, origin: Origin) -> Headers:
        """The headers of a request that names none."""
        # A Host given by the user means the target; elsewhere it would reach another site by mistake.
        unwanted = {"cookie"} if origin == self._target else {"cookie", "host"}
        user = [pair for pair in self._user if pair[0].lower() not in unwanted]
        named = {name.lower() for name, _ in user}
        defaults = (("Host", origin.authority), self._agent, *_DEFAULTS)
        host = [pair for pair in user if pair[0].lower() == "host"]
        rest = [pair for pair in user if pair[0].lower() != "host"]
        return (*host, *(pair for pair in defaults if pair[0].lower() not in named), *rest)


class _Completed:
    """Default headers and a request's own, merged once for all requests that name the same."""

    __slots__ = ("headers", "takes_cookies", "takes_length")

    def __init__(self, defaults: Headers, own: Headers) -> None:
        named = {name.lower() for name, _ in own}
        self.headers = (*(pair for pair in defaults if pair[0].lower() not in named), *own)
        self.takes_cookies = "cookie" not in named
        self.takes_length = named.isdisjoint({"content-length", "transfer-encoding"})


def _parse_header(text: str) -> tuple[str, str]:
    match = _HEADER.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"--header {_shown(text, ':')} is not NAME: VALUE", "write it like -H 'X-Api-Version: 2'"
        )
    return match[1], to_octets(match[2].strip())


def _parse_agent(text: str) -> str:
    match = _HEADER.fullmatch(f"User-Agent:{text}")
    if match is None:
        raise UsageError(f"--user-agent {text!r} has control characters in it", "give plain text on one line")
    return to_octets(match[2].strip())


def _parse_cookies(text: str, target: Origin) -> list[Cookie]:
    cookies = []
    for piece in filter(None, (piece.strip() for piece in text.split(";"))):
        name, sign, value = piece.partition("=")
        if not sign or not name.strip() or not _HEADER.fullmatch(f"Cookie:{piece}"):
            raise UsageError(
                f"--cookie {_shown(piece, '=')} is not NAME=VALUE", "write it like --cookie 'session=abc123'"
            )
        cookies.append(Cookie(name.strip(), value.strip(), target.host))
    return cookies


def _shown(text: str, sign: str) -> str:
    """The part of a bad option that is surely no secret."""
    name, found, _ = text.partition(sign)
    return repr(f"{name}{found}…" if found else "…")
