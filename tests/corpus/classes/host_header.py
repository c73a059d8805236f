"""Sites that take the client's word for their own name, and sites that know it."""

import html as codec
import itertools
import json
import re
from collections.abc import Callable

from corpus.case import Case
from corpus.inputs import form, json_body, query
from corpus.inputs import path as at
from s2n.model import Request, Response
from support.site import Site, html

PLUGIN = "host_header"
Named = Callable[[Request], str]
PAGE = "<!doctype html><html><head><title>Shop</title>HEAD</head><body>BODY</body></html>"
PLAIN = PAGE.replace("HEAD", "").replace("BODY", "<h1>Shop</h1><a href='/goods'>Goods</a>")


def host(request: Request) -> str:
    return request.header("host") or request.origin.authority


def behind(name: str) -> Named:
    """The header of a proxy, else Host, which a front server has checked."""

    def named(request: Request) -> str:
        claimed = request.header(name) or ""
        return claimed.removeprefix("host=") or request.origin.authority

    return named


def own(_: Request) -> str:
    return "site.test"


def page(
    body: str, named: Named = host, head: str = "", path: str = "/", **headers: str
) -> Callable[[], Site]:
    """At ``path`` a page with the name at "@", elsewhere a plain one."""

    def site(request: Request) -> Response:
        if request.path != path:
            return html(PLAIN)
        text = PAGE.replace("HEAD", head).replace("BODY", body).replace("@", named(request))
        return html(text, **headers)

    return lambda: site


def redirect(named: Named = host, path: str = "/old", to: str = "http://@/new", status: int = 301):
    def site(request: Request) -> Response:
        if request.path != path:
            return html(PLAIN)
        return html("", status, location=to.replace("@", named(request)))

    return lambda: site


def api(named: Named, url: str) -> Callable[[], Site]:
    def site(request: Request) -> Response:
        body = json.dumps({"self": url.replace("@", named(request))}).replace("/", "\\/")
        return Response(200, "", (("Content-Type", "application/json"),), body.encode())

    return lambda: site


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests or (HOME, query("/goods", page="1")))


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests or (HOME, query("/goods", page="1")))


HOME = at("/")
OLD = at("/old")
FORGOT = form("/forgot-password", email="ada@site.test")
XFH = behind("X-Forwarded-Host")
MAIL = "<p>We sent this link: <a href='https://@/reset?token=8f2a'>reset</a></p>"

VULNERABLE = [
    vulnerable("django: reset link on a page, Host", page(MAIL, path="/forgot-password"), HOME, FORGOT),
    vulnerable("rails: reset link, X-Forwarded-Host", page(MAIL, XFH, path="/forgot-password"), FORGOT),
    vulnerable("php: redirect, Host", redirect(), OLD),
    vulnerable("express: redirect, X-Forwarded-Host", redirect(XFH, status=302), OLD),
    vulnerable("spring: redirect, Forwarded", redirect(behind("Forwarded")), OLD),
    vulnerable("asp.net: redirect, X-Original-Host", redirect(behind("X-Original-Host")), OLD),
    vulnerable("perl: redirect, X-Host", redirect(behind("X-Host")), OLD),
    vulnerable("apache: redirect, X-Forwarded-Server", redirect(behind("X-Forwarded-Server")), OLD),
    vulnerable("php: redirect with a query", redirect(), query("/old", a="1")),
    vulnerable("wordpress: scripts, Host", page("", head="<script src='//@/app.js'></script>")),
    vulnerable("drupal: style sheet", page("", XFH, head="<link rel=stylesheet href='http://@/a.css'>")),
    vulnerable("php: base", page("<a href=x>x</a>", head="<base href='http://@/'>")),
    vulnerable("laravel: frame, X-Forwarded-Host", page("<iframe src='https://@/map'></iframe>", XFH)),
    vulnerable("rails: action of a form", page("<form method=post action='http://@/login'></form>")),
    vulnerable("symfony: canonical link", page("", XFH, head="<link rel=canonical href='https://@/'>")),
    vulnerable("next.js: og:url", page("", XFH, head="<meta property=og:url content='https://@/'>")),
    vulnerable("cached links, Host", page("<a href='http://@/a'>a</a>", cache_control="public, max-age=60")),
    vulnerable("php: meta refresh", page("", head="<meta http-equiv=refresh content='0; url=http://@/x'>")),
    vulnerable("spring hateoas: links", api(XFH, "https://@/api/goods/1"), at("/api/goods/1")),
    vulnerable("api: activation link, Host", api(host, "https://@/activate?key=1"), at("/api/me")),
    vulnerable("a port follows", redirect(to="http://@:8443/new"), OLD),
    vulnerable("no scheme", redirect(to="//@/new"), OLD),
]


def unknown_host(request: Request) -> Response:
    """Django: ALLOWED_HOSTS."""
    if host(request) != "site.test":
        return html(
            f"<h1>Bad Request</h1><p>Invalid HTTP_HOST header: {codec.escape(host(request))}</p>", 400
        )
    return html(PLAIN)


def default_site(request: Request) -> Response:
    """The web server's default site answers for names that it does not know."""
    return html(PLAIN) if host(request) == "site.test" else html("<h1>It works!</h1>")


def any_header(request: Request) -> Response:
    """A debugging page that makes links of whatever header there is."""
    links = [f"<script src='http://{codec.escape(value)}/x.js'></script>" for _, value in request.headers]
    return html(PAGE.replace("HEAD", "").replace("BODY", "".join(links)))


def moving() -> Site:
    numbers = itertools.count(1)
    return lambda r: html("", 302, location=f"http://node{next(numbers)}.site.test/")


def first_part(request: Request) -> str:
    return re.sub(r"[^a-z]", "", host(request).partition(".")[0]) + ".site.test"


SAFE = [
    safe("the own name in links", page("<a href='http://@/a'>a</a>", own)),
    safe("the own name in scripts", page("", own, head="<script src='//@/app.js'></script>")),
    safe("a redirect to the own name", redirect(own), OLD),
    safe("a redirect to a path", redirect(to="/new"), OLD),
    safe("a reset link to the own name", page(MAIL, own, path="/forgot-password"), FORGOT),
    safe("the name as text", page("<p>You asked @ for this.</p>")),
    safe("the name as text, X-Forwarded-Host", page("<p>You asked @ for this.</p>", XFH)),
    safe("the name in a value", page("<input name=h value='http://@/'>")),
    safe("the name in a comment", page("<!-- <script src='http://@/x.js'></script> -->")),
    safe("the name in a parameter of a link", page("<a href='/login?next=http://@/'>in</a>")),
    safe("the name in a parameter of a redirect", redirect(to="https://sso.test/?back=http://@/"), OLD),
    safe("the name as a label of a host", redirect(to="http://@.site.test/"), OLD),
    safe("a subdomain of the own name", redirect(first_part), OLD),
    safe("a link by Host that nobody keeps", page("<a href='http://@/a'>a</a>")),
    safe("unknown hosts are refused", lambda: unknown_host),
    safe("unknown hosts get another site", lambda: default_site),
    safe("a page of all headers", lambda: any_header),
    safe("moving redirects", moving),
    safe("an API with paths", api(host, "/api/goods/1"), at("/api/goods/1")),
    safe(
        "an API that tells the host",
        lambda: lambda r: Response(200, body=json.dumps({"host": host(r)}).encode()),
    ),
    safe("an API that takes JSON", api(own, "https://@/x"), json_body("/api/reset", {"mail": "a@site.test"})),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
