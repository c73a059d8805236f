import time

import pytest

from s2n.s2nscanner.oracles.scriptcontext import Kind, lex, state_at

HERE = "HERE"


@pytest.mark.parametrize(
    ("source", "kind", "quote", "opened"),
    [
        ('var a = "xHERE"', Kind.STRING, '"', ()),
        ("f({a: ['HERE", Kind.STRING, "'", ("(", "{", "[")),
        ("a = 'it\\'s HERE'", Kind.STRING, "'", ()),
        ("`aHERE`", Kind.TEMPLATE, "`", ()),
        ("`a${b}HERE`", Kind.TEMPLATE, "`", ()),
        ("f(`${g('HERE')}`)", Kind.STRING, "'", ("(", "`", "${", "(")),
        ("a + HERE", None, "", ()),
        ("if (a) { HERE }", None, "", ("{",)),
        ("// HERE", Kind.LINE_COMMENT, "", ()),
        ("<!-- HERE", Kind.LINE_COMMENT, "", ()),
        ("a /* HERE */", Kind.BLOCK_COMMENT, "", ()),
        ("a = /HERE/g", Kind.REGEX, "/", ()),
        ("a = /[/'\"]HERE/", Kind.REGEX, "/", ()),
        ("if (a) /HERE/.test(b)", Kind.REGEX, "/", ()),
        ("a = b / HERE / c", None, "", ()),
        ("f(x) / HERE / c", None, "", ()),
        ("return /HERE/", Kind.REGEX, "/", ()),
    ],
)
def test_state(source: str, kind: Kind | None, quote: str, opened: tuple[str, ...]) -> None:
    state = state_at(source, source.index(HERE))
    assert (state.kind, state.quote, state.open) == (kind, quote, opened)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("'a", "unterminated string"),
        ("'a\n'", "unterminated string"),
        ("`a", "unterminated template"),
        ("/* a", "unterminated comment"),
        ("a = /[/]", "unterminated regular expression"),
        ("f(]", "unbalanced ']'"),
        ("3in", "a name directly after a number"),
        ("a = \\", "unexpected '\\\\'"),
    ],
)
def test_lexical_errors(source: str, error: str) -> None:
    assert lex(source).error == error


@pytest.mark.parametrize("source", ["'a\\\nb'", "0x1f + .5e-3 + 1_000n", "a?.5:1", "`${`${a}`}`", "a\n--> b"])
def test_no_lexical_error(source: str) -> None:
    assert lex(source).error == ""
    assert lex(source).open == ()


def test_newlines_are_kept() -> None:
    assert [token.newline for token in lex("a\nb /* \n */ c d").tokens if token.kind is Kind.WORD] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("piece", ["/[", "(/", "`${", "'\\", "/*", "<!--", "${`"])
def test_hostile_scripts_take_linear_time(piece: str) -> None:
    start = time.process_time()
    lex(piece * 20_000)
    assert time.process_time() - start < 2
