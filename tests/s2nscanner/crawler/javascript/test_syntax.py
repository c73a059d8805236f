"""Syntax trees: walked once, given up in time, and what literals say."""

import time

import pytest

from s2n.s2nscanner.crawler.javascript.scopes import Scopes
from s2n.s2nscanner.crawler.javascript.syntax import arguments, tree, unescaped, walk


def walked(source):
    root, scopes = tree(source), Scopes(source)
    return [(kind, node.start_byte) for node, kind in walk(root, scopes)], scopes


def test_nodes_come_outer_ones_first():
    found, _ = walked(b"f({a: 'b'})")
    assert found == [("call_expression", 0), ("object", 2), ("string", 6)]


def test_functions_are_told_to_the_scopes():
    _, scopes = walked(b"function f() { const g = () => 1; }")
    assert [node.type for node in scopes.functions(31)] == ["arrow_function", "function_declaration"]


def test_text_that_is_no_script_is_given_up_in_time():
    begin = time.process_time()
    tree(b"f('a',{" * 30_000)
    assert time.process_time() - begin < 2


def test_arguments_without_comments():
    root = tree(b"f(a, /* b */ c)")
    call = root.child(0).child(0)
    assert [each.text for each in arguments(call)] == [b"a", b"c"]


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r"\x41\u0042\u{43}", "ABC"),
        (r"a\'b\\", "a'b\\"),
        (r"\n", "\n"),
        (r"\u{ffffffff}", r"u{ffffffff}"),
        ("a", "a"),
    ],
)
def test_escapes(literal, text):
    assert unescaped(literal) == text
