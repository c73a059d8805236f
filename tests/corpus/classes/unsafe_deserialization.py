"""Values that are turned back into objects, and values that only look as if they were."""

import base64
import binascii
import gzip
import hashlib
import hmac
import html as codec
import json
import pickle
from urllib.parse import quote

from corpus import loaders
from corpus.case import Case
from corpus.inputs import cookie, form, json_body, multipart, query, taken
from corpus.loaders import LoadError, encoded, slept
from s2n.model import Request, Response
from s2n.s2nscanner.oracles import serialstreams
from support.site import Answer, html

PLUGIN = "unsafe_deserialization"
USER = {"name": "Ann", "age": 7}
PICKLES = {version: pickle.dumps(USER, version) for version in (0, 2, 4)}
PHP = b'O:4:"User":2:{s:3:"age";i:7;s:4:"name";s:3:"Ann";}'
JAVA = serialstreams.java_object("shop.Cart")
DOTNET = serialstreams.dotnet_object("Shop")
RUBY = serialstreams.ruby_object("Cart")
YAML = b"name: Ann\nage: 7\n"
JSON = json.dumps(USER).encode()
KEY = b"not to be guessed"


def plain(text: str) -> bytes:
    return text.encode("latin-1")


def of_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def of_web_base64(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def of_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def of_gzip(text: str) -> bytes:
    try:
        return gzip.decompress(of_base64(text))
    except OSError:
        return b""


def page(text: str, status: int = 200) -> Response:
    return html(f"<!doctype html><title>Account</title><p>{codec.escape(text)}</p>", status)


def shown(found: object) -> Answer:
    return page(f"Welcome back, {found['name'] if isinstance(found, dict) else found}")


def quiet(_: object) -> Answer:
    return page("Welcome back")


def as_json(found: object) -> Answer:
    body = json.dumps({"user": found}, default=str).encode()
    return Response(200, headers=(("Content-Type", "application/json"),), body=body)


def error_page(message: str) -> Answer:
    return page(message, 500)


def hidden(_: str) -> Answer:
    return page("Something went wrong", 500)


def loading(load, name="state", decode=of_base64, show=shown, fail=hidden):
    """Reads ``name`` back into an object."""

    def site(request: Request) -> Answer:
        value = taken(request, name)
        if not value:
            return page("Welcome")
        try:
            return show(load(decode(value)))
        except (LoadError, KeyError, TypeError, UnicodeDecodeError) as error:
            return fail(str(error))

    return lambda: site


def reading(write, name="state"):
    """Loads nothing."""
    return lambda: lambda request: write(taken(request, name))


def signed(value: str) -> Answer:
    data, _, mark = value.partition(".")
    good = hmac.new(KEY, data.encode(), hashlib.sha256).hexdigest()
    return page("Welcome back") if hmac.compare_digest(mark, good) else page("bad signature", 400)


def signed_inside(value: str) -> Answer:
    """The signature is in front of the pickle, in the same base64."""
    data = of_base64(value)
    good = hmac.new(KEY, PICKLES[4], hashlib.sha256).digest()
    return (
        page("Welcome back")
        if data[-len(PICKLES[4]) :] == PICKLES[4] or data[:32] == good
        else page("bad", 400)
    )


def digest(value: str) -> Answer:
    """Only equal to what was handed out, or nothing."""
    return page("Welcome back") if of_base64(value) == PICKLES[4] else page("Session expired", 302)


def latency(name="state", decode=of_base64):
    return lambda request: 0.002 + slept(decode(taken(request, name)))


def of(name: str, value: bytes | str) -> Request:
    return cookie("/account", name, quote(value if isinstance(value, str) else encoded(value), safe=""))


def yes(name: str, request: Request, make, *, callbacks: bool = False, waits=None) -> Case:
    return Case(PLUGIN, name, True, make, (request,), waits, callbacks)


def no(name: str, request: Request, make, *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, False, make, (request,), None, callbacks)


STATE = of("state", PICKLES[4])
WEB = base64.urlsafe_b64encode(PICKLES[4]).decode().rstrip("=")

CASES = [
    yes("flask: pickle in a cookie", STATE, loading(loaders.unpickle)),
    yes("pickle 2, form", form("/a", state=quote(encoded(PICKLES[2]), safe="")), loading(loaders.unpickle)),
    yes("pickle 0, plain", form("/a", state=quote(PICKLES[0])), loading(loaders.unpickle, decode=plain)),
    yes(
        "pickle in JSON",
        json_body("/a", {"state": encoded(PICKLES[4])}),
        loading(loaders.unpickle, show=as_json),
    ),
    yes("pickle, web-safe base64", query("/a", state=WEB), loading(loaders.unpickle, decode=of_web_base64)),
    yes("pickle in hex", query("/a", state=PICKLES[4].hex()), loading(loaders.unpickle, decode=of_hex)),
    yes("pickle, gzipped", of("state", gzip.compress(PICKLES[4])), loading(loaders.unpickle, decode=of_gzip)),
    yes("pickle, multipart", multipart("/a", state=encoded(PICKLES[4])), loading(loaders.unpickle)),
    yes("pickle, only errors", STATE, loading(loaders.unpickle, show=quiet, fail=error_page)),
    yes("pickle, only time", STATE, loading(loaders.unpickle, show=quiet), waits=latency()),
    yes("pickle, called back", STATE, loading(loaders.unpickle, show=quiet), callbacks=True),
    yes("yaml in a form", form("/a", state=quote(YAML)), loading(loaders.yaml_load, decode=plain)),
    yes(
        "yaml in JSON",
        json_body("/a", {"state": YAML.decode()}),
        loading(loaders.yaml_load, decode=plain, show=as_json),
    ),
    yes(
        "yaml, only time",
        form("/a", state=quote(YAML)),
        loading(loaders.yaml_load, decode=plain, show=quiet),
        waits=latency(decode=plain),
    ),
    yes(
        "spring: SnakeYAML",
        form("/a", state=quote(YAML)),
        loading(loaders.snake_yaml, decode=plain, fail=error_page),
    ),
    yes(
        "rails: YAML",
        form("/a", state=quote(YAML)),
        loading(loaders.ruby_yaml, decode=plain, fail=error_page),
    ),
    yes("php: object in a cookie", of("state", PHP), loading(loaders.php, fail=error_page)),
    yes("php: plain", form("/a", state=quote(PHP)), loading(loaders.php, decode=plain, fail=error_page)),
    yes("php: an array", of("state", b'a:1:{s:4:"name";s:3:"Ann";}'), loading(loaders.php, fail=error_page)),
    yes("java", of("state", JAVA), loading(loaders.java, fail=error_page)),
    yes(
        "java, JSF state",
        form("/a", ViewState=quote(encoded(JAVA), safe="")),
        loading(loaders.java, "ViewState", fail=error_page),
    ),
    yes("java, looked up", of("state", JAVA), loading(loaders.java), callbacks=True),
    yes("dotnet: BinaryFormatter", of("state", DOTNET), loading(loaders.dotnet, fail=error_page)),
    yes("rails: Marshal", of("state", RUBY), loading(loaders.ruby, fail=error_page)),
    yes("node-serialize in a cookie", of("profile", JSON), loading(loaders.node, "profile")),
    yes("node-serialize, plain", form("/a", profile=quote(JSON)), loading(loaders.node, "profile", plain)),
    yes(
        "node-serialize, called back",
        of("profile", JSON),
        loading(loaders.node, "profile", show=quiet),
        callbacks=True,
    ),
    yes(
        "Json.NET type names",
        json_body("/a", {"$type": "Shop.Cart, Shop", "n": 1}),
        loading(lambda data: loaders.json_net(data.decode()), "$type", plain, fail=error_page),
    ),
    no("pickle, restricted", STATE, loading(loaders.restricted, fail=error_page)),
    no("pickle, restricted, called back", STATE, loading(loaders.restricted, show=quiet), callbacks=True),
    no("pickle, signed", of("state", f"{encoded(PICKLES[4])}.00ff"), reading(signed)),
    no("pickle, signature inside", STATE, reading(signed_inside)),
    no("pickle, compared only", STATE, reading(digest)),
    no(
        "yaml, safe loader",
        form("/a", state=quote(YAML)),
        loading(loaders.safe_yaml, decode=plain, fail=error_page),
    ),
    no("yaml is only text", form("/a", state=quote(YAML)), reading(page)),
    no("php: no classes allowed", of("state", PHP), loading(loaders.php_without_classes, fail=error_page)),
    no("java: filter", of("state", JAVA), loading(loaders.java_filtered, fail=error_page)),
    no("java: look-ahead", of("state", JAVA), loading(loaders.java_looking_ahead, fail=error_page)),
    no(
        "java: look-ahead, called back",
        of("state", JAVA),
        loading(loaders.java_looking_ahead),
        callbacks=True,
    ),
    no("JSON in a cookie", of("profile", JSON), loading(loaders.plain_json, "profile", fail=error_page)),
    no(
        "JSON in a cookie, echoed",
        of("profile", JSON),
        reading(lambda v: page(of_base64(v).decode("latin-1")), "profile"),
    ),
    no(
        "JSON with a type, ignored",
        json_body("/a", {"$type": "Shop.Cart, Shop"}),
        reading(lambda _: page("ok"), "$type"),
    ),
    no(
        "JSON with a type, echoed",
        json_body("/a", {"@class": "shop.Cart"}),
        reading(lambda v: page(f"unknown kind {v}"), "@class"),
    ),
    no("says what it got", STATE, reading(lambda v: page(f"cannot read {of_base64(v)!r}", 400))),
    no(
        "an error for all",
        of("state", JAVA),
        reading(lambda _: page("java.lang.ClassNotFoundException: shop.Cart", 500)),
    ),
    no(
        "a firewall",
        STATE,
        reading(lambda v: page("ok") if of_base64(v) == PICKLES[4] else page("blocked", 403)),
    ),
    no(
        "base64 of words",
        query("/a", state="aGVsbG8gd29ybGQgYWdhaW4="),
        loading(loaders.restricted, fail=error_page),
    ),
    no("a JWT", of("state", "eyJhbGciOiJIUzI1NiJ9.eyJuIjoxfQ.c2ln"), reading(lambda _: page("ok"))),
]
