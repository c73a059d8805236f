"""XPath expressions with a value in them, bound or written."""

import html as codec
import itertools
import json
import re
import sqlite3
from collections.abc import Callable

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from s2n.model import Request, Response
from support import xpath
from support.languages import PHP, CodeError, Run
from support.site import Site, html
from support.xpath import XPathError

PLUGIN = "xpath_injection"
FAILED = "<h1>Internal Server Error</h1>"


def listing(found) -> Response:
    rows = "".join(f"<li>{item['name']}</li>" for item in found)
    return html(f"<!doctype html><h1>Goods</h1><ul>{rows}</ul>" if rows else "<p>Nothing found.</p>")


def nothing(_) -> Response:
    return html("<p>Thank you.</p>")


def as_json(found) -> Response:
    body = json.dumps({"goods": [item["name"] for item in found]}).encode()
    return Response(200, "", (("Content-Type", "application/json"),), body)


def document(expression: str, name: str = "q", *, write=str, error=FAILED, show=listing, status=500):
    """Selects by ``expression``, in which "@" is the value, and shows what is found."""

    def site(request: Request) -> Response:
        filled = expression.replace("@", write(taken(request, name)))
        try:
            return show(xpath.select(filled))
        except XPathError as failed:
            shown = error.replace("MESSAGE", codec.escape(str(failed))).replace(
                "FILLED", codec.escape(filled)
            )
            return html(shown, status)

    return lambda: site


def login(write=str) -> Callable[[], Site]:
    def site(request: Request) -> Response:
        user, password = (write(taken(request, name)) for name in ("user", "password"))
        try:
            found = xpath.select(f"//g[name='{user}' and pass='{password}']")
        except XPathError:
            found = []
        return html("", 302, location="/home") if found else html("<p>Wrong user or password.</p>")

    return lambda: site


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests or (SHELF,))


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests or (SHELF,))


NUMBERED = [{**item, "no": str(number)} for number, item in enumerate((*xpath.GOODS, *xpath.GOODS), 3)]
SHELF = query("/goods", q="kitchen", page="1")
NUMBER = query("/item", q="2")
MISSING = query("/goods", q="attic")
SIGN_IN = form("/login", user="eve", password="pw")
TEXT = "//g[shelf='@']"
SIMPLE = "Warning: SimpleXMLElement::xpath(): MESSAGE in /var/www/x.php on line 9"
DOM = "Warning: DOMXPath::query(): MESSAGE in /var/www/x.php on line 9"
JAVA = "javax.xml.xpath.XPathExpressionException: javax.xml.transform.TransformerException: misquoted literal"
NET = "System.Xml.XPath.XPathException: 'FILLED' has an invalid token."

VULNERABLE = [
    vulnerable("php: single quotes", document(TEXT)),
    vulnerable("java: double quotes", document('//g[shelf="@"]')),
    vulnerable("php: contains", document("//g[contains(name,'@')]"), query("/search", q="apple")),
    vulnerable("java: contains, double quotes", document('//g[contains(name, "@")]'), query("/s", q="apple")),
    vulnerable("python: number", document("//g[id=@]"), NUMBER),
    vulnerable("php: a position", document("//g[@]"), NUMBER),
    vulnerable(
        "asp.net: with another condition", document("//g[shelf='@' and id>'0']".replace("id>'0'", "id!='0'"))
    ),
    vulnerable("php: an element's name", document("//g/@"), query("/list", q="name")),
    vulnerable("php: simplexml warning", document(TEXT, error=SIMPLE, show=nothing, status=200)),
    vulnerable(
        "php: dom warning", document(TEXT, error=DOM, show=nothing, status=200), form("/s", q="tools")
    ),
    vulnerable("java: exception", document(TEXT, error=f"<pre>{JAVA}</pre>", show=nothing)),
    vulnerable("asp.net: exception with the expression", document(TEXT, error=NET, show=nothing)),
    vulnerable(
        "lxml: error", document('//g[shelf="@"]', error="lxml.etree.XPathEvalError: MESSAGE", show=nothing)
    ),
    vulnerable("saxon: error code", document(TEXT, error="err:XPST0003 MESSAGE", show=nothing), NUMBER),
    vulnerable(
        "rails: nokogiri", document(TEXT, error="Nokogiri::XML::XPath::SyntaxError MESSAGE", show=nothing)
    ),
    vulnerable("php: nothing found", document(TEXT), MISSING),
    vulnerable("java: nothing found, contains", document("//g[contains(name,'@')]"), MISSING),
    vulnerable("php: login", login(), SIGN_IN),
    vulnerable("java: form", document(TEXT), form("/search", q="kitchen", go="1")),
    vulnerable(
        "express: JSON leaf", document(TEXT, "f.q", show=as_json), json_body("/api", {"f": {"q": "rooms"}})
    ),
    vulnerable("soap style: XML", document(TEXT, "r.shelf"), xml("/ws", shelf="kitchen")),
    vulnerable("multipart", document(TEXT), multipart("/search", q="kitchen", go="1")),
    vulnerable("cookie", document(TEXT, "shelf"), cookie("/goods", "shelf", "rooms")),
    vulnerable("header", document(TEXT, "X-Shelf"), header("/goods", "X-Shelf", "rooms")),
    vulnerable("path segment", document(TEXT, "2"), path("/goods/kitchen")),
]


def quoted(value: str) -> str:
    """A literal whatever is in it: how careful code writes one."""
    return value.replace("'", "").replace('"', "")


def bound(name: str = "q", field: str = "shelf") -> Callable[[], Site]:
    """The value as a variable of the expression."""
    return lambda: lambda r: listing([item for item in xpath.GOODS if item[field] == taken(r, name)])


def sql(request: Request) -> Response:
    """Another flaw: SQL has no string-length."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE goods (name, shelf)")
    db.execute("INSERT INTO goods VALUES ('zinc cup', 'kitchen')")
    try:
        rows = db.execute(f"SELECT name FROM goods WHERE shelf = '{taken(request, 'q')}'").fetchall()
    except sqlite3.Error as error:
        return html(f"sqlite3.OperationalError: {codec.escape(str(error))}", 500)
    finally:
        db.close()
    return listing([{"name": name} for (name,) in rows])


def mysql_error(request: Request) -> Response:
    if "'" in taken(request, "q"):
        return html("XPATH syntax error: '~5.7'", 500)
    return html("ok")


def program(request: Request) -> Response:
    """Another flaw: the value in a program."""
    try:
        return html(f"<p>{Run(PHP, '$x = @;'.replace('@', repr(taken(request, 'q')))).value}</p>")
    except (CodeError, ValueError, IndexError):
        return html(FAILED, 500)


def words(request: Request) -> Response:
    asked = set(re.findall(r"\w+", taken(request, "q").lower()))
    return listing([i for i in xpath.GOODS if asked & set(re.findall(r"\w+", f"{i['name']} {i['shelf']}"))])


def parts(request: Request) -> Response:
    """Finds digits as well, in the goods' numbers."""
    asked = set(re.findall(r"\w+", taken(request, "q").lower())) - {"and", "or", "x"}
    return listing(
        [i for i in NUMBERED if any(word in f"{i['name']} {i['shelf']} {i['no']}" for word in asked)]
    )


def firewall(request: Request) -> Response:
    if re.search(r"['\"\[\]]", taken(request, "q")):
        return html("<h1>Forbidden</h1>", 403)
    return listing(xpath.select(f"//g[shelf='{taken(request, 'q')}']"))


def odd_signs(request: Request) -> Response:
    if re.search(r"['\"]", taken(request, "q")):
        return html("<h1>Oops</h1>", 500)
    return listing(xpath.GOODS)


def too_long(request: Request) -> Response:
    return html("too long", 400) if len(taken(request, "q")) > 20 else html("<p>fine</p>")


def about(request: Request) -> Response:
    return html(f"<p>XPathException: 'a' has an invalid token.</p><p>{codec.escape(taken(request, 'q'))}</p>")


def random_goods() -> Site:
    numbers = itertools.count(3, 7919)
    return lambda request: html("".join(f"<li>offer {next(numbers)}</li>" for _ in range(6)))


def shown(write):
    return lambda: lambda request: html(f"<p>{write(taken(request, 'q'))}</p>")


SAFE = [
    safe("a variable", bound()),
    safe("a variable, number", bound("q", "id"), NUMBER),
    safe("a variable, nothing found", bound(), MISSING),
    safe("a variable, form", bound(), form("/search", q="kitchen")),
    safe("a variable, JSON", bound(), json_body("/api", {"q": "kitchen"})),
    safe("a variable, path", bound("2"), path("/goods/kitchen")),
    safe("a variable, cookie", bound("shelf"), cookie("/goods", "shelf", "rooms")),
    safe("quotes are removed", document(TEXT, write=quoted)),
    safe(
        "quotes are removed, contains",
        document("//g[contains(name,'@')]", write=quoted),
        query("/s", q="apple"),
    ),
    safe("a number, cast", document("//g[id=@]", write=lambda v: re.match(r"\d*", v)[0] or "0"), NUMBER),
    safe("login, quotes removed", login(quoted), SIGN_IN),
    safe("sql injection is another flaw", lambda: sql),
    safe("mysql speaks of XPath", lambda: mysql_error),
    safe("a value in a program", lambda: program),
    safe("a search for words", lambda: words),
    safe("a search for parts of words", lambda: parts),
    safe("a firewall", lambda: firewall),
    safe("an error at quotes", lambda: odd_signs),
    safe("a limit on length", lambda: too_long),
    safe("a page about errors", lambda: about),
    safe("random offers", random_goods),
    safe("echo", shown(str)),
    safe("echo, escaped, number", shown(codec.escape), NUMBER),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
