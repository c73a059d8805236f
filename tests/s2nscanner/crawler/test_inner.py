"""Addresses that other addresses pass on."""

import pytest

from s2n.s2nscanner.crawler.inner import MAX_INNER, inner_addresses


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/login?next=/orders", ["/orders"]),
        ("/login?next=%2Forders%3Fa%3D1#x", ["/orders?a=1"]),
        ("https://other.test/share?u=http%3A%2F%2Fsite.test%2Fa&t=x", ["http://site.test/a"]),
        ("movie=a.swf&xml=/data/a", ["/data/a"]),
        ("/login?next=orders&a=1/2", []),
        ("/login?next=/", []),
        ("/a=/b", []),
        ("/a?b=c", []),
        ("", []),
    ],
)
def test_inner(text, found):
    assert inner_addresses(text) == found


def test_few_count():
    assert len(inner_addresses("/x?" + "&".join(f"a=/b{number}" for number in range(40)))) == MAX_INNER
