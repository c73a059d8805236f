"""Expressions are worked out as far as literals and constants go; nothing is run."""

import threading
import time

import pytest

from s2n.s2nscanner.crawler.javascript.constants import HOLE, Made, arguments, parse


def value(expression, before=""):
    script = parse(f"{before};f({expression})")
    call = next(node for node in script.nodes("call_expression") if script.text(node).startswith("f("))
    return script.value(arguments(call)[0])


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("'a'", "a"),
        (r"'\x41\u0042\u{43}\n'", "ABC\n"),
        ("'a' + 'b' + 1", "ab1"),
        ("'?' + new URLSearchParams({a: 1, b: x})", f"?a=1&b={HOLE}"),
        ("'?' + new URLSearchParams('a=1').toString()", "?a=1"),
        ("('a' + x) + 'b'", f"a{HOLE}b"),
        ("`a${'b'}c`", "abc"),
        ("`a${x.y()}`", f"a{HOLE}"),
        ("!0", True),
        ("-1.5", -1.5),
        ("0x10", 16),
        ("null", None),
        ("x || 'a'", "a"),
        ("x ? 'a' : 'b'", "a"),
        ("{a: 1, 'b': [true, x], c}", {"a": 1, "b": [True, HOLE], "c": HOLE}),
        ("{a: {b: 'c'}}.a.b", "c"),
        ("['a', 'b'][1]", "b"),
        ("['a', 'b'].join('/')", "a/b"),
        ("'a'.concat('b', x)", f"ab{HOLE}"),
        ("atob('YQ==')", "a"),
        ("atob('?')", HOLE),
        ("JSON.stringify({a: 1})", Made("JSON.stringify", ({"a": 1},))),
        ("new FormData()", Made("FormData", ())),
        ("f", HOLE),
        ("a - b", HOLE),
        ("() => 1", HOLE),
    ],
)
def test_values(expression, result):
    assert value(expression) == result


def test_constants():
    assert value("A + o.b + this.c + d.e", "const A='1', o={b:'2'}; class X {c='3'}; d.e='4'") == "1234"


def test_a_name_with_two_values_is_not_known():
    assert value("a", "var a='1'; a='2'") == HOLE
    assert value("a", "var a='1'; a='1'") == "1"


def test_a_name_that_leads_to_itself_ends():
    assert value("a", "var a = b, b = a") == HOLE


def test_nodes_come_in_order_outer_ones_first():
    script = parse("f(g('a'), 'b')")
    kinds = [node.type for node in script.nodes("call_expression", "string")]
    assert kinds == ["call_expression", "call_expression", "string", "string"]


@pytest.mark.parametrize("piece", ["'", "(", "`${", "a+", "{a:", "x[", "/*", "<a b=", "é'", "f('a',{"])
def test_hostile_text_is_given_up_in_time(piece):
    begin = time.process_time()
    script = parse(piece * (200_000 // len(piece)))
    assert script is None or script.nodes("string") is not None
    assert time.process_time() - begin < 2


def test_a_long_sum_is_worked_out_without_recursion():
    assert value("+".join(["'a'"] * 400)) == "a" * 400


def test_other_threads_get_their_turn_while_a_bundle_is_parsed():
    turns = 0
    stop = threading.Event()

    def count():
        nonlocal turns
        while not stop.wait(0.001):
            turns += 1

    thread = threading.Thread(target=count)
    thread.start()
    try:
        parse("function f(a, b) { return a.c(b ? '/x' : [1, 2]); }\n" * 10_000)
    finally:
        stop.set()
        thread.join()
    assert turns >= 5


def test_what_doubles_with_each_line_is_given_up():
    lines = "".join(f"var a{n}=a{n - 1}+a{n - 1};" for n in range(1, 60))
    begin = time.process_time()
    assert HOLE in value("a59", f"var a0='/x';{lines}")
    assert time.process_time() - begin < 2
    assert value("a3", f"var a0='/x';{lines[:200]}") == "/x" * 8
