import pytest

from s2n.model import fingerprint

BASE = fingerprint("xss", "http://h/a?q=1", method="GET", location="query", parameter="q")


def test_a_fingerprint_is_sixteen_hex_digits_and_stable() -> None:
    assert (
        fingerprint("xss", "http://h/a?q=<script>#x", method="get", location="query", parameter="q") == BASE
    )
    assert len(BASE) == 16
    assert int(BASE, 16) >= 0


@pytest.mark.parametrize(
    "other",
    [
        fingerprint("sqlinjection", "http://h/a", method="GET", location="query", parameter="q"),
        fingerprint("xss", "http://h/b", method="GET", location="query", parameter="q"),
        fingerprint("xss", "http://h:81/a", method="GET", location="query", parameter="q"),
        fingerprint("xss", "https://h/a", method="GET", location="query", parameter="q"),
        fingerprint("xss", "http://h/a", method="POST", location="query", parameter="q"),
        fingerprint("xss", "http://h/a", method="GET", location="form", parameter="q"),
        fingerprint("xss", "http://h/a", method="GET", location="query", parameter="r"),
        fingerprint("xss", "http://h/a", method="GET", location="query", parameter="q", variant="v"),
        fingerprint("xss", "http://h/A", method="GET", location="query", parameter="q"),
    ],
)
def test_another_place_or_meaning_is_another_flaw(other: str) -> None:
    assert other != BASE


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("http://h/user/17", "http://h/user/18"),
        ("http://h/user/17/edit", "http://h/user/2000/edit"),
        ("http://h/o/0a1b2c3d4e", "http://h/o/ffffffff"),
        (
            "http://h/o/123e4567-e89b-12d3-a456-426614174000",
            "http://h/o/00000000-0000-4000-8000-000000000000",
        ),
        ("http://h/t/eyJhbGciOiJIUzI1NiIsInR5cCI6", "http://h/t/AAAAAAAAAAAAAAAAAAAAAAAAAAA_-"),
        ("http://h", "http://h/"),
    ],
)
def test_ids_in_the_path_are_one_place(one: str, two: str) -> None:
    assert fingerprint("p", one) == fingerprint("p", two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("http://h/v1/a", "http://h/v2/a"),
        ("http://h/cafe", "http://h/face"),
        ("http://h/user/17", "http://h/user/me"),
        ("http://h/1/2", "http://h/1"),
    ],
)
def test_words_in_the_path_are_not(one: str, two: str) -> None:
    assert fingerprint("p", one) != fingerprint("p", two)
