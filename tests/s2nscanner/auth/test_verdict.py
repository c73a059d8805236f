import pytest

from s2n.model import Exchange, Request
from s2n.s2nscanner.auth.verdict import server_time, verdict
from s2n.s2nscanner.crawler.sights import Heard, Message
from s2n.s2nscanner.oracles.loginform import has_puzzle
from support.site import html

URL = "http://h/login"


def heard(body: str = "", target: str = "", status: int = 200, kind: str = "fetch", **headers: str) -> Heard:
    request = Request.from_url(f"http://h/{target}", "POST", body=body.encode())
    return Heard(Exchange(request, html("", status, **headers)), kind, URL)


@pytest.mark.parametrize(
    "sent",
    [{"body": '{"p": "pä\\"ss+1"}'}, {"body": "p=p%C3%A4%22ss%2B1"}, {"target": "?p=p%C3%A4%22ss%2B1"}],
)
def test_the_answer_is_that_to_the_request_with_the_password(sent: dict[str, str]) -> None:
    seen = [heard(status=500), heard("user=anna", status=204), heard(**sent, status=403), heard(status=404)]
    told = verdict(URL, seen, ['pä"ss+1', "anna"], ("", ""), "")
    assert told.page.response.status == 403
    assert told.says_no
    assert told.sent


def test_without_it_that_with_the_user_counts() -> None:
    told = verdict(URL, [heard("u=anna", status=401)], ["secret", "anna"], ("", ""), "")
    assert told.page.response.status == 401


@pytest.mark.parametrize(
    ("status", "no"), [(200, False), (302, False), (401, True), (429, True), (500, True)]
)
def test_a_status_that_says_no(status: int, no: bool) -> None:
    assert verdict(URL, [heard("pw", status=status)], ["pw"], ("", ""), "").says_no is no


def test_only_what_is_new_on_the_page_is_read() -> None:
    old = "Wrong way? Ask us\nLog in"
    assert not verdict(URL, [], ["pw"], (old, old), "").words_say_no
    told = verdict(URL, [], ["pw"], (old, f"{old}\nInvalid <password>"), "")
    assert told.words_say_no
    assert "Invalid &lt;password&gt;" in told.page.response.text
    assert not told.sent


def test_words_count_for_nothing_where_a_script_was_answered_yes() -> None:
    lines = ("Log in", "Failed jobs: 3")
    assert not verdict(URL, [heard("pw")], ["pw"], lines, "").words_say_no
    assert verdict(URL, [heard("pw", kind="document")], ["pw"], lines, "").words_say_no


def test_a_puzzle_is_handed_on() -> None:
    assert has_puzzle(verdict(URL, [], [], ("", ""), "<div class=g-recaptcha></div>").page.response)


def test_the_time_of_the_server_is_that_of_its_last_answer() -> None:
    seen = [heard(date="first"), heard(date="last"), heard(), Message("ws://h/", True, "x")]
    assert server_time(seen) == "last"
    assert server_time([]) == ""
