"""JavaScript's syntax: parsed by tree-sitter, walked once."""

import re
import time
from collections.abc import Iterator

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from s2n.s2nscanner.crawler.javascript.scopes import CLASSES, FUNCTIONS, Scopes

__all__ = ["MAX_SCRIPT", "MAX_TEXT", "Node", "arguments", "tree", "unescaped", "walk"]

MAX_SCRIPT = 1 << 20
"""Characters of one script that are read; bundles are larger, but repeat their routes early."""

MAX_TEXT = 4000
"""Characters of a node or a value that are looked at."""

MAX_DEPTH = 3000
"""Levels of a tree that are looked at: what contains a node is searched for from the root down."""

_LANGUAGE = Language(tree_sitter_javascript.language())
_SLICE = 1 << 16
_SECONDS, _SECONDS_A_BYTE = 0.03, 1.5e-6
"""CPU time that a parse may take: real bundles need a fifth of it, hostile text five times as much.

A page may hold a hundred scripts, so that the first figure must not be large.
"""

_KINDS = frozenset(
    {
        *("string", "template_string", "binary_expression", "object", "subscript_expression"),
        *("call_expression", "new_expression", "assignment_expression", "variable_declarator"),
        *("field_definition", "import_statement", "export_statement", "jsx_attribute", "comment"),
    }
)
_SCOPES = FUNCTIONS | CLASSES
_KIND_OF = {
    number: kind
    for number in range(_LANGUAGE.node_kind_count)
    if (kind := _LANGUAGE.node_kind_for_id(number)) in _KINDS | _SCOPES
}
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


def tree(source: bytes) -> Node | None:
    """The root of ``source``, parsed; None where it is too broken for a script."""
    end = time.thread_time() + _SECONDS + _SECONDS_A_BYTE * len(source)

    # Python code that the parser calls: other threads get their turn while a large bundle is parsed.
    def too_long(_offset: int, _error: bool) -> bool:
        return time.thread_time() > end

    try:
        parsed = Parser(_LANGUAGE).parse(
            lambda offset, _point: source[offset : offset + _SLICE], progress_callback=too_long
        )
    except ValueError:  # given up
        return None
    return parsed.root_node


def walk(root: Node, scopes: Scopes) -> Iterator[tuple[Node, str]]:
    """The nodes of `_KINDS`, outer ones first; functions and classes are told to ``scopes`` on the way.

    (Queries take quadratic time where a script is broken.)
    """
    cursor = root.walk()
    depth = 0
    while True:
        node = cursor.node
        kind = _KIND_OF.get(node.kind_id) if node is not None else None
        if node is not None and kind is not None:
            if kind in _SCOPES:
                scopes.open(node)
            else:
                yield node, kind
        if kind != "string" and depth < MAX_DEPTH and cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            depth -= 1
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
