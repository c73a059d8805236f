"""Which actions are worth doing."""

from s2n.model import Request
from s2n.s2nscanner.crawler.browser.actions import Action
from s2n.s2nscanner.crawler.browser.interest import (
    AGAIN,
    DULL,
    MANY,
    MORE_STALE,
    STALE,
    Alike,
    Interest,
    Requests,
)
from support.walks import candidate

GO = Action("click", 1, "Go", 0)


def test_a_request_is_new_by_its_url_method_and_the_names_of_its_parameters():
    requests = Requests()

    def new(url: str, method: str = "GET", body: bytes = b"") -> bool:
        headers = (("Content-Type", "application/json"),) if body else ()
        return requests.add(Request.from_url("http://site.test" + url, method, headers, body))

    assert new("/item/1")
    assert not new("/item/2")
    assert new("/item/2?full=1")
    assert new("/news?section=sport")
    assert new("/news?section=arts")
    assert new("/item/1", "POST", b'{"a": 1}')
    assert not new("/item/1", "POST", b'{"a": 2}')
    assert new("/item/1", "POST", b'{"b": 2}')


def test_an_element_that_brings_nothing_new_is_left_alone_in_other_states():
    interest, go = Interest(), candidate()
    for _ in range(AGAIN):
        assert interest.wants(GO, go)
        interest.result(GO, go, new=False, left=False)
    assert not interest.wants(GO, go)
    assert interest.tried(GO, go) == AGAIN
    assert interest.wants(GO, candidate(does=7))  # it looks the same, and does something else


def test_an_element_that_brings_something_new_is_tried_again():
    interest, go = Interest(), candidate()
    for _ in range(10):
        assert interest.wants(GO, go)
        assert interest.fresh(GO, go)
        interest.result(GO, go, new=True, left=False)
    interest.result(GO, go, new=False, left=False)
    assert interest.wants(GO, go)
    assert not interest.fresh(GO, go)


def test_an_element_of_the_state_before_is_tried_once_if_it_is_dull():
    interest, go = Interest(), candidate()
    assert interest.wants(GO, go, inherited=True)
    interest.result(GO, go, new=False, left=False)
    assert not interest.wants(GO, go, inherited=True)
    assert interest.wants(GO, go)


def test_a_plain_link_is_followed_once():
    interest, link = Interest(), candidate(url="#/two")
    interest.leads(GO, link)
    assert interest.led(GO, link)
    assert not interest.wants(GO, link)
    assert interest.wants(GO, candidate(url="#/three", does=3))


def test_elements_alike_that_bring_nothing_new_in_any_state_are_left_alone():
    interest = Interest()

    def item(number: int) -> tuple[Action, object]:
        return Action("click", 1, f"Item {number}", 0), candidate(does=number)

    for number in range(STALE):
        interest.result(*item(number), new=False, left=False)
    assert not interest.wants(*item(1))  # it was tried
    assert interest.wants(*item(100))
    for number in range(STALE, MORE_STALE):
        interest.result(*item(number), new=False, left=False)
    assert not interest.wants(*item(100))
    interest.result(*item(100), new=True, left=False)
    assert interest.wants(*item(101))
    assert interest.wants(Action("click", 2, "Item", 0), candidate())  # of another place


def test_an_element_on_which_the_page_hangs_is_not_touched_again():
    interest = Interest()
    interest.ban(GO, candidate())
    assert not interest.wants(GO, candidate())


def test_links_beside_one_that_led_away_are_for_the_readers_of_markup():
    interest = Interest()
    one, two = Action("link", 1, "One", 0), Action("link", 1, "Two", 0)
    assert interest.wants(two, candidate())
    interest.result(one, candidate(), new=True, left=True)
    assert not interest.wants(two, candidate())
    assert interest.wants(Action("link", 2, "Two", 0), candidate())
    assert interest.wants(Action("click", 1, "Two", 0), candidate())


def test_elements_alike_are_tried_until_some_bring_nothing_new():
    alike, row = Alike(), candidate()
    for _ in range(DULL):
        assert alike.wants(GO, row)
        alike.result(GO, row, new=False)
    assert not alike.wants(GO, row)
    assert alike.wants(GO, candidate(code=7))  # another listener


def test_elements_alike_are_tried_so_many_times_even_if_each_brings_something_new():
    alike, row = Alike(), candidate()
    tries = 0
    while alike.wants(GO, row) and tries < 1000:
        alike.result(GO, row, new=True)
        tries += 1
    assert tries == MANY
