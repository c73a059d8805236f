import pytest

from s2n.lab.sql import lookups

# page and parameter -> a true condition, a false one, both valid SQL only if the value is pasted
LOGIC = {
    ("GET /product", "id"): ("1 AND 1=1", "1 AND 1=2"),
    ("GET /category", "name"): ("green' AND '1'='1", "green' AND '1'='2"),
    ("GET /origin", "country"): ('China" AND "1"="1', 'China" AND "1"="2'),
    ("GET /search", "q"): ("sencha%' AND '1' LIKE '1", "sencha%' AND '1' LIKE '2"),
    ("GET /stock", "id"): ("2) AND (1=1", "2) AND (1=2"),
    ("GET /list", "sort"): (
        "CASE WHEN 1=1 THEN name ELSE price END",
        "CASE WHEN 1=2 THEN name ELSE price END",
    ),
    ("GET /offer", "id"): ("1 AND 1=1", "1 AND 1=2"),
}
TWINS = {
    ("GET /item", "id"): ("GET /product", "id"),
    ("GET /collection", "name"): ("GET /category", "name"),
    ("GET /region", "country"): ("GET /category", "name"),
    ("GET /find", "q"): ("GET /search", "q"),
    ("GET /reserve", "id"): ("GET /offer", "id"),
    ("GET /prices", "sort"): ("GET /list", "sort"),
    ("GET /bargain", "id"): ("GET /offer", "id"),
    ("GET /parcel", "ref"): ("GET /category", "name"),
}
BLIND = {("GET /track", "ref")}


def test_every_label_is_shown(places):
    assert places(lookups, plugin="sqlinjection", flawed=True) == LOGIC.keys() | BLIND
    assert places(lookups, plugin="sqlinjection", flawed=False) == TWINS.keys()


@pytest.mark.parametrize(("place", "pair"), LOGIC.items(), ids=str)
def test_injected_logic_decides(visitor, place, pair):
    normal, true, false = visitor.normal(*place), *(visitor.at(*place, value) for value in pair)
    assert normal.status == true.status == false.status == 200
    assert true.text == normal.text
    assert false.text != normal.text


@pytest.mark.parametrize(("twin", "flaw"), TWINS.items(), ids=str)
def test_twins_take_logic_as_text(visitor, twin, flaw):
    true, false = (visitor.at(*twin, value) for value in LOGIC[flaw])
    assert (true.status, true.text) == (false.status, false.text)


@pytest.mark.parametrize("place", sorted(TWINS), ids=str)
@pytest.mark.parametrize("value", ["'", '"', "\\", "1'--", "\0", "9" * 400, "-1", "é"])
def test_twins_survive_odd_values(visitor, place, value):
    answer = visitor.at(*place, value)
    assert answer.status in {200, 400}
    assert "sqlite3" not in answer.text


@pytest.mark.parametrize(
    ("place", "value"),
    [(("GET /product", "id"), "1'"), (("GET /category", "name"), "a'b"), (("GET /origin", "country"), 'a"b')],
)
def test_errors_are_shown(visitor, place, value):
    answer = visitor.at(*place, value)
    assert answer.status == 500
    assert "sqlite3.OperationalError" in answer.text


@pytest.mark.parametrize("place", [("GET /search", "q"), ("GET /list", "sort")])
def test_errors_are_generic(visitor, place):
    answer = visitor.at(*place, "'")
    assert answer.status == 500
    assert "sqlite" not in answer.text


def test_union_shows_what_the_data_base_computes(visitor):
    union = "0 UNION SELECT sqlite_version(), 4321*1234"
    assert "<td>5332114</td>" in visitor.at("GET /offer", "id", union).text
    assert "5332114" not in visitor.at("GET /bargain", "id", union).text


@pytest.mark.parametrize(
    "payload", ["T100' AND SLEEP({})-- ", "x';SELECT pg_sleep({})-- -", "x'||SLEEP({})||'"]
)
def test_only_time_shows(visitor, payload):
    slow = visitor.at("GET /track", "ref", payload.format(0.4))
    quick = visitor.at("GET /track", "ref", payload.format(0))
    twin = visitor.at("GET /parcel", "ref", payload.format(0.4))
    assert slow.text == quick.text == twin.text
    assert slow.seconds >= 0.4 > max(quick.seconds, twin.seconds)
