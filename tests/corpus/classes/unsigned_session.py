"""Sites that take a user's name from a cookie as it stands, and sites that check it or only greet with it.

The scan's own user is the one that the harness logs in as: ann.
"""

import base64
import hashlib
import json

from corpus.case import Case
from corpus.classes._members import cookies, get, login_page, to_login
from support.site import html

SECRET = "b9c1"


def as_json(name):
    return base64.b64encode(json.dumps({"username": name}).encode()).decode()


def from_json(value):
    try:
        return json.loads(base64.b64decode(value))["username"]
    except (ValueError, KeyError, TypeError):
        return ""


def signed(name):
    return f"{name}|{hashlib.sha256(f'{SECRET}{name}'.encode()).hexdigest()}"


def from_signed(value):
    name = value.partition("|")[0]
    return name if signed(name) == value else ""


def home(name):
    return html(f"<h1>Hello {name}</h1><a href=/orders>Orders</a><a href=/logout>Log out</a>")


def site(read, refuse=to_login, *, known=None):
    """``read``: whom a cookie's value names. ``known``: those that are looked up, if any are."""

    def make():
        def app(request):
            if request.path == "/login":
                return login_page(request)
            name = read(cookies(request).get("user", ""))
            return home(name) if name and (known is None or name in known) else refuse(request)

        return app

    return make


def greeting(request):
    """Remembers a name for its login form; who is in says another cookie."""
    jar = cookies(request)
    if jar.get("sid") == "9f86d081":
        return home("ann")
    return html(f"<p>Welcome back, {jar.get('user', 'you')}.</p><input type=password name=p>")


def case(name, vulnerable, make, value, more=""):
    cookie = f"user={value}{more}"
    return Case("unsigned_session", name, vulnerable, make, (get("/", cookie), get("/orders", cookie)))


CASES = [
    case("flask: JSON in base64", True, site(from_json), as_json("ann")),
    case("php: the plain name", True, site(str), "ann"),
    case("express: refused with a page", True, site(from_json, login_page), as_json("ann")),
    case("signed", False, site(from_signed), signed("ann")),
    case("only users that exist, by an id", False, site(lambda v: "ann" if v == "17" else ""), "17"),
    case("a name that is only a greeting", False, lambda: greeting, "ann", "; sid=9f86d081"),
    case("nobody is in", False, site(from_json, login_page), as_json("")),
    case("everybody sees the same", False, lambda: lambda _: home("ann"), "ann"),
]
