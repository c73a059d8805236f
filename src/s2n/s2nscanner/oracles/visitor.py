"""Somebody else's requests: those of a visitor without our session, or with cookies of their own.

The client adds the scan's session to every request that names no cookie, so a request without one is built
from a request as it was *sent* and goes out exactly as it stands (``exact=True``).
"""

import re
import time
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.http.cookies import Cookie, parse_set_cookie
from s2n.s2nscanner.http.secrets import carries_login

_OVERLOADED = frozenset({429, 503})

# What carries a login, by the names that frameworks and people give it.
_SESSION = re.compile(
    r"(?i)sess|auth|token|jwt|login|logged|remember|identity|ticket|passw"
    r"|(?:^|[._-])s?sid(?:$|[._-])|^cfid$|^user_?id$"
)
# Scripts must read a double-submit token; choices, statistics and balancers are no secrets.
_HARMLESS = re.compile(
    r"(?i)csrf|xsrf|antiforgery|requestverification|lang|locale|theme|consent|cookie_?law|gdpr|currency|timezone"
    r"|flash|seen|banner|^_g(?:a|id|at|cl)|^__utm|^_fb[pc]|^_hj|^_pk_|^AWSALB|^_{1,2}cf"
    r"|^ARRAffinity|^BIGip|^SERVERID$|^ROUTEID$|^incap_|^visid_"
)
_SECRET_VALUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w%.~+/=-]{24,}")

_TAG = re.compile(
    r"<(?:script|style)\b.*?(?:</(?:script|style)\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"\w+")
_PASSWORD_FIELD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_ASKS = re.compile(
    r"(?i)\b(?:please|must|need to|have to|first)\b.{0,30}\b(?:log|sign)(?:ged)?[ -]?in\b"
    r"|\bnot (?:logged|signed) in\b|\bnot authenticated\b|\bunauthori[sz]ed\b|\bunauthenticated\b"
    r"|\baccess denied\b|\bpermission denied\b|\bforbidden\b"
    r"|\b(?:login|authentication|session) (?:is )?required\b"
    r"|\b(?:no|invalid|missing|expired) (?:session|login|credentials)\b"
    r"|\bsession (?:has )?(?:expired|timed out)\b"
)
MAX_TEXT = 1 << 17
"""Characters of a page that are read for what it says."""

MOSTLY_SAME = 0.6
"""A page that keeps this share of the other's words is the same page, with another greeting at its top."""


def anonymous(sent: Request, cookies: Mapping[str, str] | None = None) -> Request:
    """``sent`` without the scan's session, with ``cookies`` instead; to be sent ``exact``."""
    kept = tuple(pair for pair in sent.headers if not carries_login(pair[0]))
    if cookies:
        kept += (("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())),)
    return sealed(replace(sent, headers=kept))


def completed(request: Request, sent: Request) -> Request:
    """``request`` with the headers that the client gave ``sent``; to be sent ``exact``."""
    named = {name.lower() for name, _ in request.headers} | {"content-length", "content-type"}
    added = tuple(pair for pair in sent.headers if pair[0].lower() not in named)
    length = (("Content-Length", str(len(request.body))),) if request.body and added else ()
    return replace(request, headers=added + request.headers + length)


def sealed(request: Request) -> Request:
    """``request`` with a Content-Length that fits its body, if it names one."""
    if request.header("content-length") is None:
        return request
    return request.with_header("Content-Length", str(len(request.body)))


def cookies_sent(request: Request) -> dict[str, str]:
    """The cookies that ``request`` carries."""
    pairs = (piece.partition("=") for piece in (request.header("cookie") or "").split(";"))
    return {name.strip(): value.strip() for name, sign, value in pairs if sign}


def cookies_set(*exchanges: Exchange) -> dict[str, Cookie]:
    """The cookies a browser would keep of ``exchanges`` and their redirects, by name; the last one wins."""
    now = time.time()
    out: dict[str, Cookie] = {}
    for each in (hop for exchange in exchanges for hop in (*exchange.hops, exchange)):
        for text in each.response.header_all("set-cookie"):
            cookie = parse_set_cookie(text, each.request.origin, each.request.path, now)
            if cookie is not None and cookie.name:
                out[cookie.name] = cookie
    return out


def holds_session(name: str, value: str = "") -> bool:
    """Would whoever has this cookie be somebody else? By its name, else by a value that nobody can guess."""
    if _HARMLESS.search(name):
        return False
    return bool(_SESSION.search(name) or _SECRET_VALUE.fullmatch(value))


def refused(accepted: Exchange, other: Exchange) -> bool:
    """Is ``other`` the answer to somebody who may not, where ``accepted`` is that to somebody who may?

    An error, a way to somewhere else, or a page that asks for a login and is not mostly the accepted page.
    """
    good, bad = accepted.first.response, other.first.response
    if good.status >= 400 or bad.status in _OVERLOADED:
        return False
    if bad.status >= 400:
        return True
    if bad.is_redirect:
        return not good.is_redirect or _leads(accepted.first) != _leads(other.first)
    return _asks_for_login(bad) and (good.is_redirect or not (_asks_for_login(good) or _alike(good, bad)))


def visible(response: Response) -> str:
    """What a reader sees of a page, roughly: its text without tags, scripts and comments."""
    text = response.text[:MAX_TEXT]
    return _TAG.sub(" ", text) if "<" in text else text


def has_password_field(response: Response) -> bool:
    """Does the page have a field for a password?"""
    return bool(_PASSWORD_FIELD.search(response.text[:MAX_TEXT]))


def _asks_for_login(response: Response) -> bool:
    return has_password_field(response) or bool(_ASKS.search(visible(response)))


def _leads(exchange: Exchange) -> str:
    location = exchange.response.header("location") or ""
    try:
        return urlsplit(urljoin(exchange.request.url, location)).path
    except ValueError:  # "http://[": it leads nowhere
        return location


def _alike(good: Response, bad: Response) -> bool:
    ours, theirs = set(_words(good)), set(_words(bad))
    return len(ours) > 8 and len(ours & theirs) >= MOSTLY_SAME * len(ours)


def _words(response: Response) -> Iterable[str]:
    return (word.lower() for word in _WORD.findall(visible(response)))
