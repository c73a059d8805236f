import pytest

from s2n.lab.sql_inputs import accounts

LOGIC = {
    ("POST /login", "username"): ("mina' AND 1=1-- ", "mina' AND 1=2-- "),
    ("POST /login", "password"): ("' OR '1'='1", "' OR '1'='2"),
    ("POST /api/stock", "id"): ("3 AND 1=1", "3 AND 1=2"),
    ("GET /shipping", "region"): ("eu' AND '1'='1", "eu' AND '1'='2"),
    ("GET /leaf/{}", "2"): ("4 AND 1=1", "4 AND 1=2"),
}
INSERTS = {
    ("POST /feedback", "name"),
    ("POST /feedback", "message"),
    ("GET /visits", "User-Agent"),
}
TWINS = {
    ("POST /signin", "username"): ("mina' AND 1=1-- ", "mina' AND 1=2-- "),
    ("POST /signin", "password"): ("' OR '1'='1", "' OR '1'='2"),
    ("POST /api/price", "id"): ("3 AND 1=1", "3 AND 1=2"),
    ("GET /delivery", "zone"): ("eu' AND '1'='1", "eu' AND '1'='2"),
    ("GET /grade/{}", "2"): ("4 AND 1=1", "4 AND 1=2"),
    ("POST /opinion", "name"): ("'", "''"),
    ("POST /opinion", "message"): ("'", "''"),
    ("GET /visitor-log", "User-Agent"): ("'", "''"),
}


def test_every_label_is_shown(places):
    assert places(accounts, plugin="sqlinjection", flawed=True) == LOGIC.keys() | INSERTS
    assert places(accounts, plugin="sqlinjection", flawed=False) == TWINS.keys()


@pytest.mark.parametrize(("place", "pair"), LOGIC.items(), ids=str)
def test_injected_logic_decides(visitor, place, pair):
    true, false = (visitor.at(*place, value) for value in pair)
    assert true.status == false.status == 200
    assert true.text != false.text


@pytest.mark.parametrize(("place", "pair"), TWINS.items(), ids=str)
def test_twins_take_it_as_text(visitor, place, pair):
    first, second = (visitor.at(*place, value) for value in pair)
    assert first.status < 500
    assert (first.status, first.text) == (second.status, second.text)


@pytest.mark.parametrize("place", sorted(INSERTS), ids=str)
def test_a_quote_breaks_the_insert_and_two_mend_it(visitor, place):
    assert visitor.at(*place, "it's").status == 500
    assert visitor.at(*place, "it''s").status < 400


@pytest.mark.parametrize("place", sorted(INSERTS), ids=str)
def test_an_insert_can_sleep(visitor, place):
    assert visitor.at(*place, "x'||SLEEP(0.3)||'y").seconds >= 0.3


def test_logging_in_without_a_password(visitor):
    assert "Welcome back, admin" in visitor.at("POST /login", "username", "admin'-- ").text
    assert "Wrong name" in visitor.at("POST /signin", "username", "admin'-- ").text


def test_the_json_api_shows_the_error(visitor):
    answer = visitor.at("POST /api/stock", "id", "3'")
    assert answer.status == 500
    assert "sqlite3.OperationalError" in answer.text


def test_a_first_visit_sets_the_cookie_once(visitor):
    assert "region=eu" in (visitor.send("GET", "/shipping").header("Set-Cookie") or "")
    assert visitor.normal("GET /shipping", "region").header("Set-Cookie") is None
