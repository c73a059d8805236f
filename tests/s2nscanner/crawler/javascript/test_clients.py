"""Requests of clients: by their name, by their base, by what they are given."""

import pytest

from s2n.s2nscanner.crawler.javascript.calls import CallReader, calls_in_script
from s2n.s2nscanner.crawler.javascript.constants import parse
from s2n.s2nscanner.crawler.javascript.scripts import urls_in_script


def sent(text):
    reader = CallReader(parse(text))
    reader.read()
    return reader.sent


@pytest.mark.parametrize(
    ("script", "url"),
    [
        ("e.get('api/users')", "api/users"),
        ("e.get(`api/users/${n}/posts`)", "api/users/1/posts"),
        ("http.get('/articles' + (own ? '/feed' : ''))", "/articles/feed"),
        ("fetch('/a' + (q && '?q=' + q))", "/a?q=1"),
        ("const c = new Client({baseUrl: '/v1'}); c.get('users')", "/v1/users"),
        ("this.request('GET', '/a', {params: {q: 1}})", "/a?q=1"),
        ("x.open(method, '/a' + b)", "/a1"),
        ("n({method: 'DELETE', url: 'api/user'})", "api/user"),
    ],
)
def test_asked_for(script, url):
    assert url in urls_in_script(script)


@pytest.mark.parametrize(
    "script",
    [
        "map.get('word')",
        "headers.get('a b')",
        "o.post('word')",
        "this.request('HEAD', u)",
        "set.delete('word')",
        "map.delete(key)",
    ],
)
def test_no_requests(script):
    assert urls_in_script(script) == []
    assert calls_in_script(script) == []


def test_what_is_told_a_method_first():
    found = sent("api.send('POST', '/a', {b: 1}); x.asyncRequest('GET', '/c', done); say('GET', 'a label')")
    assert [(call.method, call.reference, call.body) for call in found.calls] == [("POST", "/a", b'{"b": 1}')]
    assert list(found.urls) == ["/c"]


@pytest.mark.parametrize(
    ("script", "url"),
    [
        ("fetch('/a', {method: 'DELETE', body: 'x=1'})", "/a"),
        ("axios.delete('/a/' + id)", "/a/1"),
        ("this.http.delete(`/a/${e.id}`)", "/a/1"),
        ("$.ajax({url: '/a', type: 'DELETE', data: {b: 1}})", "/a"),
        ("x.open('DELETE', '/a'); x.send()", "/a"),
    ],
)
def test_what_deletes_is_known_and_its_address_read(script, url):
    found = sent(script)
    assert [(call.method, call.reference, call.body) for call in found.calls] == [("DELETE", url, b"")]
    assert list(found.urls) == [url]
    assert calls_in_script(script) == []


def test_a_method_before_the_url():
    (call,) = calls_in_script("this.request('PUT', '/a', {body: {x: 1}})")
    assert (call.method, call.reference, call.body) == ("PUT", "/a", b'{"x": 1}')


def test_a_method_that_is_not_known_sends_what_it_has():
    (call,) = calls_in_script("n({url: '/a', method: m, data: {x: 1}})") or [None]
    assert (call.method, call.body) == ("POST", b'{"x": 1}')


def test_what_may_have_a_base_elsewhere():
    both = sent("http.get('/a'); http.post('/b', {}); fetch('//host/c'); axios({url: 'd', baseURL: '/v1'})")
    assert list(both.unbased) == ["/a"]
    assert [call.reference for call in both.unbased_calls] == ["/b"]


def test_templates_are_kept():
    assert sent("http.get(`/a/${id}`)").templates == {"/a/1": "/a/{}"}
