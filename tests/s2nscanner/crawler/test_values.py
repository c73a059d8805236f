"""Plausible values pass the page's own validation."""

import pytest

from s2n.s2nscanner.crawler.values import PASSWORD, accepts, plausible


@pytest.mark.parametrize(
    ("kind", "name", "attributes", "value"),
    [
        ("text", "comment", {}, "s2n"),
        ("email", "x", {}, "s2n@example.com"),
        ("text", "user_email", {}, "s2n@example.com"),
        ("text", "zip", {}, "12345"),
        ("text", "user_id", {}, "1"),
        ("text", "userId", {}, "1"),
        ("text", "qty", {}, "1"),
        ("text", "paid", {}, "s2n"),
        ("text", "contact", {"placeholder": "Your e-mail"}, "s2n@example.com"),
        ("text", "f3", {"autocomplete": "tel"}, "5550100200"),
        ("text", "user_id", {"placeholder": "e-mail"}, "1"),
        ("search", "q", {"placeholder": "Name or e-mail"}, "s2n"),
        ("password", "p1", {}, PASSWORD),
        ("password", "confirm", {}, PASSWORD),
        ("url", "x", {}, "http://example.com/"),
        ("tel", "x", {"maxlength": "5"}, "55501"),
        ("number", "x", {}, "1"),
        ("number", "x", {"min": "5", "max": "9"}, "5"),
        ("number", "x", {"max": "-2"}, "-2"),
        ("number", "x", {"min": "nonsense"}, "1"),
        ("range", "x", {"min": "0.5"}, "0.5"),
        ("date", "x", {}, "2026-01-15"),
        ("date", "x", {"min": "2027-01-01"}, "2027-01-01"),
        ("date", "x", {"max": "2020-01-01"}, "2020-01-01"),
        ("color", "x", {}, "#336699"),
        ("text", "x", {"pattern": r"[A-Z]{3}\d"}, "AAA1"),
        ("text", "x", {"pattern": "(?=broken"}, "s2n"),
        ("text", "x", {"minlength": "6"}, "s2nnnn"),
        ("text", "x", {"maxlength": "2"}, "s2"),
        ("text", "x", {"inputmode": "numeric"}, "1"),
        ("text", "x", {"minlength": "99999999999"}, "s2" + "n" * 9998),
    ],
)
def test_plausible(kind, name, attributes, value):
    assert plausible(kind, name, attributes) == value


@pytest.mark.parametrize(
    ("kind", "attributes", "value"),
    [
        ("text", {}, "hats"),
        ("search", {"maxlength": "4"}, "hats"),
        ("number", {"min": "5", "max": "9"}, "7"),
        ("date", {"min": "2020-01-01"}, "2024-02-29"),
        ("time", {}, "08:30"),
        ("text", {"pattern": r"[A-Z]\d+"}, "A17"),
        ("text", {"inputmode": "numeric"}, "17"),
    ],
)
def test_accepted_values(kind, attributes, value):
    assert accepts(kind, attributes, value)


@pytest.mark.parametrize(
    ("kind", "attributes", "value"),
    [
        ("text", {"maxlength": "3"}, "hats"),
        ("text", {"minlength": "9"}, "hats"),
        ("number", {"max": "9"}, "17"),
        ("number", {}, "many"),
        ("date", {}, "yesterday"),
        ("date", {"min": "2026-01-01"}, "2024-02-29"),
        ("text", {"pattern": r"[A-Z]\d+"}, "17"),
        ("text", {"inputmode": "numeric"}, "many"),
        ("email", {}, "bob@site.test"),
        ("password", {}, "secret"),
        ("textarea", {}, "hats"),
        ("color", {}, "#000000"),
    ],
)
def test_refused_values(kind, attributes, value):
    assert not accepts(kind, attributes, value)
