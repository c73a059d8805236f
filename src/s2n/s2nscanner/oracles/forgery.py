"""A request that another site makes a browser send, and the tokens that should stop it."""

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, unquote_plus, urlencode

from msgspec.structs import replace

from s2n.model import Location, Request, Response
from s2n.s2nscanner.html import parse
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.oracles.visitor import sealed, visible

_TOKEN_NAME = re.compile(
    r"(?i)csrf|xsrf|authenticity|anti-?forgery|requestverification|(?:^|[_.-])nonce|wpnonce|form_?key|sesskey"
    r"|form_?build_?id|(?:^|[_.-])(?:user_?|form_?|security_?|secret_?|request_?)?token(?:$|[_.\]-])"
    r"|state_?token|__viewstate$|__eventvalidation|[a-z]Token$|^ct0?k?$"
)
_RANDOM = re.compile(r"(?=(?:[^0-9]*[0-9]){3})(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/_=.~-]{20,}")
_BODY = frozenset({Location.FORM, Location.MULTIPART, Location.JSON})

_NEW_PASSWORD = re.compile(
    r"(?i)(?:new|conf|repeat|again|verify)\w{0,30}pass|pass\w{0,30}(?:new|conf|repeat|again|verify|2$)"
)
_REPEATED = re.compile(
    r"(?i)^(?:re-?)?(?:conf(?:irm(?:ation|ed)?)?|verify|again|re-?(?:type|enter|peat)(?:d|ed)?)$"
)
_PASSWORD = re.compile(r"(?i)pass(?:word|wd|phrase)?|pwd")
_PASSWORD_BYTES = re.compile(rb"(?i)pass|pwd")
_SIGN_UP = re.compile(r"(?i)regist|sign[_-]?up|create[_-]?(?:account|user)|/join(?:$|[/.])")
_NOT_FORGED = re.compile(
    r"(?i)(?:^|[/_.-])(?:log|sign)[_-]?(?:in|on|out|off)|(?:^|[/_.-])(?:auth|authenticate|oauth|token|session)s?(?:[/_.-]|$)"
    r"|(?:^|[/_.-])(?:[a-z]+(?<!re)search|search[a-z]*|find|filter|suggest|autocomplete|preview|validate|check|graphql|regist(?:er|ration)|signup)(?:[/_.?-]|$)"
    r"|(?:^|[/_.-])(?:delete|remove|destroy|purge|erase|wipe|drop|unsubscribe|shutdown|reset[_-]?(?:db|database|all))"
)
_QUERY_NAME = re.compile(r"(?i)^(?:q|s|query|search|term|keyword|keywords)$")

_BAD = r"(?:fail\w*|invalid|detect\w*|mismatch|missing|error|incorrect|wrong|bad|expired|denied|reject\w*|no)"
_OBJECTION = re.compile(
    rf"(?i)\b(?:csrf|xsrf|forgery|token)\b\W+(?:\w+\W+){{0,3}}?{_BAD}\b"
    rf"|\b{_BAD}\b\W+(?:\w+\W+){{0,2}}?(?:csrf|xsrf|forgery|token)\b"
    r"|\btoken\b.{0,30}\bnot (?:match|valid)|\bpage expired\b|\bsession (?:has )?expired\b"
    r"|\b(?:access|permission) denied\b|\bforbidden\b|\bnot allowed\b"
)

_SUCCESS = re.compile(
    r"(?i)\b(?:success(?:ful(?:ly)?)?|saved|updated|changed|added|created|stored|submitted|sent|received|done"
    r"|thanks?|thank you|confirmed|accepted|completed?)\b|\"(?:ok|success)\"\s*:\s*true"
    r"|저장|완료|gespeichert|enregistré|guardad"
)

# Content types a form or a "simple" cross-origin call may use (Fetch standard, CORS-safelisted).
SIMPLE_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""})


def changes_state(request: Request) -> bool:
    """Does it look like a change that a user makes, neither a login or search nor a deletion?

    Of GET requests only those that set a new password: the rest reads.
    """
    names = {point.name for point in points_of(request) if point.location in _BODY | {Location.QUERY}}
    new_password = _names_new_password(names)
    if _NOT_FORGED.search(request.path):
        return False
    if request.method == "GET":
        return new_password
    if request.method not in {"POST", "PUT", "PATCH"} or not request.body:
        return False
    passwords = [name for name in names if _PASSWORD.search(name)]
    if passwords and not new_password and len(names) <= 6:
        return False  # a login: whoever forges it has no session to abuse
    own = {point.name for point in points_of(request) if point.location in _BODY} - set(token_names(request))
    return not (own and all(_QUERY_NAME.search(name) for name in own))


def sets_password(request: Request) -> bool:
    """Would it give somebody who is logged in another password?

    It names a new one, or two, or changes what there is (PUT, PATCH) and a password with it.
    """
    text = request.target.encode() + request.body
    if not _PASSWORD_BYTES.search(text) or _SIGN_UP.search(request.path):
        return False
    names = {point.name for point in points_of(request) if point.location in _BODY | {Location.QUERY}}
    passwords = [name for name in names if _PASSWORD.search(name)]
    changes = bool(passwords) and request.method in {"PUT", "PATCH"}
    return changes or len(passwords) > 1 or _names_new_password(names)


def _names_new_password(names: Iterable[str]) -> bool:
    """Is there a field for a new password, or one to repeat it in?"""
    known = set(names)
    repeated = any(_REPEATED.search(name) for name in known) and any(map(_PASSWORD.search, known))
    return repeated or any(_NEW_PASSWORD.search(name) for name in known)


def tokens(request: Request) -> list[InputPoint]:
    """The points of ``request`` that look like a token against forgery: by name, else a random value."""
    points = [point for point in points_of(request) if point.location in _BODY | {Location.QUERY}]
    named = [point for point in points if _TOKEN_NAME.search(point.name)]
    return named or [point for point in points if _RANDOM.fullmatch(point.value)]


def token_names(request: Request) -> list[str]:
    """The names of `tokens`."""
    return [point.name for point in tokens(request)]


def token_values(request: Request) -> list[str]:
    """The values of `tokens`."""
    return [point.value for point in tokens(request)]


def without_fields(request: Request, names: Iterable[str]) -> Request:
    """``request`` without the form fields, query parameters or JSON members ``names``; multipart: emptied."""
    gone = set(names)
    kind = _media_type(request)
    if kind == "application/json":
        request = _without_members(request, gone)
    elif kind == "application/x-www-form-urlencoded":
        request = replace(
            request, body=_without_pairs(request.body.decode("latin-1"), gone).encode("latin-1")
        )
    else:
        for point in points_of(request):
            if point.location in _BODY and point.name in gone:
                request = inject(replace(point, request=request), "")
    if request.query:
        query = _without_pairs(request.query, gone)
        request = replace(request, target=request.path + (f"?{query}" if query else ""))
    return sealed(request)


def with_values(request: Request, values: Mapping[str, str]) -> Request:
    """``request`` with other values in its fields of these names."""
    for name, value in values.items():
        for point in tokens(request):
            if point.name == name:
                request = inject(point, value)
    return sealed(request)


def page_values(response: Response, names: Iterable[str]) -> dict[str, str]:
    """The values of the page's inputs (or ``<meta>`` elements) called ``names``."""
    wanted = set(names)
    out: dict[str, str] = {}
    if not response.is_html or not any(name in response.text for name in wanted):
        return out
    document = parse(response.text)
    for element in (*document.find_all("input"), *document.find_all("meta")):
        name = element.attr("name") or ""
        value = element.attr("value") or element.attr("content") or ""
        if name in wanted and value:
            out.setdefault(name, value)
    return out


def by_own_page(request: Request) -> Request:
    """``request`` as a page of its own origin would send it."""
    origin = str(request.origin)
    referer = f"{origin}{request.path}"
    request = request.with_header("Origin", origin).with_header("Referer", referer)
    return request.with_header("Sec-Fetch-Site", "same-origin")


def by_other_site(sent: Request, origin: str) -> Request:
    """``sent`` as a browser would send it for a page of ``origin``: without headers that need permission.

    ``origin`` "null": a page that hides where it comes from (sandboxed, or no-referrer).
    """
    dropped = {"origin", "referer"}
    kept = tuple(
        (name, value)
        for name, value in sent.headers
        if name.lower() not in dropped
        and not (name.lower().startswith("x-") and name.lower() != "x-forwarded-for")
        and not (name.lower() == "authorization" and not value.lower().startswith("basic "))
    )
    forged = replace(sent, headers=kept).with_header("Origin", origin)
    if origin != "null":
        forged = forged.with_header("Referer", f"{origin}/")
    return sealed(forged.with_header("Sec-Fetch-Site", "cross-site"))


def as_get(request: Request) -> Request:
    """The same fields in the query of a GET, as a link would send them."""
    pairs = parse_qsl(request.query, keep_blank_values=True)
    pairs += parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
    headers = tuple(pair for pair in request.headers if not pair[0].lower().startswith("content-"))
    return replace(
        request, method="GET", target=f"{request.path}?{urlencode(pairs)}", headers=headers, body=b""
    )


def is_simple(request: Request) -> bool:
    """May another site send it without asking first (no preflight)?"""
    return request.method in {"GET", "POST"} and _media_type(request) in SIMPLE_TYPES


def objects(response: Response) -> bool:
    """Does the answer say that it refused a forged request?"""
    return response.status >= 400 or bool(_OBJECTION.search(visible(response)))


def succeeds(response: Response, usual: Response) -> bool:
    """Does the answer say that something was changed, in words that ``usual``, the page otherwise, lacks?"""
    if response.status >= 300 or objects(response):
        return False
    said, also = (set(_SUCCESS.findall(visible(each).lower())) for each in (response, usual))
    return bool(said - also)


def _media_type(request: Request) -> str:
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return "application/json" if kind.endswith("+json") else kind


def _without_pairs(text: str, names: set[str]) -> str:
    return "&".join(pair for pair in text.split("&") if unquote_plus(pair.partition("=")[0]) not in names)


def _without_members(request: Request, names: set[str]) -> Request:
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        return request
    if not isinstance(value, dict):
        return request
    kept = {name: member for name, member in value.items() if name not in names}
    return replace(request, body=json.dumps(kept).encode())
