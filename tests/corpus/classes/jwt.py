"""Sites whose tokens can be forged or say too much, and sites that check theirs."""

import itertools
import json
import sqlite3
import time

from corpus.case import Case
from corpus.classes import _tokens as t
from corpus.classes._login import login
from corpus.classes._members import cookies, reply
from s2n.model import Request
from support.site import html

NOW = int(time.time())
CLAIMS = {"sub": "ann", "iat": NOW, "exp": NOW + 3600}


def bearer(request):
    return (request.header("authorization") or "").removeprefix("Bearer ")


def cookie(name="token"):
    return lambda request: cookies(request).get(name, "")


def query(request):
    return dict(pair.partition("=")[::2] for pair in request.query.split("&")).get("token", "")


def profile(request):
    return reply('{"user": "ann", "email": "ann@site.test"}')


def page(request):
    return html("<!doctype html><h1>Hello Ann</h1><a href=/logout>Log out</a>")


def clock():
    serial = itertools.count()
    return lambda request: html(
        f"<h1>Hello Ann</h1>\n<p>Orders</p>\n<p>Page {next(serial)} of today</p>\n<footer>Us</footer>"
    )


def deny_401(request):
    return reply('{"error": "invalid token"}', 401)


def deny_redirect(request):
    return html("", 302, location="/login")


def deny_page(request):
    return html("<h1>Log in</h1><form><input type=password name=p></form>")


def site(verify, where=bearer, ok=profile, no=deny_401, keys=None):
    """``keys``: path and body of a published key."""

    def make():
        answer = ok() if ok is clock else ok

        def app(request):
            if keys and request.path == keys[0]:
                return reply(keys[1])
            if request.path not in {"/api/me", "/account"}:
                return html("<h1>Not found</h1>", 404)
            try:
                good = verify(where(request))
            except (ValueError, KeyError, TypeError, sqlite3.Error):
                good = False
            return answer(request) if good else no(request)

        return app

    return make


def with_bearer(text, path="/api/me"):
    return [Request.from_url(f"http://site.test{path}", headers=(("Authorization", f"Bearer {text}"),))]


def with_cookie(text, name="token", path="/account"):
    return [Request.from_url(f"http://site.test{path}", headers=(("Cookie", f"theme=dark; {name}={text}"),))]


def issuing(text, verify=None):
    """A login that answers with a token, and an API that wants it."""

    check = verify or t.strict()

    def make():
        def app(request):
            if request.method == "POST":
                return reply(json.dumps({"auth_token": text}))
            if request.path == "/api/me":
                try:
                    return profile(request) if check(bearer(request)) else deny_401(request)
                except ValueError:
                    return deny_401(request)
            return html("<h1>Shop</h1>")

        return app

    return make


LOGIN = [
    Request.from_url("http://site.test/api/me"),
    login('{"username": "a", "password": "b"}', "application/json")[0],
]


def showing(text, kind="text/html", **headers):
    """A public page with a token in it."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())

    def make():
        return lambda request: reply(
            f"<script>var t = '{text}'</script>" if "html" in kind else text, 200, kind, **dict(named)
        )

    return make


HOME = [Request.from_url("http://site.test/account")]
RS = t.token(algorithm="RS256", kid="k1")
ES = t.token(algorithm="ES256")
PEM = t.PUBLIC_PEM.encode()


def case(name, vulnerable, make, requests):
    return Case("jwt", name, vulnerable, make, tuple(requests))


CASES = [
    case("express: algorithm none", True, site(t.takes_none("none")), with_bearer(t.token())),
    case(
        "algorithm None in a cookie",
        True,
        site(t.takes_none("None"), cookie(), page, deny_redirect),
        with_cookie(t.token()),
    ),
    case(
        "algorithm nOnE, login page",
        True,
        site(t.takes_none("nOnE"), cookie("jwt"), page, deny_page),
        with_cookie(t.token(), "jwt"),
    ),
    case("vampi: never verified", True, site(t.unverified), with_bearer(t.token())),
    case(
        "never verified, in the URL",
        True,
        site(t.unverified, query),
        [Request.from_url(f"http://site.test/api/me?token={t.token()}&x=1")],
    ),
    case(
        "never verified, never the same page",
        True,
        site(t.unverified, cookie(), clock, deny_page),
        with_cookie(t.token()),
    ),
    case("signature left out", True, site(t.missing_signature_is_fine), with_bearer(t.token())),
    case("java: all zeros", True, site(t.all_zeros_are_fine), with_bearer(ES)),
    case("secret: secret", True, site(t.strict(b"secret")), with_bearer(t.token(key=b"secret"))),
    case(
        "secret: shhhhh, HS512",
        True,
        site(t.strict(b"shhhhh", "HS512")),
        with_bearer(t.token(key=b"shhhhh", algorithm="HS512")),
    ),
    case(
        "laravel: secret in a cookie that is set",
        True,
        showing("x", set_cookie=f"token={t.token(key=b'your-256-bit-secret')}"),
        HOME,
    ),
    case("secret: tokens of the login", True, issuing(t.token(key=b"random"), t.strict(b"random")), LOGIN),
    case("secret: token in a page", True, showing(t.token(key=b"changeme")), HOME),
    case(
        "confusion: JWKS",
        True,
        site(t.confused(PEM), keys=("/.well-known/jwks.json", t.jwks())),
        with_bearer(RS),
    ),
    case(
        "confusion: JWKS, PKCS #1",
        True,
        site(t.confused(t.PKCS1_PEM.encode()), keys=("/jwks.json", t.jwks())),
        with_bearer(RS),
    ),
    case(
        "confusion: PEM without its last line end",
        True,
        site(t.confused(PEM.strip()), cookie(), page, deny_redirect, keys=("/public.pem", t.PUBLIC_PEM)),
        with_cookie(RS),
    ),
    case("kid is a path", True, site(t.kid_is_a_path), with_bearer(t.token(kid="k1"))),
    case("kid in SQL", True, site(t.kid_in_sql), with_bearer(t.token(kid="k1"))),
    case("login gives what is never verified", True, issuing(t.token(), t.unverified), LOGIN),
    case("no end", True, site(t.strict()), with_bearer(t.token({"sub": "ann"}))),
    case(
        "a year",
        True,
        site(t.strict(), cookie(), page),
        with_cookie(t.token({"sub": "ann", "iat": NOW, "exp": NOW + 365 * 86400})),
    ),
    case("password in it", True, site(t.strict()), with_bearer(t.token(CLAIMS | {"password": "hunter2"}))),
    case(
        "gives out unsigned ones", True, showing("x", set_cookie=f"token={t.token(algorithm='none')}"), HOME
    ),
    # Safe twins and traps.
    case("flask-jwt: checked", False, site(t.strict()), with_bearer(t.token())),
    case("cookie: checked", False, site(t.strict(), cookie(), page, deny_redirect), with_cookie(t.token())),
    case(
        "cookie: checked, login page with 200",
        False,
        site(t.strict(), cookie(), page, deny_page),
        with_cookie(t.token()),
    ),
    case(
        "in the URL: checked",
        False,
        site(t.strict(), query),
        [Request.from_url(f"http://site.test/api/me?token={t.token()}")],
    ),
    case("HS512: checked", False, site(t.strict(t.STRONG, "HS512")), with_bearer(t.token(algorithm="HS512"))),
    case(
        "RS256: checked, key published",
        False,
        site(t.strict_rs, keys=("/.well-known/jwks.json", t.jwks())),
        with_bearer(RS),
    ),
    case(
        "RS256: checked, PEM published",
        False,
        site(t.strict_rs, keys=("/public.pem", t.PUBLIC_PEM)),
        with_bearer(RS),
    ),
    case("ES256: checked", False, site(t.strict_es), with_bearer(ES)),
    case("kid: checked", False, site(t.strict()), with_bearer(t.token(kid="k1"))),
    case(
        "never the same page: checked",
        False,
        site(t.strict(), cookie(), clock, deny_page),
        with_cookie(t.token()),
    ),
    case("login: checked", False, issuing(t.token()), LOGIN),
    case("the token makes no difference", False, site(lambda text: True), with_bearer(t.token())),
    case(
        "any string will do, so it is no credential",
        False,
        site(t.any_string, cookie(), page, deny_page),
        with_cookie(t.token()),
    ),
    case("our token has ended", False, site(lambda text: False), with_bearer(t.token())),
    case(
        "a public page with a key of a third party",
        False,
        showing(t.token({"iss": "cloud", "role": "anon"})),
        HOME,
    ),
    case("not a token", False, showing("eyJub3QiOiJhIHRva2VuIn0.abc.def eyJhbGciOiJIUzI1NiJ9"), HOME),
    case(
        "signed cookie of another kind",
        False,
        showing("x", set_cookie="session=eyJ1c2VyIjoiYW5uIn0.ZkxQ2w.abcdefghijklmnopqrstuvwxyz1"),
        HOME,
    ),
    case(
        "filter answers 403 to all",
        False,
        lambda: lambda request: html("<h1>Forbidden</h1>", 403),
        with_bearer(t.token()),
    ),
    case("no token at all", False, site(t.strict()), HOME),
]
