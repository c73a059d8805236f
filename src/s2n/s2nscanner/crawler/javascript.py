"""JavaScript behind one module: parsed by tree-sitter, its constant expressions worked out, nothing run.

A value is what JSON has, or `Made` for what an encoder makes. Whatever only a running script would know is
`HOLE`, alone or as a character inside a string, for whoever reads it to fill in.
"""

import base64
import binascii
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

__all__ = ["HOLE", "MAX_SCRIPT", "Made", "Node", "Script", "arguments", "parse", "unescaped"]

MAX_SCRIPT = 1 << 20
"""Characters of one script that are read; bundles are larger, but repeat their routes early."""

HOLE = "\0"
"""Stands for what is not known."""

MAX_DEPTH = 40
MAX_TEXT = 4000

_LANGUAGE = Language(tree_sitter_javascript.language())
_SLICE = 1 << 16
_SECONDS, _SECONDS_A_BYTE = 0.2, 1.5e-6
"""CPU time that a parse may take: real bundles need a fifth of it, hostile text five times as much."""

_KINDS = frozenset(
    {
        *("string", "template_string", "binary_expression", "object", "subscript_expression"),
        *("call_expression", "new_expression", "assignment_expression", "variable_declarator"),
        *("field_definition", "import_statement", "export_statement", "jsx_attribute"),
    }
)
_KIND_OF = {
    number: kind
    for number in range(_LANGUAGE.node_kind_count)
    if (kind := _LANGUAGE.node_kind_for_id(number)) in _KINDS
}
_CONSTANT_KINDS = frozenset(
    {
        *("string", "template_string", "binary_expression", "object", "array", "call_expression"),
        *("new_expression", "identifier", "member_expression"),
    }
)
_SETTERS = (
    ("variable_declarator", "name", "value"),
    ("assignment_expression", "left", "right"),
    ("field_definition", "property", "value"),
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ENCODERS = frozenset({"JSON.stringify", "qs.stringify", "$.param", "jQuery.param"})
_UNCHANGED = frozenset({"encodeURIComponent", "encodeURI", "String"})
_DECODERS = frozenset({"atob", "window.atob"})
_WORDS = {"true": True, "false": False, "null": None, "undefined": HOLE}


class Made(NamedTuple):
    """What an encoder or a constructor (``JSON.stringify``, ``FormData``, ``Request``) was given."""

    by: str
    arguments: tuple[Any, ...]


def parse(text: str) -> "Script | None":
    """The first `MAX_SCRIPT` characters of ``text``, parsed; None where they are too broken for a script."""
    source = text[:MAX_SCRIPT].encode("utf-8", "replace")
    end = time.thread_time() + _SECONDS + _SECONDS_A_BYTE * len(source)

    # Python code that the parser calls: other threads get their turn while a large bundle is parsed.
    def too_long(_offset: int, _error: bool) -> bool:
        return time.thread_time() > end

    try:
        tree = Parser(_LANGUAGE).parse(
            lambda offset, _point: source[offset : offset + _SLICE], progress_callback=too_long
        )
    except ValueError:  # given up
        return None
    return Script(source, tree.root_node)


class Script:
    """A parsed script. ``read`` holds the ids of the expressions that were worked out as parts of others."""

    def __init__(self, source: bytes, root: Node) -> None:
        self.read: set[int] = set()
        self._source = source
        self._constants: dict[str, Node | None] = {}
        self._open: set[str] = set()
        self._nodes: dict[str, list[Node]] = {}
        for node, kind in _walk(root):
            self._nodes.setdefault(kind, []).append(node)
        for kind, left, right in _SETTERS:
            for node in self._nodes.get(kind, ()):
                name, value = node.child_by_field_name(left), node.child_by_field_name(right)
                if name is not None and value is not None and value.type in _CONSTANT_KINDS:
                    self._declare(("this." if kind == "field_definition" else "") + self.text(name), value)

    def nodes(self, *kinds: str) -> list[Node]:
        """The nodes of these kinds in order of appearance, outer ones first."""
        found = [node for kind in kinds for node in self._nodes.get(kind, ())]
        return found if len(kinds) == 1 else sorted(found, key=lambda node: (node.start_byte, -node.end_byte))

    def text(self, node: Node) -> str:
        """A node's source, at most `MAX_TEXT` bytes of it."""
        start = node.start_byte
        return self._source[start : min(node.end_byte, start + MAX_TEXT)].decode("utf-8", "replace")

    def constant(self, name: str) -> Node | None:
        """What ``name`` (``API``, ``this.base``) was set to, if that is one thing throughout the script."""
        return self._constants.get(name)

    def constants(self) -> Mapping[str, Node | None]:
        """All names that were set, with None for those set to different things."""
        return self._constants

    def value(self, node: Node | None, bound: Mapping[str, Any] | None = None, depth: int = 0) -> Any:
        """What an expression comes to, with the variables of ``bound``."""
        if node is None or depth > MAX_DEPTH:
            return HOLE
        self.read.add(node.id)
        reader = self._READERS.get(node.type)
        return HOLE if reader is None else reader(self, node, bound or {}, depth + 1)

    def string(self, node: Node | None, bound: Mapping[str, Any] | None = None, depth: int = 0) -> str:
        """The text that an expression becomes in a concatenation."""
        return _text(self.value(node, bound, depth))

    def _declare(self, name: str, value: Node) -> None:
        known = self._constants.get(name, value)
        same = known is not None and (known.id == value.id or self.text(known) == self.text(value))
        self._constants[name] = value if same else None

    def _named(self, name: str, bound: Mapping[str, Any], depth: int) -> Any:
        if name in bound:
            return bound[name]
        node = self._constants.get(name)
        if node is None or name in self._open:
            return HOLE
        self._open.add(name)
        try:
            return self.value(node, None, depth)
        finally:
            self._open.discard(name)

    def _identifier(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        return self._named(self.text(node), bound, depth)

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
        first = self.value(node.child_by_field_name("consequence"), bound, depth)
        return first if first != HOLE else self.value(node.child_by_field_name("alternative"), bound, depth)

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
                out[self.text(part)] = self._named(self.text(part), bound, depth)
            elif part.type == "spread_element":
                spread = self.value(part.named_child(0), bound, depth)
                out |= spread if isinstance(spread, dict) else {}
        return out

    def _array(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        return [self.value(part, bound, depth) for part in node.named_children[:1000]]

    def _member(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        whole, name = self.text(node), node.child_by_field_name("property")
        if whole in bound or self._constants.get(whole) is not None:
            return self._named(whole, bound, depth)
        if whole.endswith("location.origin") or name is None:
            return ""
        owner = self.value(node.child_by_field_name("object"), bound, depth)
        return owner.get(self.text(name), HOLE) if isinstance(owner, dict) else HOLE

    def _subscript(self, node: Node, bound: Mapping[str, Any], depth: int) -> Any:
        owner = self.value(node.child_by_field_name("object"), bound, depth)
        index = self.value(node.child_by_field_name("index"), bound, depth)
        if isinstance(owner, dict):
            return owner.get(_text(index), HOLE)
        if isinstance(owner, list) and isinstance(index, int) and -1 < index < len(owner):
            return owner[index]
        return HOLE

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
        if function.type != "member_expression":
            return HOLE
        return _method(
            name.rpartition(".")[2], self.value(function.child_by_field_name("object"), bound, depth), given
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


def _walk(root: Node) -> Iterator[tuple[Node, str]]:
    """The nodes of `_KINDS`, outer ones first. (Queries take quadratic time where a script is broken.)"""
    cursor = root.walk()
    while True:
        node = cursor.node
        kind = _KIND_OF.get(node.kind_id) if node is not None else None
        if node is not None and kind is not None:
            yield node, kind
        if kind != "string" and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def arguments(node: Node) -> list[Node]:
    """The arguments of a call or a ``new`` expression, or of an argument list itself."""
    given = node if node.type == "arguments" else node.child_by_field_name("arguments")
    return [each for each in given.named_children if each.type != "comment"] if given is not None else []


def unescaped(text: str) -> str:
    """The text that a string literal's inside stands for."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        value = int(code, 16)
        return chr(value) if value < 0x110000 else ""
    return {"n": "\n", "t": "\t", "r": "\r", "\n": ""}.get(match[4], match[4])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
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
