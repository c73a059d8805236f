"""A GraphQL schema → one request for each field of its queries and mutations, with variables."""

import json
from typing import Any

from s2n.model import Request
from s2n.s2nscanner.crawler.api.graphqlschema import Argument, Field, Schema
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation
from s2n.s2nscanner.crawler.api.parameters import compact
from s2n.s2nscanner.crawler.danger import endangers
from s2n.s2nscanner.crawler.values import plausible

SELECTION_DEPTH = 2
"""Objects inside the answer that are asked for: its own scalars, and those of what it refers to."""

INPUT_DEPTH = 5
MAX_SELECTED = 40
"""Fields of one object that are asked for."""

MAX_MEMBERS = 5
"""Members of a union that are asked for."""

_SCALARS: dict[str, Any] = {"int": 1, "float": 1.5, "boolean": True, "long": 1, "bigint": 1, "decimal": 1.5}
_BY_NAME = (
    ("datetime", "2026-01-15T12:00:00Z"),
    ("timestamp", "2026-01-15T12:00:00Z"),
    ("date", "2026-01-15"),
    ("time", "12:00:00Z"),
    ("uuid", "3fa85f64-5717-4562-b3fc-2c963f66afa6"),
    ("email", "s2n@example.com"),
    ("url", "http://example.com/"),
    ("uri", "http://example.com/"),
)


def read_graphql(schema: Schema, endpoint: str, ground: Ground) -> Imported:
    """The operations of ``schema``, all sent to the URL ``endpoint``."""
    imported = Imported()
    if not ground.allows(endpoint):
        imported.left_out.append(("GraphQL", f"{endpoint} is out of scope"))
        return imported
    for keyword, root in (("query", schema.query), ("mutation", schema.mutation)):
        owner = schema.types.get(root)
        for field in owner.fields if owner else ():
            if not field.name.startswith("__"):
                ground.keep(imported, _operation(schema, keyword, field, endpoint))
    return imported


def graphql_request(endpoint: str, query: str, variables: dict[str, Any] | None = None) -> Request:
    """A GraphQL request over HTTP."""
    body: dict[str, Any] = {"query": query}
    if variables is not None:
        body["variables"] = variables
    headers = (("Content-Type", "application/json"), ("Accept", "application/json"))
    return Request.from_url(endpoint, "POST", headers, compact(body).encode())


def _operation(schema: Schema, keyword: str, field: Field, endpoint: str) -> Operation:
    variables: dict[str, Any] = {}
    used: list[Argument] = []
    for argument in field.arguments:
        value = _value(schema, argument, INPUT_DEPTH)
        if value is not None:
            variables[argument.name] = value
            used.append(argument)
    declared = ", ".join(f"${argument.name}: {argument.type}" for argument in used)
    passed = ", ".join(f"{argument.name}: ${argument.name}" for argument in used)
    selection = _selection(schema, field.type, SELECTION_DEPTH)
    name = field.name[:1].upper() + field.name[1:]
    text = f"{keyword} {name}" + (f"({declared})" if declared else "")
    text += (
        f" {{ {field.name}"
        + (f"({passed})" if passed else "")
        + (f" {selection}" if selection else "")
        + " }"
    )
    return Operation(
        name=f"{keyword} {field.name}",
        request=graphql_request(endpoint, text, variables),
        harmful=endangers(field.name),
        reads=keyword == "query",
    )


def _selection(schema: Schema, written: str, depth: int, taken: dict[str, str] | None = None) -> str:
    """What is asked of a value of type ``written``: scalars, and objects while ``depth`` allows.

    ``taken``: types by field of a union's other members, because one answer cannot hold two of a name.
    """
    owner = schema.types.get(_bare(written))
    if owner is None or owner.kind in {"scalar", "enum"}:
        return ""
    if owner.kind == "union":
        shared: dict[str, str] = {}
        members = owner.members[:MAX_MEMBERS]
        parts = [f"... on {member} {_selection(schema, member, 1, shared)}" for member in members]
        return f"{{ {' '.join(['__typename', *parts])} }}"
    asked = []
    for field in owner.fields[:MAX_SELECTED]:
        if any(argument.type.endswith("!") and argument.default is None for argument in field.arguments):
            continue
        kind = schema.types.get(_bare(field.type))
        if kind is None or kind.kind in {"scalar", "enum"}:
            if taken is None or taken.setdefault(field.name, field.type) == field.type:
                asked.append(field.name)
        elif depth > 1:
            asked.append(f"{field.name} {_selection(schema, field.type, depth - 1)}")
    return f"{{ {' '.join(asked or ['__typename'])} }}"


def _value(schema: Schema, argument: Argument, depth: int) -> Any:
    """A value for an argument or an input field; None where an optional one is better left out."""
    if argument.default is not None:
        try:
            return json.loads(argument.default)
        except (ValueError, RecursionError):
            pass  # an enum, or an object in GraphQL's own notation: made like the others
    kind = schema.types.get(_bare(argument.type))
    value: Any
    if kind is not None and kind.kind == "input":
        if depth <= 0:
            return None
        value = {}
        for each in kind.inputs:
            inner = _value(schema, each, depth - 1)
            if inner is not None:
                value[each.name] = inner
            elif each.type.endswith("!"):
                return None
    elif kind is not None and kind.kind == "enum":
        value = kind.values[0] if kind.values else None
    else:
        value = _scalar(_bare(argument.type).lower(), argument.name)
    for _ in range(argument.type.count("[")):
        value = [value]
    return value


def _scalar(name: str, argument: str) -> Any:
    if name in _SCALARS:
        return _SCALARS[name]
    if name == "id":
        return "1"
    if name == "string":
        return plausible("text", argument, {})
    if "json" in name or name in {"map", "object", "any"}:
        return {}
    return next((value for part, value in _BY_NAME if part in name), plausible("text", argument, {}))


def _bare(written: str) -> str:
    return written.strip("[]!")
