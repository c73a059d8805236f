import pytest

from s2n.lab.markup_ways import ways
from s2n.lab.site import ROUTES
from s2n.s2nscanner.html import parse

ELEMENT = "<svg onload=alert(7341)>"
EXPLOITS = {
    ("GET /filtered", "q"): "<scr<script>ipt>alert(7341)</script>",
    ("GET /loud", "q"): "<svg onload=&#97;&#108;&#101;&#114;&#116;(7341)>",
    ("POST /contact", "message"): ELEMENT,
    ("POST /postcard", "caption"): ELEMENT,
    ("GET /from", "Referer"): f"http://x.example/?{ELEMENT}",
    ("GET /api/suggest", "q"): ELEMENT,
    ("GET /blog/{}", "2"): ELEMENT,
}
STORED = ("POST /guestbook", "message")
TWINS = {
    ("GET /rich", "q"),
    ("GET /louder", "q"),
    ("POST /enquiry", "message"),
    ("POST /photo", "caption"),
    ("GET /sent-by", "Referer"),
    ("GET /journal/{}", "2"),
}
NOT_PAGES = {
    ("GET /api/complete", "q"): "application/json",
    ("GET /plain", "text"): "text/plain; charset=utf-8",
    ("POST /api/note", "note"): "application/json",
}
KEPT = {("POST /guestbook", "name"), ("POST /visitors", "message"), ("POST /visitors", "name")}
POLICY = ("GET /strict", "text")


def runs(page: str) -> bool:
    elements = parse(page).find_all(True)
    scripts = [element.text for element in elements if element.tag == "script"]
    handlers = [
        value or "" for element in elements for name, value in element.attrs.items() if name == "onload"
    ]
    return any("alert(7341)" in code.lower() for code in scripts + handlers)


def test_every_label_is_shown(places):
    assert places(ways, plugin="xss", flawed=True) == EXPLOITS.keys() | {STORED}
    assert places(ways, plugin="xss", flawed=False) == TWINS | NOT_PAGES.keys() | KEPT
    assert places(ways, plugin="xss", flawed=None) == {POLICY}


@pytest.mark.parametrize(("place", "payload"), EXPLOITS.items(), ids=str)
def test_the_script_runs(visitor, place, payload):
    answer = visitor.at(*place, payload)
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert runs(answer.text)
    assert not runs(visitor.normal(*place).text)


@pytest.mark.parametrize("place", sorted(TWINS), ids=str)
def test_twins_run_nothing_of_it(visitor, place):
    for payload in EXPLOITS.values():
        assert not runs(visitor.at(*place, payload).text), payload


def test_the_sanitiser_keeps_what_is_harmless(visitor):
    assert "<b>tea</b>" in visitor.normal("GET /rich", "q").text
    assert "<b>x" in visitor.at("GET /rich", "q", "<b onclick=alert(1)>x").text


@pytest.mark.parametrize(("place", "kind"), NOT_PAGES.items(), ids=str)
def test_an_echo_that_is_no_page(visitor, place, kind):
    answer = visitor.at(*place, ELEMENT)
    assert "alert(7341)" in answer.text
    assert answer.header("Content-Type") == kind


def test_plain_text_is_not_sniffed(visitor):
    assert visitor.at("GET /plain", "text", ELEMENT).header("X-Content-Type-Options") == "nosniff"


def test_the_policy_lets_nothing_run(visitor):
    answer = visitor.at(*POLICY, ELEMENT)
    assert ELEMENT in answer.text
    assert (answer.header("Content-Security-Policy") or "").startswith("default-src 'none';")


@pytest.mark.parametrize("place", [STORED, *sorted(KEPT)], ids=str)
def test_what_guests_wrote_is_shown_after_a_redirect(visitor, place):
    where, parameter = place
    answer = visitor.at(where, parameter, f"note by {parameter} {ELEMENT}")
    assert (answer.status, answer.text) == (303, "")
    shown = visitor.send("GET", answer.header("Location") or "").text
    assert f"note by {parameter}" in shown
    mine = shown.partition(f"note by {parameter}")[2].partition("</d")[0]
    assert runs(mine) is (place == STORED)


def test_the_book_is_bounded(visitor):
    for number in range(60):
        visitor.at("POST /visitors", "name", f"guest{number:02}." + "x" * 5000)
    text = visitor.send("GET", "/visitors").text
    assert "guest59" in text
    assert "guest05" not in text
    assert len(text) < 20_000


def test_every_book_has_its_page():
    assert {("GET", "/guestbook"), ("GET", "/visitors")} <= ROUTES.keys()
