"""Objects that are requests, whoever sends them."""

import pytest

from s2n.s2nscanner.crawler.javascript.calls import calls_in_script
from s2n.s2nscanner.crawler.javascript.scripts import urls_in_script


@pytest.mark.parametrize(
    ("script", "url"),
    [
        ("n({headers: h, url: 'api/user'})", "api/user"),
        ("n({url: `api/a/${e}/b`})", "api/a/1/b"),
        ("n({url: on ? 'api/a' : 'api/b', method: 'GET'})", "api/b"),
        ("this.request({path: `/a/${e}`, method: 'GET', ...x})", "/a/1"),
        ("u(`api/a/${e}`, {method: 'GET'})", "api/a/1"),
    ],
)
def test_asked_for(script, url):
    assert url in urls_in_script(script)


@pytest.mark.parametrize(
    ("script", "method", "url", "body"),
    [
        (
            "n({data: {a: {b}}, headers: h, method: 'POST', url: 'api/a'})",
            "POST",
            "api/a",
            b'{"a": {"b": "s2n"}}',
        ),
        ("n({method: on ? 'DELETE' : 'POST', url: `api/${e}/c`})", "POST", "api/1/c", b""),
        ("const o = {url: '/a', method: 'PUT', body: 'x=1'}", "PUT", "/a", b"x=1"),
        ("u('/a', {method: 'POST', body: JSON.stringify({x: 1})})", "POST", "/a", b'{"x": 1}'),
    ],
)
def test_with_a_body(script, method, url, body):
    (call,) = calls_in_script(script)
    assert (call.method, call.reference, call.body) == (method, url, body)


def test_both_ways_of_a_condition():
    script = "n({url: s ? `api/a/${s}` : 'api/a', method: s ? 'PUT' : 'POST', data: {t}})"
    assert [(call.method, call.reference) for call in calls_in_script(script)] == [
        ("PUT", "api/a/1"),
        ("POST", "api/a"),
    ]


@pytest.mark.parametrize(
    "script",
    [
        "n({url: 'api/user', icon: i})",
        "n({path: 'home', data: c})",
        "n({path: 'home', method: m})",
        "n('api/user', {method: 'slow'})",
    ],
)
def test_no_requests(script):
    assert urls_in_script(script) == []
    assert calls_in_script(script) == []
