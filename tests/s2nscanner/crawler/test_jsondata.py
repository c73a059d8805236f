"""References in JSON."""

import pytest

from s2n.s2nscanner.crawler.jsondata import MAX_URLS, urls_in_json


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ('{"a": {"b": ["/x"]}}', ["/x"]),
        ('{"next_url": "items"}', ["items"]),
        ('{"/x": 1}', ["/x"]),
        ('{"href": "/x/{id}{?page}"}', ["/x/1"]),
        (')]}\'\n{"next": "/x"}', ["/x"]),
        ('cb({"next": "/x"});', ["/x"]),
        ('{"a": "/x"}\n{"a": "/z"}', ["/x", "/z"]),
        ('[{"name": "sub", "type": "directory"}, {"name": "f.txt", "type": "file"}]', ["sub/", "f.txt"]),
        ('{"version": 3, "sources": ["webpack:///x.js", "/src/x.js"]}', ["/src/x.js"]),
        ('{"text": "{\\"url\\": \\"items\\"}"}', ["items"]),
        ('{"share_target": {"action": "/share", "params": {"text": "t"}}}', ["/share?t=s2n", "/share"]),
    ],
)
def test_found(text, urls):
    assert list(urls_in_json(text).urls) == urls


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "word",
        '{"title": "items"}',
        '{"type": "text/html"}',
        '"a/b"',
        "[" * 100_000,
        '{"a": "{not json"}',
        '{"a": "1/2"}',
    ],
)
def test_silent(text):
    assert urls_in_json(text).urls == {}


def test_markup_is_handed_on():
    assert urls_in_json('{"html": "<a href=/x>"}').markup == ["<a href=/x>"]


def test_a_share_target_may_post():
    target = '{"share_target": {"action": "/s", "method": "POST", "params": {"title": "t"}}}'
    (call,) = urls_in_json(target).calls
    assert (call.method, call.reference, call.body, call.names) == ("POST", "/s", b"t=s2n", ("t",))


@pytest.mark.parametrize(
    ("kind", "body"),
    [("", b"a=s2n&b=s2n"), ("application/json", b'{"a":"s2n","b":"s2n"}')],
)
def test_an_action_says_what_it_takes(kind, body):
    fields = '"fields": [{"name": "a"}, {"name": "b", "type": "number"}, {"title": "c"}]'
    typed = f'"type": "{kind}", ' if kind else ""
    (call,) = urls_in_json(f'{{"actions": [{{"href": "/send", "method": "put", {typed}{fields}}}]}}').calls
    assert (call.method, call.reference, call.body, call.names) == ("PUT", "/send", body, ("a", "b"))
    asked = urls_in_json(f'{{"href": "/send", "method": "GET", {fields}}}')
    assert (list(asked.urls), asked.calls) == (["/send?a=s2n&b=s2n", "/send"], [])
    assert urls_in_json(f'{{"href": "/send", "method": "DELETE", {fields}}}').calls == []


def test_the_data_of_a_next_page_names_its_manifest():
    finds = urls_in_json('{"buildId": "b1", "page": "/a/[id]"}')
    assert list(finds.modules) == ["/_next/static/b1/_buildManifest.js"]
    assert "/_next/data/b1/a/1.json" in finds.urls


def test_bounded():
    assert len(urls_in_json(str([f"/{i}x" for i in range(2 * MAX_URLS)]).replace("'", '"')).urls) == MAX_URLS
