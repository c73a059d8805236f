"""URLs in scripts: the obvious ones, and nothing of what only looks alike."""

import time

import pytest

from s2n.s2nscanner.crawler.javascript.scripts import MAX_URLS, read_script, urls_in_script


@pytest.mark.parametrize(
    ("script", "urls"),
    [
        ("location='/x'", ["/x"]),
        ('window.open("popup.html")', ["popup.html"]),
        ("fetch(`/api/item/${id}/view?x=${y}`)", ["/api/item/1/view?x=1"]),
        ("$.get('/list?id=' + id)", ["/list?id=1"]),
        ("load('/item/' + id)", ["/item/1"]),
        ("fetch('items')", ["items"]),
        ("xhr.open('GET', 'api/list')", ["api/list"]),
        ("location.href = 'next'", ["next"]),
        (r"var u = 'http:\/\/site.test\/x';", ["http://site.test/x"]),
        (r"var u = '\x2fx\u002fy\u{2f}z';", ["/x/y/z"]),
        ("a('../up'); b('./here/')", ["../up", "./here/"]),
        ("a('show.php?id=3')", ["show.php?id=3"]),
        ("a('?page=2')", ["?page=2"]),
        ("a('/x'); a('/x')", ["/x"]),
        ("if (a) location='/x?a=1&b=2'", ["/x?a=1&b=2"]),
        ("const A = '/api'; f(A + '/x')", ["/api", "/api/x"]),
        ("new WebSocket('ws://' + location.host + '/x')", ["/x"]),
        ("eval(\"f('/x')\")", ["/x"]),
        ("fetch('/x', {method: 'POST', body: data})", ["/x"]),
        ('s = JSON.parse(\'{"a": {"url": "x/items"}}\')', ["x/items"]),
        ("this.router.navigate(['/x', id, 'edit'])", ["/x", "/x/1/edit"]),
        ("r = [{path: '/a', children: [{path: 'b', component: B}]}]", ["/a", "/a/b"]),
    ],
)
def test_found(script, urls):
    assert urls_in_script(script) == urls


@pytest.mark.parametrize(
    ("script", "prose"),
    [
        ("// moved to /old/place\ngo()", ["/old/place"]),
        ("/* fetch('/api/users') at http://h.test/x. */", ["/api/users", "http://h.test/x"]),
        ("// and/or\n/* 1/2 */ //# sourceMappingURL=x.map", []),
        ("go('// /no/comment')", []),
    ],
)
def test_what_comments_name(script, prose):
    assert list(read_script(script).prose) == prose


@pytest.mark.parametrize(
    "script",
    [
        "var a = 'hello'",
        "var a = 'hello world/again'",
        "x.replace('/', '-')",
        "x.split('//')",
        "type = 'text/javascript'",
        "t = 'application/json'",
        "h = '</div>'",
        "s = '/* comment <b> */'",
        "r = '/g'",
        "x = text.replace('abc', 'def')",
        "v = map.get('key')",
        "x.open('GET', url)",
        "a = '..'",
        "$('#id').addClass('active')",
        "d = '12/24/2026'",
        "unterminated = '/x",
        "img.src = null",
        "history.pushState(null, '', null)",
        "navigate(-1)",
        "r = /[/]x[/]y/g",
        "// see '/x'",
    ],
)
def test_silent(script):
    assert urls_in_script(script) == []


def test_further_scripts_are_apart_since_they_are_resolved_apart():
    finds = read_script(
        "import './a.js'; import('./b.js'); new Worker('c.js')\n//# sourceMappingURL=d.js.map"
    )
    assert list(finds.modules) == ["./a.js", "./b.js", "c.js", "d.js.map"]


def test_what_is_too_broken_to_be_parsed_is_searched_for_literals():
    assert urls_in_script("f('/x');" + "'" * 300_000)[:1] == ["/x"]


def test_markup_that_is_written_is_handed_on():
    assert read_script("document.write('<a href=' + u + '>')").markup == ["<a href=1>"]
    assert read_script("if (a<b) { c = d > e }").markup == []


def test_bounded_in_number():
    assert len(urls_in_script("".join(f"a('/p{i}');" for i in range(2 * MAX_URLS)))) == MAX_URLS


@pytest.mark.parametrize(
    "piece",
    ["'", '"', "`${", '\\"', "'\\", "fetch('", "/a" * 50 + "'", ".get('/a')", "fetch(", "{path:'/a',"],
)
def test_linear_on_hostile_text(piece):
    begin = time.process_time()
    urls_in_script(piece * (200_000 // len(piece)))
    assert time.process_time() - begin < 2
