import pytest

from s2n.lab.leaving import exits

EVIL = "//evil.example/"
EXPLOITS = {
    ("GET /go", "url"): "http://evil.example/",
    ("GET /leave", "to"): "http://evil.example/",
    ("GET /out", "link"): "http://evil.example/",
    ("GET /next", "path"): "//evil.example/",
    ("GET /return", "to"): "http://127.0.0.1.evil.example/",
}
TWINS = {
    ("GET /walk", "url"),
    ("GET /stay", "to"),
    ("GET /round", "link"),
    ("GET /partner", "to"),
    ("GET /home", "to"),
    ("GET /members", "back"),
    ("GET /enter", "back"),
    ("GET /away", "url"),
}
ATTEMPTS = (
    *EXPLOITS.values(),
    "/\\evil.example/",
    "\\/evil.example/",
    "/\t/evil.example/",
    "http:evil.example",
    "https:/evil.example/",
    "http://127.0.0.1@evil.example/",
    "//[evil.example/",
    "javascript:alert(1)",
    "/thanks\r\nLocation: http://evil.example/",
)


def where_to(answer) -> str:
    """Where the visitor is sent without being asked; empty when nowhere."""
    text = answer.text
    refresh = text.partition('http-equiv="refresh" content="0; url=')[2].partition('"')[0]
    script = text.partition('location.href = "')[2].partition('"')[0]
    return answer.header("Location") or refresh or script


def test_every_label_is_shown(places):
    assert places(exits, plugin="open_redirect", flawed=True) == EXPLOITS.keys()
    assert places(exits, plugin="open_redirect", flawed=False) == TWINS


@pytest.mark.parametrize(("place", "payload"), EXPLOITS.items(), ids=str)
def test_the_visitor_is_sent_away(visitor, place, payload):
    assert where_to(visitor.at(*place, payload)) == payload
    assert where_to(visitor.normal(*place)) == "/thanks"


@pytest.mark.parametrize("place", sorted(TWINS), ids=str)
def test_twins_keep_the_visitor(visitor, place):
    assert visitor.normal(*place).status in {200, 302}
    for attempt in ATTEMPTS:
        answer = visitor.at(*place, attempt)
        assert answer.status in {200, 302, 400}, attempt
        target = where_to(answer)
        assert target == "" or (target.startswith("/") and target[1:2] not in {"/", "\\", "\t"}), attempt


@pytest.mark.parametrize(("place", "refused"), [(("GET /next", "path"), "http://evil.example/")])
def test_the_filter_stops_the_plain_attempt(visitor, place, refused):
    assert visitor.at(*place, refused).status == 400


def test_absolute_addresses_of_its_own_are_fine(visitor):
    assert where_to(visitor.at("GET /home", "to", f"{visitor.url}thanks")) == f"{visitor.url}thanks"
    assert where_to(visitor.at("GET /home", "to", "http://127.0.0.1:1/thanks")) == ""


def test_partners_are_compared_whole(visitor):
    known = "https://tea-growers.example/"
    assert where_to(visitor.at("GET /partner", "to", known)) == known
    assert visitor.at("GET /partner", "to", known + ".evil.example").status == 400


def test_a_value_cannot_add_a_header(visitor):
    head = visitor.at("GET /go", "url", "/thanks\r\nX-Added: 1").head
    assert "\r\nX-Added" not in head


def test_the_interstitial_asks(visitor):
    assert 'href="http://evil.example/"' in visitor.at("GET /away", "url", "http://evil.example/").text
