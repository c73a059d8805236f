"""Where a script puts what came from outside: the sinks that make markup, code or a new address of it.

The sources and sinks: OWASP DOM based XSS Prevention Cheat Sheet; PortSwigger, "DOM-based vulnerabilities".
Variables are followed inside the function that holds them and those within; a function that returns such a
value hands it on.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from msgspec import Struct

from s2n.s2nscanner.html import parse_scripted
from s2n.s2nscanner.oracles.contexts import URL_ATTRIBUTES, is_script, is_script_url
from s2n.s2nscanner.oracles.scriptcontext import COMMENTS, Kind, Token, lex, words
from s2n.s2nscanner.oracles.taint import Taint, closing, partners, taint_of

MAX_SCRIPT = 200_000
"""Characters of a script that are read; what is longer is a bundle that a browser has to judge."""

MAX_WORK = 500_000
WORK_A_TOKEN = 20
"""Tokens that may be looked at, in all and for each of a script: it may nest its assignments without end."""

MAX_EXPRESSION = 2000
"""Tokens of an expression that is worked out: what is longer holds whole functions, which are read anyway."""

MAX_CODE = 160
"""Characters of the statement that a report shows."""

_SOURCE = re.compile(r"\blocation\b|document\.(?:URL|documentURI|referrer)|window\.name|self\.name|message")
_SINK = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\b|Function|setTimeout|setInterval"
    r"|\blocation\b|\$|jQuery|createContextualFragment|__html|execScript"
)
_HTML_PROPERTIES = words("innerHTML outerHTML srcdoc")
_HTML_CALLS = {
    "write": 0,
    "writeln": 0,
    "insertAdjacentHTML": 1,
    "createContextualFragment": 0,
    "parseHTML": 0,
    "html": 0,
}
_QUERY_METHODS = words("append prepend after before replaceWith wrap add appendTo prependTo")
_CODE_CALLS = words("eval setTimeout setInterval Function execScript globalEval")
_URL_CALLS = words("assign replace")
_WINDOWS = frozenset({"window", "self", "globalThis"})
_PAGES = words("window document self top parent")
_SOURCES = words("location URL documentURI baseURI referrer name")
_ENDS = words("; , ) ] }")


class Flow(Struct, frozen=True):
    """A value from ``source`` reaches ``sink`` in ``code``; ``sure``: as the attacker wrote it."""

    source: str
    sink: str
    code: str
    sure: bool


def dom_flows(script: str) -> list[Flow]:
    """The flows in ``script``, each once; none where it is no JavaScript."""
    if len(script) > MAX_SCRIPT or not _SOURCE.search(script) or not _SINK.search(script):
        return []
    lexed = lex(script)
    if lexed.error:
        return []
    tokens = [token for token in lexed.tokens if token.kind not in COMMENTS]
    walk = _Walk(script, tokens)
    walk.run()
    walk.flows.clear()  # functions that are called before they are written are known now
    walk.run()
    return list(dict.fromkeys(walk.flows))


class PageScripts(NamedTuple):
    """``code`` stands in the page itself: its scripts, event handlers and ``javascript:`` URLs.

    ``sources`` are the references of the scripts that it loads.
    """

    code: list[str]
    sources: list[str]


def page_scripts(text: str) -> PageScripts:
    """The scripts of a page."""
    code, sources = [], []
    for element in parse_scripted(text).iter_elements():
        attributes = element.attrs
        if element.tag == "script":
            source = element.attr("src")
            if source:
                sources.append(source)
            elif source is None and is_script(element):
                code.append(element.text)
        for name in attributes:
            if name.startswith("on"):
                code.append(element.attr(name) or "")
            elif name in URL_ATTRIBUTES and is_script_url(value := element.attr(name) or ""):
                code.append(unquote(value.partition(":")[2]))
    return PageScripts(code, sources)


class _Scope:
    def __init__(self, name: str, end: int) -> None:
        self.name = name
        self.end = end
        self.held: dict[str, Taint | None] = {}


class _Walk:
    def __init__(self, script: str, tokens: list[Token]) -> None:
        self.script = script
        self.tokens = tokens
        self.flows: list[Flow] = []
        self.returns: dict[str, Taint] = {}
        self.partners = partners(tokens)
        self.opening = {end: start for start, end in self.partners.items()}
        self.work = 0
        self.most = min(MAX_WORK, 5000 + WORK_A_TOKEN * len(tokens))
        self.scopes = [_Scope("", len(tokens))]
        self.words = set(_SOURCES)
        """Words without which an expression is clean: sources, and names that hold what came from them."""

    def run(self) -> None:
        for at in range(len(self.tokens)):
            if self.work > self.most:
                break
            while len(self.scopes) > 1 and at > self.scopes[-1].end:
                self.scopes.pop()
            self._token(at)
        del self.scopes[1:]

    def lookup(self, path: str) -> Taint | None:
        if path.endswith("()"):
            return self.returns.get(path[:-2])
        for scope in reversed(self.scopes):
            self.work += 1
            if path in scope.held:
                return scope.held[path]
        return None

    def _taint(self, tokens: Sequence[Token]) -> Taint | None:
        self.work += len(tokens)
        if len(tokens) > MAX_EXPRESSION:
            return None
        if not any(token.text in self.words for token in tokens):  # most expressions hold nothing of interest
            return None
        return taint_of(tokens, self.lookup)

    def _token(self, at: int) -> None:
        token = self.tokens[at]
        if token.kind is not Kind.WORD and token.text not in {"=", "+=", "=>"}:
            return
        if token.text == "function":
            self._function(at)
        elif token.text == "=>":
            self._arrow(at)
        elif token.text in {"=", "+="}:
            self._assignment(at)
        elif token.text == "return":
            value = self._taint(self.tokens[at + 1 : self._end(at + 1)])
            if value is not None and self.scopes[-1].name:
                self.returns[self.scopes[-1].name] = value
                self.words.add(self.scopes[-1].name)
        elif token.text == "__html" and self._text(at + 1) == ":":
            self._html(self._taint(self.tokens[at + 2 : self._end(at + 2)]), "__html", at)
        elif self._text(at + 1) == "(":
            self._call(at)

    def _function(self, at: int) -> None:
        """``function name(a, b) {``, or ``name = function (a) {``."""
        name_at = at + 1
        named = self.tokens[name_at].text if self._text(name_at) not in {"(", "*"} else ""
        if not named and self._text(at - 1) in {"=", ":"}:
            named = self._text(at - 2)
        opening = name_at + (self._text(name_at) != "(")
        if self._text(opening) != "(":
            return
        end = self._closing(opening)
        if self._text(end + 1) == "{":
            self._enter(named, self.tokens[opening + 1 : end], end + 1, at)

    def _arrow(self, at: int) -> None:
        if self._text(at + 1) != "{":
            return
        start = at - 1
        if self._text(start) == ")":
            start = self.opening.get(start, start)
        parameters = self.tokens[start:at]
        named = self._text(start - 2) if self._text(start - 1) == "=" else ""
        self._enter(named, parameters, at + 1, start)

    def _enter(self, name: str, parameters: Sequence[Token], brace: int, start: int) -> None:
        end = self._closing(brace)
        scope = _Scope(name, end)
        words_of = [token.text for token in parameters if token.kind is Kind.WORD]
        scope.held = dict.fromkeys(words_of)
        if words_of and self._takes_messages(start):
            body = self.tokens[brace:end]
            self.work += len(body)
            if not any(token.text in {"origin", "source"} for token in body):
                message = Taint("a message of another window", raw=True, leads=True)
                scope.held[f"{words_of[0]}.data"] = message
                self.words.add(words_of[0])
        self.scopes.append(scope)

    def _takes_messages(self, start: int) -> bool:
        """Is it a listener of the window's? Sockets and workers hear their own server and script."""
        before = [token.text for token in self.tokens[max(0, start - 4) : start]]
        if before[-2:] == ["onmessage", "="]:
            at = start - 2
        elif before in (["addEventListener", "(", quoted, ","] for quoted in ('"message"', "'message'")):
            at = start - 4
        else:
            return False
        return self._text(at - 1) not in {".", "?."} or self._text(at - 2) in _WINDOWS

    def _assignment(self, at: int) -> None:
        target = self.tokens[at - 1] if at else None
        if target is None or target.kind is not Kind.WORD:
            return
        value = self._taint(self.tokens[at + 1 : self._end(at + 1)])
        member = at > 1 and self.tokens[at - 2].text in {".", "?."}
        if member and target.text in _HTML_PROPERTIES:
            self._html(value, target.text, at)
        elif target.text == "location" and (not member or self._text(at - 3) in _PAGES):
            self._address(value, "location", at)
        elif member and target.text == "href" and self._text(at - 3) == "location":
            self._address(value, "location.href", at)
        elif not member:
            declared = self._text(at - 2) in {"var", "let", "const"}
            self._keep(target.text, value, declared=declared, adds=self.tokens[at].text == "+=")

    def _keep(self, name: str, value: Taint | None, *, declared: bool, adds: bool) -> None:
        scope = self.scopes[-1]
        if not declared:
            self.work += len(self.scopes)
            scope = next((outer for outer in reversed(self.scopes) if name in outer.held), self.scopes[0])
        if value is not None:
            self.words.add(name)
        scope.held[name] = value or (scope.held.get(name) if adds else None)

    def _call(self, at: int) -> None:
        name = self.tokens[at].text
        member = at > 0 and self.tokens[at - 1].text in {".", "?."}
        owner = self._text(at - 2) if member else ""
        if self._text(at - 1) == "function":
            return
        if name in _HTML_CALLS and member and (owner == "document" or not name.startswith("write")):
            self._html(self._argument(at + 1, _HTML_CALLS[name]), f"{name}()", at)
        elif self._makes_query(name, at, member=member):
            self._html(self._argument(at + 1, 0), f"{name}()", at)
        elif name in _CODE_CALLS and (not member or owner in {"window", "self", "$", "jQuery"}):
            value = self._argument(at + 1, 0)
            if value is not None and (value.leads or name == "eval"):
                self._note(value, f"{name}()", at, sure=True)
        elif name in _URL_CALLS and owner == "location":
            self._address(self._argument(at + 1, 0), f"location.{name}()", at)

    def _makes_query(self, name: str, at: int, *, member: bool) -> bool:
        """Is it jQuery's ``$(…)``, or one of its methods that take markup? The DOM's own take text."""
        return (name in _QUERY_METHODS and self._is_query(at - 2)) if member else name in {"$", "jQuery"}

    def _is_query(self, at: int) -> bool:
        """Is what ends at ``at`` a jQuery object?"""
        if self._text(at) != ")":
            return self._text(at).startswith("$")
        return self._text(self.opening.get(at, 0) - 1) in {"$", "jQuery"}

    def _argument(self, opening: int, number: int) -> Taint | None:
        inside = self.tokens[opening + 1 : self._closing(opening)]
        self.work += len(inside)
        arguments = list(_arguments(inside))
        return self._taint(arguments[number]) if number < len(arguments) else None

    def _html(self, value: Taint | None, sink: str, at: int) -> None:
        if value is not None and not value.parameters:
            self._note(value, sink, at, sure=value.raw)

    def _address(self, value: Taint | None, sink: str, at: int) -> None:
        """A new address runs script only if the attacker decides how it begins."""
        if value is not None and value.leads and value.source != "document.referrer":
            self._note(value, sink, at, sure=True)

    def _note(self, value: Taint, sink: str, at: int, *, sure: bool) -> None:
        start = at
        while start > 0 and self._text(start - 1) not in {";", "{", "}"} and not self.tokens[start].newline:
            start -= 1
        self.work += at - start
        begins, last = self.tokens[start].start, self.tokens[min(self._end(at + 1), len(self.tokens)) - 1]
        code = self.script[begins : min(last.start + len(last.text), begins + 4 * MAX_CODE)]
        self.flows.append(Flow(value.source, sink, " ".join(code.split())[:MAX_CODE], sure))

    def _end(self, at: int) -> int:
        """Where the expression that begins at ``at`` ends."""
        index = at
        while index < len(self.tokens):
            token = self.tokens[index]
            if token.text in {"(", "[", "{"} and token.kind is Kind.PUNCTUATION:
                index = self._closing(index)
            elif token.text in _ENDS or (index > at and self._begins_statement(index)):
                break
            index += 1
        self.work += index - at
        return index

    def _begins_statement(self, at: int) -> bool:
        """Does a line end before a token that cannot go on with the expression?"""
        before, token = self.tokens[at - 1], self.tokens[at]
        goes_on = before.kind is Kind.PUNCTUATION and before.text not in {")", "]", "}"}
        return token.newline and token.kind is not Kind.PUNCTUATION and not goes_on

    def _closing(self, opening: int) -> int:
        return self.partners.get(opening, len(self.tokens))

    def _text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""


def _arguments(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    start = at = 0
    while at < len(tokens):
        if tokens[at].kind is Kind.PUNCTUATION and tokens[at].text in {"(", "[", "{"}:
            at = closing(tokens, at)
        elif tokens[at].text == ",":
            yield tokens[start:at]
            start = at + 1
        at += 1
    yield tokens[start:]
