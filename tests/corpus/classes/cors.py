"""CORS headers that trust whom they should not, and those that know their friends."""

import itertools
import re

from corpus.case import Case
from corpus.classes._members import get, post, reply
from s2n.model import Request
from support.site import html

OWN = "http://site.test"
API = [get("/api/me")]
SHOP = [Request.from_url("http://www.shop.test/api/orders")]


def cors(allow, *, credentials="true", vary=True, status=200, kind="application/json", only=None):
    """``allow``: the Origin → the value of the header, or None. ``only``: the path that has it."""

    def make():
        def app(request):
            headers = {"vary": "Accept-Encoding, Origin"} if vary else {}
            origin = request.header("origin")
            value = allow(origin) if origin and only in {None, request.path} else None
            if value:
                headers["access_control_allow_origin"] = value
                if credentials:
                    headers["access_control_allow_credentials"] = credentials
            return reply('{"user": "ann"}', status, kind, **headers)

        return app

    return make


def preflight(allow):
    """Only the question beforehand is answered with the header."""

    def make():
        inner = cors(allow)()
        return lambda request: inner(request) if request.method == "OPTIONS" else reply("{}")

    return make


def echo(origin):
    return origin


def only(*origins):
    return lambda origin: origin if origin in origins else None


def matching(pattern):
    return lambda origin: origin if re.search(pattern, origin) else None


def always(value):
    return lambda origin: value


def once():
    """The first Origin is echoed, the others are not."""
    serial = itertools.count()
    return cors(lambda origin: origin if next(serial) == 0 else None)()


def in_the_body():
    """The page shows the Origin, the headers don't."""
    return lambda request: html(f"<p>Access-Control-Allow-Origin: {request.header('origin')}</p>")


def blocked():
    """A filter's 403 has the headers of the framework."""
    return cors(echo, status=403)()


def case(name, vulnerable, make, requests=API):
    return Case("cors", name, vulnerable, make, tuple(requests))


CASES = [
    case("express cors: origin true", True, cors(echo)),
    case("flask: Origin echoed, no Vary", True, cors(echo, vary=False)),
    case("echoed, without credentials", True, cors(echo, credentials="")),
    case("null", True, cors(only("null", OWN))),
    case("null, no Vary", True, cors(only("null"), vary=False)),
    case(
        "spring: begins with its own", True, cors(lambda origin: origin if origin.startswith(OWN) else None)
    ),
    case("nginx: ends with its own name", True, cors(matching(r"site\.test$"))),
    case("go: contains its name", True, cors(lambda origin: origin if "site.test" in origin else None)),
    case("php: unescaped dot", True, cors(matching(r"^https?://www.shop\.test$")), SHOP),
    case(
        "begins with the partner's",
        True,
        cors(
            lambda origin: (
                origin if origin.startswith("http://app.partner.test") else "http://app.partner.test"
            ),
            vary=False,
        ),
    ),
    case("only one path", True, cors(echo, only="/api/me"), [get("/"), get("/about"), get("/api/me")]),
    case(
        "preflight of a PUT", True, preflight(echo), [post("/api/me", "{}", "application/json", method="PUT")]
    ),
    case("on an error as well", True, cors(echo, status=401)),
    case("on a page", True, cors(echo, kind="text/html"), [get("/account")]),
    case("any sub-name, but the dot is missing", True, cors(matching(r"^https?://[\w-]*site\.test$"))),
    # Safe twins and traps.
    case("no CORS", False, cors(always(None), vary=False)),
    case("its own only", False, cors(only(OWN))),
    case("a list", False, cors(only(OWN, "https://app.site.test", "http://localhost:3000"))),
    case("django: fixed partner", False, cors(always("https://app.partner.test"), vary=False)),
    case("*", False, cors(always("*"), credentials="")),
    case("* with credentials, which browsers refuse", False, cors(always("*"))),
    case("true sub-names", False, cors(matching(r"^https?://([\w-]+\.)?site\.test$"))),
    case("escaped dots", False, cors(matching(r"^https?://(?:www\.)?shop\.test$")), SHOP),
    case("its own, always", False, cors(always(OWN))),
    case("a pattern as the value", False, cors(always("https://*.site.test"))),
    case("the word null, always quoted", False, cors(always('"null"'))),
    case("echoed in the page", False, in_the_body),
    case("a filter's 403", False, blocked),
    case("echoed once", False, once),
    case(
        "preflight of its own only",
        False,
        preflight(only(OWN)),
        [post("/api/me", "{}", "application/json", method="PUT")],
    ),
    case("lower case", False, cors(lambda origin: None if origin != OWN else origin, status=404)),
]
