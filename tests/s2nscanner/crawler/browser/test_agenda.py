"""In which order states have their turns."""

from collections import Counter

from s2n.s2nscanner.crawler.browser.actions import Action
from s2n.s2nscanner.crawler.browser.agenda import Agenda, Node
from s2n.s2nscanner.crawler.browser.states import kind_of
from support.walks import snapshot

SITE = "http://site.test"
GO = Action("click", 1, "Go", 0)


def node(path: str, *leads: str, tried: bool = False) -> Node:
    links = frozenset(kind_of(SITE + each) for each in leads)
    return Node((), snapshot(SITE + path), (), leads=links, tried={GO} if tried else set())


def order(*nodes: Node, known: tuple[str, ...] = ()) -> list[str]:
    seen = {kind_of(SITE + each) for each in known}
    agenda = Agenda(Counter(), seen.__contains__)
    for each in nodes:
        agenda.add(each)
    out = []
    while agenda:
        out.append(agenda.next().state.url.removeprefix(SITE))
    return out


def test_kinds_of_addresses_have_their_turns_one_after_the_other():
    nodes = [node(path) for path in ("/a?x=1", "/a?x=2", "/a?x=3", "/b", "/c")]
    assert order(*nodes) == ["/a?x=1", "/b", "/c", "/a?x=2", "/a?x=3"]


def test_what_links_to_an_address_not_seen_yet_comes_first():
    assert order(node("/a"), node("/b", "/new")) == ["/b", "/a"]
    assert order(node("/a"), node("/b", "/old"), known=("/old",)) == ["/a", "/b"]
    assert order(node("/a"), node("/b", "/new", tried=True)) == ["/a", "/b"]  # it had its turn


def test_turns_count_over_all_starts():
    turns = Counter({kind_of(f"{SITE}/a"): 1})
    agenda = Agenda(turns, lambda _: True)
    agenda.add(node("/a"))
    agenda.add(node("/b"))
    assert agenda.next().state.url == f"{SITE}/b"
    assert turns[kind_of(f"{SITE}/b")] == 1


def test_a_state_knows_what_led_to_it():
    led = Node((Action("click", 1, "Go", 0, times=3),), snapshot(), ())
    assert led.led_by(GO)
    assert not led.led_by(Action("click", 2, "Go", 0))
    assert not node("/a").led_by(GO)
