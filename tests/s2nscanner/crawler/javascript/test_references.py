"""What looks like a reference, and how gaps are filled."""

import pytest

from s2n.s2nscanner.crawler.javascript.constants import HOLE
from s2n.s2nscanner.crawler.javascript.references import filled, is_address, is_bare, template, with_query


@pytest.mark.parametrize(
    "text",
    ["/x", "//h/x", "http://h", "./x", "../x/y", "x.php", "a/b.json?c", "?a=b", "/a?b=c d".replace(" ", "+")],
)
def test_addresses(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text", ["", "x", "/", "//", "/1", "a b", "</p>", "/g", "text/css", "1/2", "/x y", "{a}/b", "a" * 3000]
)
def test_other_text(text):
    assert not is_address(text)


def test_bare_words():
    assert is_bare("api/list")
    assert is_bare("items?x=1")
    assert not is_bare("two words")
    assert not is_bare("/x")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (f"/x/{HOLE}", "/x/1"),
        (f"{HOLE}/x", "/x"),
        (f"{HOLE}//{HOLE}/x", "/x"),
        (f"ws://{HOLE}/x", "/x"),
        ("wss://h/x", "https://h/x"),
        ("/u/:id/edit", "/u/1/edit"),
        ("/u/:id(\\d+)?", "/u/1"),
        ("/u/{id}", "/u/1"),
        ("/u/{id}{?page,size}", "/u/1"),
        ("/p/[slug]", "/p/1"),
        ("/p/[...all]", "/p/1"),
        ("/p/*", "/p/"),
        (" /x ", "/x"),
        ("http://h:80/x", "http://h:80/x"),
    ],
)
def test_filled(text, result):
    assert filled(text) == result


def test_with_query():
    assert with_query("/x", {}) == "/x"
    assert with_query("/x", {"a": 1, "b c": "d&e"}) == "/x?a=1&b%20c=d%26e"
    assert with_query("/x?y=z", {"a": 1}) == "/x?y=z&a=1"


@pytest.mark.parametrize(
    ("text", "blanks"),
    [
        (f"/x/{HOLE}/y?z={HOLE}", "/x/{}/y?z={}"),
        ("/u/:id(\\d+)?", "/u/{id}"),
        ("/u/{userId:[0-9]+}", "/u/{userId}"),
        ("/p/[...all]", "/p/{all}"),
        ("/p/<int:number>", "/p/{number}"),
        ("/p/<name>", "/p/{name}"),
        ("/plain", "/plain"),
    ],
)
def test_template(text, blanks):
    assert template(text) == blanks
