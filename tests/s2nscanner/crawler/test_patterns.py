"""Examples of patterns, each checked by the real engine."""

import re

import pytest

from s2n.s2nscanner.crawler.patterns import example_of


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
