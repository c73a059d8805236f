"""Where a redirect leads: the request a browser would send next."""

from urllib.parse import urljoin

from s2n.model import Headers, Request, Response
from s2n.s2nscanner.http.slots import from_octets

MAX_REDIRECTS = 10

_OF_THE_BODY = ("content-", "transfer-encoding")
_FOR_ONE_ORIGIN = frozenset({"host", "authorization", "cookie", "proxy-authorization"})


def redirected(request: Request, response: Response) -> Request | None:
    """The request that ``response`` asks for in place of ``request``; None if it names no http(s) URL.

    303 becomes a GET, and so does a POST at 301 and 302 (RFC 9110, 15.4, as browsers do); 307 and 308 repeat
    method and body. Host, credentials and cookies that the request names itself stay with their origin.
    """
    if not response.is_redirect:
        return None
    location = from_octets(response.header("location") or "")[0]
    try:
        there = Request.from_url(urljoin(request.url, location))
    except ValueError:
        return None
    method, headers, body = request.method, request.headers, request.body
    if (response.status == 303 and method != "HEAD") or (response.status in {301, 302} and method == "POST"):
        method, headers, body = "GET", _without_body(headers), b""
    if there.origin != request.origin:
        headers = tuple(pair for pair in headers if pair[0].lower() not in _FOR_ONE_ORIGIN)
    return Request(method, there.origin, there.target, headers, body)


def _without_body(headers: Headers) -> Headers:
    return tuple(pair for pair in headers if not pair[0].lower().startswith(_OF_THE_BODY))
