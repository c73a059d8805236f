"""robots.txt and sitemaps."""

import gzip

import pytest

from s2n.s2nscanner.crawler.wellknown import robots, sitemap, urls_in_text, urls_in_xml


def test_robots():
    text = (
        "User-agent: *\nDisallow: /admin # secret\nallow: /public/*.html\nDisallow:\nDisallow: /\n"
        "Disallow: *.bak\n  Sitemap: http://site.test/map.xml\nCrawl-delay: 3\nDisallow: /end$\n"
    )
    assert robots(text) == (["/admin", "/public/", "/end"], ["http://site.test/map.xml"])


def test_a_page_in_place_of_robots_names_nothing():
    assert robots("<html><body>Disallowed: /x</body></html>") == ([], [])


MAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> http://site.test/a?x=1&amp;y=2 </loc></url><url><loc><![CDATA[http://site.test/b]]></loc></url></urlset>"""


@pytest.mark.parametrize("body", [MAP, gzip.compress(MAP)])
def test_sitemap(body):
    assert sitemap(body) == (["http://site.test/a?x=1&y=2", "http://site.test/b"], [])


def test_sitemap_index():
    index = b"<sitemapindex><sitemap><loc>http://site.test/1.xml.gz</loc></sitemap></sitemapindex>"
    assert sitemap(index) == ([], ["http://site.test/1.xml.gz"])


def test_plain_text_sitemap():
    assert sitemap(b"http://site.test/a\n\nnonsense\nhttps://site.test/b\n") == (
        ["http://site.test/a", "https://site.test/b"],
        [],
    )


@pytest.mark.parametrize("body", [b"", b"\x1f\x8bbroken", b"\xff\xfe\x00", gzip.compress(b"x" * 50_000_000)])
def test_broken_or_huge_sitemaps_name_nothing(body):
    assert sitemap(body) == ([], [])


def test_a_feed_is_a_sitemap_too():
    assert sitemap(b"<rss><item><link>http://site.test/a</link></item></rss>") == (["http://site.test/a"], [])


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see http://site.test/a.", ["http://site.test/a"]),
        ("Contact: https://site.test/b\nhttps://site.test/b", ["https://site.test/b"]),
        ("- [guide](/c): how", ["/c"]),
        ("a/b http:/x /y", []),
    ],
)
def test_plain_text(text, urls):
    assert urls_in_text(text) == urls


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("<a>/x</a><b><![CDATA[http://site.test/y?a=1]]></b>", ["/x", "http://site.test/y?a=1"]),
        ("<D:href>/x&amp;y</D:href>", ["/x&y"]),
        ("<Key>dir/file.txt</Key>", ["dir/file.txt"]),
        ("<a>text /x</a><b></b>", []),
    ],
)
def test_xml_text(text, urls):
    assert urls_in_xml(text) == urls
