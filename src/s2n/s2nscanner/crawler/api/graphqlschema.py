"""A GraphQL schema, as the answer to an introspection query holds it.

https://spec.graphql.org/October2021/
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from s2n.errors import UsageError

INTROSPECTION = (
    "query IntrospectionQuery{__schema{queryType{name}mutationType{name}subscriptionType{name}"
    "types{kind name fields(includeDeprecated:true){name args{name type{...T}defaultValue}type{...T}}"
    "inputFields{name type{...T}defaultValue}enumValues{name}possibleTypes{name}}}}"
    "fragment T on __Type{kind name ofType{kind name ofType{kind name ofType{kind name "
    "ofType{kind name ofType{kind name}}}}}}"
)
"""Asks for what requests are made of, in the order all servers since 2016 know."""


class Argument(NamedTuple):
    """``type`` is written as in SDL: ``[ID!]!``; ``default`` as GraphQL writes values, None without one."""

    name: str
    type: str
    default: str | None = None


class Field(NamedTuple):
    """A field of an object type."""

    name: str
    type: str
    arguments: tuple[Argument, ...] = ()


class Type(Struct):
    """``kind`` is SDL's word: type, interface, union, input, enum, scalar."""

    kind: str
    fields: list[Field] = field(default_factory=list)
    inputs: list[Argument] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)


class Schema(Struct):
    """The types by name, and which of them are the roots."""

    types: dict[str, Type] = field(default_factory=dict)
    query: str = "Query"
    mutation: str = "Mutation"


_KINDS = {
    "OBJECT": "type",
    "INTERFACE": "interface",
    "UNION": "union",
    "INPUT_OBJECT": "input",
    "ENUM": "enum",
    "SCALAR": "scalar",
}


def from_introspection(document: Any, name: str) -> Schema:
    """The schema in the answer to an introspection query, with or without its ``data`` around it.

    Raises:
        UsageError: it holds no schema.
    """
    inner = document.get("data", document) if isinstance(document, Mapping) else None
    raw = inner.get("__schema") if isinstance(inner, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(raw.get("types"), list):
        raise UsageError(f"{name} holds no GraphQL schema", "save the whole answer to an introspection query")
    try:
        schema = Schema(query=_root(raw, "queryType"), mutation=_root(raw, "mutationType"))
        for entry in raw["types"]:
            schema.types[entry["name"]] = Type(
                _KINDS.get(entry.get("kind"), "scalar"),
                [
                    Field(each["name"], _written(each["type"]), tuple(map(_argument, each.get("args") or ())))
                    for each in entry.get("fields") or ()
                ],
                [_argument(each) for each in entry.get("inputFields") or ()],
                [each["name"] for each in entry.get("enumValues") or ()],
                [each["name"] for each in entry.get("possibleTypes") or ()],
            )
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{name}: the GraphQL schema is malformed ({error!r})", "export it again") from error
    return schema


def _root(raw: Mapping[str, Any], key: str) -> str:
    entry = raw.get(key)
    return str(entry["name"]) if isinstance(entry, Mapping) and entry.get("name") else ""


def _argument(raw: Mapping[str, Any]) -> Argument:
    return Argument(raw["name"], _written(raw["type"]), raw.get("defaultValue"))


def _written(raw: Mapping[str, Any]) -> str:
    inner = raw.get("ofType")
    if raw.get("kind") == "NON_NULL" and inner:
        return f"{_written(inner)}!"
    if raw.get("kind") == "LIST" and inner:
        return f"[{_written(inner)}]"
    return str(raw.get("name") or "String")
