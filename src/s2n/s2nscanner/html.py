"""The HTML parser, behind one module: turbohtml (WHATWG tree, keeps misnested forms, linear time)."""

from turbohtml import (
    Comment,
    Document,
    Element,
    HTMLParseError,
    Node,
    Text,
    Token,
    TokenType,
    parse_fragment,
    parse_xml,
    tokenize,
)
from turbohtml import parse as _parse

__all__ = [
    "Comment",
    "Document",
    "Element",
    "HTMLParseError",
    "Node",
    "Text",
    "Token",
    "TokenType",
    "parse",
    "parse_fragment",
    "parse_scripted",
    "parse_xml",
    "tokenize",
]

MAX_HTML = 4 << 20
"""Characters of a page that are parsed; what lies behind is not worth a scanner's memory."""


def parse(text: str) -> Document:
    """The document a browser would build of ``text``, at most `MAX_HTML` characters of it."""
    return _parse(text[:MAX_HTML])


def parse_scripted(text: str) -> Document:
    """The document of a browser that runs scripts (``<noscript>`` holds text), with source locations.

    Offsets count the characters of ``text`` after its line ends were made line feeds.
    """
    return _parse(text[:MAX_HTML], scripting=True, source_locations=True)
