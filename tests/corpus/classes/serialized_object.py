"""State that travels through the client: as objects, and as what only looks like them."""

import base64
import hashlib
import hmac
import html as codec
import json
import pickle
import zlib
from collections.abc import Callable
from urllib.parse import quote

from corpus.case import Case
from s2n.model import Request, Response
from s2n.s2nscanner.oracles import serialstreams
from support.site import Site, html

PLUGIN = "serialized_object"
REQUESTS = (Request.from_url("http://site.test/account"),)
USER = {"name": "Ann", "age": 7}
PHP = b'O:4:"User":1:{s:4:"name";s:3:"Ann";}'
KEY = b"not to be guessed"
VIEWSTATE = b"\xff\x01\x0f\x0f\x05\x0a-123456789dd"
LARGE_VIEWSTATE = (
    b"\xff\x01\x0f\x0f\x05\x0a1234567890\x0f\x16\x02\x1e\x04Text\x05\x05hello\x16\x04f\x0f\x64\x67"
    b"\x15\x02\x01a\x01b\x02\x81\x01\x64"
)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def mac(data: bytes) -> bytes:
    return hmac.new(KEY, data, hashlib.sha256).digest()


def cookie(value: str, name: str = "prefs") -> Callable[[], Site]:
    return lambda: lambda _: html("<h1>Hi</h1>", set_cookie=f"{name}={value}; Path=/; HttpOnly")


def field(value: str, name: str = "state") -> Callable[[], Site]:
    hidden = f'<input type="hidden" name="{name}" value="{codec.escape(value)}">'
    return lambda: lambda _: html(f"<form method=post>{hidden}<input type=submit></form>")


def shown(value: str) -> Callable[[], Site]:
    return lambda: lambda _: html(f"<pre>{codec.escape(value)}</pre>")


def yes(name: str, make: Callable[[], Site]) -> Case:
    return Case(PLUGIN, name, True, make, REQUESTS)


def no(name: str, make: Callable[[], Site]) -> Case:
    return Case(PLUGIN, name, False, make, REQUESTS)


JAVA = serialstreams.java_object("shop.Cart")
CASES = [
    yes("java in a cookie", cookie(text(JAVA))),
    yes("java: JSF state", field(text(JAVA), "javax.faces.ViewState")),
    yes("php in a cookie, percent-encoded", cookie(quote(PHP))),
    yes("php in a cookie, base64", cookie(text(PHP))),
    yes("php: an array", field('a:1:{s:4:"cart";i:3;}')),
    yes("python in a cookie", cookie(text(pickle.dumps(USER)))),
    yes("python in a field, old protocol", field(pickle.dumps(USER, 0).decode())),
    yes("python, packed", cookie(text(zlib.compress(pickle.dumps(USER))))),
    yes("ruby in a cookie", cookie(quote(text(serialstreams.ruby_object("Cart"))))),
    yes("dotnet in a field", field(text(serialstreams.dotnet_object("Shop")))),
    yes("quoted cookie", cookie(f'"{text(PHP)}"')),
    yes("ViewState without a code", field(text(VIEWSTATE), "__VIEWSTATE")),
    yes("large ViewState without a code", field(text(LARGE_VIEWSTATE), "__VIEWSTATE")),
    no("ViewState with a code", field(text(VIEWSTATE + mac(VIEWSTATE)), "__VIEWSTATE")),
    no("ViewState with a short code", field(text(LARGE_VIEWSTATE + mac(b"")[:20]), "__VIEWSTATE")),
    no("encrypted ViewState", field(text(mac(b"a") + mac(b"b")), "__VIEWSTATE")),
    no("no ViewState", field("", "__VIEWSTATE")),
    no("signed pickle", cookie(f"{text(pickle.dumps(USER))}.{mac(b'x').hex()}")),
    no("rails: signed cookie", cookie(f"{text(serialstreams.ruby_object('Cart'))}--{mac(b'x').hex()}")),
    no("flask: signed JSON", cookie("eyJuYW1lIjoiQW5uIn0.ZxY8Qw.c2lnbmF0dXJlLW9mLWl0")),
    no("a JWT", cookie("eyJhbGciOiJIUzI1NiJ9.eyJuIjoxfQ.c2ln", "token")),
    no("JSON", cookie(quote(json.dumps(USER)))),
    no("JSON in base64", field(text(json.dumps(USER).encode()))),
    no("a random id", cookie(mac(b"id").hex(), "session")),
    no("a token", field(text(mac(b"token")), "csrf_token")),
    no("a picture", field(text(b"\x89PNG\r\n\x1a\n" + bytes(40)))),
    no("documentation", shown(PHP.decode())),
    no(
        "a download",
        lambda: lambda _: Response(200, headers=(("Content-Type", "application/x-java"),), body=JAVA),
    ),
]
