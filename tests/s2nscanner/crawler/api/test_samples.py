"""Schemas and the values made for them."""

import re

import jsonschema
import pytest

from s2n.s2nscanner.crawler.api.refs import DeadReference, Documents
from s2n.s2nscanner.crawler.api.samples import Sampler, merged, number, type_of


def made(schema, name="", **components):
    return Sampler(Documents({"components": {"schemas": components}})).sample(schema, name)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"example": "E", "default": "D", "enum": ["X"], "type": "string"}, "E"),
        ({"examples": ["E1", "E2"]}, "E1"),
        ({"default": 7, "enum": [1, 7]}, 7),
        ({"enum": [None, "b"]}, "b"),
        ({"const": 3}, 3),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "string", "format": "email"}, "s2n@example.com"),
        ({"type": "string", "format": "date"}, "2026-01-15"),
        ({"type": "string", "format": "uuid"}, "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
        ({"type": "string", "pattern": "^[A-Z]{3}-\\d{2}$"}, "AAA-11"),
        ({"type": "string", "minLength": 6}, "s2nnnn"),
        ({"type": "string", "maxLength": 2}, "s2"),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
        ({"type": "array", "items": {"type": "string"}, "minItems": 2}, ["s2n", "s2n"]),
        ({"prefixItems": [{"type": "integer"}, {"type": "boolean"}]}, [1, True]),
        ({"type": "array", "maxItems": 0, "items": {}}, []),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"s2n": 1}),
        ({"required": ["loose"], "type": "object"}, {"loose": "s2n"}),
        ({"type": "string", "example": 19102}, "19102"),
        ({"type": "integer", "example": "42"}, 42),
        ({"type": "boolean", "default": "true"}, True),
        ({"type": "integer", "example": "many"}, 1),
        ({"type": "integer", "example": None}, 1),
        ({"type": "integer", "example": None, "nullable": True}, None),
        (True, "s2n"),
    ],
)
def test_values(schema, value):
    assert made(schema) == value


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 5, "maximum": 9},
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 2},
        {"type": "number", "exclusiveMaximum": 1, "minimum": 0},
        {"type": "integer", "exclusiveMinimum": 10},
        {"type": "integer", "maximum": -3},
        {"type": "integer", "multipleOf": 5, "minimum": 7},
        {"type": "number", "multipleOf": 0.5, "minimum": 1.2},
        {"type": "number", "minimum": 0.2, "maximum": 0.4},
    ],
)
def test_numbers_stay_inside_their_limits(schema):
    value = number(schema, whole=schema["type"] == "integer")
    flagged = schema.get("exclusiveMinimum") is True
    checked = {**schema, "exclusiveMinimum": schema["minimum"]} if flagged else schema
    jsonschema.validate(value, checked)


def test_an_object_holds_what_it_may_send_and_not_what_is_read_only():
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "id": {"type": "integer", "readOnly": True},
            "name": {"type": "string"},
            "email": {"type": "string"},
            "age": {"type": "integer", "minimum": 18},
        },
    }
    assert made(schema) == {"name": "s2n", "email": "s2n@example.com", "age": 18}


def test_all_of_adds_up_and_one_of_takes_the_first_that_yields():
    parts = {"A": {"properties": {"a": {"type": "integer"}}, "required": ["a"]}}
    schema = {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"b": {"type": "boolean"}}}]}
    assert made(schema, **parts) == {"a": 1, "b": True}
    assert made({"oneOf": [{"type": "null"}, {"type": "integer"}]}) == 1
    both = {
        "type": "object",
        "properties": {"c": {"type": "integer"}},
        "anyOf": [{"$ref": "#/components/schemas/A"}],
    }
    assert made(both, **parts) == {"c": 1, "a": 1}


def test_a_schema_that_holds_itself_ends_and_stays_valid():
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "next": {"$ref": "#/components/schemas/Node"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    assert made({"$ref": "#/components/schemas/Node"}, Node=node) == {"name": "s2n", "children": []}


def test_a_schema_as_wide_as_it_is_deep_ends():
    wide = {
        "type": "object",
        "properties": {f"p{n}": {"$ref": f"#/components/schemas/L{1}"} for n in range(20)},
    }
    levels = {
        f"L{level}": {
            "type": "object",
            "properties": {f"p{n}": {"$ref": f"#/components/schemas/L{level + 1}"} for n in range(20)},
        }
        for level in range(1, 10)
    }
    assert len(str(made(wide, **levels, L10={"type": "integer"}))) < 200_000


def test_a_dead_reference_is_named():
    with pytest.raises(DeadReference, match=re.escape("#/components/schemas/Gone")):
        made({"$ref": "#/components/schemas/Gone"})


def test_types_are_implied():
    assert type_of({"properties": {}}) == "object"
    assert type_of({"items": {}}) == "array"
    assert type_of({"pattern": "a"}) == "string"
    assert type_of({}) == ""


def test_merging_keeps_the_required_of_all():
    both = merged([{"required": ["a"], "properties": {"a": 1}}, {"required": ["b"], "properties": {"b": 2}}])
    assert both == {"required": ["a", "b"], "properties": {"a": 1, "b": 2}}


def test_what_is_read_only_by_one_of_its_schemas_stays_out():
    schema = {
        "type": "object",
        "properties": {"id": {"allOf": [{"$ref": "#/components/schemas/Id"}]}, "n": {}},
    }
    assert made(schema, Id={"type": "integer", "readOnly": True}) == {"n": "s2n"}
    assert made(schema, Id={"type": "integer"}) == {"id": 1, "n": "s2n"}
