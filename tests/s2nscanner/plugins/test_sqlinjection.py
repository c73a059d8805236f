import contextlib
import html as htmllib
import json
import random
import re
import sqlite3
from functools import partial
from urllib.parse import unquote

import pytest

from s2n.model import Confidence, Request, Response
from s2n.s2nscanner.plugins.sqlinjection import Plugin
from support.site import MemorySender, html, params, point_at, run_check

GOODS = [
    (1, "zinc cup", "kitchen", 30),
    (2, "apple crate", "kitchen", 12),
    (3, "apple knife", "tools", 25),
    (4, "oak table", "rooms", 300),
]


class Database:
    """One in-memory database, and the seconds its statements asked to wait."""

    def __init__(self):
        self.waited = 0.0
        self.db = sqlite3.connect(":memory:")
        self.db.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT, shelf TEXT, price INTEGER)")
        self.db.executemany("INSERT INTO goods VALUES (?, ?, ?, ?)", GOODS)
        self.db.execute("CREATE TABLE users (name TEXT, password TEXT)")
        self.db.execute("INSERT INTO users VALUES ('ada', 'lovelace')")
        self.db.execute("CREATE TABLE notes (text TEXT)")
        for name in ("SLEEP", "pg_sleep"):
            self.db.create_function(name, 1, self._wait)

    def _wait(self, seconds):
        self.waited += seconds
        return ""

    def ask(self, statement, values=()):
        statement = re.sub(r"FROM pg_sleep\((\d+)\)", r"WHERE pg_sleep(\1) = ''", statement)
        return self.db.execute(statement, values).fetchall()


def listing(rows, title="Goods"):
    items = "".join(f"<li>{htmllib.escape(' '.join(map(str, row)))}</li>" for row in rows)
    return html(f"<html><h1>{title}</h1><ul>{items or '<p>Nothing found.</p>'}</ul></html>")


def of_params(request):
    return next(iter(params(request).values()), "")


def shop(statement, *, errors="hidden", value_of=of_params, clean=str):
    """A site that writes the value into ``statement`` at ``@``.

    ``errors``: shown, hidden (a plain 500), or swallowed (an empty list).
    """
    database = Database()

    def site(request):
        value = clean(value_of(request))
        try:
            return listing(database.ask(statement.replace("@", value)))
        except sqlite3.Error as error:
            if errors == "shown":
                return html(f"<p>sqlite3.{type(error).__name__}: {htmllib.escape(str(error))}</p>", 500)
            if errors == "hidden":
                return html("<h1>Something went wrong</h1>", 500)
            return listing([])

    return site


def safe(statement, value_of=of_params, convert=str):
    """A site with a parameterised statement."""
    database = Database()

    def site(request):
        try:
            return listing(database.ask(statement, (convert(value_of(request)),)))
        except ValueError:
            return html("<h1>Bad request</h1>", 400)

    return site


def findings(site, url, name="q", request=None, *, seed=1, latency=None):
    sender = MemorySender(site, latency) if latency else MemorySender(site)
    claims = run_check(Plugin(), sender, point_at(url, name, request), seed)
    return claims, sender


AT = "http://shop.test/goods?q="

SHOWN = {
    "number": ("SELECT * FROM goods WHERE id = @", "2"),
    "text": ("SELECT * FROM goods WHERE shelf = '@' AND price > 0", "kitchen"),
    "double-quoted": ('SELECT * FROM goods WHERE shelf = "@"', "kitchen"),
    "pattern": ("SELECT * FROM goods WHERE name LIKE '%@%' ORDER BY id", "apple"),
    "parentheses": ("SELECT * FROM goods WHERE (id > 0 AND (shelf = '@'))", "kitchen"),
    "list": ("SELECT * FROM goods WHERE id IN (@)", "2"),
    "nothing there": ("SELECT * FROM goods WHERE name = '@'", "nosuch"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_shown_errors_hold_what_the_database_computed(case):
    statement, value = SHOWN[case]
    claims, sender = findings(shop(statement, errors="shown"), AT + value)
    assert len(claims) == 1
    claim = claims[0]
    assert claim.confidence is Confidence.CERTAIN
    assert "SQLite" in claim.evidence
    assert claim.marker in claim.exchange.response.text
    assert claim.marker not in claim.payload
    assert claim.control is not None
    assert len(sender.requests) <= 30


def one_of_two(statement, errors, *, bind=False):
    """A search by shelf or by maker, which refuses both at once."""
    asked = (safe if bind else partial(shop, errors=errors))(
        statement, value_of=lambda request: params(request)["q"]
    )

    def site(request):
        fields = params(request)
        if fields.get("maker") and fields.get("q"):
            return html("<p>Use one of them, not both.</p>")
        return asked(request) if fields.get("q") else listing([])

    return site


EITHER = AT + "kitchen&maker=s2n"


@pytest.mark.parametrize("errors", ["shown", "swallowed"])
def test_a_field_that_is_heeded_alone(errors):
    claims, sender = findings(one_of_two("SELECT * FROM goods WHERE shelf = '@'", errors), EITHER)
    assert len(claims) == 1
    assert claims[0].exchange.request.query.endswith("&maker=")
    assert len(sender.requests) < 60


def test_a_field_that_is_bound_alone_as_well():
    claims, sender = findings(one_of_two("SELECT * FROM goods WHERE shelf = ?", "", bind=True), EITHER)
    assert not claims
    assert len(sender.requests) < 60


def test_an_error_without_a_witness_is_firm():
    statement = "SELECT * FROM goods WHERE shelf = '@'"
    site = shop(statement, errors="shown", clean=lambda value: value[:20])
    claims, _ = findings(site, AT + "kitchen")
    assert [claim.confidence for claim in claims] == [Confidence.FIRM]
    assert "complain" in claims[0].evidence


def test_an_error_that_quotes_nothing_is_judged_by_balance():
    def site(request):
        if of_params(request).count("'") % 2:
            return html("<p>ORA-01756: quoted string not properly terminated</p>", 500)
        return html("<p>ok</p>")

    claims, _ = findings(site, AT + "hello")
    assert [claim.confidence for claim in claims] == [Confidence.FIRM]
    assert "Oracle" in claims[0].evidence


BLIND = SHOWN | {
    "order": ("SELECT * FROM goods ORDER BY @", "name"),
    "direction": ("SELECT * FROM goods ORDER BY price @", "desc"),
    "order by number": ("SELECT * FROM goods ORDER BY @ DESC", "2"),
    "limit": ("SELECT * FROM (SELECT * FROM goods LIMIT 3) WHERE id < @", "3"),
    "two parentheses": ("SELECT * FROM goods WHERE ((id = @))", "2"),
    "pattern in parentheses": ("SELECT * FROM goods WHERE (name LIKE '%@%' OR shelf LIKE 'x')", "apple"),
}


IN_ROWS = {"number", "text", "double-quoted", "pattern", "limit"}
"""Where a UNION can follow the value, and its row is shown."""


@pytest.mark.parametrize("errors", ["hidden", "swallowed"])
@pytest.mark.parametrize("case", BLIND)
def test_hidden_errors_leave_the_condition(case, errors):
    statement, value = BLIND[case]
    claims, sender = findings(shop(statement, errors=errors), AT + value)
    assert len(claims) == 1
    assert claims[0].confidence is (Confidence.CERTAIN if case in IN_ROWS else Confidence.FIRM)
    assert "true conditions" in claims[0].evidence
    assert claims[0].exchange.response.text != claims[0].control.response.text
    assert len(sender.requests) <= 75  # twice what one check may take would be 120


FORM = (("Content-Type", "application/x-www-form-urlencoded"),)

POSTED = {
    "parentheses": SHOWN["parentheses"],
    "pattern": SHOWN["pattern"],
    "pattern in parentheses": BLIND["pattern in parentheses"],
    "double-quoted in parentheses": ('SELECT * FROM goods WHERE (id > 0 AND shelf = "@")', "kitchen"),
    "two parentheses": ("SELECT * FROM goods WHERE (id > 0 AND (shelf = '@'))", "kitchen"),
    "deep list": ("SELECT * FROM goods WHERE ((price IN (@)))", "300"),
    "list of text": ("SELECT * FROM goods WHERE shelf IN ('@')", "kitchen"),
    "list of double-quoted text": ('SELECT * FROM goods WHERE shelf IN ("@")', "kitchen"),
    "function in a list": ("SELECT * FROM goods WHERE shelf IN (lower('@'))", "kitchen"),
    "pattern in a function": ("SELECT * FROM goods WHERE name LIKE lower('%@%')", "apple"),
    "written text": ("INSERT INTO notes VALUES ('@')", "hello"),
    "written number": ("INSERT INTO notes VALUES (@)", "300"),
    "column": ("SELECT @ FROM goods", "name"),
    "order that is stored": ("SELECT * FROM (SELECT * FROM goods ORDER BY id) ORDER BY @", "name"),
}


@pytest.mark.parametrize("case", POSTED)
def test_a_posted_value_is_proved_by_what_leaves_the_statement_whole(case):
    statement, value = POSTED[case]
    request = Request.from_url("http://shop.test/", "POST", FORM, b"q=" + value.encode())
    claims, sender = findings(shop(statement), "", "q", request)
    assert len(claims) == 1
    assert not any(b"--" in sent.body for sent in sender.requests)


def test_a_login_that_knows_nobody_is_opened_by_a_condition():
    database = Database()

    def site(request):
        fields = params(request)
        query = f"SELECT * FROM users WHERE name = '{fields['user']}' AND password = '{fields['pass']}'"
        try:
            known = database.ask(query)
        except sqlite3.Error:
            known = []
        return html("", 302, location="/home") if known else html("<p>Wrong user or password.</p>")

    request = Request.from_url(
        "http://shop.test/login",
        "POST",
        (("Content-Type", "application/x-www-form-urlencoded"),),
        b"user=bob&pass=x",
    )
    claims, _ = findings(site, "", "user", request)
    assert len(claims) == 1
    assert claims[0].exchange.response.status == 302


@pytest.mark.parametrize(
    ("body", "reading"), [(b"user=bob&pass=x", True), (b"user=bob&bio=x", False), (b"pass=a&pass2=b", False)]
)
def test_what_drops_a_where_is_only_sent_where_statements_read(body, reading):
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    request = Request.from_url("http://shop.test/save", "POST", form, body)
    _, sender = findings(lambda _: html("<p>saved</p>"), "", body.split(b"=")[0].decode(), request)
    sent = [unquote(r.body.decode().replace("+", " ")) for r in sender.requests]
    assert any("-- -" in body or " OR " in body for body in sent) is reading


def json_value(request):
    return str(json.loads(request.body)["item"]["id"])


WIRED = {
    "form": (
        of_params,
        Request.from_url(
            "http://shop.test/",
            "POST",
            (("Content-Type", "application/x-www-form-urlencoded"),),
            b"shelf=kitchen",
        ),
        "shelf",
        "SELECT * FROM goods WHERE shelf = '@'",
    ),
    "json": (
        json_value,
        Request.from_url(
            "http://shop.test/api", "POST", (("Content-Type", "application/json"),), b'{"item": {"id": 2}}'
        ),
        "item.id",
        "SELECT * FROM goods WHERE id = @",
    ),
    "cookie": (
        lambda request: unquote((request.header("cookie") or "").partition("=")[2]),
        Request.from_url("http://shop.test/", headers=(("Cookie", "shelf=kitchen"),)),
        "shelf",
        "SELECT * FROM goods WHERE shelf = '@'",
    ),
    "header": (
        lambda request: request.header("x-shelf") or "",
        Request.from_url("http://shop.test/", headers=(("X-Shelf", "kitchen"),)),
        "X-Shelf",
        "SELECT * FROM goods WHERE shelf = '@'",
    ),
}


@pytest.mark.parametrize("errors", ["shown", "hidden"])
@pytest.mark.parametrize("where", WIRED)
def test_every_kind_of_input(where, errors):
    value_of, request, name, statement = WIRED[where]
    claims, _ = findings(shop(statement, errors=errors, value_of=value_of), "", name, request)
    assert len(claims) == 1
    quiet, _ = findings(safe(statement.replace("'@'", "?").replace("@", "?"), value_of), "", name, request)
    assert quiet == []


WAITING = {
    "number": ("SELECT * FROM goods WHERE id = @", "2"),
    "text": ("SELECT * FROM goods WHERE name = '@'", "oak table"),
    "order": ("SELECT * FROM goods ORDER BY @", "name"),
}


@pytest.mark.parametrize("case", WAITING)
def test_a_page_that_never_changes_still_waits(case):
    statement, value = WAITING[case]
    database = Database()

    def site(request):
        database.waited = 0.0
        with contextlib.suppress(sqlite3.Error):
            database.ask(statement.replace("@", of_params(request)))
        return html("<p>Noted.</p>")

    claims, sender = findings(site, AT + value, latency=lambda _: 0.03 + database.waited)
    assert len(claims) == 1
    assert claims[0].confidence is Confidence.FIRM
    assert "slope" in claims[0].evidence
    assert claims[0].exchange.response.elapsed >= 3
    assert claims[0].control.response.elapsed < 1
    assert len(sender.requests) <= 40


def echo(request):
    return html(f"<p>You searched for {htmllib.escape(of_params(request))}</p><p>No results.</p>")


def tutorial(request):
    """A search over lessons: those about errors match what has a quote."""
    value = of_params(request)
    lesson = (
        "You have an error in your SQL syntax near ''; Unclosed quotation mark after the character string"
    )
    found = lesson if "'" in value or '"' in value else "nothing"
    return html(f"<h1>{htmllib.escape(value)}</h1><p>{htmllib.escape(found)}</p>")


def restless():
    chance = random.Random(5)
    return lambda _: html("".join(f"<p>{chance.random()}</p>" * chance.randint(1, 3) for _ in range(5)))


def firewall(pattern, status=403, page="<h1>Blocked</h1>"):
    wall = re.compile(pattern, re.IGNORECASE)
    inner = safe("SELECT * FROM goods WHERE shelf = ?")
    return lambda r: html(page, status) if wall.search(of_params(r)) else inner(r)


def limited():
    count = iter(range(10_000))
    inner = safe("SELECT * FROM goods WHERE shelf = ?")
    return lambda r: html("<h1>Slow down</h1>", 429) if next(count) % 3 == 2 else inner(r)


def locked_out():
    count = iter(range(10_000))
    inner = safe("SELECT * FROM goods WHERE shelf = ?")
    return lambda r: html("", 302, location="/login") if next(count) > 7 else inner(r)


def login_on_oddities(request):
    odd = not of_params(request).isalnum()
    return html("", 302, location="/login") if odd else html("<p>welcome</p>")


def first_number(text):
    found = re.match(r"-?\d+", text)
    return int(found[0]) if found else 0


def strict_number(text):
    return int(text)


def documentation(request):
    del request
    return html(
        "<h1>Errors</h1><p>You have an error in your SQL syntax; ORA-01756; SQLSTATE[42000]; "
        "unrecognized token: &quot;x&quot;; syntax error at or near &quot;x&quot;</p>"
    )


def broken_anyway(request):
    found = of_params(request) == "kitchen"
    return html("<p>goods</p>") if found else html("<p>sqlite3.OperationalError: no such table: x</p>", 500)


QUIET = {
    "parameters": (lambda: safe("SELECT * FROM goods WHERE shelf = ?"), "kitchen"),
    "parameters, pattern": (lambda: safe("SELECT * FROM goods WHERE name LIKE '%' || ? || '%'"), "apple"),
    "number, cast": (lambda: safe("SELECT * FROM goods WHERE id = ?", convert=first_number), "2"),
    "number, strict": (lambda: safe("SELECT * FROM goods WHERE id = ?", convert=strict_number), "2"),
    "quotes doubled": (
        lambda: shop(
            "SELECT * FROM goods WHERE shelf = '@'", errors="shown", clean=lambda v: v.replace("'", "''")
        ),
        "kitchen",
    ),
    "blank": (lambda: lambda _: html(""), "kitchen"),
    "blank number": (lambda: lambda _: html(""), "7"),
    "not found": (lambda: lambda _: html("<p>no</p>", 404), "kitchen"),
    "moved": (lambda: lambda _: html("", 302, location="/"), "kitchen"),
    "down": (lambda: lambda _: html("<p>error</p>", 500), "kitchen"),
    "echo": (lambda: echo, "kitchen"),
    "echo of a number": (lambda: echo, "7"),
    "raw echo": (lambda: lambda r: html(f"<p>{of_params(r)}</p>"), "kitchen"),
    "documentation": (lambda: documentation, "kitchen"),
    "tutorial": (lambda: tutorial, "kitchen"),
    "broken anyway": (lambda: broken_anyway, "kitchen"),
    "restless": (restless, "kitchen"),
    "length": (lambda: lambda r: html(f"<p>{len(of_params(r))} characters</p>"), "kitchen"),
    "short enough": (lambda: lambda r: html("<p>ok</p>" if len(r.target) < 60 else "<p>too long</p>"), "5"),
    "firewall on keywords": (lambda: firewall(r"\b(?:and|or|select)\b"), "kitchen"),
    "firewall on quotes": (lambda: firewall(r"['\"]"), "kitchen"),
    "firewall on equality": (lambda: firewall(r"="), "kitchen"),
    "firewall on tautologies": (lambda: firewall(r"(\d+)=\1"), "kitchen"),
    "firewall that says ok": (lambda: firewall(r"(\d+)=\1|'", 200), "kitchen"),
    "firewall that fails": (lambda: firewall(r"'", 500, "Internal error"), "kitchen"),
    "limited": (limited, "kitchen"),
    "locked out": (locked_out, "kitchen"),
    "login on oddities": (lambda: login_on_oddities, "kitchen"),
    "api": (
        lambda: lambda r: Response(200, body=json.dumps({"q": of_params(r), "n": 0}).encode()),
        "kitchen",
    ),
}


@pytest.mark.parametrize("case", QUIET)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_silent(case, seed):
    make, value = QUIET[case]
    claims, sender = findings(make(), AT + value, seed=seed)
    assert claims == []
    assert len(sender.requests) <= Plugin.info.max_requests


@pytest.mark.parametrize("value", ["kitchen", "7", ""])
def test_an_indifferent_page_costs_few_requests(value):
    _, sender = findings(lambda _: html("<p>ok</p>"), AT + value)
    assert len(sender.requests) <= 25


@pytest.mark.parametrize("seed", range(5))
def test_a_page_slow_at_random_is_not_waiting(seed):
    chance = random.Random(seed)
    claims, _ = findings(echo, AT + "kitchen", latency=lambda _: chance.uniform(0, 5), seed=seed)
    assert claims == []


def test_a_page_that_is_always_slow_is_not_waiting():
    claims, _ = findings(echo, AT + "kitchen", latency=lambda _: 3.1)
    assert claims == []


def test_a_filter_that_delays_suspicious_words_is_not_waiting():
    def latency(request):
        seconds = re.search(r"slee(?:p|q)\((\d)\)", unquote(request.target), re.IGNORECASE)
        return 0.01 + (int(seconds[1]) if seconds else 0)

    claims, _ = findings(echo, AT + "kitchen", latency=latency)
    assert claims == []


FILTERED = {
    "no spaces": ("SELECT * FROM goods WHERE shelf = '@'", "kitchen", lambda v: "x" if " " in v else v),
    "no spaces in numbers": ("SELECT * FROM goods WHERE id = @", "2", lambda v: "x" if " " in v else v),
    "keywords removed once": (
        "SELECT * FROM goods WHERE shelf = '@'",
        "kitchen",
        lambda v: re.sub("and|or|like|case|union", "", v, flags=re.IGNORECASE),
    ),
    "capitals only": (
        "SELECT * FROM goods WHERE id = @",
        "2",
        lambda v: "x" if re.search("AND|OR|CASE|UNION", v) else v,
    ),
}


@pytest.mark.parametrize("case", FILTERED)
def test_simple_filters_are_passed(case):
    statement, value, clean = FILTERED[case]
    claims, sender = findings(shop(statement, clean=clean), AT + value)
    assert len(claims) == 1
    assert len(sender.requests) <= 75


def test_a_page_that_changes_all_the_time_still_shows_a_row_of_ours():
    chance = random.Random(4)
    inner = shop("SELECT name, price FROM goods WHERE id = @")

    def site(request):
        noise = "".join(f"<p>{chance.random()}</p>" * chance.randint(1, 5) for _ in range(9))
        return html(inner(request).text + noise)

    claims, _ = findings(site, AT + "2")
    assert [claim.confidence for claim in claims] == [Confidence.CERTAIN]
    assert findings(restless(), AT + "2")[0] == []
