"""Requests behind functions of the script itself."""

import time

import pytest

from s2n.s2nscanner.crawler.javascript.calls import CallReader, calls_in_script
from s2n.s2nscanner.crawler.javascript.constants import parse
from s2n.s2nscanner.crawler.javascript.scripts import urls_in_script


@pytest.mark.parametrize(
    "script",
    [
        "function api(p, o) { return fetch('/api' + p, o) } api('/a')",
        "const api = p => axios.get(`/api${p}`); api('/a').then(x)",
        "const o = {get: (u, q) => agent.get(`/api${u}`)}; o.get('/a')",
        "class A { get(p) { const u = '/api' + p; return fetch(u) } all() { return this.get('/a') } }",
        "class A { constructor() { f(this, 'get', async p => fetch('/api' + p)) } all() { this.get('/a') } }",
        "function api({path: p, q = 1}) { return fetch('/api' + p) } api({path: '/a'})",
        "function api(p = '/a') { return fetch('/api' + p) } api(undefined, {x: 1})",
        "const one = (m, p) => n({method: 'GET', url: '/api' + p}); one('x', '/a')",
        "const one = p => fetch('/api' + p), two = p => one(`/a${p}`); two('/b'); two('')",
        "function show(p) { location.href = '/api/' + p + '.php' } show('a')",
        "function show(p) { window.open(`/api/${p}`, 'w') } show('a')",
        "const load = id => fetch('/api/a/' + id); load(17)",
        "function ask(p) { x.to('GET', at(p)) } function at(p) { return '/api/' + p } ask('a')",
        "function ask(p) { load(at(p)) } const load = u => x.to('GET', u), at = p => '/api/' + p; ask('a')",
        "var t = new Array(); t[0] = 'b'; t[1] = 'a'; function go(i) { location = '/api/' + t[i] } go(1)",
        "const t = {x: 'a'}; function go(k) { fetch('/api/' + t[k]) } go('x')",
        "const ask = p => new Promise(ok => { x.open('GET', '/api' + p); x.send() }); ask('/a')",
    ],
)
def test_asked_for(script):
    assert [url for url in urls_in_script(script) if url.startswith("/api/a")]


@pytest.mark.parametrize(
    ("script", "method", "body"),
    [
        (
            "function api(p, o) { fetch('/api' + p, o) } api('/a', {method: 'PUT', body: '{\"x\": 1}'})",
            "PUT",
            b'{"x": 1}',
        ),
        (
            "const f = (p, d) => fetch('/api' + p, {method: 'POST', body: JSON.stringify(d)}); f('/a', {x})",
            "POST",
            b'{"x": "s2n"}',
        ),
        ("const add = d => http.post('/api/a', d); add({x: 1})", "POST", b'{"x": 1}'),
        (
            "const ask = (m, p, d) => n({method: m, url: '/api' + p, data: d}); ask('PATCH', '/a', {x: 1})",
            "PATCH",
            b'{"x": 1}',
        ),
    ],
)
def test_with_a_body(script, method, body):
    calls = {(call.method, call.reference, call.body) for call in calls_in_script(script)}
    assert (method, "/api/a", body) in calls


@pytest.mark.parametrize(
    "script",
    [
        "const api = p => fetch('/api' + p); map.set('/a', 1)",
        "const api = p => fetch('/api' + p); api('word'); api(1); api(x)",
        "const api = p => fetch('/api'); api('a/b')",
        "const load = p => fetch('/api/items/' + p); x.load('word'); load(word); load('two words'); load(!0)",
        "const f = p => fetch('/api/items/' + p); f('word')",
        "const go = p => fetch('/api/items/' + p); function other(go) { go('word') } x = {go(a) {}}",
        "const t = {x: 'a'}; function go(k) { fetch('/api/items/' + t[k]) } go('y z')",
        "const api = p => log('/api' + p); api('a/b')",
        "class A { get(id) { return this.http.get('/api/items/' + id) } } class B { f() { x.get('/a') } }",
        "class A { get(a) { http.get(`/api/items/${a}`) } } class B { all(b) { http.get(b) } } b.get(1)",
        "class A { get(id) { return this.http.get(`/api/items/${id}/b`) } } x.get('https://host/a')",
        "class A { get(id) { return this.http.get(`/api/items/${id}/b`) } } x.get(this.host + '/a')",
    ],
)
def test_nothing_is_made_up(script):
    assert not [url for url in urls_in_script(script) if url.startswith("/api/") and "items/1" not in url]


def test_a_body_that_may_be_for_several_is_for_none():
    one = "class A { save(e) { return this.http.post('/a', e) } }"
    other = "class B { save(e) { return this.http.post('/b', e) } }"
    call = "x.save({password: 1})"
    assert [each.names for each in calls_in_script(one + call)] == [(), ("password",)]
    assert [each.names for each in calls_in_script(one + other + call)] == [(), ()]


def test_what_stands_before_a_parameter_is_a_prefix():
    def prefixes(text):
        reader = CallReader(parse(text))
        reader.read()
        return list(reader.prefixes)

    assert prefixes("export const api = p => fetch('/api' + p)") == ["/api"]
    assert prefixes("export const one = id => fetch('/api/items/' + id)") == []
    assert prefixes("export const find = q => fetch('/api?q=' + q)") == []


def test_linear_in_functions_and_calls():
    text = "function api(p){return fetch('/api'+p)}" + "".join(f"api('/a/{n}');" for n in range(5000))
    text += "".join(f"function g{n}(p){{return api('/x'+p)}}g{n}('/y');" for n in range(500))
    begin = time.process_time()
    calls_in_script(text)
    assert time.process_time() - begin < 3
