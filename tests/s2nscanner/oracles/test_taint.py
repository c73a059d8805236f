import pytest

from s2n.s2nscanner.oracles.scriptcontext import lex
from s2n.s2nscanner.oracles.taint import Taint, closing, partners, taint_of


def of(expression: str, **held: Taint) -> Taint | None:
    return taint_of(lex(expression).tokens, held.get)


@pytest.mark.parametrize(
    ("expression", "source", "raw", "leads"),
    [
        ("location.hash", "location.hash", False, False),
        ("window.location.hash.slice(1)", "location.hash", False, True),
        ("document.location.href", "location.href", False, False),
        ("location.href.split('#')[1]", "location.href", False, True),
        ("location.href.split('#')[0]", "location.href", False, False),
        ("decodeURIComponent(location.search)", "location.search", True, False),
        ("new URLSearchParams(location.search).get('a')", "location.search", True, True),
        ("new URL(location).searchParams.get('a')", "location", True, True),
        ("(new URL(location.href)).searchParams.get('a')", "location.href", True, True),
        ("new URL(document.URL).hash", "document.URL", False, False),
        ("window.name", "window.name", True, True),
        ("document.referrer", "document.referrer", False, False),
        ("'x' + unescape(location.hash.slice(1))", "location.hash", True, False),
        ("`a${location.hash}b`", "location.hash", False, False),
        ("`${window.name}`", "window.name", True, True),
        ("a ? 'x' : location.hash", "location.hash", False, False),
        ("location.hash || 'x'", "location.hash", False, False),
        ("/x=(.*)/.exec(location.search)[1]", "location.search", False, True),
        ("(0, location.hash)", "location.hash", False, False),
        ("location.hash.replace('#', '')", "location.hash", False, True),
    ],
)
def test_tainted(expression: str, source: str, raw: bool, leads: bool) -> None:
    assert of(expression) == Taint(source, raw=raw, leads=leads)


@pytest.mark.parametrize(
    "expression",
    [
        "'location.hash'",
        "location.host",
        "location.hash === 'x'",
        "location.hash ? 'a' : 'b'",
        "location.hash && 'a'",
        "location.hash.length",
        "location.hash * 1",
        "!location.hash",
        "encodeURIComponent(location.hash)",
        "clean(location.hash)",
        "pages[location.hash]",
        "location.hash.replace(/[^a-z]/g, '')",
        "location.hash.replace(/</g, '&lt;')",
        "location.hash.indexOf('a')",
        "a.location2.hash",
        "function () { return location.hash }",
        "`plain`",
        "",
    ],
)
def test_clean(expression: str) -> None:
    assert of(expression) is None


def test_names_hold_what_they_were_given() -> None:
    held = Taint("location.hash", raw=True)
    assert of("'x' + a.trim()", a=held) == held
    assert of("b", a=held) is None


def test_brackets_and_templates_have_partners() -> None:
    tokens = lex("f(a, `x${b(1)}y`, [2])").tokens
    pairs = partners(tokens)
    assert {tokens[at].text: tokens[to].text for at, to in pairs.items()} == {
        "(": ")",
        "`x${": "}y`",
        "[": "]",
    }
    assert all(closing(tokens, at) == to for at, to in pairs.items())
