import time

import pytest

from s2n.s2nscanner.html import MAX_HTML, TokenType, parse, parse_scripted, tokenize


def test_a_document_is_what_a_browser_would_build() -> None:
    document = parse("<title>t</title><p>a<p>b<table><form action=/x><input name=q></table>")
    assert [element.text for element in document.select("p")] == ["a", "b"]
    assert document.select("form")[0].attrs["action"] == "/x"
    assert len(document.select("input[name=q]")) == 1


def test_noscript_holds_markup_without_scripts_and_text_with_them() -> None:
    page = "<body><noscript><a href=/x>x</a></noscript>"
    assert len(parse(page).select("a")) == 1
    assert parse_scripted(page).select("a") == []


def test_what_lies_behind_the_limit_is_not_parsed() -> None:
    page = "<p>" + "x" * MAX_HTML + "<b>late</b>"
    for build in (parse, parse_scripted):
        assert build(page).select("b") == []


@pytest.mark.parametrize("page", ["<div>" * 50_000, "<a " * 50_000, "<!--" * 50_000, "</p>" * 50_000, "<"])
def test_hostile_markup_is_parsed_in_no_time(page: str) -> None:
    began = time.process_time()
    parse(page)
    assert time.process_time() - began < 2


def test_tokens_keep_what_the_tree_repairs() -> None:
    kinds = [token.type for token in tokenize("<b>x</i>")]
    assert kinds.count(TokenType.END_TAG) == 1
