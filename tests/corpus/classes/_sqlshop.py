"""A shop's database, and how frameworks and databases word its errors."""

# ruff: noqa: E501 -- messages as they are

import re
import sqlite3
from collections.abc import Callable

ROWS = [
    (1, "zinc cup", "kitchen", 30),
    (2, "apple crate", "kitchen", 12),
    (3, "apple knife", "tools", 25),
    (4, "oak table", "rooms", 300),
    (5, "kitchen scale", "kitchen", 44),
]


class Shop:
    """A database of its own, and the seconds its last statement asked to wait."""

    def __init__(self) -> None:
        self.waited = 0.0
        self.db = sqlite3.connect(":memory:", check_same_thread=False)
        self.db.execute("CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT, shelf TEXT, price INTEGER)")
        self.db.executemany("INSERT INTO goods VALUES (?, ?, ?, ?)", ROWS)
        self.db.execute("CREATE TABLE users (name TEXT, password TEXT)")
        self.db.execute("INSERT INTO users VALUES ('ada', 'lovelace')")
        self.db.execute("CREATE TABLE visits (who TEXT)")
        for name in ("SLEEP", "pg_sleep"):
            self.db.create_function(name, 1, self._wait)

    def _wait(self, seconds: float) -> str:
        self.waited += seconds
        return ""

    def ask(self, statement: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        self.waited = 0.0
        statement = re.sub(r"FROM pg_sleep\((\d+)\)", r"WHERE pg_sleep(\1) = ''", statement)
        return self.db.execute(statement, values).fetchall()


ERRORS: dict[str, Callable[[Exception, str], str]] = {
    "hidden": lambda error, statement: "",
    "flask": lambda error, statement: (
        f"<pre>sqlite3.{type(error).__name__}: {error}\n[SQL: {statement}]\n"
        "(Background on this error at: https://sqlalche.me/e/20/e3q8)</pre>"
    ),
    "django": lambda error, statement: (
        f"<h1>OperationalError at /items</h1><pre>{error}</pre>django.db.utils.{type(error).__name__}"
    ),
    "express": lambda error, statement: (
        f"<pre>SqliteError: SQLITE_ERROR: {error}\n    at Database.prepare (/app/node_modules/better-sqlite3/lib/methods/wrappers.js:5:21)</pre>"
    ),
    "rails": lambda error, statement: (
        f"<h1>ActiveRecord::StatementInvalid</h1><pre>SQLite3::SQLException: {error}: {statement}</pre>"
    ),
    "php": lambda error, statement: (
        f"<br />\n<b>Warning</b>:  SQLite3::query(): Unable to prepare statement: 1, {error} in <b>/var/www/html/items.php</b> on line <b>12</b><br />"
    ),
    "mysql": lambda error, statement: (
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version "
        f"for the right syntax to use near '{statement[-24:]}' at line 1"
    ),
    "postgres": lambda error, statement: (
        f'ERROR:  syntax error at or near "{statement[-9:]}"\nLINE 1: {statement}\n pg_query(): Query failed'
    ),
    "mssql": lambda error, statement: (
        "Unclosed quotation mark after the character string ''.<br>Incorrect syntax near ''. System.Data.SqlClient.SqlException"
    ),
    "oracle": lambda error, statement: "ORA-01756: quoted string not properly terminated",
}
