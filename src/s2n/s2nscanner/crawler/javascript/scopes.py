"""What a name stands for at a place in a script: the functions and classes around it, and what they set.

Bundles use the same short names in every function, so a name is looked up from the inside out. ``this.x`` is
looked up in its class, ``a.b`` where ``a`` is declared.
"""

from bisect import bisect_right
from collections.abc import Iterator

from tree_sitter import Node

__all__ = ["CLASSES", "FUNCTIONS", "Scopes", "parameters"]

FUNCTIONS = frozenset(
    {
        *("function_declaration", "function_expression", "arrow_function", "method_definition"),
        *("generator_function", "generator_function_declaration"),
    }
)
CLASSES = frozenset({"class", "class_declaration"})

MAX_NESTING = 200
"""Functions inside one another that are told apart; what lies deeper belongs to the last of them."""

_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_DEFAULTS = frozenset({"assignment_pattern", "object_assignment_pattern"})
_NOTHING: frozenset[str] = frozenset()


class Scopes:
    """The functions and classes of a script, numbered in order of appearance; 0 is the script itself."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0]
        self._ends = [1 << 62]
        self._parents = [0]
        self._depths = [0]
        self._nodes: list[Node | None] = [None]
        self._parameters: dict[int, frozenset[str]] = {}
        self._set: dict[tuple[int, str], Node | None] = {}
        self._unclear: set[tuple[int, str]] = set()
        self._members: dict[str, Node | None] = {}
        self._innermost = 0

    def open(self, node: Node) -> None:
        """A function or class begins; they come in order of appearance, outer ones first."""
        start = node.start_byte
        while self._ends[self._innermost] <= start:
            self._innermost = self._parents[self._innermost]
        if self._depths[self._innermost] >= MAX_NESTING:
            return
        self._depths.append(self._depths[self._innermost] + 1)
        self._parents.append(self._innermost)
        self._innermost = len(self._starts)
        self._starts.append(start)
        self._ends.append(node.end_byte)
        self._nodes.append(node)

    def declare(self, name: str, value: Node | None, at: int) -> None:
        """``name`` is a variable of the function around ``at``; ``value`` is None where it is not known."""
        self._put(self._function(at), name, value)

    def assign(self, name: str, value: Node, at: int) -> None:
        """``name`` (``x``, ``a.b``, ``this.c``) is set at ``at``, wherever it is declared."""
        self._put(self._home(name, at), name, value)
        if name.startswith("this."):
            known = self._members.setdefault(name, value)
            if known is not None and self._differ(known, value):
                self._members[name] = None

    def lookup(self, name: str, at: int) -> tuple[Node | None, bool]:
        """What ``name`` is set to, if that is one thing, and whether that is inside a function or class."""
        home = self._home(name, at)
        key = (home, name)
        if key in self._unclear:
            return None, home > 0
        # `this` in a function that another class is given: the class that has such a member, if it is one.
        return self._set.get(key) or self._members.get(name), home > 0

    def assigned(self) -> Iterator[tuple[str, Node]]:
        """All names that were set to one thing, with that."""
        for key, value in self._set.items():
            if value is not None and key not in self._unclear:
                yield key[1], value

    def all_functions(self) -> Iterator[Node]:
        """Every function of the script."""
        yield from (node for node in self._nodes if node is not None and node.type in FUNCTIONS)

    def functions(self, at: int) -> Iterator[Node]:
        """The functions around ``at``, from the inside out."""
        scope = self._scope(at)
        while scope:
            node = self._nodes[scope]
            if node is not None and node.type in FUNCTIONS:
                yield node
            scope = self._parents[scope]

    def declared(self, pattern: Node | None) -> Iterator[str]:
        """The names that parameters, or what stands left of ``=``, declare; not those in their defaults."""
        todo = [pattern] if pattern is not None else []
        while todo:
            node = todo.pop()
            if node.type in _NAMES:
                yield self._text(node).decode("utf-8", "replace")
            elif node.type in _DEFAULTS:
                todo += [left] if (left := node.child_by_field_name("left")) is not None else []
            elif node.type == "pair_pattern":
                todo += [value] if (value := node.child_by_field_name("value")) is not None else []
            else:
                todo += node.named_children

    def _text(self, node: Node) -> bytes:
        return self._source[node.start_byte : node.end_byte]

    def _differ(self, one: Node, other: Node) -> bool:
        return one.id != other.id and self._text(one) != self._text(other)

    def _put(self, scope: int, name: str, value: Node | None) -> None:
        key = (scope, name)
        known = self._set.setdefault(key, value)
        if known is None:
            self._set[key] = value
        elif value is not None and self._differ(known, value):
            self._unclear.add(key)

    def _scope(self, at: int) -> int:
        scope = bisect_right(self._starts, at) - 1
        while self._ends[scope] <= at:
            scope = self._parents[scope]
        return scope

    def _function(self, at: int) -> int:
        scope = self._scope(at)
        while scope and (node := self._nodes[scope]) is not None and node.type in CLASSES:
            scope = self._parents[scope]
        return scope

    def _home(self, name: str, at: int) -> int:
        """The scope that ``name`` belongs to."""
        scope = self._scope(at)
        first = name.partition(".")[0]
        while scope:
            node = self._nodes[scope]
            assert node is not None
            if first == "this":
                if node.type in CLASSES:
                    return scope
            elif (scope, first) in self._set or first in self._parameters_of(scope, node):
                return scope
            scope = self._parents[scope]
        return 0

    def _parameters_of(self, scope: int, node: Node) -> frozenset[str]:
        known = self._parameters.get(scope)
        if known is None:
            known = _NOTHING if node.type in CLASSES else frozenset(self.declared(parameters(node)))
            self._parameters[scope] = known
        return known


def parameters(function: Node) -> Node | None:
    """The parameters of a function: one name, or all in parentheses."""
    return function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
