"""Servers with TRACE or WebDAV; traps echo differently, or only announce what they allow."""

from collections.abc import Callable

from corpus.case import Case
from s2n.model import Request, Response
from support.site import Site, html

DAV = (
    '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">'
    "<D:response><D:href>{path}</D:href><D:propstat><D:prop/>"
    "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
)
PAGES = ("/", "/shop/item", "/files/a.txt", "/api/v1/items?id=1")


def text_of(request, lower=False):
    lines = [f"{name.lower() if lower else name}: {value}" for name, value in request.headers]
    return (
        "\r\n".join([f"{request.method} {request.target} HTTP/1.1", "Host: shop.test", *lines]) + "\r\n\r\n"
    )


def answer(body, status=200, kind="message/http", **headers):
    pairs = (("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items()))
    return Response(status, headers=pairs, body=body.encode())


def site(trace=None, dav=None, allow="GET, HEAD, OPTIONS", otherwise=None) -> Callable[[], Site]:
    def respond(request):
        if request.method == "TRACE" and trace:
            return trace(request)
        if request.method == "PROPFIND" and dav:
            return dav(request)
        if request.method == "OPTIONS":
            return answer("", 204, allow=allow)
        if otherwise:
            return otherwise(request)
        return html("<h1>Shop</h1>") if request.method == "GET" else html("Method not allowed", 405)

    return lambda: respond


def multistatus(request):
    return answer(DAV.format(path=request.path), 207, "application/xml")


def below(prefix, then):
    return lambda request: then(request) if request.path.startswith(prefix) else html("no", 405)


VULNERABLE = {
    "apache: TRACE": site(trace=lambda r: answer(text_of(r))),
    "iis: TRACE, header names in lower case": site(trace=lambda r: answer(text_of(r, lower=True))),
    "tomcat: TRACE as text": site(trace=lambda r: answer(text_of(r), kind="text/plain")),
    "jetty: TRACE with a proxy's headers": site(trace=lambda r: answer(text_of(r) + "Via: 1.1 x\r\n")),
    "node: TRACE with bare line feeds": site(trace=lambda r: answer(text_of(r).replace("\r\n", "\n"))),
    "TRACE in one folder only": site(trace=below("/shop/", lambda r: answer(text_of(r)))),
    "apache: WebDAV": site(dav=multistatus, allow="OPTIONS,GET,HEAD,PUT,DELETE,PROPFIND,MKCOL,MOVE"),
    "nginx: WebDAV without Allow": site(dav=multistatus),
    "iis: WebDAV with another prefix": site(
        dav=lambda r: answer(DAV.format(path=r.path).replace("D:", "a:"), 207, "text/xml")
    ),
    "WebDAV in one folder": site(dav=below("/files/", multistatus)),
    "TRACE and WebDAV": site(trace=lambda r: answer(text_of(r)), dav=multistatus),
}
SAFE = {
    "only GET": site(),
    "REST API: announces PUT and DELETE": site(allow="GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    "TRACE is 405": site(trace=lambda r: html("Method not allowed", 405)),
    "TRACE is answered like GET": site(trace=lambda r: html("<h1>Shop</h1>")),
    "TRACE is echoed in an error page": site(trace=lambda r: answer(text_of(r), 405, "text/html")),
    "TRACE without the headers": site(trace=lambda r: answer(f"TRACE {r.target} HTTP/1.1\r\n\r\n")),
    "TRACE of old headers": site(trace=lambda r: answer("TRACE / HTTP/1.1\r\nX-Trace: abcdefgh\r\n\r\n")),
    "a page that dumps any request": site(otherwise=lambda r: html(f"<pre>Request:\n{text_of(r)}</pre>")),
    "207 of another kind": site(dav=lambda r: answer('{"multistatus": []}', 207, "application/json")),
    "PROPFIND is 401": site(dav=lambda r: html("login", 401)),
    "PROPFIND answers 200 with the page": site(dav=lambda r: html("<h1>Shop</h1>")),
    "everything redirects": site(otherwise=lambda r: html("", 302, location="/login")),
    "announces WebDAV, refuses it": site(dav=lambda r: html("no", 403), allow="GET, PROPFIND, MKCOL"),
}

CASES = [
    Case(
        "http_methods", name, flawed, make, tuple(Request.from_url(f"http://shop.test{url}") for url in PAGES)
    )
    for flawed, sites in ((True, VULNERABLE), (False, SAFE))
    for name, make in sites.items()
]
