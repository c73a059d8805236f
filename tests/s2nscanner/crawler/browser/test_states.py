"""Which states of pages are new, which are the same."""

import pytest

from s2n.s2nscanner.crawler.browser.states import (
    MAX_SIBLINGS,
    MAX_WORDS,
    States,
    is_followed,
    kind_of,
    leads_to,
    routed,
    same,
    unchanged,
)
from support.walks import candidate, snapshot

SITE = "http://site.test"


@pytest.mark.parametrize(
    ("url", "means"),
    [
        ("http://site.test/app#/users/7", "http://site.test/%23/users/7"),
        ("http://site.test/app/#!/users", "http://site.test/app/%23/users"),
        ("http://site.test/app#/", "http://site.test/app"),
        ("http://site.test/app#section", "http://site.test/app"),
        ("http://site.test/app?q=1", "http://site.test/app?q=1"),
    ],
)
def test_a_route_behind_the_hash_is_a_path(url, means):
    assert routed(url) == means


def test_ids_in_a_route_are_one_kind_of_url():
    assert kind_of(f"{SITE}/#/users/7") == kind_of(f"{SITE}/#/users/8")
    assert kind_of(f"{SITE}/#/users") != kind_of(f"{SITE}/#/orders")
    assert kind_of(f"{SITE}/#top") == kind_of(f"{SITE}/#bottom")


def test_a_state_is_new_by_what_was_never_seen_and_not_by_a_combination():
    states = States()
    assert states.add(snapshot(looks={1}))
    assert not states.add(snapshot(looks={1}))
    assert states.add(snapshot(looks={1, 2}))
    assert states.add(snapshot(looks={1, 3}))
    assert not states.add(snapshot(looks={1, 2, 3}))
    assert not states.add(snapshot(looks={3}))
    assert states.count == 3


def test_a_kind_of_url_has_its_own_states():
    states = States()
    assert states.add(snapshot(f"{SITE}/#/a"))
    assert states.add(snapshot(f"{SITE}/#/b"))
    assert not states.add(snapshot(f"{SITE}/#/b"))


def test_a_menu_that_opens_under_each_address_is_new_under_one():
    states = States()
    menu, more = {"looks": {1, 2}, "offers": {(2, 3)}}, {"looks": {1, 2, 4}}
    assert [states.add(snapshot(f"{SITE}/{where}", looks={1})) for where in "ab"] == [True, True]
    assert [states.add(snapshot(f"{SITE}/{where}", **menu)) for where in "ab"] == [True, False]
    assert states.add(snapshot(f"{SITE}/a", **more))
    assert states.add(snapshot(f"{SITE}/b", **more), asked=True)  # what it asks for is new


def test_a_link_is_followed_where_the_document_shows_its_address():
    def at(url: str, born: float = 1.0):
        return snapshot(f"{SITE}{url}", born=born)

    assert is_followed("#/two", at("/#/one"), at("/#/two"))
    assert is_followed("/two", at("/one"), at("/two"))
    assert not is_followed("/two", at("/one"), at("/two", born=2.0))  # another document
    assert not is_followed("#", at("/#/one"), at("/#/two"))
    assert not is_followed("", at("/one"), at("/one"))


def test_a_link_within_the_document_names_a_kind_of_address():
    state = snapshot(f"{SITE}/app/#/one")
    assert leads_to(state, candidate(url="#/two")) == kind_of(f"{SITE}/app/#/two")
    assert leads_to(state, candidate(url="/app/two")) == kind_of(f"{SITE}/app/two")
    for elsewhere in ("", "http://other.test/", "mailto:a@b.test", "javascript:go()", "//[/", "#" * 999):
        assert leads_to(state, candidate(url=elsewhere)) == 0
    assert leads_to(state, candidate(kind="link", url="/two")) == 0
    states = States()
    assert not states.knows(kind_of(state.url))
    states.add(state)
    assert states.knows(kind_of(state.url))


def test_addresses_that_show_nothing_new_are_states_a_number_of_times():
    states = States()
    articles = [states.add(snapshot(f"{SITE}/#/article/how-to-{'x' * n}")) for n in range(50)]
    assert articles == [True] * (MAX_SIBLINGS + 1) + [False] * (49 - MAX_SIBLINGS)
    assert states.add(snapshot(f"{SITE}/#/article/edit", looks={1, 2}))
    assert states.add(snapshot(f"{SITE}/#/profile/alex"))  # another folder


def test_numbers_in_a_name_are_no_other_address():
    assert kind_of(f"{SITE}/#/article/lorem-ipsum-2") == kind_of(f"{SITE}/#/article/lorem-ipsum-17")
    assert kind_of(f"{SITE}/#/article/lorem") != kind_of(f"{SITE}/#/article/ipsum")


def test_texts_of_one_heading_make_some_states_new_but_not_all():
    states = States()
    states.add(snapshot())
    new = [states.add(snapshot(words={(5, text)})) for text in range(20)]
    assert new == [True] * MAX_WORDS + [False] * (20 - MAX_WORDS)
    assert states.add(snapshot(words={(6, 1)}))  # another heading


def test_what_a_first_visit_shows_does_not_use_up_the_texts_of_later_ones():
    states = States()
    states.add(snapshot(words={(5, text) for text in range(50)}))
    assert states.add(snapshot(words={(5, 99)}))
    assert not states.add(snapshot(words={(5, 7)}))


def test_classes_that_vary_by_themselves_count_for_nothing():
    states = States()
    states.add(snapshot(fines={1, 2}))
    assert states.add(snapshot(fines={1, 3}))
    states.reopened(snapshot(fines={1, 4}))  # the same page, opened again, has other classes
    assert not states.add(snapshot(fines={1, 5}))
    assert states.add(snapshot(looks={1, 2}))


def test_a_page_that_is_the_same_when_opened_again_goes_on_being_told_by_its_classes():
    states = States()
    states.add(snapshot(fines={1, 2}))
    states.reopened(snapshot(fines={1, 2}))
    states.reopened(snapshot(f"{SITE}/other"))
    assert states.add(snapshot(fines={1, 3}))


def test_a_state_is_unchanged_in_its_own_document_only():
    before = snapshot(content=1)
    assert unchanged(before, snapshot(content=2))
    assert not unchanged(before, snapshot(born=2.0))
    assert not unchanged(before, snapshot(f"{SITE}/#/x"))
    assert not unchanged(before, snapshot(looks={1}, fines={2}))


def test_two_visits_of_a_state_are_the_same_by_most_of_the_structure_or_all_elements():
    before = snapshot(looks=set(range(100)))
    assert same(before, snapshot(looks=set(range(90)), born=2.0))
    assert same(before, snapshot(looks=set(range(50))))  # no elements either time
    offered = snapshot(looks=set(range(100)), candidates=(candidate(does=1),))
    assert not same(offered, snapshot(looks=set(range(50)), candidates=(candidate(does=2),)))
    assert same(offered, snapshot(looks=set(range(50)), candidates=(candidate(does=1),)))
    assert not same(before, snapshot(f"{SITE}/#/x", looks=set(range(100))))
