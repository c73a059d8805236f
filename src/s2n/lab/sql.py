"""SQL injection in values that are looked up: numbers, strings, lists, and their sound twins."""

import contextlib
import sqlite3
from html import escape

from s2n.lab.app import Family
from s2n.lab.look import bad_request, failed, page, table
from s2n.lab.shop import Shop
from s2n.lab.web import Request, Response

lookups = Family("teas", "Our teas", blocking=True)

_SORTABLE = {"name", "kind", "country", "price"}
_COLUMNS = "SELECT name, kind, country, price FROM tea"


def complaint(error: sqlite3.Error, statement: str) -> Response:
    """The error page of a shop in debug mode."""
    return page(
        "Error",
        f"<pre>Traceback (most recent call last):\nsqlite3.{type(error).__name__}: {escape(str(error))}\n"
        f"[SQL: {escape(statement)}]</pre>",
        500,
    )


def _shown(shop: Shop, title: str, statement: str) -> Response:
    try:
        return page(title, table(shop.sql(statement)))
    except sqlite3.Error as error:
        return complaint(error, statement)


@lookups.flaw("sqlinjection", "GET /product", "id", "1", "numeric, error shown")
def product(request: Request, shop: Shop) -> Response:
    """The number is pasted into WHERE; SQLite's error is shown."""
    return _shown(shop, "Product", f"{_COLUMNS} WHERE id = {request.field('id', '1')}")


@lookups.safe("sqlinjection", "GET /item", "id", "1", "cast to int, else 400")
def item(request: Request, shop: Shop) -> Response:
    """Only a number gets as far as the statement; anything else is answered with 400."""
    try:
        number = int(request.field("id", "1"))
    except ValueError:
        return bad_request()
    return page("Product", table(shop.sql(f"{_COLUMNS} WHERE id = ?", (max(min(number, 1 << 60), 0),))))


@lookups.flaw("sqlinjection", "GET /category", "name", "green", "string in single quotes, error shown")
def category(request: Request, shop: Shop) -> Response:
    """The text is pasted between single quotes; SQLite's error is shown."""
    return _shown(shop, "Category", f"{_COLUMNS} WHERE kind = '{request.field('name')}'")


@lookups.safe("sqlinjection", "GET /collection", "name", "green", "parameterised")
def collection(request: Request, shop: Shop) -> Response:
    """The text is bound to a placeholder."""
    return page("Category", table(shop.sql(f"{_COLUMNS} WHERE kind = ?", (request.field("name"),))))


@lookups.flaw("sqlinjection", "GET /origin", "country", "China", "string in double quotes, error shown")
def origin(request: Request, shop: Shop) -> Response:
    """The text is pasted between double quotes; SQLite's error is shown."""
    return _shown(shop, "Origin", f'{_COLUMNS} WHERE country = "{request.field("country")}"')


@lookups.safe("sqlinjection", "GET /region", "country", "China", "quotes doubled")
def region(request: Request, shop: Shop) -> Response:
    """The text is pasted, but each quote in it is doubled, which is all SQLite's grammar needs."""
    country = request.field("country").replace("\0", "").replace("'", "''")
    return page("Origin", table(shop.sql(f"{_COLUMNS} WHERE country = '{country}'")))


@lookups.flaw("sqlinjection", "GET /search", "q", "sencha", "LIKE, generic 500")
def search(request: Request, shop: Shop) -> Response:
    """The text is pasted into a LIKE pattern; an error gives a 500 that tells nothing."""
    try:
        rows = shop.sql(f"{_COLUMNS} WHERE name LIKE '%{request.field('q')}%' OR slug = ''")
    except sqlite3.Error:
        return failed()
    return page("Search", f"<p>{len(rows)} found.</p>{table(rows)}")


@lookups.safe("sqlinjection", "GET /find", "q", "sencha", "results legitimately differ")
def find(request: Request, shop: Shop) -> Response:
    """Every word of the text is bound and searched for, so almost any two searches differ."""
    words = request.field("q").split()[:8]
    rows: list[tuple[object, ...]] = []
    for word in words:
        rows += shop.sql(f"{_COLUMNS} WHERE instr(lower(name), lower(?)) > 0", (word,))
    return page("Search", f"<p>{len(rows)} found for {len(words)} words.</p>{table(rows)}")


@lookups.flaw("sqlinjection", "GET /stock", "id", "2", "parenthesised, blind boolean")
def stock(request: Request, shop: Shop) -> Response:
    """Inside parentheses; errors and empty results look the same: only true and false show."""
    try:
        rows = shop.sql(f"SELECT 1 FROM tea WHERE (kind <> '' AND (id = {request.field('id', '2')}))")
    except sqlite3.Error:
        rows = []
    return page("Stock", "<p>In stock, ships today.</p>" if rows else "<p>Sold out, sorry.</p>")


@lookups.safe("sqlinjection", "GET /reserve", "id", "2", "digits are taken out of the text")
def reserve(request: Request, shop: Shop) -> Response:
    """What is no digit is dropped, as PHP's intval would, so `2 AND 1=2` looks for tea 212."""
    digits = "".join(ch for ch in request.field("id") if ch in "0123456789")[:15] or "0"
    rows = shop.sql("SELECT 1 FROM tea WHERE id = ?", (int(digits),))
    return page("Stock", "<p>In stock, ships today.</p>" if rows else "<p>Sold out, sorry.</p>")


@lookups.flaw("sqlinjection", "GET /list", "sort", "name", "ORDER BY column, generic 500")
def sorted_list(request: Request, shop: Shop) -> Response:
    """The column is pasted behind ORDER BY, where no quote is needed."""
    try:
        return page("All teas", table(shop.sql(f"{_COLUMNS} ORDER BY {request.field('sort', 'name')}")))
    except sqlite3.Error:
        return failed()


@lookups.safe("sqlinjection", "GET /prices", "sort", "name", "ORDER BY from a list")
def prices(request: Request, shop: Shop) -> Response:
    """Only the names of columns are accepted; anything else sorts by name."""
    sort = request.field("sort", "name")
    column = sort if sort in _SORTABLE else "name"
    return page("All teas", table(shop.sql(f"{_COLUMNS} ORDER BY {column}")))


@lookups.flaw("sqlinjection", "GET /offer", "id", "1", "UNION shows, errors hidden")
def offer(request: Request, shop: Shop) -> Response:
    """An error shows as no offer; a UNION of two columns is printed."""
    try:
        rows = shop.sql(f"SELECT name, price FROM tea WHERE price < 15 AND id = {request.field('id', '1')}")
    except sqlite3.Error:
        rows = []
    return page("Offer of the week", table(rows))


@lookups.safe("sqlinjection", "GET /bargain", "id", "1", "number compared outside SQL")
def bargain(request: Request, shop: Shop) -> Response:
    """All rows are read and compared as text in the program."""
    rows = shop.sql("SELECT id, name, price FROM tea WHERE price < 15")
    return page("Offer of the week", table([row[1:] for row in rows if str(row[0]) == request.field("id")]))


@lookups.flaw(
    "sqlinjection", "GET /track", "ref", "T100", "blind, only time shows, statements can be stacked"
)
def track(request: Request, shop: Shop) -> Response:
    """The answer is always the same, whatever the statement gives or breaks."""
    with contextlib.suppress(sqlite3.Error):
        shop.sql_script(f"SELECT state FROM parcel WHERE ref = '{request.field('ref')}'")
    return page("Track a parcel", "<p>We will write to you as soon as your parcel moves.</p>")


@lookups.safe("sqlinjection", "GET /parcel", "ref", "T100", "parameterised, always the same")
def parcel(request: Request, shop: Shop) -> Response:
    """The same page with a placeholder."""
    shop.sql("SELECT state FROM parcel WHERE ref = ?", (request.field("ref"),))
    return page("Track a parcel", "<p>We will write to you as soon as your parcel moves.</p>")
