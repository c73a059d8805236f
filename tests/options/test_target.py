import pytest

from s2n.errors import UsageError
from s2n.options import normalize_target


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("example.com", "http://example.com/"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("localhost:8000/shop?a=1", "http://localhost:8000/shop?a=1"),
        ("https://Shop.Example", "https://shop.example/"),
        ("HTTPS://shop.example:443/a%2Fb", "https://shop.example/a%2Fb"),
        ("//shop.example/x", "http://shop.example/x"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://user:pw@shop.example/", "http://user:pw@shop.example/"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("  example.com  ", "http://example.com/"),
        ("http://a_b.example/#top", "http://a_b.example/"),
        (
            "http://shop.example/?next=https://other.example/",
            "http://shop.example/?next=https://other.example/",
        ),
    ],
)
def test_what_people_type(typed, url):
    assert normalize_target(typed) == url


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "no target"),
        ("   ", "no target"),
        ("ftp://example.com/", "unknown scheme 'ftp'"),
        ("file:///etc/passwd", "unknown scheme 'file'"),
        ("javascript:alert(1)", "unknown scheme 'javascript'"),
        ("http://", "no host"),
        ("http:///path", "no host"),
        ("http://exa mple.com/", "white space"),
        ("example.com:99999", "port"),
        ("example.com:abc", "no host"),
        ("http://exa<mple.com/", "exa<mple"),
        ("http://exa!mple.com/", "not a host name"),
        ("http://example..com/", "not a host name"),
    ],
)
def test_what_cannot_be_scanned(typed, message):
    with pytest.raises(UsageError, match=message) as caught:
        normalize_target(typed)
    assert caught.value.remedy
