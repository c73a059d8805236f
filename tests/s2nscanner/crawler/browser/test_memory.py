"""What a walk tells of its gaps."""

from s2n.s2nscanner.crawler.browser.memory import PER_STATE, Gap, Memory


def test_a_walk_without_gaps_tells_nothing():
    memory = Memory(10)
    assert memory.notes() == []
    assert not memory.spent


def test_states_are_used_up():
    memory = Memory(10)
    memory.left = 0
    assert memory.spent
    assert memory.notes() == ["the browser stopped at 10 states; --browser-states allows more"]


def test_actions_are_used_up():
    memory = Memory(2)
    memory.actions = 2 * PER_STATE
    assert memory.spent
    assert memory.notes() == ["the browser stopped after 60 actions; --browser-states allows more"]


def test_each_gap_is_told_with_its_count():
    memory = Memory(10)
    memory.miss(Gap.LOST)
    memory.miss(Gap.LOST)
    memory.miss(Gap.FAILED)
    lost, failed = memory.notes()
    assert "2 of the states" in lost
    assert failed == "pages that hung, crashed or did not open in the browser: 1"
