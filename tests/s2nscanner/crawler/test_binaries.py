"""Addresses in PDF documents and Flash films."""

import time
import zlib

import pytest

from s2n.s2nscanner.crawler.binaries import urls_in_file

LINK = b"1 0 obj <</Type/Annot/A<</S/URI/URI (http://site.test/a)>>>> endobj"
STRINGS = b"\x00\x00\x0f../page/a.php\x00\x06getURL\x00/data/list\x00and/or\x00"


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        (b"%PDF-1.4\n" + LINK + LINK, ["http://site.test/a"]),
        (b"%PDF-1.5\n<</Filter/FlateDecode>>stream\r\n" + zlib.compress(LINK), ["http://site.test/a"]),
        (b"%PDF-1.5\nstream\nnothing packed", []),
        (b"%PDF-1.4\n/S/SubmitForm/F(/send)", ["/send"]),
        (b"FWS\x09\x00\x00\x00\x00" + STRINGS, ["../page/a.php", "/data/list"]),
        (b"CWS\x09\x00\x00\x00\x00" + zlib.compress(STRINGS), ["../page/a.php", "/data/list"]),
        (b"CWS\x09\x00\x00\x00\x00broken", []),
        (LINK, []),
        (b"", []),
    ],
)
def test_urls(body, urls):
    assert urls_in_file(body) == urls


@pytest.mark.parametrize("part", [b"stream\n", b"/URI(", b"/URI ", b"/F(a"])
def test_hostile_files_are_read_in_one_pass(part):
    begin = time.thread_time()
    urls_in_file(b"%PDF" + part * 100_000)
    assert time.thread_time() - begin < 1


def test_what_is_packed_does_not_fill_the_memory():
    bomb = zlib.compress(b"/" * (64 << 20))
    assert urls_in_file(b"CWS\x09\x00\x00\x00\x00" + bomb) == []
    assert urls_in_file(b"%PDF stream\n" + bomb) == []
