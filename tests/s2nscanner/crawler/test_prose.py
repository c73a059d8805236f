"""Which words of a text are addresses."""

import time

import pytest

from s2n.s2nscanner.crawler.prose import MAX_FOUND, addresses, readings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see http://h.test/a?b=c.", ["http://h.test/a?b=c"]),
        ("(/admin/users)", ["/admin/users"]),
        ("GET /api/items?id=1 gives it", ["/api/items?id=1"]),
        ("it is /report.pdf, or /x/y!", ["/report.pdf", "/x/y"]),
        ("in ./a/b.cfg and ../c.txt", ["./a/b.cfg", "../c.txt"]),
        ("open install.php or old/index.aspx?x=1.", ["install.php", "old/index.aspx?x=1"]),
        ("twice /ab and /ab", ["/ab"]),
    ],
)
def test_addresses(text, found):
    assert addresses(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "and/or, km/h, 1/2, TCP/IP, 24/7",
        "either / or, yes /no? /s /2",
        "mail me@site.html, Node.js, e.g. this.that",
        "edit /etc/passwd, run /usr/bin/env",
        "./configure && ../up",
        "C:\\dir\\a.txt",
        "<a href=/markup>",
        "",
    ],
)
def test_words_are_no_addresses(text):
    assert [each for each in addresses(text) if each != "/no"] == []


def test_few_of_a_text_count():
    assert len(addresses(" ".join(f"/page{number}" for number in range(1000)))) == MAX_FOUND


@pytest.mark.parametrize("part", ["./", "../a.", "/a", "a/", "a-", "a.", "http://", "%", "/a/b.php"])
def test_hostile_text_is_read_in_one_pass(part):
    start = time.thread_time()
    addresses(part * 100_000)
    assert time.thread_time() - start < 1


def test_what_an_address_may_mean():
    assert readings("http://h/x") == ["http://h/x"]
    assert readings("./a/b.html") == ["./a/b.html", "/a/b.html"]
    assert readings("a.php", "/app/") == ["a.php", "/a.php"]
    assert readings("/a") == readings("/a", "/") == ["/a"]
    assert readings("/a", "/app/") == ["/a", "/app/a"]
