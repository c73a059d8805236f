"""SQL injection through every other way in: forms, JSON, cookies, headers, the path; and INSERT."""

import sqlite3
from html import escape

from s2n.lab.app import Family
from s2n.lab.look import failed, page, table
from s2n.lab.shop import Shop
from s2n.lab.sql import complaint
from s2n.lab.web import Request, Response, as_json, redirect
from s2n.model import Location

accounts = Family("customers", "Customers", blocking=True)

_COLUMNS = "SELECT name, kind, country, price FROM tea"


def _welcome(name: object) -> Response:
    return page("Your account", f"<p>Welcome back, {escape(str(name))}. You have no open orders.</p>")


def _refused(where: str) -> Response:
    return page("Log in", f'<p>Wrong name or password.</p><p><a href="/{where}">Back</a></p>')


@accounts.flaw("sqlinjection", "POST /login", "username", "mina", "log-in form, name")
@accounts.flaw("sqlinjection", "POST /login", "password", "jasmine", "log-in form, password")
def login(request: Request, shop: Shop) -> Response:
    """Both fields are pasted; an error looks like a wrong password, a row logs in."""
    name, password = request.field("username"), request.field("password")
    try:
        rows = shop.sql(f"SELECT name FROM customer WHERE name = '{name}' AND password = '{password}'")
    except sqlite3.Error:
        rows = []
    return _welcome(rows[0][0]) if rows else _refused("customers")


@accounts.safe("sqlinjection", "POST /signin", "username", "mina", "log-in form, parameterised")
@accounts.safe("sqlinjection", "POST /signin", "password", "jasmine", "log-in form, parameterised")
def signin(request: Request, shop: Shop) -> Response:
    """Both fields are bound."""
    values = (request.field("username"), request.field("password"))
    rows = shop.sql("SELECT name FROM customer WHERE name = ? AND password = ?", values)
    return _welcome(rows[0][0]) if rows else _refused("customers")


@accounts.flaw("sqlinjection", "POST /api/stock", "id", "3", "JSON body, error shown", at=Location.JSON)
def api_stock(request: Request, shop: Shop) -> Response:
    """A JSON value is pasted; the error comes back as JSON."""
    try:
        rows = shop.sql(f"{_COLUMNS} WHERE id = {request.json.get('id', 0)}")
    except sqlite3.Error as error:
        return as_json({"error": f"sqlite3.{type(error).__name__}: {error}"}, 500)
    return as_json({"teas": rows})


@accounts.safe("sqlinjection", "POST /api/price", "id", "3", "JSON body, parameterised", at=Location.JSON)
def api_price(request: Request, shop: Shop) -> Response:
    """The JSON value is bound, as text."""
    value = str(request.json.get("id", ""))
    return as_json({"teas": shop.sql(f"{_COLUMNS} WHERE CAST(id AS TEXT) = ?", (value,))})


def _cookie_page(days: list[tuple[object, ...]], name: str, seen: bool) -> Response:
    told = f"Delivery takes {days[0][0]} days." if days else "We do not deliver there yet."
    headers = () if seen else (("Set-Cookie", f"{name}=eu; Path=/; HttpOnly; SameSite=Lax"),)
    return page("Shipping", f"<p>{escape(told)}</p>", headers=headers)


@accounts.flaw("sqlinjection", "GET /shipping", "region", "eu", "cookie, blind", at=Location.COOKIE)
def shipping(request: Request, shop: Shop) -> Response:
    """A cookie is pasted between quotes; an error gives a 500 that tells nothing."""
    code = request.cookies.get("region", "eu")
    try:
        days = shop.sql(f"SELECT days FROM region WHERE code = '{code}'")
    except sqlite3.Error:
        return failed()
    return _cookie_page(days, "region", "region" in request.cookies)


@accounts.safe("sqlinjection", "GET /delivery", "zone", "eu", "cookie, parameterised", at=Location.COOKIE)
def delivery(request: Request, shop: Shop) -> Response:
    """The cookie is bound."""
    days = shop.sql("SELECT days FROM region WHERE code = ?", (request.cookies.get("zone", "eu"),))
    return _cookie_page(days, "zone", "zone" in request.cookies)


@accounts.flaw("sqlinjection", "GET /leaf/{}", "2", "4", "path segment, numeric", at=Location.PATH)
def leaf(request: Request, shop: Shop) -> Response:
    """The path's second segment is pasted into WHERE; an error gives a 500 that tells nothing."""
    try:
        rows = shop.sql(f"{_COLUMNS} WHERE id = {request.segments[1]}")
    except sqlite3.Error:
        return failed()
    return page("Leaf", table(rows))


@accounts.safe("sqlinjection", "GET /grade/{}", "2", "4", "path segment, digits only", at=Location.PATH)
def grade(request: Request, shop: Shop) -> Response:
    """Only digits are a leaf; the rest is not found."""
    segment = request.segments[1]
    if not (segment.isascii() and segment.isdigit()):
        return page("Not found", "<p>There is no such leaf.</p>", 404)
    return page("Leaf", table(shop.sql(f"{_COLUMNS} WHERE id = ?", (int(segment[:15]),))))


@accounts.flaw("sqlinjection", "POST /feedback", "name", "Mina", "INSERT, name")
@accounts.flaw("sqlinjection", "POST /feedback", "message", "Lovely tea", "INSERT, message")
def feedback(request: Request, shop: Shop) -> Response:
    """Both fields are pasted into VALUES; the error is shown. What was inserted is undone."""
    name, message = request.field("name"), request.field("message")
    statement = f"INSERT INTO note (name, message) VALUES ('{name}', '{message}')"
    try:
        shop.sql(statement)
    except sqlite3.Error as error:
        return complaint(error, statement)
    return redirect("/thanks", 303)


@accounts.safe("sqlinjection", "POST /opinion", "name", "Mina", "INSERT, parameterised")
@accounts.safe("sqlinjection", "POST /opinion", "message", "Lovely tea", "INSERT, parameterised")
def opinion(request: Request, shop: Shop) -> Response:
    """Both fields are bound."""
    values = (request.field("name"), request.field("message"))
    shop.sql("INSERT INTO note (name, message) VALUES (?, ?)", values)
    return redirect("/thanks", 303)


@accounts.page("GET /thanks")
def thanks(request: Request, shop: Shop) -> Response:
    """Where the forms lead."""
    del request, shop
    return page("Thank you", "<p>We read every word.</p>")


@accounts.flaw(
    "sqlinjection", "GET /visits", "User-Agent", "Mozilla/5.0", "header, INSERT", at=Location.HEADER
)
def visits(request: Request, shop: Shop) -> Response:
    """The User-Agent is pasted into a log table; an error gives a 500 that tells nothing."""
    agent = request.headers.get("user-agent", "")
    try:
        shop.sql(f"INSERT INTO note (name, message) VALUES ('visit', '{agent}')")
    except sqlite3.Error:
        return failed()
    return page("Visits", "<p>Thank you for your visit.</p>")


@accounts.safe(
    "sqlinjection",
    "GET /visitor-log",
    "User-Agent",
    "Mozilla/5.0",
    "header, parameterised",
    at=Location.HEADER,
)
def visitor_log(request: Request, shop: Shop) -> Response:
    """The User-Agent is bound."""
    shop.sql("INSERT INTO note VALUES ('visit', ?)", (request.headers.get("user-agent", ""),))
    return page("Visits", "<p>Thank you for your visit.</p>")
