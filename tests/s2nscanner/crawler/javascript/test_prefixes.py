"""Bases of one script, paths of another."""

import pytest

from s2n.s2nscanner.crawler.javascript.constants import parse
from s2n.s2nscanner.crawler.javascript.prefixes import MAX_PREFIXES, Prefixes, Unbased, bases
from s2n.s2nscanner.crawler.javascript.scripts import read_script


@pytest.mark.parametrize(
    "script",
    [
        "axios.create({baseURL: '/api'})",
        "new Api({baseUrl: `${host}/api`})",
        "e.defaults.baseURL = '/api/'",
        "const API_ROOT = '/api'",
        "const config = {apiUrl: '/api'}",
        "const f = (t, n) => n(t.clone({url: `/api${t.url}`}))",
        "use(e => { e.url = '/api' + e.url; return e })",
    ],
)
def test_bases(script):
    assert list(bases(parse(script))) == ["/api"]


@pytest.mark.parametrize(
    "script",
    [
        "axios.create({baseURL: '/'})",
        "axios.create({baseURL: x})",
        "const f = {url: '/api/a'}",
        "const f = {url: `/api/${t.id}`}",
        "e.url = '/api' + e.path",
        "const base = 'word'",
    ],
)
def test_no_bases(script):
    assert list(bases(parse(script))) == []


@pytest.mark.parametrize("base_first", [True, False])
def test_a_base_meets_the_paths_of_another_script(base_first):
    base = read_script("const f = t => t.clone({url: `/api${t.url}`})").unbased
    paths = read_script("this.http.get('/tags'); this.http.put(`/a/${id}`, {x: 1})").unbased
    prefixes = Prefixes()
    first, second = (base, paths) if base_first else (paths, base)
    assert prefixes.complete(first) == Unbased()
    joined = prefixes.complete(second)
    assert list(joined.urls) == ["/api/tags"]
    assert [(call.method, call.reference, call.body) for call in joined.calls] == [
        ("PUT", "/api/a/1", b'{"x": 1}')
    ]
    assert joined.templates == {"/api/a/1": "/api/a/{}"}


def test_a_client_with_a_base_of_its_own_takes_no_other():
    unbased = read_script(
        "const c = axios.create({baseURL: '/v1'}); c.get('a/b'); fetch('http://h/x')"
    ).unbased
    assert list(unbased.urls) == []


def test_what_stands_below_the_base_already_stays():
    prefixes = Prefixes()
    prefixes.complete(Unbased({"/api": None}))
    assert prefixes.complete(Unbased({}, {"/api/a": None, "http://h/b": None})) == Unbased()


def test_few_bases_are_kept():
    prefixes = Prefixes()
    prefixes.complete(Unbased({f"/v{number}": None for number in range(100)}))
    assert len(prefixes.complete(Unbased({}, {"/a": None})).urls) == MAX_PREFIXES
