"""Ordinary sites: what they do is usual, and some of it looks suspicious to a scanner in a hurry."""

import hashlib
import html as entities
import itertools
import json
import random
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from corpus.styles import as_json
from s2n.model import Request, Response
from support.site import Site, html, params

HOST = "http://site.test"
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)
SESSION = "Path=/; HttpOnly; SameSite=Lax"


@dataclass(frozen=True)
class Benign:
    """An ordinary site: how to build it, what a crawl finds of it, and how long it takes to answer."""

    name: str
    make: Callable[[], Site]
    requests: tuple[Request, ...]
    latency: Callable[[Request], float] | None = None


def get(path: str, cookie: str = "") -> Request:
    return Request.from_url(HOST + path, headers=(("Cookie", cookie),) if cookie else ())


def post(path: str, body: str, headers: tuple[tuple[str, str], ...] = FORM) -> Request:
    return Request.from_url(HOST + path, "POST", headers, body.encode())


def page(title: str, body: str, status: int = 200, **headers: str) -> Response:
    text = (
        f"<!doctype html><html lang=en><head><title>{title}</title></head>"
        f"<body><header><a href=/>Home</a></header><main>{body}</main></body></html>"
    )
    return html(text, status, **headers)


def goods() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", check_same_thread=False)
    db.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, price INTEGER)")
    rows = [
        (i, f"{word} {kind}", kind, i * 7) for i, (word, kind) in enumerate(itertools.product(WORDS, KINDS))
    ]
    db.executemany("INSERT INTO goods VALUES (?, ?, ?, ?)", rows)
    return db


WORDS = ("red", "green", "oak", "zinc", "apple")
KINDS = ("cup", "table", "knife")


def listed(rows: list[tuple[object, ...]]) -> str:
    if not rows:
        return "<p>Nothing found.</p>"
    return "<ul>" + "".join(f"<li>{entities.escape(str(row))}</li>" for row in rows) + "</ul>"


def search() -> Site:
    """Words are looked up one by one; the query is shown; suggestions for what is misspelt."""
    db = goods()

    def site(request: Request) -> Response:
        fields = params(request)
        query = fields.get("q", "")
        words = re.findall(r"\w+", query)[:5]
        rows = [
            row
            for word in words
            for row in db.execute("SELECT * FROM goods WHERE name LIKE ?", (f"%{word}%",))
        ]
        order = fields.get("sort", "name")
        rows.sort(key=lambda row: row[{"name": 1, "price": 3}.get(order, 1)])
        near = f"<p>Did you mean {entities.escape(query.upper()[:20])}?</p>" if not rows else ""
        return page(
            "Search", f"<h1>{len(rows)} results for “{entities.escape(query)}”</h1>{near}{listed(rows)}"
        )

    return site


def shop() -> Site:
    """Numbers are checked, prices are computed, the cart is the session's, forms carry tokens."""
    db = goods()
    carts: dict[str, list[int]] = {}

    def site(request: Request) -> Response:
        cookie = re.search(r"sid=(\w+)", request.header("cookie") or "")
        sid = cookie[1] if cookie else hashlib.sha256(b"new").hexdigest()
        token = hashlib.sha256(f"csrf{sid}".encode()).hexdigest()
        fields = params(request)
        if request.path == "/cart" and request.method == "POST":
            if fields.get("csrf_token") != token:
                return page("Sorry", "<h1>Your session has expired.</h1>", 403)
            if not re.fullmatch(r"\d{1,6}", fields.get("id", "")):
                return page("Sorry", "<h1>No such product.</h1>", 400)
            carts.setdefault(sid, []).append(int(fields["id"]))
            return html("", 303, location="/cart")
        if request.path == "/cart":
            total = sum(number * 7 for number in carts.get(sid, []))
            return page("Cart", f"<p>Total {total}</p>", set_cookie=f"sid={sid}; {SESSION}")
        try:
            number = int(fields.get("id", "1"))
            amount = int(fields.get("amount", "1"))
        except ValueError:
            return page("Sorry", "<h1>No such product.</h1>", 404)
        rows = db.execute("SELECT * FROM goods WHERE id = ?", (min(abs(number), 1 << 40),)).fetchall()
        form = (
            f"<form method=post action=/cart><input type=hidden name=csrf_token value={token}>"
            f"<input name=id value={min(number, 999999)}><button>Buy</button></form>"
        )
        return page("Product", f"{listed(rows)}<p>{amount} × 7 = {amount * 7}</p>{form}")

    return site


def blog() -> Site:
    """Posts by a slug, comments are kept and shown escaped, dates and counters change."""
    comments: list[str] = ["Nice post!"]
    seen = itertools.count(100)

    def site(request: Request) -> Response:
        if request.method == "POST":
            comments.append(params(request).get("text", ""))
            del comments[:-20]
            return html("", 303, location="/post/hello-world#comments")
        if request.path not in {"/post/hello-world", "/post/second"}:
            return page("Not found", f"<h1>There is no {entities.escape(request.path)}</h1>", 404)
        shown = "".join(f"<li>{entities.escape(text)}</li>" for text in comments)
        return page("Blog", f"<h1>Hello</h1><p>{next(seen)} views</p><ul>{shown}</ul>")

    return site


def api() -> Site:
    """JSON in, JSON out; validation answers quote the value."""
    db = goods()

    def site(request: Request) -> Response:
        if request.method == "GET":
            value = params(request).get("kind", "")
            return as_json(
                {
                    "items": db.execute("SELECT * FROM goods WHERE kind = ?", (value,)).fetchall(),
                    "kind": value,
                }
            )
        try:
            body = json.loads(request.body)
        except ValueError as error:
            return as_json({"error": "invalid JSON", "detail": str(error)}, 400)
        if not isinstance(body, dict) or not isinstance(body.get("id"), int):
            return as_json({"error": "id must be an integer", "got": body}, 422)
        return as_json({"id": body["id"], "name": str(body.get("name"))[:50], "tags": body.get("tags", [])})

    return site


def spa() -> Site:
    """Every path gives the same shell; the API below it answers 404 in JSON."""

    def site(request: Request) -> Response:
        if request.path.startswith("/api/"):
            return as_json({"message": "not found", "path": request.path}, 404)
        return html(
            "<!doctype html><html><head><title>App</title></head><body><div id=root></div>"
            "<script>const route = location.pathname; document.title = decodeURI(route);</script>"
            "</body></html>"
        )

    return site


def restless() -> Site:
    """Another page each time: other news, other lengths, other order."""
    chance = random.Random(11)

    def site(request: Request) -> Response:
        del request
        news = [f"<p>{chance.choice(WORDS)} {chance.random():.6f}</p>" for _ in range(chance.randint(2, 12))]
        return page("News", "".join(news))

    return site


def slow() -> Site:
    return lambda request: page(
        "Report", f"<p>Report for {entities.escape(params(request).get('month', ''))}</p>"
    )


def slowness(seed: int) -> Callable[[Request], float]:
    """Between half a second and five, as it happens, and longer for longer questions."""
    chance = random.Random(seed)
    return lambda request: chance.choice([0.5, 0.7, 1.1, 2.2, 3.3, 5.0]) + len(request.target) / 400


ATTACK = re.compile(
    r"(?i)['\"<>;|`$\\]|\.\./|\b(select|union|sleep|and|or|script|alert|passwd)\b|\{\{|%00|\(\)"
)


def firewall(status: int, kind: str) -> Callable[[], Site]:
    """What looks like an attack never gets to the site."""

    def make() -> Site:
        inner = search()
        blocked = itertools.count(4000)

        def site(request: Request) -> Response:
            text = json.dumps(params(request))[1:-1] + quote(request.path)
            if any(ATTACK.search(value) for value in (*params(request).values(), request.path)):
                return page(
                    "Blocked",
                    f"<h1>{kind}</h1><p>Ray ID {next(blocked):x} {entities.escape(text[:40])}</p>",
                    status,
                )
            return inner(request)

        return site

    return make


def limiter() -> Site:
    """After some requests it slows everybody down."""
    inner = search()
    count = itertools.count()
    return lambda request: (
        page("Slow down", "<h1>Too many requests</h1>", 429) if next(count) % 10 > 6 else inner(request)
    )


def members() -> Site:
    """Everything but the login leads to the login, which remembers where one wanted to go."""
    wrong = itertools.count(1)

    def site(request: Request) -> Response:
        if request.path == "/login":
            back = params(request).get("next", "/")
            safe = back if re.fullmatch(r"/[\w/-]*", back) else "/"
            if request.method == "POST":
                if next(wrong) > 5:
                    return page("Log in", "<p>Too many attempts. Try again in 15 minutes.</p>", 200)
                return page("Log in", "<p class=error>Wrong user or password.</p>", 200)
            token = hashlib.sha256(b"login").hexdigest()
            return page(
                "Log in",
                f"<form method=post><input type=hidden name=next value='{safe}'><input name=user>"
                f"<input type=password name=password><input type=hidden name=csrf_token value={token}>"
                "</form>",
            )
        return html("", 302, location=f"/login?next={quote(request.path, safe='')}")

    return site


def soft404() -> Site:
    """Whatever does not exist is a friendly page with status 200, which says what was asked for."""

    def site(request: Request) -> Response:
        if request.path in {"/", "/about"}:
            return page("About", "<h1>About us</h1>")
        return page(
            "Oops",
            f"<h1>Oops!</h1><p>We could not find {entities.escape(request.target)}</p><a href=/>Home</a>",
        )

    return site


def cdn() -> Site:
    """Cached for all, with the headers that say so; a few answers come from the cache."""
    ages = itertools.count(10)

    def site(request: Request) -> Response:
        age = next(ages)
        cache = "HIT" if age % 3 else "MISS"
        body = f"<p>{entities.escape(params(request).get('utm_source', 'direct'))}</p>"
        return page(
            "Landing",
            body,
            Cache_Control="public, max-age=3600",
            Age=str(age),
            X_Cache=cache,
            Vary="Accept-Encoding",
        )

    return site


def i18n() -> Site:
    """The language is taken from the address, a cookie or the browser, from a list."""
    words = {"en": "Welcome", "de": "Willkommen", "fr": "Bienvenue", "ko": "환영합니다"}

    def site(request: Request) -> Response:
        match = re.search(r"lang=([^;]*)", request.header("cookie") or "")
        asked = (
            params(request).get("lang")
            or (match[1] if match else "")
            or (request.header("accept-language") or "")[:2]
        )
        lang = asked if asked in words else "en"
        return page(
            words[lang],
            f"<h1>{words[lang]}</h1>",
            Content_Language=lang,
            set_cookie=f"lang={lang}; Path=/; SameSite=Lax",
        )

    return site


def maintenance() -> Site:
    return lambda request: page("Maintenance", "<h1>We will be back soon</h1>", 503, Retry_After="600")


def contact() -> Site:
    """A form that checks its fields strictly and says what is wrong with them."""

    def site(request: Request) -> Response:
        if request.method == "GET":
            return page(
                "Contact", "<form method=post><input name=email><textarea name=text></textarea></form>"
            )
        fields = params(request)
        if not re.fullmatch(r"[\w.+-]+@[\w-]+\.[\w.]+", fields.get("email", "")):
            return page(
                "Contact", f"<p>“{entities.escape(fields.get('email', ''))}” is no e-mail address.</p>", 422
            )
        return page("Contact", "<p>Thank you! We read every message.</p>")

    return site


def calculator() -> Site:
    """Computes what it is asked, numbers only: a product on the page is its purpose."""

    def site(request: Request) -> Response:
        match = re.fullmatch(r"\s*(\d{1,9})\s*([*+-])\s*(\d{1,9})\s*", params(request).get("expr", ""))
        if match is None:
            return page("Calculator", "<p>Please type a sum.</p>")
        a, b = int(match[1]), int(match[3])
        return page(
            "Calculator", f"<p>= {a * b if match[2] == '*' else a + b if match[2] == '+' else a - b}</p>"
        )

    return site


def downloads() -> Site:
    """Files by name, from a list."""
    files = {"manual.pdf": b"%PDF-1.7", "notes.txt": b"root is a word in our notes"}

    def site(request: Request) -> Response:
        name = params(request).get("file", "")
        if name in files:
            return Response(200, headers=(("Content-Type", "application/octet-stream"),), body=files[name])
        return page("Downloads", f"<p>There is no file {entities.escape(name)}.</p>", 404)

    return site


def redirector() -> Site:
    """Short links: a number leads to a page of the site's own list."""
    links = {"1": "/about", "2": "https://partner.example/"}

    def site(request: Request) -> Response:
        to = links.get(params(request).get("link", ""))
        return html("", 302, location=to) if to else page("Links", "<p>Unknown link.</p>", 404)

    return site


SITES = (
    Benign("search", search, (get("/search?q=red+cup&sort=price"), post("/search", "q=oak&sort=name"))),
    Benign(
        "shop",
        shop,
        (
            get("/product?id=3&amount=2", "sid=0123456789abcdef0123"),
            get("/cart"),
            post("/cart", "id=3&csrf_token=x"),
        ),
    ),
    Benign(
        "blog", blog, (get("/post/hello-world"), get("/post/second"), post("/comment", "name=Ann&text=Hello"))
    ),
    Benign(
        "api",
        api,
        (get("/api/items?kind=cup"), post("/api/items", '{"id": 7, "name": "x", "tags": ["a"]}', JSON)),
    ),
    Benign("single page", spa, (get("/"), get("/users/17?tab=info"), get("/api/user?id=7"))),
    Benign("restless", restless, (get("/news?page=2&topic=oak"), post("/news", "topic=oak"))),
    Benign("slow", slow, (get("/report?month=5&year=2024"), post("/report", "month=5")), slowness(1)),
    Benign(
        "firewall 403", firewall(403, "Forbidden"), (get("/search?q=red&sort=name"), post("/search", "q=oak"))
    ),
    Benign("firewall 406", firewall(406, "Not acceptable"), (get("/search?q=red"), get("/search/17?q=2"))),
    Benign(
        "firewall that says 200", firewall(200, "Request blocked"), (get("/search?q=red"), get("/search?q=2"))
    ),
    Benign("limiter", limiter, (get("/search?q=red&sort=name"), post("/search", "q=oak"))),
    Benign(
        "members",
        members,
        (get("/account?id=7"), get("/login?next=/home"), post("/login", "user=ann&password=x&next=/")),
    ),
    Benign("soft 404", soft404, (get("/"), get("/about?ref=mail"), get("/item/17"))),
    Benign("CDN", cdn, (get("/?utm_source=mail"), get("/landing/spring?utm_source=ad"))),
    Benign("languages", i18n, (get("/?lang=de", "lang=fr"), get("/about?lang=en"))),
    Benign("maintenance", maintenance, (get("/?id=1"), post("/order", "id=7&name=Ann"))),
    Benign("contact", contact, (get("/contact"), post("/contact", "email=ann%40site.test&text=Hello"))),
    Benign("calculator", calculator, (get("/calc?expr=3*4"), post("/calc", "expr=3%2B4"))),
    Benign("downloads", downloads, (get("/download?file=manual.pdf"), get("/download?file=notes.txt&v=2"))),
    Benign("short links", redirector, (get("/go?link=1"), get("/go?link=2&url=/about"))),
)
"""All of them."""
