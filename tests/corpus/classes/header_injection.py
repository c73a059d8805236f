"""Values written into response heads as they come, and by those who look at what they write."""

import html as codec
import itertools
import json
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, multipart, path, query, taken, xml
from s2n.model import Request, Response
from support.heads import answered
from support.site import Site, html

PLUGIN = "header_injection"
Write = Callable[[str], str]


def redirect(write: Write = str, name: str = "to", status: str = "302 Found") -> Callable[[], Site]:
    return lambda: lambda r: answered(status, f"Location: {write(taken(r, name))}", "Content-Type: text/html")


def sets(field: str, write: Write = str, name: str = "lang") -> Callable[[], Site]:
    """A page with ``field``, in which "@" is the value."""

    def site(request: Request) -> Response:
        written = field.replace("@", write(taken(request, name)))
        return answered("200 OK", "Content-Type: text/html", written, body="<h1>Hi</h1>")

    return lambda: site


def guarded(check: Callable[[str], bool], make: Callable[[], Site], name: str) -> Callable[[], Site]:
    """What passes ``check`` reaches the site; the rest is a bad request."""

    def guard() -> Site:
        site = make()
        return lambda r: site(r) if check(taken(r, name)) else html("<h1>Bad Request</h1>", 400)

    return guard


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests)


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests)


def without(*texts: str) -> Write:
    def write(value: str) -> str:
        for text in texts:
            value = value.replace(text, "")
        return value

    return write


TO = query("/go", to="/home", ref="a")
LANG = query("/", lang="en")
COOKIE = "Set-Cookie: lang=@; Path=/"

VULNERABLE = [
    vulnerable("php 5: Location", redirect(), TO),
    vulnerable("asp classic: Location, 301", redirect(status="301 Moved"), TO),
    vulnerable("jsp: Set-Cookie", sets(COOKIE), LANG),
    vulnerable("python 2 wsgi: Set-Cookie, form", sets(COOKIE), form("/settings", lang="en", save="1")),
    vulnerable("cgi: Content-Disposition", sets('Content-Disposition: inline; filename="@.pdf"'), LANG),
    vulnerable("go proxy: a header of its own", sets("X-Language: @"), LANG),
    vulnerable("the first header of all", sets("Link: <@>; rel=preload"), LANG),
    vulnerable("CR is removed", redirect(without("\r")), TO),
    vulnerable("the pair is removed once", redirect(without("\r\n")), TO),
    vulnerable("decoded twice", redirect(unquote), TO),
    vulnerable(
        "decoded twice behind a check",
        guarded(lambda v: not re.search(r"[\r\n]", v), redirect(unquote), "to"),
        TO,
    ),
    vulnerable(
        "cut to latin-1 behind a check",
        guarded(lambda v: not re.search(r"[\r\n]|%0", v), redirect(), "to"),
        TO,
    ),
    vulnerable("must begin with a slash", guarded(lambda v: v.startswith("/"), redirect(), "to"), TO),
    vulnerable("JSON leaf", redirect(name="next.url"), json_body("/login", {"next": {"url": "/home"}})),
    vulnerable("multipart", sets(COOKIE), multipart("/settings", lang="en", name="Ada")),
    vulnerable("XML", sets("X-Order: @", name="r.id"), xml("/order", id="77")),
    vulnerable("path segment, nginx rewrite", redirect(lambda v: f"/new/{v}", "2"), path("/old/page-12")),
    vulnerable("cookie, decoded", sets("Set-Cookie: seen=@", name="seen"), cookie("/", "seen", "a1")),
    vulnerable("header, decoded", sets("X-Trace: @", unquote, "X-Trace-Id"), header("/", "X-Trace-Id", "a1")),
    vulnerable("upper case is made lower", redirect(str.lower), TO),
    vulnerable("https of the same host", redirect(lambda v: f"https://site.test{v}"), TO),
]


def refuses(request: Request) -> Response:
    """Current frameworks: an exception, an error page that shows the value."""
    value = taken(request, "to")
    if not value.isascii() or re.search(r"[\r\n]", value):
        return html(f"<h1>Header values must not contain line ends</h1><pre>{codec.escape(value)}</pre>", 500)
    return answered("302 Found", f"Location: {value}")


def body_only(request: Request) -> Response:
    return html(f"<pre>HTTP/1.1 200 OK\r\n{taken(request, 'to')}</pre>")


def reflects_names(request: Request) -> Response:
    """A debugging proxy that makes a header of every ``name:value`` it is sent."""
    fields = [f"{n}: {v}" for n, v in re.findall(r"(x-\w+):(\w+)", taken(request, "to"))]
    return answered("200 OK", f"X-Asked: {quote(taken(request, 'to'))}", *fields)


def allowed(request: Request) -> Response:
    to = taken(request, "to")
    return answered("302 Found", f"Location: {to if to in {'/home', '/cart'} else '/'}")


def firewall(request: Request) -> Response:
    if re.search(r"%0[ad]|[\r\n]|%E5", request.target, re.IGNORECASE):
        return html("<h1>Forbidden</h1>", 403)
    return answered("302 Found", f"Location: {taken(request, 'to')}")


def random_headers() -> Site:
    numbers = itertools.count(1)
    return lambda r: answered("200 OK", f"X-Request-Id: {next(numbers) * 7919:x}", body="<p>ok</p>")


SAFE = [
    safe("php: line ends are refused", lambda: refuses, TO),
    safe("percent-encoded", redirect(lambda v: quote(v, safe="/:?=&%")), TO),
    safe("percent-encoded, Set-Cookie", sets(COOKIE, quote), LANG),
    safe("line ends are removed", redirect(without("\r", "\n", "%0d", "%0a", "\u560d", "\u560a")), TO),
    safe("line ends become spaces", redirect(lambda v: re.sub(r"[^\x20-\x7e]", " ", v)), TO),
    safe("cut at the line end", redirect(lambda v: re.split(r"[^\x20-\x7e]", v)[0]), TO),
    safe(
        "folded", redirect(lambda v: re.sub(r"[\r\n]+", "\r\n ", v.encode("ascii", "replace").decode())), TO
    ),
    safe("UTF-8 is written as UTF-8", sets(COOKIE, lambda v: quote(v, safe=" :")), LANG),
    safe("a fixed list", lambda: allowed, TO),
    safe("a number", sets("X-Page: @", lambda v: "".join(re.findall(r"\d", v)), "p"), query("/", p="2")),
    safe("in the body only", lambda: body_only, TO),
    safe("a header of every name and value", lambda: reflects_names, TO),
    safe("a firewall", lambda: firewall, TO),
    safe(
        "bad requests are refused",
        guarded(lambda v: not re.search(r"[^\x20-\x7e]|%", v), redirect(), "to"),
        TO,
    ),
    safe("JSON in a header", sets("X-State: @", json.dumps), LANG),
    safe("base64-like", sets("X-State: @", lambda v: v.encode().hex()), LANG),
    safe("random headers", random_headers, TO),
    safe("no header at all", lambda: lambda r: html("<p>ok</p>"), TO),
    safe("a form, encoded", sets(COOKIE, quote), form("/settings", lang="en", save="1")),
    safe("a path, encoded", redirect(quote, "2"), path("/old/page-12")),
    safe("a cookie, encoded", sets("Set-Cookie: seen=@", quote, "seen"), cookie("/", "seen", "a1")),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
