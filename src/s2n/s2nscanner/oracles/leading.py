"""Where a response sends the browser by itself: Location, Refresh, meta refresh, script at load."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from s2n.model import Exchange
from s2n.s2nscanner.html import Document, Element, Node, parse_scripted
from s2n.s2nscanner.oracles.browserurl import Destination, destination
from s2n.s2nscanner.oracles.contexts import is_script
from s2n.s2nscanner.oracles.events import fires
from s2n.s2nscanner.oracles.scriptcontext import COMMENTS, Kind, Token, lex, words

_REFRESH = re.compile(r"\s*[\d.]*\s*[;,\s]\s*(?:url\s*=\s*)?(.*)", re.IGNORECASE | re.DOTALL)
_OWNERS = frozenset({"window", "document", "self", "top", "parent", "this", "globalThis"})
_AT_LOAD = words("setTimeout ready requestAnimationFrame queueMicrotask $ jQuery then")
_LOAD_EVENTS = frozenset({"load", "DOMContentLoaded", "pageshow"})
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|([\s\S]))")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}

MAX_ASSIGNED = 50
"""Assignments to the location that are looked at in one script; the first of them counts."""


class Lead(NamedTuple):
    """A reference the browser follows by itself, and the means by which it is told to."""

    by: str
    reference: str


def leads(exchange: Exchange) -> list[Lead]:
    """Every way the last response of ``exchange`` sends a browser elsewhere, the first to act first."""
    response = exchange.response
    if response.is_redirect:
        return [Lead("the Location header", response.header("location") or "")]
    found = [
        Lead("the Refresh header", target)
        for value in response.header_all("refresh")
        if (target := refresh_target(value))
    ]
    if response.is_html and re.search(r"refresh|location|window\.open", response.text, re.IGNORECASE):
        for element in _live_elements(parse_scripted(response.text)):
            found += _of_element(element)
    return found


def leads_to(exchange: Exchange, lead: Lead) -> Destination | None:
    """Where a browser ends up that follows ``lead``."""
    origin = exchange.request.origin
    return destination(lead.reference, Destination(origin.scheme, origin.host))


def refresh_target(value: str) -> str:
    """The URL of a refresh (HTML §4.2.5.3, "shared declarative refresh steps"); empty if there is none."""
    match = _REFRESH.fullmatch(value)
    if match is None:
        return ""
    url = match[1].strip()
    if url[:1] in {'"', "'"}:
        return url[1:].partition(url[0])[0]
    return url


def _live_elements(document: Document) -> Iterator[Element]:
    """The elements in document order, those inside templates left out."""
    stack: list[Node] = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, Element):
            yield node
            if node.tag == "template":
                continue
        stack.extend(reversed(node.children))


def _of_element(element: Element) -> list[Lead]:
    if element.tag == "meta" and (element.attr("http-equiv") or "").strip().lower() == "refresh":
        target = refresh_target(element.attr("content") or "")
        return [Lead("a meta refresh", target)] if target else []
    if element.tag == "script" and element.attr("src") is None and is_script(element):
        return [Lead("script", target) for target in script_targets(element.text)]
    handler = element.attr("onload")
    if handler and fires(element, "load"):
        return [Lead(f"onload of <{element.tag}>", target) for target in script_targets(handler)]
    return []


def script_targets(source: str) -> list[str]:
    """The string literals that a script makes its new location while the page loads."""
    lexed = lex(source)
    tokens = [token for token in lexed.tokens if token.kind not in COMMENTS]
    found = []
    looked = 0
    for index, token in enumerate(tokens):
        if token.text != "location" or not _is_the_location(tokens, index):
            continue
        literal = _assigned(tokens, index + 1)
        looked += literal is not None
        if looked > MAX_ASSIGNED:
            break
        if literal is not None and _at_load(tokens, index):
            found.append(_unescape(literal.text))
    return found


def _is_the_location(tokens: list[Token], index: int) -> bool:
    if index == 0 or tokens[index - 1].text not in {".", "?."}:
        return True
    return index > 1 and tokens[index - 2].text in _OWNERS


def _assigned(tokens: list[Token], at: int) -> Token | None:
    """The literal in ``= "…"``, ``.href = "…"``, ``.assign("…")`` or ``.replace("…")`` at token ``at``."""
    text = [token.text for token in tokens[at : at + 3]]
    if text[:1] == ["="]:
        at += 1
    elif text == [".", "href", "="] or (
        text[:1] == ["."] and text[1:] in (["assign", "("], ["replace", "("])
    ):
        at += 3
    else:
        return None
    literal = tokens[at] if at < len(tokens) else None
    if literal is None or literal.kind not in {Kind.STRING, Kind.TEMPLATE} or literal.text.endswith("${"):
        return None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = after is None or after.newline or after.text in {";", ")", "}", ","}
    return literal if ends and (after is None or after.text not in {"+", "."}) else None


def _at_load(tokens: list[Token], index: int) -> bool:
    """Does the code at ``index`` run without a user? Not if a function around it waits to be called."""
    opened: list[int] = []
    for at, token in enumerate(tokens[:index]):
        if token.text in {"(", "[", "{"} and token.kind is Kind.PUNCTUATION:
            opened.append(at)
        elif token.text in {")", "]", "}"} and token.kind is Kind.PUNCTUATION and opened:
            opened.pop()
    return all(
        _called_at_load(tokens, opened, depth)
        for depth, at in enumerate(opened)
        if tokens[at].text == "{" and _is_function(tokens, at)
    )


def _is_function(tokens: list[Token], brace: int) -> bool:
    if tokens[brace - 1].text == "=>":
        return True
    head = brace - 1
    if head < 0 or tokens[head].text != ")":
        return False
    while head >= 0 and tokens[head].text != "(":
        head -= 1
    return any(token.text == "function" for token in tokens[max(0, head - 2) : head])


def _called_at_load(tokens: list[Token], opened: list[int], depth: int) -> bool:
    """Is the function whose brace is ``opened[depth]`` an argument of a call that runs it soon?"""
    if depth == 0 or tokens[opened[depth - 1]].text != "(":
        return False
    bracket = opened[depth - 1]
    caller = tokens[bracket - 1] if bracket else None
    if caller is None or caller.kind is not Kind.WORD:
        return True  # (function () { … })()
    if caller.text == "addEventListener":
        return tokens[bracket + 1].text.strip("\"'") in _LOAD_EVENTS
    return caller.text in _AT_LOAD


def _unescape(literal: str) -> str:
    """The value of a string literal or of a template without substitutions."""

    def one(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(min(int(code, 16), 0x10FFFF))
        return _LETTERS.get(match[4], match[4])

    return _ESCAPE.sub(one, literal[1:-1])
