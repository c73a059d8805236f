"""What is the same, what is of one kind, and what leads nowhere."""

import pytest

from s2n.s2nscanner.crawler.recognise import Variety, fold, identity, is_trap, parameters, shape_of, variety

SITE = "http://site.test"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a?x=1&y=2", "/a?y=2&x=1"),
        ("/a;jsessionid=8F3A9C1122", "/a;jsessionid=77BB119900"),
        ("/a;jsessionid=8F3A9C1122?x=1", "/a?x=1"),
        ("/(S(abc123def456))/a", "/a"),
        ("/a?PHPSESSID=0123456789abcdef", "/a?PHPSESSID=fedcba9876543210"),
        ("/a?x=1&utm_source=mail", "/a?x=1"),
        ("/a?x=1&_=1700000000000", "/a?_=1700000000001&x=1"),
    ],
)
def test_same(one, other):
    assert identity(SITE + one) == identity(SITE + other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a", "/b"),
        ("/a?x=1", "/a?x=2"),
        ("/a", "/A"),
        ("/a", "/a/"),
        ("/a?sid=5", "/a?sid=6"),
        ("/a?x", "/a?y"),
    ],
)
def test_different(one, other):
    assert identity(SITE + one) != identity(SITE + other)


def test_method_and_body_count():
    assert identity(SITE, "POST", b"a") != identity(SITE, "POST", b"b")
    assert identity(SITE, "POST") != identity(SITE)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("", Variety.FIXED),
        ("news", Variety.NAME),
        ("about-us", Variety.NAME),
        ("page2", Variety.NAME),
        ("report_2024.pdf", Variety.NAME),
        ("facade", Variety.NAME),
        ("17", Variety.NUMBER),
        ("-3.5", Variety.NUMBER),
        ("2026-11-24", Variety.NUMBER),
        ("24/11/2026", Variety.NUMBER),
        ("8f3a9c01d2", Variety.OPAQUE),
        ("550e8400-e29b-41d4-a716-446655440000", Variety.OPAQUE),
        ("a1b2c3d4", Variety.OPAQUE),
        ("x" * 61, Variety.OPAQUE),
        ("pages/about us.php", Variety.NAME),
        ("2 UNION ALL SELECT 'x'", Variety.OPAQUE),
        ("<b>", Variety.OPAQUE),
    ],
)
def test_variety(value, kind):
    assert variety(value) is kind


@pytest.mark.parametrize(
    ("path", "folded"),
    [
        ("/", "/"),
        ("/a/b.php", "/a/b.php"),
        ("/user/17/edit", "/user/{n}/edit"),
        ("/item/8f3a9c01d2", "/item/{id}"),
        ("/2026/11/24/", "/{n}/{n}/{n}/"),
        ("/level1/x", "/level1/x"),
        ("/a/b/a/", "/*/a/b"),
        ("/b/a/a/b", "/*/a/b"),
    ],
)
def test_fold(path, folded):
    assert fold(path)[0] == folded


def test_shapes():
    assert shape_of(f"{SITE}/item/1").key == shape_of(f"{SITE}/item/2").key
    assert shape_of(f"{SITE}/x?b=1&a=2").key == shape_of(f"{SITE}/x?a=9&b=8").key
    assert shape_of(f"{SITE}/x?a=1").key != shape_of(f"{SITE}/x?b=1").key
    assert shape_of(f"{SITE}/x?a=1").key != shape_of("http://other.test/x?a=1").key
    assert shape_of(f"{SITE}/x?page=news").values != shape_of(f"{SITE}/x?page=team").values
    assert shape_of(f"{SITE}/x?page=1").values == ()
    assert shape_of(f"{SITE}/a/x").place == shape_of(f"{SITE}/a/y").place


def test_parameters_stay_as_they_stand():
    assert parameters("a=%41&b&c=1=2&&sid=0123456789") == [("a", "%41"), ("b", ""), ("c", "1=2")]


@pytest.mark.parametrize(
    "path", ["/a/a/a/a/", "/a/b/a/b/a/b/a/b", "/x" + "y" * 2100, "".join(f"/s{i}" for i in range(41))]
)
def test_traps(path):
    assert is_trap(SITE + path)


@pytest.mark.parametrize("path", ["/", "/a/a/a", "/a/b/c/d/e/f?x=/a/a/a/a/a", "//a///"])
def test_no_traps(path):
    assert not is_trap(SITE + path)
