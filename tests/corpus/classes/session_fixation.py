"""Sites on which an id from before the login is good after it, and sites that give a new one.

The scan's own user is the one that the harness logs in as: ann, with the password "secret".
"""

from corpus.case import Case
from corpus.classes import _login as at
from corpus.classes._login import JSON, login, site
from corpus.classes._members import cookies
from s2n.model import Request
from support.site import html

TOKEN = login("csrf_token=0f&username=a&password=x")


def case(name, vulnerable, make, requests):
    return Case("session_fixation", name, vulnerable, make, tuple(requests))


def old_one_goes_on():
    """A new id is given, but the old one is logged in as well."""
    app = site()()

    def both(request):
        answer = app(request)
        if request.method == "POST" and answer.header("location") == "/home":
            app.sessions[cookies(request)["sessionid"]] = "ann"
        return answer

    return both


def everybody_is_in():
    """The page shows the same to all, with a link to log out."""

    def app(request):
        if request.method == "POST":
            form = at.given(request)
            return html("", 302, location="/home") if form["password"] == "secret" else at.with_page("")
        return html("<h1>Home</h1><a href=/logout>Log out</a>", set_cookie="sessionid=4fd1c0ffee")

    return app


CASES = [
    case("php: id kept", True, site(session="keeps", name="PHPSESSID"), login()),
    case("servlet: id kept", True, site(session="keeps", name="JSESSIONID"), login()),
    case("asp.net: id kept", True, site(session="keeps", name="ASP.NET_SessionId"), login()),
    case("express: id kept", True, site(at.with_401, session="keeps", name="connect.sid"), login()),
    case("a menu that names failures, id kept", True, site(session="keeps", inside=at.OFFICE), login()),
    case("a menu that names failures", False, site(inside=at.OFFICE), login()),
    case("redirects, id kept", True, site(at.with_redirect, session="keeps"), login()),
    case("with a token, id kept", True, site(session="keeps", token=True), TOKEN),
    case("JSON, id kept", True, site(at.with_json, session="keeps", users={"ann": "secret"}), JSON),
    case("by GET, id kept", True, site(session="keeps"), login("username=a&password=x", method="GET")),
    case(
        "php: any id of the visitor's is taken",
        True,
        site(session="late", adopts=True, name="PHPSESSID"),
        login(),
    ),
    case("JSON: any id is taken", True, site(at.with_json, session="late", adopts=True), JSON),
    case("id given and adopted", True, site(adopts=True), login()),
    case("strangers are sent away", True, site(at.with_401, session="keeps", name="sid"), login()),
    case("a new id, but the old one goes on", True, old_one_goes_on, login()),
    # Safe twins and traps.
    case("php: new id", False, site(name="PHPSESSID"), login()),
    case("django: new id", False, site(at.with_401), login()),
    case("redirects, new id", False, site(at.with_redirect), login()),
    case("with a token, new id", False, site(token=True), TOKEN),
    case("JSON, new id", False, site(at.with_json), JSON),
    case("first id given by the login", False, site(session="late"), login()),
    case("the old id stays, a second cookie opens", False, site(session="adds"), login()),
    case("other password", False, site(session="keeps", users={"ann": "other"}), login()),
    case("everybody sees the same", False, everybody_is_in, login()),
    case("no login form", False, at.no_login, [Request.from_url("http://site.test/")]),
    case("everything is fine", False, lambda: lambda request: "<h1>Welcome</h1>", login()),
    case("everything is forbidden", False, lambda: lambda request: html("<h1>Forbidden</h1>", 403), login()),
    case("no cookies at all", False, site(at.with_json, right=lambda user: html(at.INSIDE)), JSON),
]
