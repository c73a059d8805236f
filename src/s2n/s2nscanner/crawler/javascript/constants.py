"""JavaScript read: its constant expressions worked out, nothing run.

A value is what JSON has, or `Made` for what an encoder makes. Whatever only a running script would know is
`HOLE`, alone or as a character inside a string, for whoever reads it to fill in.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar, NamedTuple

from s2n.s2nscanner.crawler.javascript.scopes import Scopes
from s2n.s2nscanner.crawler.javascript.syntax import (
    MAX_SCRIPT,
    MAX_TEXT,
    Node,
    arguments,
    tree,
    unescaped,
    walk,
)

__all__ = ["HOLE", "MARK", "MAX_SCRIPT", "Made", "Node", "Script", "arguments", "parse", "unescaped"]

HOLE = "\0"
"""Stands for what is not known."""

MARK = "\1"
"""Stands for what a function is given, while it is not known what that is."""

MAX_DEPTH = 40

MAX_STEPS = 20_000
"""Expressions that are worked out, and one more for each byte: ``b = a + a; c = b + b`` doubles each time."""

_CONSTANT_KINDS = frozenset(
    {
        *("string", "template_string", "binary_expression", "object", "array", "call_expression"),
        *("new_expression", "identifier", "member_expression"),
    }
)
_ENCODERS = frozenset({"JSON.stringify", "qs.stringify", "$.param", "jQuery.param"})
_UNCHANGED = frozenset({"encodeURIComponent", "encodeURI", "String"})
_DECODERS = frozenset({"atob", "window.atob"})
_QUOTES = "'\"`"
_WORDS = {"true": True, "false": False, "null": None, "undefined": HOLE}


class Made(NamedTuple):
    """What an encoder or a constructor (``JSON.stringify``, ``FormData``, ``Request``) was given."""

    by: str
    arguments: tuple[Any, ...]


def parse(text: str) -> "Script | None":
    """The first `MAX_SCRIPT` characters of ``text``, parsed; None where they are too broken for a script."""
    source = text[:MAX_SCRIPT].encode("utf-8", "replace")
    root = tree(source)
    return Script(source, root) if root is not None else None


class Script:
    """A parsed script.

    ``read`` holds the ids of the expressions that were worked out as parts of others. ``a ? b : c`` is ``b``
    where that is known; ``otherwise``, ``c``. ``returned`` works out calls of the script's own functions.
    """

    def __init__(self, source: bytes, root: Node) -> None:
        self.read: set[int] = set()
        self.returned: Callable[[str, Sequence[Any], int], Any] | None = None
        self._source = source
        self._root = root
        self._open: set[int] = set()
        self._steps = 0
        self._most = MAX_STEPS + len(source)
        self._tables: set[str] = set()
        self._nodes: dict[str, list[Node]] = {}
        self.scopes = Scopes(source)
        self.otherwise = False
        for node, kind in walk(root, self.scopes):
            self._nodes.setdefault(kind, []).append(node)
        self._declare()

    def nodes(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds in order of appearance, outer ones first."""
        found = [node for kind in kinds for node in self._nodes.get(kind, ())]
        return found if len(kinds) == 1 else sorted(found, key=lambda node: (node.start_byte, -node.end_byte))

    def text(self, node: Node) -> str:
        """A node's source, at most `MAX_TEXT` bytes of it."""
        start = node.start_byte
        return self._source[start : min(node.end_byte, start + MAX_TEXT)].decode("utf-8", "replace")

    def constant(self, name: str, at: int) -> Node | None:
        """What ``name`` (``API``, ``this.base``) stands for at ``at``, if it was set to one thing there."""
        return self.scopes.lookup(name, at)[0]

    def around(self, pattern: re.Pattern[bytes], kind: str, most: int) -> Iterator[Node]:
        """The nodes of ``kind`` whose beginning, or whose first token, ``pattern`` matches in the source."""
        for match in islice(pattern.finditer(self._source), most):
            token = self._root.descendant_for_byte_range(match.start(), match.start() + 1)
            around = token.parent if token is not None else None
            if around is not None and around.type == kind:
                yield around

    def value(self, node: Node | None, bound: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
        """What an expression comes to, with the variables of ``bound``."""
        self._steps += 1
        if node is None or depth > MAX_DEPTH or self._steps > self._most:
            return HOLE
        self.read.add(node.id)
        reader = self._READERS.get(node.type)
        return HOLE if reader is None else reader(self, node, bound or {}, depth + 1)

    def string(self, node: Node | None, bound: Mapping[str, Any] | None = None, depth: int = 0) -> str:
        """The text that an expression becomes in a concatenation."""
        return _text(self.value(node, bound, depth))

    def _declare(self) -> None:
        """Tell the scopes what is set where: first what declares names, then what sets those."""
        for node in self._nodes.get("variable_declarator", ()):
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            constant = value if value is not None and value.type in _CONSTANT_KINDS else None
            if name is not None and name.type == "identifier":
                self.scopes.declare(self.text(name), constant, node.start_byte)
            else:
                for each in self.scopes.declared(name):
                    self.scopes.declare(each, None, node.start_byte)
        for node in self._nodes.get("field_definition", ()):
            self._set(node, node.child_by_field_name("property"), node.child_by_field_name("value"), "this.")
        for node in self._nodes.get("assignment_expression", ()):
            self._set(node, node.child_by_field_name("left"), node.child_by_field_name("right"))
        for node in self._nodes.get("call_expression", ()):
            # What compilers make of a field: helper(this, "base", "/api").
            given = node.child_by_field_name("arguments")
            if given is not None and given.named_child_count == 3:
                first, name, value = given.named_children
                if first.type == "this" and name.type == "string":
                    self._set(node, name, value, "this.")

    def _set(self, node: Node, name: Node | None, value: Node | None, prefix: str = "") -> None:
        if name is None or value is None or value.type not in _CONSTANT_KINDS:
            return
        text = self.text(name)
        if name.type == "subscript_expression":  # table["x"] = …: an element, as table[x]
            owner, index = name.child_by_field_name("object"), name.child_by_field_name("index")
            if owner is None or index is None or index.type not in {"string", "number"}:
                return
            self._tables.add(self.text(owner))
            text = f"{self.text(owner)}[{self.text(index).strip(_QUOTES)}]"
        self.scopes.assign(prefix + text.strip(_QUOTES), value, node.start_byte)

    def _named(self, name: str, at: int, bound: Mapping[str, Any], depth: int) -> Any:
        if name in bound:
            return bound[name]
        node, inside = self.scopes.lookup(name, at)
        if node is None or node.id in self._open:
            return HOLE
        self._open.add(node.id)
        try:
            # What a function sets may be made of its parameters.
            return self.value(node, bound if inside else None, depth)
        finally:
            self._open.discard(node.id)

    def _identifier(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        return self._named(self.text(node), node.start_byte, bound, depth)

    def _word(self, node: Node, _bound: Mapping[str, Any], _depth: int) -> Any:
        return _WORDS[node.type]

    def _number(self, node: Node, _bound: Mapping[str, Any], _depth: int) -> Any:
        text = self.text(node)
        try:
            return int(text, 0)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            return HOLE

    def _literal(self, node: Node, _bound: Mapping[str, Any], _depth: int) -> Any:
        return unescaped(self.text(node)[1:-1])

    def _template(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        out = ""
        for part in node.named_children:
            if part.type == "template_substitution":
                out += self.string(part.named_child(0), bound, depth)
            else:
                out += unescaped(self.text(part))
        return out[:MAX_TEXT]

    def _binary(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else ""
        if sign in {"||", "??"}:
            first = self.value(node.child_by_field_name("left"), bound, depth)
            return first if first != HOLE else self.value(node.child_by_field_name("right"), bound, depth)
        if sign == "&&":
            return self.value(node.child_by_field_name("right"), bound, depth)
        if sign != "+":
            return HOLE
        # a + b + c leans to the left, and bundles have it a thousand long.
        parts: list[Node | None] = []
        at: Node | None = node
        while at is not None and at.type == "binary_expression" and len(parts) < 500:
            plus = at.child_by_field_name("operator")
            if plus is None or plus.type != "+":
                break
            self.read.add(at.id)
            parts.append(at.child_by_field_name("right"))
            at = at.child_by_field_name("left")
        parts.append(at)
        return "".join(self.string(part, bound, depth) for part in reversed(parts))[:MAX_TEXT]

    def _inner(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        return self.value(node.named_child(node.named_child_count - 1), bound, depth)

    def _assignment(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        return self.value(node.child_by_field_name("right"), bound, depth)

    def _ternary(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        branches = ["consequence", "alternative"]
        if self.otherwise:
            branches.reverse()
        first = self.value(node.child_by_field_name(branches[0]), bound, depth)
        return first if first != HOLE else self.value(node.child_by_field_name(branches[1]), bound, depth)

    def _unary(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        sign, value = self.text(node)[:1], self.value(node.child_by_field_name("argument"), bound, depth)
        if sign == "!" and isinstance(value, (int, bool)):
            return not value
        return -value if sign == "-" and isinstance(value, (int, float)) else HOLE

    def _object(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        out: dict[str, Any] = {}
        for part in node.named_children:
            if part.type == "pair":
                key = part.child_by_field_name("key")
                value = self.value(part.child_by_field_name("value"), bound, depth)
                if key is not None:
                    out[unescaped(self.text(key).strip("'\"[]"))] = value
            elif part.type == "shorthand_property_identifier":
                out[self.text(part)] = self._named(self.text(part), part.start_byte, bound, depth)
            elif part.type == "spread_element":
                spread = self.value(part.named_child(0), bound, depth)
                out |= spread if isinstance(spread, dict) else {}
        return out

    def _array(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        return [self.value(part, bound, depth) for part in node.named_children[:1000]]

    def _member(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        whole, name = self.text(node), node.child_by_field_name("property")
        if whole in bound or self.constant(whole, node.start_byte) is not None:
            return self._named(whole, node.start_byte, bound, depth)
        if whole.endswith("location.origin") or name is None:
            return ""
        owner = self.value(node.child_by_field_name("object"), bound, depth)
        return owner.get(self.text(name), HOLE) if isinstance(owner, dict) else HOLE

    def _subscript(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        table = node.child_by_field_name("object")
        owner = self.value(table, bound, depth)
        index = self.value(node.child_by_field_name("index"), bound, depth)
        name = self.text(table) if table is not None else ""
        if (
            isinstance(index, str)
            and MARK in index
            and (isinstance(owner, (dict, list)) or name in self._tables)
        ):
            return index
        if isinstance(owner, dict) and _text(index) in owner:
            return owner[_text(index)]
        if isinstance(owner, list) and isinstance(index, int) and -1 < index < len(owner):
            return owner[index]
        return (
            self._named(f"{name}[{_text(index)}]", node.start_byte, bound, depth)
            if name in self._tables
            else HOLE
        )

    def _call(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        function = node.child_by_field_name("function")
        if function is None:
            return HOLE
        given = [self.value(each, bound, depth) for each in arguments(node)]
        name = self.text(function)
        if name in _ENCODERS:
            return Made(name, tuple(given))
        if name in _UNCHANGED or name in _DECODERS:
            text = _text(given[0]) if given else HOLE
            return _decoded(text) if name in _DECODERS else text
        last = name.rpartition(".")[2]
        if function.type == "member_expression":
            owner = self.value(function.child_by_field_name("object"), bound, depth)
            if isinstance(owner, Made) and last == "toString":
                return _text(owner)
            if isinstance(owner, (str, list)) and owner != HOLE:
                return _method(last, owner, given)
        return (
            self.returned(last, given, depth) if self.returned is not None and last.isidentifier() else HOLE
        )

    def _new(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        name = node.child_by_field_name("constructor")
        given = tuple(self.value(each, bound, depth) for each in arguments(node))
        if name is None:
            return HOLE
        if self.text(name) == "URL" and given:
            base = _text(given[1]).rstrip("/") if len(given) > 1 else ""
            path = _text(given[0])
            return path if HOLE in base or not path.startswith("/") else base + path
        return Made(self.text(name), given)

    _READERS: ClassVar[dict[str, Any]] = {
        "identifier": _identifier,
        "string": _literal,
        "template_string": _template,
        "number": _number,
        **dict.fromkeys(_WORDS, _word),
        "binary_expression": _binary,
        "parenthesized_expression": _inner,
        "sequence_expression": _inner,
        "await_expression": _inner,
        "assignment_expression": _assignment,
        "ternary_expression": _ternary,
        "unary_expression": _unary,
        "object": _object,
        "array": _array,
        "member_expression": _member,
        "subscript_expression": _subscript,
        "call_expression": _call,
        "new_expression": _new,
    }


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, Made) and value.by == "URLSearchParams" and value.arguments:
        fields = value.arguments[0]
        if isinstance(fields, dict):
            return "&".join(f"{name}={_text(each)}" for name, each in fields.items())
        return _text(fields)
    return str(value) if isinstance(value, (int, float)) else HOLE


def _method(name: str, owner: Any, given: list[Any]) -> Any:
    """What a method of a string or a list comes to."""
    if isinstance(owner, list):
        return (
            (_text(given[0]) if given else ",").join(map(_text, owner))[:MAX_TEXT] if name == "join" else HOLE
        )
    if not isinstance(owner, str):
        return HOLE
    if name == "concat":
        return (owner + "".join(map(_text, given)))[:MAX_TEXT]
    return owner if name in {"trim", "toString", "replace", "replaceAll"} else HOLE


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return HOLE
