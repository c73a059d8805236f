"""Pages that ask for passwords or load their parts without TLS, and pages that don't."""

from corpus.case import Case
from s2n.model import Request, Response

TLS = "https://site.test/"
CLEAR = "http://site.test/"
LOGIN = "<h1>Log in</h1><form action='{}' method=post><input name=u><input type={} name=p></form>"


def case(name, vulnerable, url, body, *, status=200, kind="text/html", **headers):
    named = tuple((key.replace("_", "-"), value) for key, value in headers.items())
    response = Response(
        status, headers=(("Content-Type", kind), *named), body=f"<!doctype html>{body}".encode()
    )
    return Case("insecure_transport", name, vulnerable, lambda: lambda _: response, (Request.from_url(url),))


def login(action="/login", kind="password"):
    return LOGIN.format(action, kind)


def part(tag):
    return f"<h1>Shop</h1>{tag}"


CASES = [
    case("php: login over HTTP", True, CLEAR, login()),
    case("asp.net: quoted and in capitals", True, CLEAR, "<FORM><INPUT NAME=p TYPE='PASSWORD'></FORM>"),
    case("by its address", True, "http://203.0.113.7/", login()),
    case("on another port", True, "http://site.test:8080/", login()),
    case("a form over TLS that is sent in clear", True, TLS, login("http://site.test/login")),
    case("by a base", True, TLS, "<base href='http://site.test/app/'>" + login("login")),
    case(
        "a registration", True, CLEAR, "<form><input type=password name=a><input type=password name=b></form>"
    ),
    case("a script in clear", True, TLS, part("<script src='http://cdn.test/a.js'></script>")),
    case("a frame in clear", True, TLS, part("<iframe src=http://ads.test/></iframe>")),
    case("a style sheet in clear", True, TLS, part("<link rel='stylesheet' href='http://cdn.test/a.css'>")),
    case("a plugin in clear", True, TLS, part("<object data='HTTP://cdn.test/a.swf'></object>")),
    case("an image in clear", True, TLS, part("<img src='http://cdn.test/a.png'>")),
    case("a film in clear", True, TLS, part("<video><source src='http://cdn.test/a.mp4'></video>")),
    # Safe twins and traps.
    case("login over TLS", False, TLS, login()),
    case("login over TLS, whole address", False, TLS, login("https://site.test/login")),
    case("login over TLS, no scheme", False, TLS, login("//site.test/login")),
    case("page over HTTP without a password", False, CLEAR, "<form><input name=q></form>"),
    case("a field called password", False, CLEAR, login(kind="text")),
    case("the loopback", False, "http://127.0.0.1:8000/", login()),
    case("localhost", False, "http://localhost/", login()),
    case("the loopback, version 6", False, "http://[::1]/", login()),
    case("a link in clear", False, TLS, part("<a href='http://other.test/'>Other</a>")),
    case("a text about http:", False, TLS, part("<code>&lt;script src=http://a.test/></code>")),
    case("a comment", False, TLS, part("<!-- <script src='http://cdn.test/a.js'></script> -->")),
    case("parts over TLS", False, TLS, part("<script src='https://cdn.test/a.js'></script><img src=/b.png>")),
    case(
        "upgraded by policy",
        False,
        TLS,
        part("<img src='http://cdn.test/a.png'>"),
        Content_Security_Policy="upgrade-insecure-requests",
    ),
    case(
        "a search form in clear", False, TLS, "<form action='http://site.test/search'><input name=q></form>"
    ),
    case("a data: image", False, TLS, part("<img src='data:image/png;base64,aHR0cDo='>http:")),
    case("an error page", False, CLEAR, login(), status=404),
    case("no page", False, CLEAR, login(), kind="text/plain"),
    case("a canonical link", False, TLS, part("<link rel=canonical href='http://site.test/'>")),
]
