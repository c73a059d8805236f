"""What a function's parameters stand for, and what it is called."""

import time

import pytest

from s2n.s2nscanner.crawler.javascript.binding import bind, name_of, named_functions
from s2n.s2nscanner.crawler.javascript.constants import HOLE, parse


def test_bind():
    script = parse("f = (a, {b, c: d, e = 'x'}, ...g) => 1")
    function = next(iter(script.scopes.functions(6)))
    values = bind(script, function, ["1", {"b": "2", "c": "3"}])
    assert values == {"a": "1", "b": "2", "d": "3", "e": "x", "g": HOLE}


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("function load(a) {}", "load"),
        ("const load = a => a", "load"),
        ("app.load = function (a) {}", "load"),
        ("x = {load: a => a}", "load"),
        ("x = {load(a) {}}", "load"),
        ("helper(this, 'load', a => a)", "load"),
        ("(a => a)(1)", ""),
    ],
)
def test_name(script, name):
    parsed = parse(script)
    (function,) = parsed.scopes.all_functions()
    assert name_of(parsed, function) == name


def test_functions_by_name():
    script = parse(
        "function a() {} const b = x => x; app.c = function () {}; o = {d: () => 1, e() {}}; f(() => 1);"
        " class G { h() {} i = () => 1 } const named = function j() {}"
    )
    assert sorted(name for name, _ in named_functions(script)) == list("abcdehij")


def test_names_of_buried_functions_take_no_longer():
    text = "[" * 20_000 + "function(){}," * 4000 + "]" * 20_000
    begin = time.process_time()
    list(named_functions(parse(text)))
    assert time.process_time() - begin < 2
