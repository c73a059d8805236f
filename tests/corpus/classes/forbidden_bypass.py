"""Rules for a path in front of applications that read it otherwise; traps answer whatever is asked for."""

import itertools
from urllib.parse import unquote

from corpus.case import Case
from corpus.classes import _login as login
from s2n.model import Request
from support.site import html

REPORT = html("<!doctype html><h1>Administration</h1><p>Orders of all customers.</p>")
HOME = html("<!doctype html><h1>Shop</h1><p>Tea and more.</p>")
DENIED = html("<h1>Forbidden</h1>", 403)
UNKNOWN = html("<h1>Not found</h1>", 404)

ADMIN = "/admin/orders"


def routed(path):
    """What the application has at a path that it has resolved."""
    if path in {"", "/"}:
        return HOME
    return REPORT if path == ADMIN else UNKNOWN


def resolved(path):
    """As most frameworks read a path: decoded, without empty and dot segments."""
    parts = [part for part in unquote(path).split("/") if part not in {"", "."}]
    return "/" + "/".join(parts)


def behind(rule, application):
    """A rule that refuses by the path as it was sent, before an application."""

    def make():
        return lambda request: DENIED if rule(request) else application(request)

    return make


def exactly(request):
    return request.path == ADMIN


def within(request):
    return resolved(request.path).lower().startswith("/admin")


def lenient(request):
    return routed(resolved(request.path))


def without_matrix(request):
    """As servlet containers read it."""
    parts = [part.partition(";")[0] for part in request.path.split("/")]
    kept = []
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part:
            kept.append(part)
    return routed("/" + "/".join(kept))


def rewriting(header):
    return lambda request: routed(request.header(header) or request.path)


def inside_only(header):
    """The application lets addresses of the house in, and believes who says to have one."""

    def make():
        def app(request):
            if request.path == ADMIN and request.header(header) != "127.0.0.1":
                return DENIED
            return routed(request.path)

        return app

    return make


def limited_to_get(request):
    return request.path == ADMIN and request.method in {"GET", "POST", "HEAD"}


def always(answer):
    return lambda: lambda request: DENIED if request.path == ADMIN else answer


def echoing():
    return lambda request: DENIED if request.path == ADMIN else html(f"<h1>Search</h1><p>{request.path}</p>")


def busy():
    """Refuses by chance, whatever is asked for."""
    turn = itertools.count()
    return lambda request: DENIED if next(turn) % 2 == 0 else REPORT


def to_login():
    return lambda request: DENIED if request.path == ADMIN else html(login.page())


def case(name, vulnerable, make, path=ADMIN):
    return Case("forbidden_bypass", name, vulnerable, make, (Request.from_url(f"http://site.test{path}"),))


CASES = [
    case("an exact rule, a framework that resolves", True, behind(exactly, lenient)),
    case(
        "a prefix, dots",
        True,
        behind(lambda r: r.path.startswith("/admin/"), lambda r: routed(resolved(r.path))),
    ),
    case("matrix parameters", True, behind(exactly, without_matrix)),
    case("case", True, behind(exactly, lambda request: routed(request.path.lower()))),
    case("trailing slash", True, behind(exactly, lambda request: routed(request.path.rstrip("/")))),
    case("percent", True, behind(exactly, lambda request: routed(unquote(request.path)))),
    case("X-Original-URL", True, behind(within, rewriting("X-Original-URL"))),
    case("X-Rewrite-URL", True, behind(within, rewriting("X-Rewrite-URL"))),
    case("X-Forwarded-For", True, inside_only("X-Forwarded-For")),
    case("X-Real-IP", True, inside_only("X-Real-IP")),
    case("a list of methods", True, behind(limited_to_get, lenient)),
    case("401", True, lambda: lambda r: html("", 401) if exactly(r) else lenient(r)),
    # Traps.
    case("a rule that resolves", False, behind(within, lenient)),
    case("everything is refused", False, lambda: lambda request: DENIED),
    case("one page for all", False, always(HOME)),
    case("one page for all, fresh each time", False, echoing),
    case("a login page for all", False, to_login),
    case("nothing else is there", False, always(UNKNOWN)),
    case("empty answers", False, always(html(""))),
    case("not refused any more", False, lambda: lambda request: REPORT),
    case("refused by chance", False, busy),
    case("headers mean nothing", False, behind(within, lambda request: routed(request.path))),
    case("the start page", False, lambda: lambda request: DENIED, path="/"),
]
