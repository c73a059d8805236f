"""OpenAPI descriptions and the requests they become."""

import json

import pytest

from s2n.errors import UsageError
from s2n.model import Response
from support.apis import by_name, imported, lines, sent_json


def described(paths, version="3.0.3", **more):
    head = {"swagger": "2.0"} if version == "2.0" else {"openapi": version}
    return json.dumps({**head, "info": {"title": "t", "version": "1"}, "paths": paths, **more})


def operation(parameters=(), body=None, **more):
    made = {"parameters": list(parameters), "responses": {}, **more}
    if body is not None:
        made["requestBody"] = {"content": body}
    return made


def one(paths, **more):
    (made,) = imported(described(paths, **more)).operations
    return made.request


def test_every_method_of_every_path():
    item = {method: operation() for method in ("get", "post", "put", "patch", "delete", "head", "options")}
    found = imported(described({"/a": item, "x-note": {"get": {}}}))
    assert lines(found) == [f"{method.upper()} http://site.test/a" for method in item]
    assert [each.harmful for each in found.operations] == [
        each.request.method == "DELETE" for each in found.operations
    ]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_yaml_with_references(version):
    text = f"""
openapi: {version}
servers: [{{url: /v1}}]
paths:
  /pets/{{petId}}:
    parameters: [{{$ref: '#/components/parameters/Pet'}}]
    put:
      requestBody: {{$ref: '#/components/requestBodies/Pet'}}
components:
  parameters:
    Pet: {{name: petId, in: path, required: true, schema: {{type: integer, minimum: 10}}}}
  requestBodies:
    Pet:
      content:
        application/json:
          schema: {{$ref: '#/components/schemas/Pet'}}
  schemas:
    Pet:
      type: object
      properties:
        id: {{type: integer, readOnly: true}}
        name: {{type: string, example: Rex}}
        born: {{type: string, format: date}}
"""
    (made,) = imported(text).operations
    assert made.request.url == "http://site.test/v1/pets/10"
    assert made.request.method == "PUT"
    assert made.request.header("content-type") == "application/json"
    assert sent_json(made.request) == {"name": "Rex", "born": "2026-01-15"}
    assert (made.template, made.values, made.guessed) == ("/v1/pets/{petId}", {"petId": "10"}, {"petId"})


STYLES = [
    ({"in": "query", "schema": {"example": [1, 2]}}, "?p=1&p=2"),
    ({"in": "query", "explode": False, "schema": {"example": [1, 2]}}, "?p=1,2"),
    ({"in": "query", "style": "pipeDelimited", "schema": {"example": [1, 2]}}, "?p=1%7C2"),
    ({"in": "query", "style": "spaceDelimited", "schema": {"example": [1, 2]}}, "?p=1%202"),
    ({"in": "query", "schema": {"example": {"a": 1, "b": True}}}, "?a=1&b=true"),
    ({"in": "query", "explode": False, "schema": {"example": {"a": 1}}}, "?p=a,1"),
    ({"in": "query", "style": "deepObject", "schema": {"example": {"a": 1}}}, "?p[a]=1"),
    ({"in": "query", "example": "a b&c"}, "?p=a%20b%26c"),
    ({"in": "query", "examples": {"x": {"value": "named"}}}, "?p=named"),
    (
        {"in": "query", "content": {"application/json": {"schema": {"example": {"a": 1}}}}},
        "?p=%7B%22a%22:1%7D",
    ),
]


@pytest.mark.parametrize(("parameter", "query"), STYLES)
def test_query_styles(parameter, query):
    request = one({"/a": {"get": operation([{"name": "p", **parameter}])}})
    assert request.target == f"/a{query}"


@pytest.mark.parametrize(
    ("style", "explode", "value", "path"),
    [
        ("simple", False, "x/y", "/a/x%2Fy"),
        ("simple", False, [1, 2], "/a/1,2"),
        ("simple", True, {"k": 1}, "/a/k=1"),
        ("label", False, [1, 2], "/a/.1,2"),
        ("label", True, [1, 2], "/a/.1.2"),
        ("matrix", False, 5, "/a/;p=5"),
        ("matrix", True, [1, 2], "/a/;p=1;p=2"),
    ],
)
def test_path_styles(style, explode, value, path):
    parameter = {"name": "p", "in": "path", "style": style, "explode": explode, "schema": {"example": value}}
    assert one({"/a/{p}": {"get": operation([parameter])}}).target == path


def test_headers_and_cookies():
    parameters = [
        {"name": "X-Trace", "in": "header", "schema": {"type": "string", "default": "t1"}},
        {"name": "Accept", "in": "header", "schema": {"default": "ignored"}},
        {"name": "lang", "in": "cookie", "schema": {"enum": ["en", "de"]}},
    ]
    request = one({"/a": {"get": operation(parameters)}})
    assert request.headers == (("X-Trace", "t1"), ("Cookie", "lang=en"))


def test_a_path_parameter_that_is_not_declared_is_made_up():
    (made,) = imported(described({"/a/{who}": {"get": operation()}})).operations
    assert made.request.target == "/a/s2n"
    assert made.guessed == {"who"}


SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}, "tags": {"type": "array", "items": {"example": "x"}}},
}
BODIES = [
    ({"application/json": {"schema": SCHEMA}}, "application/json", b'{"n":1,"tags":["x"]}'),
    ({"application/vnd.a+json": {"example": {"a": 1}}}, "application/vnd.a+json", b'{"a":1}'),
    ({"application/json": {"example": '{"as": "text"}'}}, "application/json", b'{"as": "text"}'),
    ({"application/json": {"examples": {"e": {"value": [1]}}}}, "application/json", b"[1]"),
    (
        {"application/x-www-form-urlencoded": {"schema": SCHEMA}},
        "application/x-www-form-urlencoded",
        b"n=1&tags=x",
    ),
    ({"text/plain": {"schema": {"type": "string"}}}, "text/plain", b"s2n"),
    (
        {"application/xml": {"schema": {**SCHEMA, "xml": {"name": "item"}}}, "text/plain": {}},
        "application/xml",
        b'<?xml version="1.0" encoding="UTF-8"?><item><n>1</n><tags>x</tags></item>',
    ),
    ({"application/xml": {"schema": SCHEMA}, "application/json": {"example": 1}}, "application/json", b"1"),
    ({"*/*": {"schema": {"type": "integer"}}}, "application/json", b"1"),
]


@pytest.mark.parametrize(("content", "media", "body"), BODIES)
def test_bodies(content, media, body):
    request = one({"/a": {"post": operation(body=content)}})
    assert request.header("content-type") == media
    assert request.body == body


def test_a_multipart_body_with_a_file():
    schema = {
        "type": "object",
        "properties": {"note": {"type": "string"}, "f": {"type": "string", "format": "binary"}},
    }
    encoding = {"f": {"contentType": "image/png"}}
    request = one(
        {"/a": {"post": operation(body={"multipart/form-data": {"schema": schema, "encoding": encoding}})}}
    )
    assert request.header("content-type").startswith("multipart/form-data; boundary=")
    assert b'name="note"\r\n\r\ns2n\r\n' in request.body
    assert b'name="f"; filename="s2n.png"\r\nContent-Type: image/png' in request.body


def test_xml_attributes_namespaces_and_wrapping():
    schema = {
        "type": "object",
        "xml": {"name": "o", "namespace": "urn:o", "prefix": "p"},
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "tags": {
                "type": "array",
                "xml": {"wrapped": True, "name": "list"},
                "items": {"example": "<", "xml": {"name": "tag"}},
            },
        },
    }
    request = one({"/a": {"post": operation(body={"application/xml": {"schema": schema}})}})
    assert request.body.endswith(b'<p:o xmlns:p="urn:o" id="1"><list><tag>&lt;</tag></list></p:o>')


def test_swagger_2():
    paths = {
        "/b": {
            "post": operation(
                [
                    {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/B"}},
                    {"name": "q", "in": "query", "type": "array", "items": {"enum": ["x"]}, "minItems": 2},
                    {
                        "name": "m",
                        "in": "query",
                        "type": "array",
                        "items": {"enum": ["y"]},
                        "collectionFormat": "multi",
                    },
                ]
            )
        },
        "/f": {"post": operation([{"name": "a", "in": "formData", "type": "string", "required": True}])},
        "/u": {"post": operation([{"name": "doc", "in": "formData", "type": "file"}])},
    }
    more = {
        "host": "site.test",
        "basePath": "/v2",
        "schemes": ["https", "http"],
        "definitions": {"B": {"properties": {"k": {"type": "integer"}}}},
    }
    body, form, upload = (each.request for each in imported(described(paths, "2.0", **more)).operations)
    assert (body.url, sent_json(body)) == ("http://site.test/v2/b?q=x,x&m=y", {"k": 1})
    assert (form.body, form.header("content-type")) == (b"a=s2n", "application/x-www-form-urlencoded")
    assert b'name="doc"; filename="s2n.txt"' in upload.body


@pytest.mark.parametrize(
    ("servers", "url", "noted"),
    [
        ([], "http://site.test/a", False),
        ([{"url": ""}], "http://site.test/a", False),
        ([{"url": "/api/"}], "http://site.test/api/a", False),
        ([{"url": "https://other.test/x"}, {"url": "http://site.test/y"}], "http://site.test/y/a", False),
        ([{"url": "https://other.test/x"}], "http://site.test/x/a", True),
        (
            [
                {
                    "url": "http://{host}/{v}",
                    "variables": {"host": {"default": "site.test"}, "v": {"default": "3"}},
                }
            ],
            "http://site.test/3/a",
            False,
        ),
    ],
)
def test_servers(servers, url, noted):
    found = imported(described({"/a": {"get": operation()}}, servers=servers))
    assert lines(found) == [f"GET {url}"]
    assert bool(found.notes) is noted
    if noted:
        assert (
            "https://other.test is out of scope: its requests go to http://site.test instead"
            in found.notes[0]
        )


def test_a_relative_server_is_resolved_where_the_description_lies():
    text = described({"/a": {"get": operation()}}, servers=[{"url": "../v2"}])
    assert lines(imported(text, location="http://site.test/docs/v1/api.json")) == [
        "GET http://site.test/docs/v2/a"
    ]


def test_excluded_operations_are_left_out_by_name():
    found = imported(described({"/a": {"get": operation()}, "/b": {"get": operation()}}), exclude=("/b",))
    assert lines(found) == ["GET http://site.test/a"]
    assert found.left_out == [("GET /b", "--exclude or --scope rules it out")]


SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "oauth": {"type": "oauth2", "flows": {}},
}


@pytest.mark.parametrize(
    ("scheme", "settings", "target", "headers"),
    [
        ("bearer", {"token": "T"}, "/a", {"Authorization": "Bearer T"}),
        ("oauth", {"token": "T"}, "/a", {"Authorization": "Bearer T"}),
        ("basic", {"username": "u", "password": "p"}, "/a", {"Authorization": "Basic dTpw"}),
        ("header", {"token": "T"}, "/a", {"X-Key": "T"}),
        ("query", {"token": "T"}, "/a?key=T", {}),
        ("cookie", {"token": "T"}, "/a", {"Cookie": "sid=T"}),
        ("bearer", {"token": "T", "auth": "bearer"}, "/a", {}),  # the client sends it with every request
    ],
)
def test_credentials_go_where_the_scheme_says(scheme, settings, target, headers):
    text = described(
        {"/a": {"get": operation(security=[{scheme: []}])}, "/open": {"get": operation()}},
        components={"securitySchemes": SCHEMES},
    )
    found = imported(text, **settings)
    assert found.operations[0].request.target == target
    assert dict(found.operations[0].request.headers) == headers
    assert found.operations[1].request.headers == ()
    assert found.notes == []


def test_missing_credentials_are_said_once_and_optional_ones_are_not():
    paths = {
        "/a": {"get": operation(security=[{"bearer": []}])},
        "/b": {"get": operation(security=[{"bearer": []}, {}])},
    }
    found = imported(described(paths, components={"securitySchemes": SCHEMES}))
    assert len(found.operations) == 2
    assert len(found.notes) == 1
    assert "1 operations want the credentials of 'bearer'" in found.notes[0]


def test_the_second_alternative_serves_where_the_first_cannot():
    text = described(
        {"/a": {"get": operation()}},
        security=[{"basic": []}, {"header": []}],
        components={"securitySchemes": SCHEMES},
    )
    assert imported(text, token="T").operations[0].request.header("x-key") == "T"


def test_remote_references_are_fetched():
    schema = {"type": "object", "properties": {"far": {"$ref": "deep/more.yaml#/M"}}}
    text = described(
        {"/a": {"post": operation(body={"application/json": {"schema": {"$ref": "s.json#/S"}}})}}
    )
    pages = {
        "http://site.test/docs/s.json": json.dumps({"S": schema}),
        "http://site.test/docs/deep/more.yaml": "M: {enum: [found]}",
    }

    def answers(request):
        return Response(200, body=pages[request.url].encode()) if request.url in pages else None

    found = imported(text, answers, location="http://site.test/docs/api.json")
    assert sent_json(found.operations[0].request) == {"far": "found"}
    assert found.notes == []


def test_a_reference_that_cannot_be_fetched_costs_its_operation_only():
    body = {"application/json": {"schema": {"$ref": "s.json#/S"}}}
    found = imported(described({"/a": {"post": operation(body=body)}, "/b": {"get": operation()}}))
    assert lines(found) == ["GET http://site.test/b"]
    assert found.left_out[0][0] == "POST /a"
    assert "s.json" in found.notes[0]


@pytest.mark.parametrize(
    "broken",
    [{"parameters": 5}, {"parameters": [{"name": "a", "in": "query", "schema": 3}], "requestBody": []}],
)
def test_a_malformed_operation_costs_itself_only(broken):
    found = imported(described({"/a": {"get": broken}, "/b": {"get": operation()}}))
    assert "GET http://site.test/b" in lines(found)
    assert all(name == "GET /a" for name, _ in found.left_out)


def test_dangerous_operations_are_known_by_method_path_and_id():
    paths = {
        "/items/{id}": {"delete": operation()},
        "/session/logout": {"post": operation()},
        "/x": {
            "post": operation(operationId="views.items.removeAll"),
            "get": operation(operationId="listItems"),
        },
    }
    found = imported(described(paths))
    assert {each.name: each.harmful for each in found.operations} == {
        "DELETE /items/{id}": True,
        "POST /session/logout": True,
        "POST /x": True,
        "GET /x": False,
    }


def test_reading_is_told_from_changing():
    found = imported(described({"/x": {"get": operation(), "post": operation()}}))
    assert {name: each.method for name, each in by_name(found).items()} == {
        "GET /x": "GET",
        "POST /x": "POST",
    }
    assert [each.reads for each in found.operations] == [True, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"openapi": "3.0.0", "paths": {,}}', "api, line 1: not JSON"),
        ("openapi: 3.0.0\npaths:\n  /a: [\n", "api, line 4: not YAML"),
        ("openapi: 3.0.0\ninfo: {}\n", "api has no 'paths'"),
    ],
)
def test_broken_descriptions(text, message):
    with pytest.raises(UsageError, match=message):
        imported(text)
