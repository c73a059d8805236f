"""Handlers in markup are joined with the scripts that they call."""

import time

import pytest

from s2n.s2nscanner.crawler.javascript.handlers import MAX_JOINED, MAX_SCRIPT, Handlers

LOAD = "function load(page) { location = '/pages/' + page }"


@pytest.mark.parametrize(
    ("handler", "script"),
    [
        ("load('news')", LOAD),
        ("return load(3)", LOAD),
        ("app.load('news'); return false", "var app = {load: function (page) {}}"),
        ("load('news')", "const load = async (page) => page"),
        ("load('news')", "window.load = page => page"),
    ],
)
def test_joined_whichever_comes_first(handler, script):
    (joined,) = Handlers().join([handler], [script])
    assert script in joined
    assert handler in joined
    later = Handlers()
    assert later.join([handler], []) == []
    assert later.join([], [script]) == [joined]
    earlier = Handlers()
    assert earlier.join([], [script]) == []
    assert earlier.join([handler], []) == [joined]
    assert earlier.join([handler], [script]) == []


@pytest.mark.parametrize(
    ("handler", "script"),
    [
        ("load()", LOAD),
        ("open('news')", LOAD),
        ("load('news')", "load('old')"),
        ("load('news')", LOAD + " " * MAX_SCRIPT),
    ],
)
def test_what_is_no_use_is_left_alone(handler, script):
    assert Handlers().join([handler], [script]) == []


def test_so_much_of_a_site_is_read_once_more():
    handlers = Handlers()
    script = LOAD + " " * (MAX_SCRIPT - len(LOAD))
    handlers.join([], [script])
    read = [handlers.join([f"load({number})"], []) for number in range(30)]
    assert MAX_JOINED - 2 * MAX_SCRIPT < sum(len(each) for texts in read for each in texts) <= MAX_JOINED


@pytest.mark.parametrize("part", ["a", "a(", "function ", "a = (", "a = async ", "load =", "load: "])
def test_hostile_text_is_read_in_one_pass(part):
    text = (part * MAX_SCRIPT)[:MAX_SCRIPT]
    begin = time.thread_time()
    Handlers().join([text], [text])
    assert time.thread_time() - begin < 2
