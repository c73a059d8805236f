"""Postman collections."""

import json

import pytest

from s2n.errors import UsageError
from support.apis import by_name, imported, lines, sent_json

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def collection(*items, **more):
    return json.dumps({"info": {"name": "c", "schema": SCHEMA}, "item": list(items), **more})


def item(name="r", method="GET", url="http://site.test/a", **more):
    return {"name": name, "request": {"method": method, "url": url, **more}}


def one(made, settings=(), **more):
    (operation,) = imported(collection(made, **more), **dict(settings)).operations
    return operation.request


def test_folders_variables_and_headers():
    variables = [{"key": "host", "value": "site.test"}, {"key": "base", "value": "http://{{host}}/v1"}]
    headers = [{"key": "X-A", "value": "{{host}}"}, {"key": "X-B", "value": "b", "disabled": True}]
    folder = {
        "name": "F",
        "item": [{"name": "G", "item": [item(url="{{base}}/a?q={{$randomInt}}", header=headers)]}],
    }
    found = imported(collection(folder, variable=variables))
    request = by_name(found)["F/G/r"]
    assert request.url == "http://site.test/v1/a?q=7"
    assert request.headers == (("X-A", "site.test"),)


def test_path_variables():
    url = {
        "raw": "http://site.test/users/:id/:tab?x=1",
        "variable": [{"key": "id", "value": "17"}, {"key": "tab", "value": ""}],
    }
    (made,) = imported(collection(item(url=url))).operations
    assert made.request.target == "/users/17/s2n?x=1"
    assert (made.template, made.guessed) == ("/users/{id}/{tab}", {"tab"})


def test_a_url_in_parts():
    url = {
        "protocol": "http",
        "host": ["site", "test"],
        "port": "80",
        "path": ["a", "b"],
        "query": [{"key": "q", "value": "1"}, {"key": "off", "value": "2", "disabled": True}],
    }
    assert one(item(url=url)).url == "http://site.test/a/b?q=1"


BODIES = [
    ({"mode": "raw", "raw": '{"a": "{{v}}"}'}, "application/json", b'{"a": "V"}'),
    ({"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": "xml"}}}, "application/xml", b"<a/>"),
    ({"mode": "raw", "raw": "text"}, "text/plain", b"text"),
    (
        {
            "mode": "urlencoded",
            "urlencoded": [{"key": "a", "value": "{{v}}"}, {"key": "b", "disabled": True}],
        },
        "application/x-www-form-urlencoded",
        b"a=V",
    ),
    (
        {"mode": "graphql", "graphql": {"query": "{ a }", "variables": '{"x": 1}'}},
        "application/json",
        b'{"query":"{ a }","variables":{"x": 1}}',
    ),
    ({"mode": "file", "file": {"src": "x"}}, None, b""),
]


@pytest.mark.parametrize(("body", "media", "sent"), BODIES)
def test_bodies(body, media, sent):
    request = one(item(method="POST", body=body), variable=[{"key": "v", "value": "V"}])
    assert (request.header("content-type"), request.body) == (media, sent)


def test_a_form_with_a_file():
    body = {
        "mode": "formdata",
        "formdata": [{"key": "f", "type": "file", "src": "a.png"}, {"key": "t", "value": "x"}],
    }
    request = one(item(method="POST", body=body))
    assert b'name="f"; filename="s2n.png"' in request.body
    assert b'name="t"\r\n\r\nx' in request.body


AUTHS = [
    ({"type": "bearer", "bearer": [{"key": "token", "value": "own"}]}, {}, {"Authorization": "Bearer own"}),
    ({"type": "bearer", "bearer": {"token": "old"}}, {}, {"Authorization": "Bearer old"}),  # as in 2.0
    (
        {"type": "bearer", "bearer": [{"key": "token", "value": "{{t}}"}]},
        {"token": "T"},
        {"Authorization": "Bearer T"},
    ),
    (
        {"type": "basic", "basic": [{"key": "username", "value": "u"}, {"key": "password", "value": "p"}]},
        {},
        {"Authorization": "Basic dTpw"},
    ),
    (
        {"type": "apikey", "apikey": [{"key": "key", "value": "X-K"}, {"key": "value", "value": "v"}]},
        {},
        {"X-K": "v"},
    ),
    ({"type": "noauth"}, {"token": "T"}, {}),
]


@pytest.mark.parametrize(("auth", "settings", "headers"), AUTHS)
def test_auth_of_a_request_and_of_what_is_above_it(auth, settings, headers):
    assert dict(one(item(auth=auth), settings.items()).headers) == headers
    assert dict(one(item(), settings.items(), auth=auth).headers) == headers


def test_a_key_in_the_query():
    details = [{"key": "key", "value": "k"}, {"key": "value", "value": "v"}, {"key": "in", "value": "query"}]
    assert one(item(auth={"type": "apikey", "apikey": details})).url == "http://site.test/a?k=v"


def test_missing_credentials_are_said():
    auth = {"type": "oauth2", "oauth2": []}
    found = imported(collection(item(auth=auth), item("s", auth=auth)))
    assert found.notes == ["credentials of type 'oauth2' are wanted: give them with --token"]


def test_an_unknown_host_variable_is_the_target():
    found = imported(collection(item(url="{{baseUrl}}/a")))
    assert lines(found) == ["GET http://site.test/a"]
    assert "{{baseUrl}} has no value" in found.notes[0]


@pytest.mark.parametrize(
    "url",
    [
        "http://{{host}}/a",
        "https://{{ host }}:8443/a",
        "{{scheme}}://{{host}}:{{port}}/a",
        "{{host}}:{{port}}/a",
    ],
)
def test_an_unknown_host_in_a_url_is_the_target(url):
    found = imported(collection(item(url=url)))
    assert [operation.request.url for operation in found.operations] == ["http://site.test/a"]
    assert "host" in found.notes[0]
    assert "has no value" in found.notes[0]


def test_a_known_host_and_part_of_one_stay():
    variables = [{"key": "host", "value": "site.test"}]
    found = imported(collection(item(url="http://{{host}}/a"), variable=variables))
    assert (found.operations[0].request.url, found.notes) == ("http://site.test/a", [])
    assert not imported(
        collection(item(url="http://{{tenant}}.other.test/a"), item(url="http://third.test/"))
    ).notes


def test_another_deployment_is_moved_to_the_target_and_a_third_party_is_not():
    found = imported(
        collection(item(url="http://localhost:5000/a"), item("s", url="http://localhost:5000/b"))
    )
    assert lines(found) == ["GET http://site.test/a", "GET http://site.test/b"]
    assert "localhost:5000 is out of scope" in found.notes[0]
    mixed = imported(collection(item(), item("s", url="http://other.test/b")))
    assert lines(mixed) == ["GET http://site.test/a"]
    assert mixed.left_out == [("s", "http://other.test is out of scope")]


def test_what_deletes_is_harmful():
    found = imported(collection(item("Delete user", "POST"), item("x", "DELETE"), item("fine", "POST")))
    assert [each.harmful for each in found.operations] == [True, True, False]


def test_a_malformed_request_costs_itself_only():
    broken = {"name": "bad", "request": {"url": "http://[", "method": "GET"}}
    found = imported(collection(broken, item()))
    assert lines(found) == ["GET http://site.test/a"]
    assert found.left_out[0][0] == "bad"


def test_graphql_variables_as_an_object():
    body = {"mode": "graphql", "graphql": {"query": "q", "variables": {"a": 1}}}
    assert sent_json(one(item(method="POST", body=body))) == {"query": "q", "variables": {"a": 1}}


def test_what_is_no_collection():
    with pytest.raises(UsageError, match="no 'item'"):
        imported(json.dumps({"info": {"schema": SCHEMA}, "item": 3}))
