"""References in CSS, and data URLs."""

import time

import pytest

from s2n.s2nscanner.crawler.stylesheets import MAX_URLS, comments_in_css, data_url, urls_in_css


@pytest.mark.parametrize(
    ("css", "urls"),
    [
        ("a { b: url(/x) }", ["/x"]),
        ("a { b: url( '/x y' ) }", ["/x y"]),
        ('@import "/x" screen;', ["/x"]),
        ("@import url(/x);", ["/x"]),
        (r"a { b: url(\2f x\.png) }", ["/x.png"]),
        ('a { b: image-set("/x" 1x) }', ["/x"]),
        ("a { b: url(/x), url(/x) }", ["/x"]),
        ("a {}\n/*# sourceMappingURL=a.css.map */", ["a.css.map"]),
    ],
)
def test_found(css, urls):
    assert urls_in_css(css) == urls


@pytest.mark.parametrize(
    "css", ["/* url(/x) */", "a { b: url(data:image/png,x) }", "a { b: url(#g) }", "a { b: '/x' }", "url("]
)
def test_silent(css):
    assert urls_in_css(css) == []


def test_comments():
    assert comments_in_css("/* one */ a { b: c } /* two */") == "/* one */\n/* two */"
    assert comments_in_css("a { b: url(//h/x) }") == ""


def test_bounded():
    assert len(urls_in_css("".join(f"a{{b:url(/{i})}}" for i in range(2 * MAX_URLS)))) == MAX_URLS


@pytest.mark.parametrize("piece", ["url(", "/*", "url('", "@import ", "\\2f ", "url(\\"])
def test_linear_on_hostile_text(piece):
    begin = time.process_time()
    urls_in_css(piece * (300_000 // len(piece)))
    assert time.process_time() - begin < 3


@pytest.mark.parametrize(
    ("url", "kind", "text"),
    [
        ("data:text/html,<a%20href=/x>", "text/html", "<a href=/x>"),
        ("data:text/html;charset=utf-8;base64,PGE+", "text/html", "<a>"),
        ("data:,x", "", "x"),
        ("data:text/html;base64,a", "text/html", ""),
    ],
)
def test_data_url(url, kind, text):
    assert data_url(url) == (kind, text)
