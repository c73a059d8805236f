"""Changes that other sites can cause, and changes that are protected in the ways of the usual frameworks."""

import hashlib
import itertools
import json
from urllib.parse import parse_qsl

from corpus.case import Case
from corpus.classes._members import (
    MEMBER,
    cookies,
    get,
    login_page,
    post,
    reply,
    to_login,
    unauthorized,
)
from s2n.s2nscanner.http.points import points_of
from support.site import html

OWN = "http://site.test"


def fields(request):
    """What a change carries: query, form, JSON or multipart, by name."""
    if "json" in (request.header("content-type") or ""):
        return json.loads(request.body)
    if (request.header("content-type") or "").startswith("text/plain"):
        return json.loads(request.body)
    return dict(parse_qsl(request.query)) | {
        point.name: point.value for point in points_of(request) if point.location in {"form", "multipart"}
    }


def token_of(session):
    return hashlib.sha256(f"pepper{session}".encode()).hexdigest()[:40]


# How a site checks a change: what the member's request must be. True: it is let through.


def nothing(request, session):
    return True


def never(request, session):
    return False


def token(name="csrf_token"):
    return lambda request, session: fields(request).get(name) == token_of(session)


def token_if_present(name="csrf_token"):
    return lambda request, session: fields(request).get(name, token_of(session)) == token_of(session)


def token_there(name="csrf_token"):
    return lambda request, session: bool(fields(request).get(name))


def token_of_anybody(name="csrf_token"):
    """The server knows the tokens that it gave out, not to whom."""
    known = {token_of(MEMBER), token_of("guest-1"), token_of("guest-2")}
    return lambda request, session: fields(request).get(name) in known


def origin(request, session):
    return request.header("origin") in {None, OWN} and request.header("origin") != "null"


def origin_or_hidden(request, session):
    return request.header("origin") in {None, OWN, "null"}


def referer(request, session):
    return (request.header("referer") or "").startswith(f"{OWN}/")


def referer_if_present(request, session):
    return (request.header("referer") or OWN).startswith(OWN)


def referer_contains(request, session):
    return "site.test" in (request.header("referer") or "")


def origin_begins(request, session):
    return (request.header("origin") or "").startswith(OWN)


def fetch_metadata(request, session):
    return request.header("sec-fetch-site") in {"same-origin", "none"}


def custom_header(name="x-requested-with"):
    return lambda request, session: request.header(name) is not None


def double_submit(request, session):
    return request.header("x-xsrf-token") == cookies(request).get("XSRF-TOKEN")


def only_json(request, session):
    return (request.header("content-type") or "").startswith("application/json")


# How it answers.


def saved(request):
    return html(
        "<!doctype html><title>Account</title><h1>Account</h1><p class=ok>Your changes were saved.</p>"
    )


def counted():
    """A page that is never the same twice."""
    numbers = itertools.count(1)
    return lambda request: html(
        "<!doctype html><title>Notes</title><ul><li>a</li></ul>\n"
        f"<p>Note number {next(numbers)} was added.</p>\n"
        "<p>Have a look at the others.</p>\n<footer>About us</footer>\n"
    )


def away(request):
    return html("", 302, location="/account?saved=1")


def api(request):
    return reply('{"ok": true, "account": {"email": "ann@site.test"}}')


def page_403(request):
    return html("<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>", 403)


def page_419(request):
    return html("<h1>419 | Page Expired</h1>", 419)


def flash(request):
    return html("", 302, location="/account?error=token")


def page_200(request):
    return html(
        "<!doctype html><title>Account</title><p class=error>Invalid security token, please try again.</p>"
    )


def silent(request):
    return html("<!doctype html><title>Account</title><h1>Account</h1>")


def json_422(request):
    return reply('{"error": "Invalid or missing CSRF token"}', 422)


def site(
    check,
    ok=saved,
    no=page_403,
    deny=to_login,
    *,
    name="csrf_token",
    attributes="",
    method="POST",
    cookie="sessionid",
    cors=None,
    once=False,
    masked=False,
    landing=None,
):
    """``attributes`` of the session cookie; ``deny`` answers strangers; ``once``: a token holds once;
    ``masked``: it looks different in each view."""

    def make():
        answer = ok() if ok is counted else ok
        serial = itertools.count(1)
        given = set()

        def app(request):
            session = cookies(request).get(cookie) or f"guest-{next(serial) % 2 + 1}"
            if request.method == "OPTIONS":
                return reply("", 204, **(cors(request) if cors else {}))
            if request.method == method and request.path == "/account/email":
                if session != MEMBER:
                    return deny(request)
                value = fields(request).get(name)
                if once and value not in given:
                    return no(request)
                given.discard(value)
                return answer(request) if once or check(request, session) else no(request)
            if landing and request.path == "/account" and "saved=1" in request.query:
                return landing(request)
            given_now = token_of(session + str(next(serial))) if once or masked else token_of(session)
            given.add(given_now)
            form = (
                '<form method=post action="/account/email"><input name=email>'
                f'<input type=hidden name="{name}" value="{given_now}"></form>'
            )
            extra = (
                {}
                if cookies(request).get(cookie)
                else {"set_cookie": f"{cookie}={session}x81b2c93d; Path=/; HttpOnly{attributes}"}
            )
            return html(f"<!doctype html><title>Shop</title><h1>Shop</h1>{form}", **extra)

        return app

    return make


PLAIN = (post("/account/email", "email=ann%40site.test&news=on"), get("/account"))
STALE = "0f" * 20


def with_token(name="csrf_token", value=None):
    return (
        post("/account/email", f"{name}={value or token_of(MEMBER)}&email=ann%40site.test"),
        get("/account"),
    )


def as_json(body='{"email": "ann@site.test"}', method="POST", **headers):
    return (post("/account/email", body, "application/json", method=method, **headers), get("/account"))


BOUNDARY = "----s2nboundary"


def multipart(**parts):
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in parts.items()
    )
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return (post("/account/email", body + f"--{BOUNDARY}--\r\n", kind), get("/account"))


def any_origin(request):
    return {
        "access_control_allow_origin": request.header("origin") or "",
        "access_control_allow_credentials": "true",
        "access_control_allow_methods": "GET, PUT, PATCH",
    }


def own_origin(request):
    return {"access_control_allow_origin": OWN, "access_control_allow_credentials": "true"}


def new_password():
    def app(request):
        if cookies(request).get("PHPSESSID") != MEMBER:
            return to_login(request)
        if "password_new" in fields(request):
            return html(
                "<h1>Vulnerability: Cross Site Request Forgery (CSRF)</h1><li>CSRF"
                "<pre>Password Changed.</pre>"
            )
        return html("<h1>Change your password</h1>")

    return app


def login_site():
    def app(request):
        return html("", 302, location="/home") if cookies(request) else login_page(request)

    return app


def open_form():
    """Anybody may write; only the greeting depends on the session."""

    def app(request):
        who = (
            '<a href="/logout">Log out</a>'
            if cookies(request).get("sessionid")
            else '<a href="/login">Log in</a>'
        )
        return html(
            f"<!doctype html><nav>{who}</nav><h1>Contact</h1>"
            "<p>Thank you, we have received your message and will answer soon.</p>"
        )

    return app


def random_page():
    numbers = itertools.count()

    def app(request):
        return html(hashlib.sha256(str(next(numbers)).encode()).hexdigest() * 3)

    return app


def always_same():
    return lambda request: html("<!doctype html><h1>Welcome</h1><p>Everybody sees this page.</p>")


def lax_and_get():
    plain = site(nothing, attributes="; SameSite=Lax")()

    def app(request):
        if request.path == "/account/email" and request.method == "GET" and "email" in fields(request):
            return saved(request) if cookies(request).get("sessionid") == MEMBER else to_login(request)
        return plain(request)

    return app


def case(name, vulnerable, make, requests):
    return Case("csrf", name, vulnerable, make, tuple(requests))


CASES = [
    case("php: form without a token", True, site(nothing), PLAIN),
    case("flask: saved with a redirect", True, site(nothing, away), PLAIN),
    case("express: strangers get 401 JSON", True, site(nothing, api, json_422, unauthorized), PLAIN),
    case("rails: strangers get the login page with 200", True, site(nothing, deny=login_page), PLAIN),
    case("guestbook: never the same page twice", True, site(nothing, counted), PLAIN),
    case(
        "django: token ignored",
        True,
        site(nothing, name="csrfmiddlewaretoken"),
        with_token("csrfmiddlewaretoken"),
    ),
    case(
        "laravel: token checked only if it is there",
        True,
        site(token_if_present("_token"), no=page_419, name="_token"),
        with_token("_token"),
    ),
    case(
        "asp.net: any token will do",
        True,
        site(token_there("__RequestVerificationToken"), name="__RequestVerificationToken"),
        with_token("__RequestVerificationToken"),
    ),
    case(
        "spring: a token of another session is taken",
        True,
        site(token_of_anybody("_csrf"), name="_csrf"),
        with_token("_csrf"),
    ),
    case("php: Origin checked, but not if it is null", True, site(origin_or_hidden), PLAIN),
    case("servlet: Referer checked only if it is there", True, site(referer_if_present), PLAIN),
    case("express: JSON taken as text/plain", True, site(nothing, api, json_422, unauthorized), as_json()),
    case(
        "go: PUT, preflight allows any origin",
        True,
        site(nothing, api, json_422, unauthorized, method="PUT", cors=any_origin),
        as_json(method="PUT"),
    ),
    case(
        "api: only JSON, but CORS allows any origin",
        True,
        site(only_json, api, json_422, unauthorized, cors=any_origin),
        as_json(),
    ),
    case("multipart form without a token", True, site(nothing), multipart(email="ann@site.test", name="Ann")),
    case(
        "multipart form, token ignored",
        True,
        site(nothing),
        multipart(csrf_token=token_of(MEMBER), email="a@site.test"),
    ),
    case("SameSite=None", True, site(nothing, attributes="; Secure; SameSite=None"), PLAIN),
    case("SameSite=Lax, but GET is taken as well", True, lax_and_get, PLAIN),
    case(
        "JSON member as token, not checked",
        True,
        site(nothing, api, json_422, unauthorized),
        as_json(json.dumps({"csrf_token": token_of(MEMBER), "email": "a@b.c"})),
    ),
    case(
        "dvwa: GET that sets a new password",
        True,
        new_password,
        [get("/vulnerabilities/csrf/?password_new=a&password_conf=a&Change=Change", f"PHPSESSID={MEMBER}")],
    ),
    case(
        "custom header sent but not needed",
        True,
        site(nothing, api, json_422, unauthorized),
        [post("/account/email", "email=a%40b.c", X_Requested_With="XMLHttpRequest")],
    ),
    case(
        "token in the page, refused with a redirect, not checked if missing",
        True,
        site(token_if_present(), away, flash),
        with_token(),
    ),
    case("dvwa medium: Referer contains the name", True, site(referer_contains), PLAIN),
    case("go: Origin begins with its own", True, site(origin_begins), PLAIN),
    case("django: csrf_exempt, the token is masked", True, site(nothing, masked=True), with_token()),
    case(
        "rails: masked and not checked, with redirects",
        True,
        site(nothing, away, masked=True, landing=saved),
        with_token(),
    ),
    # Safe twins and traps.
    case("a member without the right, told with 200", False, site(never, no=page_200), PLAIN),
    case(
        "dvwa: our token is void by then, refused as if accepted",
        False,
        site(never, no=away, masked=True),
        with_token(),
    ),
    case(
        "dvwa: our token is void by then, a page without a word",
        False,
        site(never, no=silent, masked=True),
        with_token(),
    ),
    case("flask-wtf: token checked", False, site(token()), with_token()),
    case(
        "django: token checked",
        False,
        site(token("csrfmiddlewaretoken"), away, name="csrfmiddlewaretoken"),
        with_token("csrfmiddlewaretoken"),
    ),
    case("laravel: 419", False, site(token("_token"), away, page_419, name="_token"), with_token("_token")),
    case(
        "rails: refused with a redirect",
        False,
        site(token("authenticity_token"), away, flash, name="authenticity_token"),
        with_token("authenticity_token"),
    ),
    case("php: refused with 200", False, site(token(), no=page_200), with_token()),
    case(
        "php: refused with 200, our token is stale",
        False,
        site(token("t0"), no=page_200, name="t0"),
        with_token("csrf_token", STALE),
    ),
    case("tokens that hold once", False, site(nothing, no=page_200, once=True), with_token()),
    case(
        "tokens that hold once, refused with a redirect",
        False,
        site(nothing, away, flash, once=True),
        with_token(),
    ),
    case("Origin checked", False, site(origin), PLAIN),
    case("Referer needed", False, site(referer), PLAIN),
    case("fetch metadata checked", False, site(fetch_metadata), PLAIN),
    case(
        "jquery: custom header needed",
        False,
        site(custom_header(), api, json_422, unauthorized),
        [post("/account/email", "email=a%40b.c", X_Requested_With="XMLHttpRequest")],
    ),
    case(
        "angular: double submit",
        False,
        site(double_submit, api, json_422, unauthorized),
        [
            post(
                "/account/email",
                "email=a%40b.c",
                cookie=f"sessionid={MEMBER}; XSRF-TOKEN=abc123",
                X_XSRF_TOKEN="abc123",
            )
        ],
    ),
    case("api: JSON only, no CORS", False, site(only_json, api, json_422, unauthorized), as_json()),
    case(
        "api: JSON only, CORS for its own origin",
        False,
        site(only_json, api, json_422, unauthorized, cors=own_origin),
        as_json(),
    ),
    case(
        "PUT without CORS",
        False,
        site(nothing, api, json_422, unauthorized, method="PUT"),
        as_json(method="PUT"),
    ),
    case("SameSite=Strict", False, site(nothing, attributes="; SameSite=Strict"), PLAIN),
    case("SameSite=Lax", False, site(nothing, attributes="; SameSite=Lax"), PLAIN),
    case(
        "multipart, token checked",
        False,
        site(token()),
        multipart(csrf_token=token_of(MEMBER), email="a@site.test"),
    ),
    case(
        "JSON member as token, checked",
        False,
        site(token(), api, json_422, unauthorized),
        as_json(json.dumps({"csrf_token": token_of(MEMBER), "email": "a@b.c"})),
    ),
    case("login", False, login_site, [post("/login", "user=ann&password=x"), get("/login")]),
    case(
        "sign-in under another path",
        False,
        login_site,
        [post("/account", "email=ann%40site.test&passwd=x&remember=1")],
    ),
    case("search by POST", False, site(nothing), [post("/account/email", "q=shoes"), get("/")]),
    case("search path", False, open_form, [post("/search", "text=shoes&category=3")]),
    case("contact form that needs no session", False, open_form, [post("/contact", "name=Ann&message=Hi")]),
    case("no session at all", False, always_same, [post("/account/email", "email=a%40b.c", cookie="")]),
    case(
        "bearer token instead of a cookie",
        False,
        site(nothing),
        [post("/account/email", "email=a%40b.c", cookie="", Authorization="Bearer abc")],
    ),
    case("page that is random", False, random_page, PLAIN),
    case("page that is the same for all", False, always_same, PLAIN),
    case(
        "the session has ended",
        False,
        site(nothing),
        [post("/account/email", "email=a%40b.c", cookie="sessionid=gone")],
    ),
    case("a deletion is not tried", False, site(nothing), [post("/account/delete", "id=7")]),
    case("filter answers 403 to all", False, lambda: page_403, PLAIN),
]
