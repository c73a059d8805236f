"""SQL injection, on real SQLite; other databases' own words where only those make the difference."""

import re
import sqlite3
from collections.abc import Callable
from urllib.parse import quote

from corpus.case import Case
from corpus.classes._sqlshop import ERRORS, ROWS, Shop
from corpus.places import PLACES, place
from corpus.styles import STYLES, as_json
from s2n.model import Request, Response
from support.site import Site, html


def listing(style: str, rows: list[tuple[object, ...]]) -> Response:
    escape = STYLES[style].escape
    items = "".join(
        f"<tr><td>{'</td><td>'.join(escape(str(cell)) for cell in row)}</td></tr>" for row in rows
    )
    return STYLES[style].page(f"<table>{items}</table>" if rows else "<p>Nothing found.</p>", 200)


def pasted(
    statement: str,
    where: str = "query",
    style: str = "flask",
    *,
    errors: str = "hidden",
    clean: Callable[[str], str] = str,
    api: bool = False,
) -> Callable[[], Site]:
    """The value is written into ``statement`` at ``@``."""

    def make() -> Site:
        shop = Shop()
        read = place(where).read

        def site(request: Request) -> Response:
            full = ""
            try:
                full = statement.replace("@", clean(read(request)))
                rows = shop.ask(full)
            except (sqlite3.Error, sqlite3.Warning) as error:
                text = ERRORS[errors](error, STYLES[style].escape(full))
                return (
                    as_json({"error": text or "internal"}, 500)
                    if api
                    else STYLES[style].page(text or STYLES[style].failure, 500)
                )
            except ValueError:
                return html("<h1>Bad request</h1>", 400)
            return as_json({"items": rows}) if api else listing(style, rows)

        return site

    return make


def bound(
    statement: str,
    where: str = "query",
    style: str = "flask",
    convert: Callable[[str], object] = str,
    api: bool = False,
) -> Callable[[], Site]:
    """The value is a parameter of ``statement``."""

    def make() -> Site:
        shop = Shop()
        read = place(where).read

        def site(request: Request) -> Response:
            try:
                rows = shop.ask(statement, (convert(read(request)),))
            except (ValueError, OverflowError):
                return (
                    as_json({"error": "bad request"}, 400)
                    if api
                    else STYLES[style].page("<h1>Bad request</h1>", 400)
                )
            return as_json({"items": rows}) if api else listing(style, rows)

        return site

    return make


BY_ID = "SELECT * FROM goods WHERE id = @"
BY_SHELF = "SELECT * FROM goods WHERE shelf = '@'"
BY_PATTERN = "SELECT * FROM goods WHERE name LIKE '%@%' ORDER BY id"

CASES: list[Case] = []


def add(
    name: str,
    vulnerable: bool,
    make: Callable[[], Site],
    where: str = "query",
    value: str = "kitchen",
    **more: object,
) -> None:
    CASES.append(Case("sqlinjection", name, vulnerable, make, (place(where).ask(value),), **more))


STYLED = list(STYLES)

for number, where in enumerate(PLACES):
    style = STYLED[number % len(STYLED)]
    api = where.startswith("JSON")
    seen = where not in {"Referer", "User-Agent", "X-Forwarded-For"}
    value = "kitchen" if seen else ""
    add(f"{style}: {where}, text, error hidden", True, pasted(BY_SHELF, where, style, api=api), where, value)
    add(
        f"{style}: {where}, text, bound",
        False,
        bound("SELECT * FROM goods WHERE shelf = ?", where, style, api=api),
        where,
        value,
    )
    if seen:
        add(f"{style}: {where}, number, error hidden", True, pasted(BY_ID, where, style, api=api), where, "2")
        add(
            f"{style}: {where}, number, cast",
            False,
            bound("SELECT * FROM goods WHERE id = ?", where, style, int, api=api),
            where,
            "2",
        )

for errors in ERRORS:
    if errors != "hidden":
        style = errors if errors in STYLES else "php"
        add(f"{errors}: text, error shown", True, pasted(BY_SHELF, "query", style, errors=errors))
        add(f"{errors}: number, error shown", True, pasted(BY_ID, "query", style, errors=errors), value="2")

STATEMENTS = {
    "double-quoted": ('SELECT * FROM goods WHERE shelf = "@"', "kitchen"),
    "pattern": (BY_PATTERN, "apple"),
    "pattern in parentheses": ("SELECT * FROM goods WHERE (name LIKE '%@%' OR shelf LIKE 'x')", "apple"),
    "in parentheses": ("SELECT * FROM goods WHERE (id > 0 AND (shelf = '@'))", "kitchen"),
    "list of numbers": ("SELECT * FROM goods WHERE id IN (@)", "2"),
    "list of texts": ("SELECT * FROM goods WHERE shelf IN ('@')", "kitchen"),
    "order by column": ("SELECT * FROM goods ORDER BY @", "name"),
    "order by direction": ("SELECT * FROM goods ORDER BY price @", "desc"),
    "order by position": ("SELECT * FROM goods ORDER BY @", "2"),
    "limit": ("SELECT * FROM goods ORDER BY id LIMIT @", "3"),
    "column name": ("SELECT @ FROM goods", "name"),
    "table name": ("SELECT * FROM @", "goods"),
    "group by": ("SELECT shelf, count(*) FROM goods GROUP BY @", "shelf"),
    "function argument": ("SELECT * FROM goods WHERE lower(shelf) = lower('@')", "kitchen"),
    "having": ("SELECT shelf, count(*) FROM goods GROUP BY shelf HAVING count(*) > @", "0"),
    "number in quotes": ("SELECT * FROM goods WHERE id = '@'", "2"),
    "arithmetic": ("SELECT * FROM goods WHERE price < @ * 2", "20"),
    "join": (
        "SELECT g.* FROM goods g JOIN goods h ON g.id = h.id WHERE h.shelf = '@' AND g.price > 0",
        "kitchen",
    ),
    "nothing there": ("SELECT * FROM goods WHERE name = '@'", "nosuch"),
}
for number, (what, (statement, value)) in enumerate(STATEMENTS.items()):
    style = STYLED[number % len(STYLED)]
    add(f"{style}: {what}, error hidden", True, pasted(statement, "query", style), value=value)

FILTERS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "spaces refused": (BY_SHELF, "kitchen", lambda v: "" if " " in v else v),
    "keywords removed once": (
        BY_SHELF,
        "kitchen",
        lambda v: re.sub("(?i)and|or|like|case|union|select", "", v),
    ),
    "capital keywords refused": (BY_ID, "2", lambda v: "" if re.search("AND|OR|CASE|UNION", v) else v),
    "quotes doubled, number bare": (BY_ID, "2", lambda v: v.replace("'", "''")),
    "single quotes removed, double used": (
        'SELECT * FROM goods WHERE shelf = "@"',
        "kitchen",
        lambda v: v.replace("'", ""),
    ),
    "cut to 40 characters": (BY_ID, "2", lambda v: v[:40]),
    "comments refused": (BY_SHELF, "kitchen", lambda v: "" if "--" in v or "/*" in v else v),
    "lower-cased": (BY_SHELF, "kitchen", str.lower),
    "trimmed": (BY_SHELF, "kitchen", str.strip),
}
for what, (statement, value, clean) in FILTERS.items():
    add(f"php: filter, {what}", True, pasted(statement, "query", "php", clean=clean), value=value)


def login(style: str, safe: bool = False) -> Callable[[], Site]:
    def make() -> Site:
        shop = Shop()

        def site(request: Request) -> Response:
            name = place("form").read(request)
            if safe:
                known = shop.ask("SELECT * FROM users WHERE name = ? AND password = 'x'", (name,))
            else:
                try:
                    known = shop.ask(f"SELECT * FROM users WHERE name = '{name}' AND password = 'x'")
                except sqlite3.Error:
                    known = []
            if known:
                return html("", 302, location="/home")
            return STYLES[style].page("<p class=error>Wrong user or password.</p>", 200)

        return site

    return make


LOGIN = Request.from_url(
    "http://site.test/login",
    "POST",
    (("Content-Type", "application/x-www-form-urlencoded"),),
    b"q=bob&password=x",
)
for style in ("php", "aspnet", "django"):
    CASES.append(Case("sqlinjection", f"{style}: login", True, login(style), (LOGIN,)))
    CASES.append(Case("sqlinjection", f"{style}: login, bound", False, login(style, safe=True), (LOGIN,)))


def either(style: str, errors: str = "hidden", safe: bool = False) -> Callable[[], Site]:
    """A search by shelf or by maker: whoever fills in both is sent back."""
    asked = bound("SELECT * FROM goods WHERE shelf = ?", "form", style)
    if not safe:
        asked = pasted(BY_SHELF, "form", style, errors=errors)

    def make() -> Site:
        search = asked()

        def site(request: Request) -> str | Response:
            if b"maker=&" in request.body + b"&":
                return search(request)
            return STYLES[style].page("<p class=error>Choose a shelf or a maker.</p>", 200)

        return site

    return make


EITHER = Request.from_url(
    "http://site.test/find",
    "POST",
    (("Content-Type", "application/x-www-form-urlencoded"),),
    b"q=kitchen&maker=s2n",
)
for style in ("php", "aspnet", "django"):
    for errors in ("hidden", "php"):
        name = f"{style}: one of two fields, error {'shown' if errors == 'php' else errors}"
        CASES.append(Case("sqlinjection", name, True, either(style, errors), (EITHER,)))
    name = f"{style}: one of two fields, bound"
    CASES.append(Case("sqlinjection", name, False, either(style, safe=True), (EITHER,)))


def silent(statement: str, dialect: str, value: str, where: str = "query") -> Case:
    """Nothing of the result is ever shown: only waiting tells."""
    shop = Shop()
    read = place(where).read

    def site(request: Request) -> Response:
        shop.waited = 0.0
        text = read(request)
        try:
            if dialect in {"mysql", "postgres"}:
                shop.ask(statement.replace("@", text))
            elif dialect == "mssql" and (
                match := re.search(r"WAITFOR DELAY '0:0:(\d+)'", statement.replace("@", text))
            ):
                if re.search(rf"{'' if statement.endswith('@') else chr(39)}\)?;WAITFOR", text):
                    shop.waited = float(match[1])
            elif dialect == "oracle" and (
                match := re.search(r"dbms_pipe\.receive_message\('\w+',(\d+)\)", text)
            ):
                shop.waited = float(match[1])
        except sqlite3.Error:
            pass
        return html("<p>Thank you, your visit was noted.</p>")

    return Case(
        "sqlinjection",
        f"{dialect}: nothing shown, {where}: {statement}",
        True,
        lambda: site,
        (place(where).ask(value),),
        lambda _: 0.05 + shop.waited,
    )


CASES += [
    silent("INSERT INTO visits VALUES ('@')", "postgres", "hello", "form"),
    silent("INSERT INTO visits VALUES ('@')", "mysql", "", "User-Agent"),
    silent(BY_ID, "mysql", "2"),
    silent(BY_SHELF, "mysql", "kitchen", "cookie"),
    silent(BY_SHELF, "postgres", "kitchen"),
    silent(BY_ID, "postgres", "2"),
    silent(BY_SHELF, "mssql", "kitchen"),
    silent(BY_ID, "mssql", "2"),
    silent(BY_SHELF, "oracle", "kitchen"),
    silent(BY_ID, "oracle", "2", "JSON leaf"),
]


# Traps: what looks like an answer of a database and is none.


def trap(answer: Callable[[str], Response], where: str = "query") -> Callable[[], Site]:
    read = place(where).read
    return lambda: lambda request: answer(read(request))


QUOTE = re.compile("[\"']")


def tutorial(value: str) -> Response:
    lesson = (
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version"
    )
    return html(f"<h1>Lessons</h1><p>{lesson if QUOTE.search(value) else 'none'}</p>")


def wordy(value: str) -> Response:
    """A search engine that reads AND and OR itself."""
    words = [word for word in re.split(r"\W+", value.lower()) if word not in {"and", "or", "like", "x", ""}]
    hits = [row for row in ROWS if any(word in str(row) for word in words)]
    return listing("express", hits)


def calculating(value: str) -> Response:
    """Strictly whole numbers, anything else is 404: another page, but no condition in it."""
    return html(f"<h1>Item {int(value)}</h1>") if value.isdigit() else html("<h1>Not found</h1>", 404)


def leading_digits(value: str) -> Response:
    """PHP's (int) cast: takes the digits it begins with."""
    match = re.match(r"\s*-?\d+", value)
    number = int(match[0]) if match else 0
    return listing("php", [row for row in ROWS if row[0] == number])


def wall(value: str) -> Response:
    if re.search(r"(?i)['\"]|--|/\*|\b(and|or|union|select|sleep|waitfor|case)\b", value):
        return html("<h1>403 Forbidden</h1><p>Your request was blocked.</p>", 403)
    return listing("php", [row for row in ROWS if value in str(row)])


def sorting(value: str) -> Response:
    """Names come from a list; anything else falls back."""
    at = {"id": 0, "name": 1, "price": 3}.get(value, 0)
    return listing("rails", sorted(ROWS, key=lambda row: row[at]))


def long_is_bad(value: str) -> Response:
    return html("<p>ok</p>") if len(value) < 12 else html("<h1>Bad request</h1>", 400)


def even_odd(value: str) -> Response:
    return html(f"<p>variant {len(value) % 2}</p>")


TRAPS: dict[str, tuple[Callable[[str], Response], str]] = {
    "a lesson about SQL errors": (tutorial, "kitchen"),
    "a search that reads AND": (wordy, "kitchen"),
    "whole numbers or 404": (calculating, "2"),
    "leading digits count": (leading_digits, "2"),
    "a firewall": (wall, "kitchen"),
    "columns from a list": (sorting, "name"),
    "long values are refused": (long_is_bad, "kitchen"),
    "the page depends on the length": (even_odd, "kitchen"),
    "the value is shown": (
        lambda value: html(f"<h1>{STYLES['go'].escape(value)}</h1><p>No results.</p>"),
        "kitchen",
    ),
    "quotes are doubled": (
        lambda value: listing("php", Shop().ask(BY_SHELF.replace("@", value.replace("'", "''")))),
        "kitchen",
    ),
}
for what, (answer, value) in TRAPS.items():
    add(f"trap: {what}", False, trap(answer), value=value)


def slow_on_sleep() -> Site:
    return lambda request: html("<p>Noted.</p>")


def suspicious(request: Request) -> float:
    """A filter that thinks longer about suspicious text, whatever it says."""
    return 3.1 if re.search(r"(?i)sle|wait|dela|receive", quote(place("query").read(request))) else 0.05


add("trap: a filter that is slow about suspicious words", False, slow_on_sleep, latency=suspicious)
