"""Examples of patterns, each checked by the real engine."""

import re

import pytest

from s2n.s2nscanner.crawler.patterns import example_of, matches


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d{5}",
        r"[A-Z]{2}\d{4}",
        r"^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,4}$",
        r"(\+49)?\d{3}-\d{4}",
        r"(?:red|green)",
        r"[^0-9]+",
        r"[\d\s]{3,}",
        r"a?b*c+",
        r"\w{3,16}",
        r".{8,}",
        r"x{0,3}",
        r"(a|b)(c|d){2}",
        r"[\]x]y",
    ],
)
def test_the_example_matches(pattern):
    assert re.fullmatch(pattern, example_of(pattern))


@pytest.mark.parametrize(
    "pattern", [r"(?=.*\d).{8,}", r"(a)\1", r"[a", r"(a", "a)", "*a", r"\p{L}+", r"a{999}", "", "\\"]
)
def test_no_example(pattern):
    assert not example_of(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "whole"),
    [
        (r"[A-Z]{3}-\d+", "ABC-17", True),
        (r"[A-Z]{3}-\d+", "ABC-", False),
        (r"\d{5}", "123456", False),
        (r"(?:red|green)", "red", True),
        (r"(a+)+$", "aaaa", False),
        (r"a*a*a*a*b", "aaab", False),
        (r".*", "x" * 100, False),
        (r"[a", "a", False),
        (r"a{99999999999}", "a", False),
    ],
)
def test_matches(pattern, text, whole):
    assert matches(pattern, text) is whole


@pytest.mark.parametrize("pattern", ["a?" * 30 + "a" * 30, "(?:a|a)" * 30, "a" * 501])
def test_what_could_take_long_is_not_tried(pattern):
    assert not matches(pattern, "a" * 30)


def test_long_patterns_have_no_example():
    assert example_of("a|" * 300) is None
