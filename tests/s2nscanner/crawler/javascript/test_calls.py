"""Requests with a body in scripts."""

import json
import time

import pytest

from s2n.s2nscanner.crawler.javascript.calls import calls_in_script

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("script", "method", "url", "content_type", "body"),
    [
        (
            """fetch('/a', {method: 'POST', headers: {'Content-Type': 'application/json'},
               body: '{"x": "1"}'})""",
            *("POST", "/a", JSON, b'{"x": "1"}'),
        ),
        ('fetch("/a",{method:"PUT",body:JSON.stringify({x:1})})', "PUT", "/a", JSON, b'{"x": 1}'),
        ("fetch('/a',{method:'POST',body:new URLSearchParams({x:'1'})})", "POST", "/a", FORM, b"x=1"),
        ("$.post('/a', {x: 1, y: $('#y').val(), z: 'w'}, done)", "POST", "/a", FORM, b"x=1&y=s2n&z=w"),
        ("axios.post('/a', {q: 'v'})", "POST", "/a", JSON, b'{"q": "v"}'),
        (
            "x.open('POST','/a',true);x.setRequestHeader('Content-Type','text/xml');x.send('<a/>')",
            *("POST", "/a", "text/xml", b"<a/>"),
        ),
        ("x.open('POST', '/a'); x.send('q=' + v)", "POST", "/a", FORM, b"q=s2n"),
        (
            "const A='/a', o={method:'POST',body:JSON.stringify({x:1})}; fetch(A,o)",
            "POST",
            "/a",
            JSON,
            b'{"x": 1}',
        ),
        ("c = axios.create({baseURL:'/a/'}); c.patch('b',{x:1})", "PATCH", "/a/b", JSON, b'{"x": 1}'),
        ("navigator.sendBeacon('/a', 'x=1')", "POST", "/a", "text/plain", b"x=1"),
        ("fetch('/a',{method:'POST'})", "POST", "/a", "", b""),
        ("fetch('/a', {method: 'POST', body: data})", "POST", "/a", "", b""),
        ("this.http.post('/a', value)", "POST", "/a", JSON, b"{}"),
        ("ky.post('/a', {json: {x: 1}})", "POST", "/a", JSON, b'{"x": 1}'),
    ],
)
def test_found(script, method, url, content_type, body):
    (call,) = calls_in_script(script)
    assert (call.method, call.reference, call.content_type, call.body) == (method, url, content_type, body)


def test_computed_values_are_filled_in():
    script = "fetch('/a',{method:'POST',body:JSON.stringify({a:b.c(1,{d:2}),e,f:[1,2],g:true,h:{i:j}})})"
    (call,) = calls_in_script(script)
    assert json.loads(call.body) == {"a": "s2n", "e": "s2n", "f": [1, 2], "g": True, "h": {"i": "s2n"}}
    assert call.names == ("a", "e", "f", "g", "h")


@pytest.mark.parametrize(
    "script",
    [
        "fetch('/a')",
        "fetch('/a', {method: 'GET'})",
        "fetch('/a', {method: 'DELETE', body: 'x=1'})",
        "x.open('GET', '/a'); x.send()",
        "prefetch('/a', {method: 'POST', body: 'x=1'}",
    ],
)
def test_silent(script):
    assert calls_in_script(script) == []


@pytest.mark.parametrize("piece", ["fetch('a',{", "$.post('a',{a:(", ".open('POST','", "fetch('"])
def test_linear_on_hostile_text(piece):
    begin = time.process_time()
    calls_in_script(piece * 20_000)
    assert time.process_time() - begin < 3
