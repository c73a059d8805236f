"""Sites that take a user's name from a cookie as it stands, and sites that check it or only greet with it.

The scan's own user is the one that the harness logs in as: ann.
"""

import base64
import hashlib
import json
from urllib.parse import parse_qsl, quote, unquote, urlencode

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


def b64(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


def from_plain(value):
    try:
        return json.loads(value)["name"]
    except (ValueError, KeyError, TypeError):
        return ""


def as_form(name):
    return quote(urlencode({"role": "member", "user": name, "v": "2"}))


def from_form(value):
    return dict(parse_qsl(unquote(value))).get("user", "")


def between(value):
    """``17:ann:1700000000``, in whatever it is wrapped."""
    parts = value.split(":")
    return parts[1] if len(parts) == 3 else ""


def in_base64(value):
    try:
        return base64.b64decode(value, b"-_").decode()
    except ValueError:
        return ""


def half_signed(name):
    """The signature is of another part, so that the name is anybody's."""
    return f"{name}|{hashlib.sha256(SECRET.encode()).hexdigest()}"


def from_half_signed(value):
    name, _, signature = value.partition("|")
    return name if half_signed(name).endswith(signature) and len(signature) == 64 else ""


def mac_of_all(name):
    body = as_json(name)
    return f"{body}.{hashlib.sha256(f'{SECRET}{body}'.encode()).hexdigest()[:32]}"


def from_mac_of_all(value):
    name = from_json(value.partition(".")[0])
    return name if name and mac_of_all(name) == value else ""


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


def matched(request):
    """The name counts only beside the session of the same user."""
    jar = cookies(request)
    return home("ann") if (jar.get("sid"), jar.get("user")) == ("9f86d081", "ann") else to_login(request)


def ignored(request):
    """The session alone says who it is."""
    return home("ann") if cookies(request).get("sid") == "9f86d081" else to_login(request)


def open_house(request):
    """Whoever comes sees the shop; a name is put into the greeting, and opens nothing."""
    name = cookies(request).get("user", "")
    return html(f"<h1>Tea</h1>{f'<p>Hello {name}' if name else ''}<a href=/orders>Orders</a>")


def case(name, vulnerable, make, value, more=""):
    cookie = f"user={value}{more}"
    return Case("unsigned_session", name, vulnerable, make, (get("/", cookie), get("/orders", cookie)))


CASES = [
    case("flask: JSON in base64", True, site(from_json), as_json("ann")),
    case("php: the plain name", True, site(str), "ann"),
    case("express: refused with a page", True, site(from_json, login_page), as_json("ann")),
    case("a form in the cookie", True, site(from_form), as_form("ann")),
    case("id, name and time", True, site(between), "17:ann:1700000000"),
    case("id, name and time in base64", True, site(lambda v: between(in_base64(v))), b64(":17:ann:1"[1:])),
    case("the name in base64 of URLs", True, site(in_base64), b64("ann")),
    case("JSON, escaped", True, site(lambda v: from_plain(unquote(v))), quote('{"name": "ann", "admin": 0}')),
    case("a signature of something else", True, site(from_half_signed), half_signed("ann")),
    case("beside a session that nobody checks", True, site(str), "ann", "; sid=0"),
    case("signed", False, site(from_signed), signed("ann")),
    case("JSON and its signature", False, site(from_mac_of_all), mac_of_all("ann")),
    case("signed, in base64", False, site(lambda v: from_signed(in_base64(v))), b64(signed("ann"))),
    case("the session's own name", False, lambda: matched, "ann", "; sid=9f86d081"),
    case("a shop for everybody", False, lambda: open_house, "ann"),
    case("a name that only statistics read", False, lambda: ignored, as_form("ann"), "; sid=9f86d081"),
    case("only users that exist, by an id", False, site(lambda v: "ann" if v == "17" else ""), "17"),
    case("a name that is only a greeting", False, lambda: greeting, "ann", "; sid=9f86d081"),
    case("nobody is in", False, site(from_json, login_page), as_json("")),
    case("everybody sees the same", False, lambda: lambda _: home("ann"), "ann"),
]
