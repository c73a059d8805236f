"""The order of the queue, in memory and on disk, and what happens when the disk does not hold."""

import random
import resource
import tempfile
from contextlib import contextmanager

import pytest

from s2n.s2nscanner.crawler.frontier import BLOCK, Entry, Frontier, Kind


@pytest.fixture
def frontier():
    made = Frontier()
    yield made
    made.close()


def urls(frontier, count):
    return [frontier.pop()[0].url for _ in range(count)]


def test_breadth_first_guesses_after_links_and_the_postponed_last(frontier):
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
    assert frontier.notes() == []


def test_a_queue_on_disk_keeps_the_order_of_one_in_memory(frontier):
    generator = random.Random(1)
    model = {}
    for number in range(12 * BLOCK):
        depth, guess = generator.choice([(0, False), (1, False), (1, True), (9, None)])
        entry = Entry(f"http://site.test/{number}", depth)
        model.setdefault((depth, bool(guess)), []).append(entry.url)
        if guess is None:
            frontier.postpone(entry)
        else:
            frontier.push(entry, guess=guess)
        if generator.random() < 0.3:
            queue = model[min(model)]
            assert frontier.pop()[0].url == queue.pop(0)
            if not queue:
                del model[min(model)]
    left = [url for key in sorted(model) for url in model[key]]
    assert len(frontier) == len(left) > 8 * BLOCK
    assert urls(frontier, len(left)) == left
    assert frontier.notes() == []


def test_an_entry_comes_back_from_disk_as_it_was(frontier):
    for _ in range(2 * BLOCK):
        frontier.push(Entry("http://site.test/", 3))
    odd = Entry(
        "http://site.test/a?b", 3, Kind.SCRIPT, "POST", "text/plain", b"\x00\xff", "http://b/", 4, True
    )
    frontier.push(odd)
    for _ in range(BLOCK):
        frontier.push(Entry("http://site.test/", 3))
    urls(frontier, 2 * BLOCK)
    back = frontier.pop()[0]
    assert back == odd
    assert type(back.kind) is Kind


def test_clearing_drops_what_is_on_disk_and_the_queue_goes_on(frontier):
    for number in range(4 * BLOCK):
        frontier.push(Entry(str(number)))
    assert frontier.clear() == 4 * BLOCK
    for number in range(4 * BLOCK):
        frontier.push(Entry(str(-number)))
    assert urls(frontier, 4 * BLOCK) == [str(-number) for number in range(4 * BLOCK)]


@contextmanager
def full_disk():
    """No file can be written beyond 64 KiB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_brings_the_old_limit_back_and_costs_no_entry():
    frontier = Frontier(memory_limit=8 * BLOCK)
    padding = [random.Random(seed).randbytes(1000).hex() for seed in range(500)]
    pushed = 0
    with full_disk():
        while not frontier.full:
            frontier.push(Entry(f"http://site.test/{pushed}/{padding[pushed * 7 % 500]}{pushed}"))
            pushed += 1
            assert pushed < 100 * BLOCK, "the limit of the file was never met"
        assert "at most 8000 links wait" in frontier.notes()[0]
        assert "TMPDIR" in frontier.notes()[0]
        assert pushed >= 8 * BLOCK
        for number in range(pushed):
            assert frontier.pop()[0].url.split("/")[3] == str(number)
    assert not frontier.full
    frontier.close()


def test_no_temporary_folder_at_all(frontier, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    for number in range(3 * BLOCK):
        frontier.push(Entry(str(number)))
    assert "No such file" in frontier.notes()[0]
    assert urls(frontier, 3 * BLOCK) == [str(number) for number in range(3 * BLOCK)]


def test_what_cannot_be_read_back_is_counted_and_the_rest_is_served(frontier):
    for number in range(4 * BLOCK):
        frontier.push(Entry(str(number)))
    frontier.push(Entry("deeper", 1))
    frontier._spill._database.close()
    assert urls(frontier, len(frontier) - 3 * BLOCK) == [*map(str, range(BLOCK)), "deeper"]
    assert len(frontier) == 0
    assert "3000 waiting links cannot be read" in frontier.notes()[0]
