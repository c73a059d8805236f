"""The words of a shell."""

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.crawler.api.shellwords import Command, commands_of


def words(text):
    return [command.words for command in commands_of(text, "x")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a b  c", [["a", "b", "c"]]),
        ("a 'b c' \"d e\"", [["a", "b c", "d e"]]),
        ("a 'x'\\''y'", [["a", "x'y"]]),
        ('a "x\\"y\\n\\$z"', [["a", 'x"y\\n$z']]),
        ("a $'x\\ny\\'z\\u0021\\x41\\101'", [["a", "x\ny'z!AA"]]),
        ("a \\\n  b", [["a", "b"]]),
        ("a ^\r\n  b", [["a", "b"]]),
        ("a 'x\ny'", [["a", "x\ny"]]),
        ("a\n\n# b 'c\nd#e", [["a"], ["d#e"]]),
        ("a && b; c | d", [["a"], ["b"], ["c"], ["d"]]),
        ("a ''", [["a", ""]]),
        ("a b\\ c", [["a", "b c"]]),
        ("", []),
    ],
)
def test_words(text, wanted):
    assert words(text) == wanted


def test_commands_know_their_line():
    assert commands_of("\n# x\na 'y\nz'\nb", "x") == [Command(["a", "y\nz"], 3), Command(["b"], 5)]


@pytest.mark.parametrize("quote", ["'", '"', "$'"])
def test_an_open_quote_names_its_line(quote):
    with pytest.raises(UsageError, match="x, line 2: a quote is opened and not closed"):
        commands_of(f"a\nb {quote}c\nd", "x")
