"""Which headers pass between the browser and the site, and which of them matter to a test."""

import re
from collections.abc import Callable, Iterable

from s2n.model import Headers, Request, Response
from s2n.s2nscanner.http.secrets import carries_login
from s2n.s2nscanner.http.slots import from_octets, to_octets

_BY_BROWSER = frozenset(
    {
        *("host", "connection", "user-agent", "cookie", "accept-encoding", "accept-language"),
        *(
            "content-length",
            "upgrade-insecure-requests",
            "ping-from",
            "ping-to",
            "purpose",
            "dnt",
            "priority",
        ),
        *("cache-control", "pragma"),  # the browser's cache is off, which it tells the server
    }
)
"""What the browser adds by itself; the scan's own identity takes its place."""

_CONTEXT = frozenset({"accept", "origin", "referer"})
_ANY_ACCEPT = frozenset({"*/*", "text/css,*/*;q=0.1", "text/event-stream"})

_NOT_BACK = frozenset(
    {
        *("content-encoding", "content-length", "transfer-encoding"),  # the body is decoded and whole
        *("connection", "keep-alive", "trailer", "upgrade", "alt-svc", "proxy-authenticate"),
        *("location", "www-authenticate"),  # a redirect or a prompt that is none of the browser's business
        *("report-to", "reporting-endpoints", "nel", "content-security-policy-report-only"),  # reports
        *("critical-ch", "accept-ch", "speculation-rules"),  # they make the browser ask again, or ahead
    }
)

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What Playwright takes for no header at all."""


def passed_on(named: Iterable[tuple[str, str]], *, document: bool) -> Headers:
    """The headers that go to the site: what the page's script named, and where it asked from."""
    kept = []
    for name, value in named:
        lower = name.lower()
        if lower in _BY_BROWSER or lower.startswith(("sec-", ":")) or (document and lower == "accept"):
            continue
        kept.append((_title(lower), to_octets(value)))
    return tuple(kept)


def essence(request: Request) -> Request:
    """``request`` with only those headers that make it what it is: what an attack starts from."""
    kept = tuple(
        (name, value)
        for name, value in request.headers
        if name.lower() not in _CONTEXT or (name == "Accept" and value not in _ANY_ACCEPT)
    )
    return Request(request.method, request.origin, request.target, kept, request.body)


def without_renewed(request: Request, authorize: Callable[[Request], Request] | None) -> Request:
    """``request`` without the headers of a login (a token) that the login adds, and renews, by itself."""
    ours = {name.lower() for name, _ in request.headers if carries_login(name)}
    if authorize is None or not ours:
        return request
    kept = tuple(pair for pair in request.headers if pair[0].lower() not in ours)
    bare = Request(request.method, request.origin, request.target, kept, request.body)
    renewed = {name.lower() for name, _ in authorize(bare).headers} & ours
    headers = tuple(pair for pair in request.headers if pair[0].lower() not in renewed)
    own = Request(request.method, request.origin, request.target, headers, request.body)
    return own if renewed else request


def handed_back(responses: Iterable[Response]) -> dict[str, str]:
    """The headers for the browser: those of the last response, and the cookies of all.

    Lines of one name are joined as Playwright wants it: cookies by line breaks, others by commas.
    """
    cookies: list[str] = []
    joined: dict[str, list[str]] = {}
    for response in responses:
        cookies += (
            from_octets(text)[0] for text in response.header_all("set-cookie") if not _CONTROLS.search(text)
        )
        joined = {}
        for name, value in response.headers:
            lower = name.lower()
            if lower not in _NOT_BACK and lower != "set-cookie" and _TOKEN.fullmatch(name):
                joined.setdefault(lower, []).append(_CONTROLS.sub("", from_octets(value)[0]))
    headers = {name: ", ".join(values) for name, values in joined.items()}
    if cookies:
        headers["set-cookie"] = "\n".join(cookies)
    return headers


def _title(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))
