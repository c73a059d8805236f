"""Operations, and what a source adds up to."""

from s2n.model import Request
from s2n.s2nscanner.crawler.api.operation import Imported, Operation, expand, segment
from support.apis import ground


def test_filling_a_path_keeps_the_query():
    made = Operation(
        name="x",
        request=Request.from_url("http://h/a/s2n/b/1?q=2"),
        template="/a/{who}/b/{n}",
        values={"who": "s2n", "n": "1"},
        guessed=frozenset({"who", "n"}),
    ).filled({"who": "ada"})
    assert made.request.target == "/a/ada/b/1?q=2"
    assert made.guessed == {"n"}


def test_paths():
    assert expand("/a/{x}/{y}", {"x": "1"}) == "/a/1/{y}"
    assert segment("a/b c?d") == "a%2Fb%20c%3Fd"


def test_omissions_are_grouped_and_shortened():
    imported = Imported(left_out=[(f"op{n}", "too odd") for n in range(7)] + [("last", "gone")])
    assert imported.omissions() == "op0, op1, op2, op3, op4 and 2 more: too odd; last: gone"
    assert Imported().omissions() == ""


def test_only_what_is_in_scope_is_kept():
    imported = Imported()
    for url in ("http://site.test/a", "http://other.test/b"):
        ground().keep(imported, Operation(name=url, request=Request.from_url(url)))
    assert [each.name for each in imported.operations] == ["http://site.test/a"]
    assert imported.left_out == [("http://other.test/b", "http://other.test is out of scope")]


def test_a_note_is_said_once():
    imported = Imported()
    for _ in range(2):
        assert ground().inside("http://other.test/v1", imported, "server") == "http://site.test/v1"
    assert len(imported.notes) == 1
    assert ground().inside("http://site.test/v2", imported, "server") == "http://site.test/v2"
