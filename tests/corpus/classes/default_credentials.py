"""Sites with a well-known account, and sites that only look as if they had one."""

import json

from corpus.case import Case
from corpus.classes import _login as at
from corpus.classes._login import JSON, login, site, too_many
from corpus.classes._members import reply
from s2n.model import Request
from support.site import html


def case(name, vulnerable, make, requests):
    return Case("default_credentials", name, vulnerable, make, tuple(requests))


def with_token(user):
    return reply(json.dumps({"authentication": {"token": "eyJhbGciOiJIUzI1NiJ9.e30.abc", "user": user}}))


def wrong_token(user):
    return reply(json.dumps({"error": f"Invalid token for {user}"}))


def known(user="admin", password="admin"):
    return {user: password}


def known_user(user):
    """The message tells whether the name exists."""
    return html(at.page("Wrong password." if user == "admin" else "Unknown user."))


def says_yes_to_all():
    def app(request):
        return (
            html("", 302, location="/home", set_cookie="sessionid=abc")
            if request.method == "POST"
            else html(at.OUTSIDE)
        )

    return app


def honeypot():
    """Takes any password for the usual names, and then shows the login again."""

    def app(request):
        if request.method == "POST":
            user = at.given(request).get("username")
            return html("", 302, location="/home") if user == "admin" else at.with_page(user)
        return html(at.page())

    return app


def second_step():
    """The password is right, but a second factor is asked for."""

    def app(request):
        if request.method == "POST" and at.given(request).get("password") == "admin":
            return html("<h1>Check your phone</h1><input name=code>")
        return at.with_page("") if request.method == "POST" else html(at.OUTSIDE)

    return app


def must_change():
    def app(request):
        if request.method == "POST" and at.given(request).get("username") == "admin":
            return html(at.page("Account admin is disabled."))
        return at.with_page("") if request.method == "POST" else html(at.OUTSIDE)

    return app


CASES = [
    case("admin/admin", True, site(users=known()), login()),
    case("401 for wrong ones", True, site(at.with_401, users=known(password="password")), login()),
    case("redirects", True, site(at.with_redirect, users=known("root", "toor")), login()),
    case("the name is shown again", True, site(at.with_echo, users=known("tomcat", "s3cret")), login()),
    case("plain text", True, site(at.with_text, users=known("test", "test")), login()),
    case(
        "with a token",
        True,
        site(token=True, users=known("guest", "guest")),
        login("csrf_token=0f&username=a&password=x"),
    ),
    case(
        "by GET",
        True,
        site(users=known(password="password")),
        login("username=a&password=x&Login=Login", method="GET"),
    ),
    case("bwapp", True, site(users=known("bee", "bug"), name="PHPSESSID"), login()),
    case(
        "JSON that gives a token",
        True,
        site(at.with_json, users=known("admin@site.test", "admin123"), right=with_token),
        JSON,
    ),
    case("JSON 400", True, site(at.with_400, users=known("admin@site.test", "admin")), JSON),
    case("messages that know the users", True, site(known_user, users=known(password="admin123")), login()),
    case("id kept", True, site(session="keeps", users=known("user", "user")), login()),
    case("second cookie", True, site(session="adds", users=known("demo", "demo")), login()),
    case("a menu that names failures", True, site(users=known(), inside=at.OFFICE), login()),
    case("limit after thirty", True, site(users=known("manager", "manager"), limit=too_many(30)), login()),
    # Safe twins and traps.
    case("other users only", False, site(), login()),
    case("other users, 401", False, site(at.with_401), login()),
    case("other users, redirects", False, site(at.with_redirect), login()),
    case("other users, JSON", False, site(at.with_json), JSON),
    case("a strong password", False, site(users=known(password="kJ8-vX2-qP9")), login()),
    case(
        "messages that know the users, strong password",
        False,
        site(known_user, users=known(password="kJ8-vX2")),
        login(),
    ),
    case("other users, a menu that names failures", False, site(inside=at.OFFICE), login()),
    case(
        "a token is wrong", False, site(at.with_json, users=known("admin@site.test"), right=wrong_token), JSON
    ),
    case("yes to all", False, says_yes_to_all, login()),
    case("honeypot", False, honeypot, login()),
    case("second factor", False, second_step, login()),
    case("disabled", False, must_change, login()),
    case("stopped before", False, site(users=known("demo", "demo"), limit=too_many(4)), login()),
    case(
        "captcha",
        False,
        site(lambda user: html(at.page("Wrong.") + "<div class=g-recaptcha>"), users=known()),
        login(),
    ),
    case("no login form", False, at.no_login, [Request.from_url("http://site.test/")]),
    case("everything is fine", False, lambda: lambda request: "<h1>Welcome</h1><a>Log out</a>", login()),
    case("everything is forbidden", False, lambda: lambda request: html("<h1>Forbidden</h1>", 403), login()),
]
