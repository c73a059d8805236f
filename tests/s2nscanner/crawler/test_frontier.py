"""The order of the queue."""

import pytest

from s2n.s2nscanner.crawler.frontier import Entry, Frontier


def test_breadth_first_guesses_after_links_and_the_postponed_last():
    frontier = Frontier()
    frontier.postpone(Entry("late", 0))
    frontier.push(Entry("deep", 2))
    frontier.push(Entry("guess", 1), guess=True)
    frontier.push(Entry("link", 1))
    frontier.push(Entry("other", 1))
    order = [frontier.pop() for _ in range(len(frontier))]
    assert [entry.url for entry, _ in order] == ["link", "other", "guess", "deep", "late"]
    assert [postponed for _, postponed in order] == [False, False, False, False, True]
    with pytest.raises(IndexError):
        frontier.pop()


def test_room_and_clearing():
    frontier = Frontier(limit=2)
    frontier.push(Entry("a"))
    assert not frontier.full
    frontier.postpone(Entry("b"))
    assert frontier.full
    assert frontier.clear() == 2
    assert len(frontier) == 0
