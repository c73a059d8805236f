import sqlite3

import pytest

from s2n.model import Request
from s2n.s2nscanner.oracles.sqlcontexts import MAX_COLUMNS, SqlContexts, inert, only_reads, unions
from s2n.s2nscanner.plugins.sqlinjection import Plugin
from support.site import MemorySender, point_at, run_check

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def at(value: str) -> SqlContexts:
    return SqlContexts(value, reads=True)


@pytest.mark.parametrize(
    ("value", "number", "names"),
    [
        ("7", True, True),
        ("-1.5", True, False),
        ("name", False, True),
        ("name desc", False, True),
        ("a b", False, False),
    ],
)
def test_the_value_decides_which_places_are_likely(value: str, number: bool, names: bool) -> None:
    assert at(value).is_number is number
    assert bool(at(value).names) is names


@pytest.mark.parametrize("quote", ["", "'"])
def test_a_true_condition_keeps_the_row_and_a_false_one_does_not(quote: str) -> None:
    db = sqlite3.connect(":memory:")
    places = at("7" if not quote else "tea")
    template = (places.values if not quote else places.evasions)[0]

    def rows(condition: str) -> list[object]:
        column = 7 if not quote else "'tea'"
        value = places.fill(template, c=condition)
        return db.execute(f"SELECT 1 WHERE {column} = {quote}{value}{quote}").fetchall()

    assert rows("1=1") == [(1,)]
    assert rows("1=2") == []


def test_one_of_the_unions_fits_the_columns() -> None:
    db = sqlite3.connect(":memory:")
    got = []
    for template in unions("{v}' AND {c} AND 'x' LIKE 'x"):
        statement = f"SELECT 1, 2, 3 WHERE 'tea' = '{at('tea').fill(template, c='41+1')}'"
        try:
            got.append(db.execute(statement).fetchall())
        except sqlite3.OperationalError:
            got.append([])
    assert len(got) == MAX_COLUMNS
    assert [rows for rows in got if rows] == [[(42, 42, 42)]]


def test_no_union_where_none_can_follow() -> None:
    assert unions("(CASE WHEN {c} THEN {v} ELSE NULL END)") == []


def test_what_waits_has_a_look_alike_that_cannot() -> None:
    for _, template in at("7").waits:
        assert inert(template) != template
        assert len(inert(template)) == len(template)


def test_a_wait_needs_a_value_to_stand_beside() -> None:
    assert at("").fill("{v}-{s}", s="2") == "1-2"
    assert at("").fill("{v}-2") == "-2"


@pytest.mark.parametrize(
    ("method", "body", "reads"),
    [
        ("GET", b"", True),
        ("POST", b"user=a&pass=b", True),
        ("POST", b"user=a&bio=b", False),
        ("DELETE", b"", False),
    ],
)
def test_only_reads(method: str, body: bytes, reads: bool) -> None:
    request = Request.from_url("http://site.test/?q=1", method, FORM if body else (), body)
    assert only_reads(point_at("", "user" if body else "q", request)) is reads
    assert bool(SqlContexts.of(point_at("", "user" if body else "q", request)).readings) is reads


def test_headers_and_cookies_get_what_the_usual_statement_needs() -> None:
    request = Request.from_url("http://site.test/?q=tea", headers=(("Cookie", "shelf=tea"),))
    cookie = SqlContexts.of(point_at("", "shelf", request))
    query = SqlContexts.of(point_at("", "q", request))
    assert cookie.values == query.values
    assert not cookie.readings
    assert 0 < len(list(cookie.waits)) < len(list(query.waits))


def test_a_request_whose_answer_ignores_a_cookie_costs_little() -> None:
    sender = MemorySender(lambda _: "<p>always the same</p>")
    request = Request.from_url("http://site.test/", headers=(("Cookie", "shelf=tea"),))
    assert run_check(Plugin(), sender, point_at("", "shelf", request)) == []
    assert len(sender.requests) <= 8
