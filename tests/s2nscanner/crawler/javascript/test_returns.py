"""Functions that only compute are worked out where they are called; nothing else is."""

import time

import pytest

from s2n.s2nscanner.crawler.javascript.calls import CallReader
from s2n.s2nscanner.crawler.javascript.constants import HOLE, parse
from s2n.s2nscanner.crawler.javascript.returns import Returns


def worked_out(text):
    """The value of the last call in ``text``."""
    script = parse(text)
    CallReader(script)
    return script.value(script.nodes("call_expression")[-1])


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("function url(a) { return '/x/' + a } url('b')", "/x/b"),
        ("const url = a => '/x/' + a; url(3)", "/x/3"),
        ("const url = (a, b = 'c') => `/x/${a}/${b}`; url('b')", "/x/b/c"),
        ("function url(a) { var top = '/x/'; return top + a } url('b')", "/x/b"),
        ("const Api = {url: a => '/x/' + a}; Api.url('b')", "/x/b"),
        ("function one(a) { return '/' + a } function two(a) { return one('x') + one(a) } two('b')", "/x/b"),
        ("const url = a => '/x/' + a; url(b)", f"/x/{HOLE}"),
        ("'/x'.concat('/b')", "/x/b"),
    ],
)
def test_worked_out(script, value):
    assert worked_out(script) == value


@pytest.mark.parametrize(
    "script",
    [
        "other('b')",
        "const u = a => '/x/' + a; u('b')",
        "function url(a) { return '/x' } function url(a) { return '/y' } url('b')",
        "function url(a) { go('/x') } url('b')",
        "function url(a) { return url(a + 'b') } url('b')",
        "function url(a) {} url('b')",
    ],
)
def test_not_known(script):
    assert worked_out(script) == HOLE


def test_functions_that_call_functions_end():
    text = "".join(f"function name{n}(a) {{ return name{n + 1}(a) + name{n + 1}(a) }}" for n in range(30))
    begin = time.process_time()
    worked_out(f"{text} function name30(a) {{ return a }} name0('b')")
    assert time.process_time() - begin < 3


def test_names_that_stand_for_one_function():
    returns = Returns(parse("function one(a) {} function two(a) {} const two = a => a; function f(a) {}"))
    assert [returns.knows(name) for name in ("one", "two", "f", "none")] == [True, False, False, False]
