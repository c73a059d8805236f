"""Functions of a script by name, and their parameters where they are called."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

from s2n.s2nscanner.crawler.javascript.constants import HOLE, Node, Script
from s2n.s2nscanner.crawler.javascript.scopes import FUNCTIONS, parameters

__all__ = ["bind", "name_of", "named_functions"]

_HOLDERS = {
    "variable_declarator": ("name", "value"),
    "assignment_expression": ("left", "right"),
    "field_definition": ("property", "value"),
}
"""Where functions get their names: the fields of the name and of the function."""

_MAX_MEMBERS = 1000


def bind(script: Script, function: Node, values: Sequence[Any]) -> dict[str, Any]:
    """The parameters of ``function`` where it is called with ``values``; holes where none is given."""
    pattern = parameters(function)
    bound: dict[str, Any] = dict.fromkeys(script.scopes.declared(pattern), HOLE)
    if pattern is None:
        return bound
    patterns = [pattern] if pattern.type == "identifier" else pattern.named_children
    given = [*values, *repeat(HOLE, len(patterns))]
    for each, value in zip(patterns, given, strict=False):
        bound |= _matched(script, each, value)
    return bound


def _matched(script: Script, pattern: Node, value: Any) -> dict[str, Any]:
    """What ``pattern`` takes out of ``value``: names, defaults, the members of an object."""
    if pattern.type in {"identifier", "shorthand_property_identifier_pattern"}:
        return {script.text(pattern): value}
    if pattern.type in {"assignment_pattern", "object_assignment_pattern"}:
        left = pattern.child_by_field_name("left")
        default = script.value(pattern.child_by_field_name("right")) if value == HOLE else value
        return _matched(script, left, default) if left is not None else {}
    if pattern.type != "object_pattern" or not isinstance(value, dict):
        return {}
    out: dict[str, Any] = {}
    for part in pattern.named_children:
        inner = part.child_by_field_name("value") if part.type == "pair_pattern" else part
        key = part.child_by_field_name("key") or part.child_by_field_name("left") or part
        if inner is not None and part.type != "rest_pattern":
            out |= _matched(script, inner, value.get(script.text(key), HOLE))
    return out


def named_functions(script: Script) -> Iterator[tuple[str, Node]]:
    """The functions of ``script`` with what they are called by.

    From the outside in: asking a function for what is around it takes longer the deeper it lies.
    """
    for function in script.scopes.all_functions():
        own = function.child_by_field_name("name")
        if own is not None:
            yield script.text(own), function
    for kind, (name, value) in _HOLDERS.items():
        for node in script.nodes(kind):
            yield from _named(script, node.child_by_field_name(name), node.child_by_field_name(value))
    for node in script.nodes("object"):
        for part in node.named_children[:_MAX_MEMBERS]:
            if part.type == "pair":
                yield from _named(script, part.child_by_field_name("key"), part.child_by_field_name("value"))


def _named(script: Script, name: Node | None, value: Node | None) -> Iterator[tuple[str, Node]]:
    if name is None or value is None or value.type not in FUNCTIONS:
        return
    if value.child_by_field_name("name") is None:
        yield script.text(name).strip("'\"").rpartition(".")[2], value


def name_of(script: Script, function: Node) -> str:
    """What ``function`` is called by: its own name, or that of what it is assigned to."""
    own = function.child_by_field_name("name")
    if own is not None:
        return script.text(own)
    around = function.parent
    if around is None:
        return ""
    for field in ("name", "key", "property", "left"):
        named = around.child_by_field_name(field)
        if named is not None:
            return script.text(named).strip("'\"").rpartition(".")[2]
    # helper(this, "request", () => …)
    before = next(_strings_before(around, function), None)
    return script.text(before)[1:-1] if before is not None else ""


def _strings_before(around: Node, function: Node) -> Iterator[Node]:
    if around.type == "arguments":
        for each in around.named_children:
            if each.type == "string" and each.end_byte < function.start_byte:
                yield each
