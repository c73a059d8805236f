"""Document databases that take what they are given, and sites that make a text of it first."""

import html as codec
import itertools
import json
import re
import sqlite3
from collections.abc import Callable
from urllib.parse import unquote

from corpus.case import Case
from corpus.inputs import cookie, form, header, json_body, path, query, taken
from s2n.model import Request, Response
from support.mongo import Collection, MongoError, bracketed
from support.site import Site, html

PLUGIN = "nosql_injection"
Find = Callable[[Collection, Request], list]


def goods() -> Collection:
    return Collection(
        {"id": 1, "no": "11", "name": "zinc cup", "shelf": "kitchen"},
        {"id": 2, "no": "12", "name": "apple crate", "shelf": "kitchen"},
        {"id": 3, "no": "13", "name": "oak table", "shelf": "rooms"},
        {"id": 4, "no": "14", "name": "F-P clamp", "shelf": "tools"},
    )


class Loose(Collection):
    """Mongoose's own words for an operator that it does not know."""

    def __init__(self) -> None:
        super().__init__(*goods().documents)

    def find(self, query):
        try:
            return super().find(query)
        except MongoError as error:
            raise MongoError(str(error).rpartition("$")[2]) from error


def users() -> Collection:
    return Collection({"user": "ada", "password": "lovelace"}, {"user": "bob", "password": "builder"})


def fields(request: Request) -> dict[str, object]:
    """The request's values as Express, PHP or Rails hand them to the application."""
    kind = request.header("content-type") or ""
    if "json" in kind:
        return json.loads(request.body)
    return bracketed(request.body.decode() if "urlencoded" in kind else request.query)


def listing(documents) -> Response:
    rows = "".join(f"<li>{d['name']}</li>" for d in documents)
    return html(f"<!doctype html><h1>Goods</h1><ul>{rows}</ul>" if rows else "<h1>Nothing found</h1>")


def shop(find: Find, *, errors: str = "", collection=goods) -> Callable[[], Site]:
    """Shows what ``find`` finds. ``errors``: how the failure is shown; "@" is the database's message."""

    def make() -> Site:
        def site(request: Request) -> Response:
            try:
                return listing(find(collection(), request))
            except MongoError as error:
                return html(errors.replace("@", str(error)) or "<h1>Internal Server Error</h1>", 500)

        return site

    return make


def by(name: str, field: str = "q") -> Find:
    return lambda db, request: db.find({name: fields(request).get(field, "")})


def scripted(script: str, name: str = "q") -> Find:
    return lambda db, request: db.where(script.replace("@", taken(request, name)))


def login(
    check: Callable[[object], object] = lambda value: value, *, api: bool = False
) -> Callable[[], Site]:
    def site(request: Request) -> Response:
        given = fields(request)
        try:
            found = users().find({name: check(given.get(name, "")) for name in ("user", "password")})
        except MongoError:
            return html("<h1>Internal Server Error</h1>", 500)
        if api:
            body = {"token": "eyJhbGciOi"} if found else {"error": "bad credentials"}
            return Response(200 if found else 401, body=json.dumps(body).encode())
        return html("", 302, location="/home") if found else html("<p>Wrong user or password</p>")

    return lambda: site


def blind(name: str, script: str, request: Request) -> Case:
    """Shows nothing, but waits."""

    def latency(sent: Request) -> float:
        db = goods()
        try:
            db.where(script.replace("@", taken(sent, "q")))
        except MongoError:
            return 0.004
        return 0.004 + db.waited

    return Case(PLUGIN, name, True, lambda: lambda _: html("<p>Thanks.</p>"), (request,), latency)


def session_cookie(db: Collection, request: Request) -> list:
    """cookie-parser reads ``j:{…}`` as JSON."""
    value = unquote((request.header("cookie") or "").partition("=")[2])
    return db.find({"name": json.loads(value[2:]) if value.startswith("j:{") else value})


def vulnerable(name, make, *requests):
    return Case(PLUGIN, name, True, make, requests)


def safe(name, make, *requests):
    return Case(PLUGIN, name, False, make, requests)


SHELF = query("/goods", q="kitchen")
NUMBER = query("/goods", q="12", page="1")
SIGN_IN = form("/login", user="eve", password="secret1")
SIGN_IN_JSON = json_body("/login", {"user": "eve", "password": "x1"})
GRAPHQL = json_body(
    "/graphql", {"query": "query($q:String){goods(q:$q){name}}", "variables": {"q": "kitchen"}}
)
CUP = json_body("/api/goods", {"q": "zinc cup", "limit": 9})


def of_variables(db: Collection, request: Request) -> list:
    return db.find({"shelf": json.loads(request.body)["variables"]["q"]})


def in_array(db: Collection, request: Request) -> list:
    return [found for asked in json.loads(request.body)["ids"] for found in db.find({"name": asked})]


VULNERABLE = [
    vulnerable("express: list by a query parameter", shop(by("shelf")), SHELF),
    vulnerable("php: one document", shop(by("name")), query("/item", q="F-P%20clamp")),
    vulnerable("php: number kept as text", shop(by("no")), NUMBER),
    vulnerable("express: a value that finds nothing", shop(by("name")), query("/goods", q="nosuch")),
    vulnerable("express: search form", shop(by("shelf")), form("/search", q="kitchen", go="Search")),
    vulnerable("express: JSON leaf", shop(by("name")), CUP),
    vulnerable("express: JSON number", shop(by("id")), json_body("/api/goods", {"q": 2})),
    vulnerable(
        "express: JSON in an array", shop(in_array), json_body("/api/many", {"ids": ["no", "zinc cup"]})
    ),
    vulnerable("flask, pymongo: JSON, error hidden", shop(by("name"), errors="<p>Oops</p>"), CUP),
    vulnerable("apollo: GraphQL variable", shop(of_variables), GRAPHQL),
    vulnerable("express: login, redirects", login(), SIGN_IN),
    vulnerable("express: login, JSON", login(api=True), SIGN_IN_JSON),
    vulnerable("express: login, known user", login(), form("/login", user="ada", password="wrong")),
    vulnerable("express: JSON in a cookie", shop(session_cookie), cookie("/cart", "q", "zinc%20cup")),
    vulnerable(
        "node driver: unknown operator shown",
        shop(
            lambda db, r: db.find({"name": fields(r).get("q", "")})[:0],
            errors="<pre>MongoServerError: @</pre>",
        ),
        SHELF,
    ),
    vulnerable(
        "mongoose: unknown operator shown",
        shop(
            lambda db, r: db.find({"name": fields(r).get("q", "")})[:0],
            errors="Error: Can't use $@",
            collection=Loose,
        ),
        SHELF,
    ),
    vulnerable("express: $where, single quotes", shop(scripted("this.shelf == '@'")), SHELF),
    vulnerable("express: $where, double quotes", shop(scripted('this.shelf == "@"')), SHELF),
    vulnerable("express: $where, number", shop(scripted("this.id == @")), query("/goods", q="2")),
    vulnerable("php: $where, a function", shop(scripted("var s='@';return this.shelf==s")), SHELF),
    vulnerable("express: $where, nothing found", shop(scripted("this.name == '@'")), query("/g", q="nosuch")),
    vulnerable(
        "express: $where, errors shown",
        shop(
            lambda db, r: db.where(f"this.name == '{taken(r, 'q')}'")[:0],
            errors="<pre>MongoServerError: Executor error :: caused by :: @</pre>",
        ),
        query("/goods", q="oak"),
    ),
    vulnerable("express: $where, path", shop(scripted("this.shelf == '@'", "3")), path("/goods/by/kitchen")),
    blind("express: $where, blind, text", "this.name == '@'", query("/vote", q="zinc%20cup")),
    blind("express: $where, blind, number", "this.id == @", query("/vote", q="2")),
]


def text_of(value: object) -> str:
    return "[object Object]" if isinstance(value, dict) else str(value)


def flat(request: Request) -> str:
    """Frameworks that take ``q[$ne]=x`` for ``q``."""
    for name, value in fields(request).items():
        if name == "q":
            return str(next(iter(value.values()))) if isinstance(value, dict) else str(value)
    return ""


def schema(request: Request) -> Response:
    value = fields(request).get("q")
    if not isinstance(value, str):
        return Response(400, body=b'{"error": "q must be a string"}')
    return listing(goods().find({"name": value}))


def cleaned(request: Request) -> object:
    """express-mongo-sanitize."""
    value = fields(request).get("q")
    return {k: v for k, v in value.items() if k[0] != "$"} if isinstance(value, dict) else value


def php_text(request: Request) -> str:
    value = fields(request).get("q")
    return "Array" if isinstance(value, dict) else str(value)


def odd_signs(request: Request) -> Response:
    return html("Oops", 500) if re.search(r"[$'{]", request.url) else html("ok")


def shows_header(request: Request) -> Response:
    return html(codec.escape(taken(request, "X-Store")))


def words(request: Request) -> Response:
    """A search for any of the words."""
    asked = set(re.findall(r"\w+", flat(request)))
    return listing(
        [d for d in goods().documents if asked & set(re.findall(r"\w+", f"{d['name']} {d['shelf']}"))]
    )


def cast(request: Request) -> Response:
    value = fields(request).get("q")
    if isinstance(value, dict):
        shown = codec.escape(json.dumps(value))
        return html(f'CastError: Cast to string failed for value "{shown}" (type Object) at path "q"', 500)
    return listing(goods().find({"shelf": value}))


def object_id(request: Request) -> Response:
    if not re.fullmatch(r"[0-9a-f]{24}", flat(request)):
        shown = codec.escape(flat(request))
        return html(f'CastError: Cast to ObjectId failed for value "{shown}" at path "_id"', 500)
    return html("<h1>Item</h1>")


def firewall(request: Request) -> Response:
    if re.search(r"[$'\"{]", unquote(request.target) + request.body.decode()):
        return html("<h1>Forbidden</h1>", 403)
    return listing(goods().find({"shelf": flat(request)}))


def sql(request: Request) -> Response:
    """Another flaw: SQL does not know ``&&`` and ``==`` together."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE goods (name, shelf)")
    db.execute("INSERT INTO goods VALUES ('zinc cup', 'kitchen')")
    try:
        rows = db.execute(f"SELECT name FROM goods WHERE shelf = '{flat(request)}'").fetchall()
    except sqlite3.Error:
        return html("<h1>Internal Server Error</h1>", 500)
    finally:
        db.close()
    return listing([{"name": name} for (name,) in rows])


def escaped(db: Collection, request: Request) -> list:
    return db.where(f"this.shelf == {json.dumps(flat(request))}")


def random_pages() -> Site:
    numbers = itertools.count(7, 7919)
    return lambda request: html("".join(f"<p>offer {next(numbers) * 31}</p>" for _ in range(7)))


def about(request: Request) -> Response:
    return html(
        f"<h1>Errors</h1><p>MongoServerError: unknown operator: $foo</p><p>{codec.escape(flat(request))}</p>"
    )


def echoed(request: Request) -> Response:
    return Response(200, "", (("Content-Type", "application/json"),), json.dumps(fields(request)).encode())


def slow_at_sleep(request: Request) -> float:
    return 2.6 if "sleep" in request.url else 0.01


SAFE = [
    safe("express: made a text", shop(lambda db, r: db.find({"shelf": text_of(fields(r).get("q"))})), SHELF),
    safe("express: made a text, JSON", shop(lambda db, r: db.find({"name": text_of(fields(r)["q"])})), CUP),
    safe("php: an array is the word Array", shop(lambda db, r: db.find({"shelf": php_text(r)})), SHELF),
    safe("express: names are flattened", shop(lambda db, r: db.find({"shelf": flat(r)})), SHELF),
    safe("express: a schema refuses objects", lambda: schema, CUP),
    safe("express: dollars are removed", shop(lambda db, r: db.find({"shelf": cleaned(r)})), SHELF),
    safe("rails: $eq around it", shop(lambda db, r: db.find({"name": {"$eq": fields(r)["q"]}})), CUP),
    safe("mongoose: CastError at an object", lambda: cast, SHELF),
    safe("mongoose: CastError at an odd id", lambda: object_id, query("/i", q="507f1f77bcf86cd799439011")),
    safe("a search for words", lambda: words, SHELF),
    safe("a search for words, JSON", lambda: words, json_body("/api/search", {"q": "apple"})),
    safe("a firewall", lambda: firewall, SHELF),
    safe("a firewall, JSON", lambda: firewall, CUP),
    safe("sql injection is another flaw", lambda: sql, SHELF),
    safe("$where with the value as data", shop(escaped), SHELF),
    safe("login, made texts", login(text_of), SIGN_IN),
    safe("login, JSON, made texts", login(text_of, api=True), SIGN_IN_JSON),
    safe("random offers", random_pages, SHELF),
    safe("a page about errors", lambda: about, SHELF),
    safe("an API that echoes objects", lambda: echoed, json_body("/echo", {"q": "tea", "n": 4})),
    safe("a header that is shown", lambda: shows_header, header("/", "X-Store", "n")),
    safe("an error at odd signs", lambda: odd_signs, SHELF),
    Case(PLUGIN, "slow at suspicious words", False, lambda: lambda _: html("ok"), (SHELF,), slow_at_sleep),
]

CASES: list[Case] = [*VULNERABLE, *SAFE]
