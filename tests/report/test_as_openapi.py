import json
import re

import pytest
import yaml
from msgspec.structs import replace

from s2n.model import Location
from s2n.model.site import Endpoint, Parameter, Replay, ValueType
from s2n.report.as_openapi import METHODS, description, render, render_yaml
from support.sites import HOME, LOGIN, ORDER, SEARCH, URL, partial_site, site


def operation(*endpoints):
    (item,) = description(site(*endpoints))["paths"].values()
    (found,) = (value for key, value in item.items() if key in METHODS)
    return found


def check(document):
    """What the specification demands of the parts that are used here."""
    assert set(document) <= {"openapi", "info", "servers", "paths", "x-s2n-left-out"}
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(document["info"])
    for path, item in document["paths"].items():
        assert path.startswith("/")
        assert set(item) <= METHODS | {"servers"}
        for method in METHODS & set(item):
            found = item[method]
            parameters = [(each["in"], each["name"]) for each in found.get("parameters", [])]
            assert len(set(parameters)) == len(parameters)
            named = {name for place, name in parameters if place == "path"}
            assert named == set(re.findall(r"\{([^}]+)\}", path))
            for each in found.get("parameters", []):
                assert each["in"] in {"path", "query", "header", "cookie"}
                assert each["in"] != "path" or each["required"] is True
                assert isinstance(each["schema"]["type"], str)
            for media in found.get("requestBody", {"content": {}})["content"].values():
                assert set(media) <= {"schema", "example"}
            for status, answer in found["responses"].items():
                assert status == "default" or re.fullmatch(r"[1-5]\d\d", status)
                assert answer["description"]


@pytest.mark.parametrize("given", [site(), partial_site()])
def test_it_is_a_description_in_json_and_yaml(given):
    document = description(given)
    check(document)
    assert json.loads(render(given)) == document
    assert yaml.safe_load(render_yaml(given)) == document


def test_who_it_is_of():
    document = description(site())
    assert document["servers"] == [{"url": URL}]
    assert document["info"]["title"] == URL
    assert "not complete: stopped by the user" in description(partial_site())["info"]["description"]


def test_query_parameters_with_types_and_values():
    found = operation(SEARCH)
    assert found["parameters"] == [
        {"name": "q", "in": "query", "schema": {"type": "string"}, "example": "green tea"},
        {"name": "page", "in": "query", "schema": {"type": "integer"}, "example": 2},
        {
            "name": "sort",
            "in": "query",
            "schema": {"type": "string", "enum": ["up", "down"]},
            "example": "up",
        },
    ]
    assert found["responses"] == {"200": {"description": "As it was seen.", "content": {"text/html": {}}}}
    assert found["x-s2n-found"] == [f"form {URL}/", f"link {URL}/about"]


def test_a_form():
    found = operation(LOGIN)
    assert found["requestBody"]["content"] == {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "user": {"type": "string", "format": "email"},
                    "password": {"type": "string", "format": "password"},
                },
                "required": ["user"],
            },
            "example": {"user": "a@b.example", "password": "***"},
        }
    }
    assert found["responses"] == {"default": {"description": "Not asked."}}


def test_json_headers_cookies_and_a_path():
    found = operation(ORDER)
    assert found["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "example": 17},
        {"name": "X-Team", "in": "header", "schema": {"type": "string"}, "example": "red"},
        {"name": "sid", "in": "cookie", "schema": {"type": "string"}},
    ]
    assert found["x-s2n-login"] is True
    media = found["requestBody"]["content"]["application/json"]
    assert media["example"] == {"lines": [{"count": 2, "gift": True}], "note": None}
    assert media["schema"]["properties"]["lines"] == {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"count": {"type": "integer"}, "gift": {"type": "boolean"}},
        },
    }
    assert media["schema"]["properties"]["note"] == {}


def sending(body, content_type, *parameters, base64=False):
    headers = (("Content-Type", content_type),) if content_type else ()
    replay = Replay(method="POST", url=f"{URL}/x", headers=headers, body=body, base64=base64)
    return Endpoint(method="POST", url=f"{URL}/x", template="/x", parameters=parameters, requests=(replay,))


@pytest.mark.parametrize(
    ("endpoint", "content"),
    [
        (
            sending("<a>1</a>", "text/xml"),
            {"text/xml": {"schema": {"type": "string"}, "example": "<a>1</a>"}},
        ),
        (sending("{broken", "application/json"), {"application/json": {}}),
        (sending("", "application/json"), None),
        (sending("x", ""), {"application/octet-stream": {"schema": {"type": "string"}, "example": "x"}}),
        (
            sending("/w==", "image/png", base64=True),
            {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        ),
        (
            sending(
                "--b",
                "multipart/form-data; boundary=b",
                Parameter(name="f", location=Location.FILENAME, type=ValueType.FILE, values=("a.png",)),
                Parameter(name="n", location=Location.MULTIPART, type=ValueType.NUMBER, values=("1.5",)),
            ),
            {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "f": {"type": "string", "format": "binary"},
                            "n": {"type": "number"},
                        },
                    },
                    "example": {"f": "a.png", "n": 1.5},
                }
            },
        ),
    ],
)
def test_bodies(endpoint, content):
    assert operation(endpoint).get("requestBody", {}).get("content") == content


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter(name="?", location=Location.QUERY, values=("x",)),
        Parameter(name="Accept", location=Location.HEADER, values=("*/*",)),
    ],
)
def test_what_openapi_does_not_take_for_a_parameter(parameter):
    assert "parameters" not in operation(replace(HOME, parameters=(parameter,)))


def test_what_it_has_no_place_for_is_counted():
    other = replace(HOME, url="http://other.example/")
    aside = replace(HOME, url="http://other.example/aside", template="/aside")
    document = description(site(other, HOME, aside, replace(HOME, method="PROPFIND")))
    check(document)
    assert document["x-s2n-left-out"] == 2
    assert "servers" not in document["paths"]["/"]
    assert document["paths"]["/aside"]["servers"] == [{"url": "http://other.example"}]


def test_a_body_that_is_nested_without_end_has_an_end():
    deep = "[" * 500 + "]" * 500
    check(description(site(sending(deep, "application/json"))))
