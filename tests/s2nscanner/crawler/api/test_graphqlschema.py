"""Answers to introspection queries."""

import json

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.crawler.api.graphqlschema import Argument, Field, from_introspection


def named(name, kind="SCALAR"):
    return {"kind": kind, "name": name, "ofType": None}


def wrapped(kind, inner):
    return {"kind": kind, "name": None, "ofType": inner}


RESULT = {
    "queryType": {"name": "Q"},
    "mutationType": None,
    "types": [
        {
            "kind": "OBJECT",
            "name": "Q",
            "fields": [
                {
                    "name": "a",
                    "args": [{"name": "x", "type": wrapped("NON_NULL", named("ID")), "defaultValue": '"7"'}],
                    "type": wrapped("NON_NULL", wrapped("LIST", wrapped("NON_NULL", named("Q", "OBJECT")))),
                }
            ],
        },
        {"kind": "INPUT_OBJECT", "name": "I", "inputFields": [{"name": "v", "type": named("Int")}]},
        {"kind": "ENUM", "name": "E", "enumValues": [{"name": "A"}]},
        {"kind": "UNION", "name": "U", "possibleTypes": [{"name": "Q"}]},
    ],
}


@pytest.mark.parametrize("document", [{"data": {"__schema": RESULT}}, {"__schema": RESULT}])
def test_the_types_of_an_answer(document):
    schema = from_introspection(json.loads(json.dumps(document)), "x")
    assert (schema.query, schema.mutation) == ("Q", "")
    assert schema.types["Q"].fields == [Field("a", "[Q!]!", (Argument("x", "ID!", '"7"'),))]
    assert schema.types["I"].inputs == [Argument("v", "Int")]
    assert schema.types["E"].values == ["A"]
    assert schema.types["U"].members == ["Q"]


@pytest.mark.parametrize(
    "document", [[], {"data": None}, {"data": {"__schema": {"types": 3}}}, {"errors": [{"message": "off"}]}]
)
def test_an_answer_without_a_schema(document):
    with pytest.raises(UsageError, match="x holds no GraphQL schema"):
        from_introspection(document, "x")


def test_a_malformed_schema():
    with pytest.raises(UsageError, match="malformed"):
        from_introspection({"__schema": {"types": [{"kind": "OBJECT"}]}}, "x")
