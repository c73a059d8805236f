"""Which actions there are on a page, and which must not be done."""

import pytest

from s2n.s2nscanner.crawler.browser.actions import Action, actions_on, is_sensitive, may_enter, objection
from support.walks import candidate, control, group, snapshot


def words(state) -> list[str]:
    return [str(action) for action, _ in actions_on(state)]


def test_actions_come_in_the_order_of_the_document_and_hidden_ones_last():
    state = snapshot(
        candidates=(
            candidate("Save", hidden=True),
            candidate("Open"),
            candidate("City", "type", control=control()),
        ),
        scrolls=True,
    )
    assert words(state) == ['click "Open"', 'type into "City"', 'click "Save"', "scroll to the end"]


def test_each_other_option_is_chosen():
    field = control("select", options=("", "a", "b"), value="a")
    state = snapshot(candidates=(candidate("Sort", "select", control=field),))
    assert words(state) == ['choose "" in "Sort"', 'choose "b" in "Sort"']
    assert words(snapshot(candidates=(candidate("Sort", "select", control=control("select")),))) == []


def test_what_drops_a_file_is_sensitive():
    state = snapshot()
    assert is_sensitive(candidate("Files", "drop"), state)
    assert not is_sensitive(candidate("Card", "drag"), state)


def test_an_action_says_how_often_it_is_done():
    assert str(Action("click", 1, "Next", 0, times=3)) == 'click "Next" 3 times'


def test_an_element_is_found_again_by_its_place_and_label():
    first, second = candidate("Buy", nth=0, ref=1), candidate("Buy", nth=1, ref=2)
    state = snapshot(candidates=(candidate("Other"), first, second))
    assert Action("click", 1, "Buy", 1).find(state) is second
    assert Action("click", 1, "Buy", 7).find(state) is first
    assert Action("hover", 1, "Buy", 1).find(state) is None
    assert Action("click", 2, "Buy", 1).find(state) is None


@pytest.mark.parametrize(
    "each",
    [
        candidate("Log out"),
        candidate("Delete", presses=True),
        candidate("Bye", texts=("Bye", "logout")),
        candidate("Go", url="/account/delete"),
        candidate("Go", url="logout.php"),
        candidate("Reset", presses=True),
        candidate("Disable two-factor"),
        candidate("", texts=("", "icon trash delete-item")),
    ],
)
def test_what_ends_or_destroys_is_not_acted_on(each):
    assert "destroy something" in objection(each, snapshot())


@pytest.mark.parametrize(
    "each",
    [
        candidate("How to delete a branch in git"),
        candidate("Toggle navigation", presses=True),
        candidate("Toggle the side bar"),
        candidate("Show password", presses=True),
        candidate("Reset"),
        candidate("Open", url="#/orders"),
    ],
)
def test_what_looks_like_it_is_acted_on(each):
    assert objection(each, snapshot()) == ""


def test_what_a_form_with_a_password_sends_is_sensitive():
    state = snapshot(groups=(group(sensitive=True),))
    for kind in ("submit", "click", "type"):
        assert is_sensitive(candidate("Log in", kind, group=0), state)
        assert not is_sensitive(candidate("Search", kind, group=0), snapshot(groups=(group(),)))
        assert not is_sensitive(candidate("Log in", kind), state)
    assert is_sensitive(candidate("Name", "type"), snapshot(secret=True))
    assert not is_sensitive(candidate("More", "click"), snapshot(secret=True))


def test_a_dangerous_form_is_not_sent_by_whatever_button():
    for form in (group(action="/account/delete"), group(texts=("logout-form",))):
        state = snapshot(groups=(form,))
        assert "the form of" in objection(candidate("OK", "submit", group=0), state)
        assert not may_enter(candidate("Name", "type", group=0), state)


def test_enter_is_pressed_where_it_does_no_harm():
    assert may_enter(candidate("Name", "type", group=0), snapshot(groups=(group(),)))
    assert may_enter(candidate("Name", "type"), snapshot())
