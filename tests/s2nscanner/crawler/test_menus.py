import pytest

from s2n.s2nscanner.crawler.forms import Control, Form, Option
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.menus import MAX_ALIKE, Menus
from s2n.s2nscanner.crawler.recognise import parameters

PAGE = "http://site.test/start"
TYPE = "application/x-www-form-urlencoded"


def sends(body=b"to=0&go=1", url="http://site.test/jump", method="POST"):
    return Entry(url, 1, method=method, content_type=TYPE, body=body, page=PAGE)


def form(options, name="to"):
    return Form({}, [Control("select", name, {}, options=[Option(value, text=value) for value in options])])


def options_of(entries):
    return [dict(parameters(entry.body.decode()))["to"] for entry in entries]


def walk(menus, first, answers):
    """What is sent in all, where ``answers`` are redirects by option."""
    waiting, sent = [first], []
    while waiting:
        entry = waiting.pop(0)
        (option,) = options_of([entry])
        sent.append(option)
        waiting += menus.follow(entry, answers(option))
    return sent


def test_every_option_of_a_menu_is_tried_once():
    menus, numbers = Menus(), [str(number) for number in range(40)]
    menus.keep(sends(), form(numbers))
    sent = walk(menus, sends(), lambda option: "/start" if option == "0" else f"/page{option}")
    assert sorted(set(sent) - {"0"}, key=int) == numbers[1:]
    assert len(sent) <= len(numbers) + 1


@pytest.mark.parametrize("place", ["/thanks", "/start?saved=1", "/jump", "", "http://[/"])
def test_a_list_that_is_no_menu_costs_a_few_requests(place):
    menus = Menus()
    menus.keep(sends(), form([str(number) for number in range(40)]))
    assert len(walk(menus, sends(), lambda _: place)) <= 6


def test_other_forms_are_left_alone():
    menus = Menus()
    menus.keep(sends(), form(["0", "1"]))
    menus.keep(sends(), None)
    menus.keep(sends(), Form({}, []))
    assert menus.follow(sends(), "/page") == []
    assert menus.follow(sends(b"to=7"), "/page") == []


def test_the_menu_of_all_pages_is_tried_on_two():
    menus, list_ = Menus(), form(["0", "1", "2", "3"])
    entries = [sends(url=f"http://site.test/p{number}") for number in range(5)]
    for entry in entries:
        menus.keep(entry, list_)
    assert sum(bool(menus.follow(entry, "/x")) for entry in entries) == MAX_ALIKE


def test_options_that_order_something_are_not_taken():
    menus = Menus()
    menus.keep(sends(), form(["0", "1", "Log out", "Delete everything", "2", "3"]))
    assert set(walk(menus, sends(), lambda option: f"/page{option}")) == {"0", "1", "2", "3"}


def test_a_menu_that_asks_by_the_query():
    menus = Menus()
    first = sends(b"", "http://site.test/jump?to=0", "POST")
    menus.keep(first, form(["0", "1", "2"]))
    assert {entry.url for entry in menus.follow(first, "/page0")} <= {
        "http://site.test/jump?to=1",
        "http://site.test/jump?to=2",
    }
