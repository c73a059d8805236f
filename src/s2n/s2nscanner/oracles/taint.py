"""What of a JavaScript expression comes from outside of the page: its address, its referrer, its messages.

Light and direct: operators, member chains and the built-in functions; an unknown function's result counts
as clean, so that what is reported really flows. Browsers percent-encode ``<``, ``>`` and quotes in an
address, so it matters whether the value was decoded.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.oracles.scriptcontext import Kind, Token, words

MAX_DEPTH = 12
"""Brackets within brackets that are followed; deeper ones are data."""

_OWNERS = words("window document self top parent globalThis frames")
_ADDRESS = words(
    "location.hash location.search location.href document.URL document.documentURI document.baseURI"
)
_RAW = {"window.name": "window.name", "self.name": "window.name"}
_DECODERS = words("decodeURIComponent decodeURI unescape")
_PASSING = words("String Object atob trim")
_KEEPS = words(
    """
    slice substr substring split trim trimStart trimEnd toString toLowerCase toUpperCase concat match matchAll
    at charAt pop shift join replaceAll replace valueOf normalize reverse
    """
)
_CUTS = words("slice substr substring match pop at")
"""Methods that may take away what the browser puts before the attacker's part; not with 0 for a start."""

_COMPARES = words("== === != !== < > <= >= instanceof in")
_COUNTS = words("- * / % ** & | ^ << >> >>>")
_OPEN = {"(": ")", "[": "]", "{": "}"}
_ESCAPING = re.compile(r"[<>&\"']|\[\^|\\W")


class Taint(Struct, frozen=True):
    """A value from outside.

    ``source`` names where from. ``raw``: its characters arrive as the attacker wrote them. ``leads``: the
    attacker decides how it begins. ``parameters``: it is a set of parameters or an URL whose parts are.
    """

    source: str
    raw: bool = False
    leads: bool = False
    parameters: bool = False


Lookup = Callable[[str], Taint | None]
"""What a variable, a property path or a function's result (``name()``) holds."""


def taint_of(tokens: Sequence[Token], lookup: Lookup, depth: int = 0) -> Taint | None:
    """The taint of the expression ``tokens`` (no comments), or None if it is clean or unknown."""
    if depth > MAX_DEPTH or not tokens:
        return None
    outside = _outside(tokens)
    for operators, pick in _LEVELS:
        if outside & operators:
            parts = _split(tokens, operators)
            if len(parts) > 1:
                return pick(parts, lookup, depth + 1)
    return _Operand(tokens, lookup, depth + 1).taint()


def _last(parts: list[Sequence[Token]], lookup: Lookup, depth: int) -> Taint | None:
    return taint_of(parts[-1], lookup, depth)


def _any(parts: list[Sequence[Token]], lookup: Lookup, depth: int) -> Taint | None:
    return next((found for part in parts if (found := taint_of(part, lookup, depth))), None)


def _branches(parts: list[Sequence[Token]], lookup: Lookup, depth: int) -> Taint | None:
    rest = [token for part in parts[1:] for token in part]
    return _any(_split(rest, frozenset({":"})), lookup, depth)


def _none(_parts: list[Sequence[Token]], _lookup: Lookup, _depth: int) -> Taint | None:
    return None


def _sum(parts: list[Sequence[Token]], lookup: Lookup, depth: int) -> Taint | None:
    """Only what stands first decides how the text begins."""
    for number, part in enumerate(parts):
        found = taint_of(part, lookup, depth)
        if found is not None:
            return found if number == 0 else replace(found, leads=False)
    return None


_LEVELS: tuple[tuple[frozenset[str], Callable[[list[Sequence[Token]], Lookup, int], Taint | None]], ...] = (
    (frozenset({","}), _last),
    (frozenset({"?"}), _branches),
    (frozenset({"||", "??"}), _any),
    (frozenset({"&&"}), _last),
    (_COMPARES, _none),
    (frozenset({"+"}), _sum),
    (_COUNTS, _none),
)


def _outside(tokens: Sequence[Token]) -> set[str]:
    """The words and marks that stand outside of all brackets."""
    found = set()
    level = 0
    for token in tokens:
        level += _nesting(token)
        if level == 0:
            found.add(token.text)
    return found


def _split(tokens: Sequence[Token], operators: frozenset[str]) -> list[Sequence[Token]]:
    """``tokens`` cut at the operators that stand outside of all brackets."""
    parts: list[Sequence[Token]] = []
    start = level = 0
    for index, token in enumerate(tokens):
        level += _nesting(token)
        operator = token.kind is Kind.PUNCTUATION or token.text in {"in", "instanceof"}
        if level == 0 and operator and token.text in operators and index > start:
            parts.append(tokens[start:index])
            start = index + 1
    parts.append(tokens[start:])
    return parts


def _nesting(token: Token) -> int:
    if token.kind is Kind.TEMPLATE:
        return token.text.endswith("${") - token.text.startswith("}")
    if token.kind is not Kind.PUNCTUATION:
        return 0
    return (token.text in {"(", "[", "{"}) - (token.text in {")", "]", "}"})


def closing(tokens: Sequence[Token], at: int) -> int:
    """The index of the bracket that closes the one at ``at``, or the end."""
    level = 0
    for index in range(at, len(tokens)):
        level += _nesting(tokens[index])
        if level == 0:
            return index
    return len(tokens)


def partners(tokens: Sequence[Token]) -> dict[int, int]:
    """For each opening bracket the index of the one that closes it."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind is Kind.TEMPLATE:
            if token.text.startswith("}") and opened:
                found[opened.pop()] = index
            if token.text.endswith("${"):
                opened.append(index)
        elif (nesting := _nesting(token)) > 0:
            opened.append(index)
        elif nesting < 0 and opened:
            found[opened.pop()] = index
    return found


class _Operand:
    """A value with its member accesses and calls: ``new URL(location.href).searchParams.get("q")``."""

    def __init__(self, tokens: Sequence[Token], lookup: Lookup, depth: int) -> None:
        self.tokens = tokens
        self.lookup = lookup
        self.depth = depth
        self.at = 0
        self.path = ""
        self.value: Taint | None = None

    def taint(self) -> Taint | None:
        while self.tokens[self.at].text in {"await", "new", "(", "yield"} and self._prefix():
            if self.at >= len(self.tokens):
                return self.value
        first = self.tokens[self.at] if self.at < len(self.tokens) else None
        if first is None or first.text in {
            "!",
            "typeof",
            "void",
            "delete",
            "-",
            "+",
            "~",
            "function",
            "async",
        }:
            return self.value if first is None else None
        if first.kind is Kind.TEMPLATE:
            return self._template()
        if not self.path and self.value is None and first.kind is Kind.WORD:
            self.at += 1
            self._named(first.text)
        elif first.kind in {Kind.REGEX, Kind.STRING, Kind.NUMBER}:
            self.at += 1
        while self.at < len(self.tokens) and self._postfix():
            pass
        return self.value

    def _prefix(self) -> bool:
        if self.tokens[self.at].text != "(":
            self.at += 1
            return self.at < len(self.tokens)
        end = closing(self.tokens, self.at)
        self.value = taint_of(self.tokens[self.at + 1 : end], self.lookup, self.depth)
        self.path = "()"
        self.at = end + 1
        while self.at < len(self.tokens) and self._postfix():
            pass
        self.at = len(self.tokens)
        return True

    def _named(self, path: str) -> None:
        """Follow the name as far as it is known."""
        self.path = path
        bare = path
        while bare.partition(".")[0] in _OWNERS and bare not in _ADDRESS:
            bare = bare.partition(".")[2]
        if bare in _ADDRESS:
            self.value = Taint(bare)
        elif path == "document.referrer":
            self.value = Taint(path)
        elif path in _RAW:
            self.value = Taint(_RAW[path], raw=True, leads=True)
        else:
            self.value = self.lookup(path)

    def _postfix(self) -> bool:
        token = self.tokens[self.at]
        if token.text in {".", "?."} and self.at + 1 < len(self.tokens):
            name = self.tokens[self.at + 1].text
            self.at += 2
            call = self.at < len(self.tokens) and self.tokens[self.at].text == "("
            self._method(name) if call else self._member(name)
        elif token.text == "(":
            self._call()
        elif token.text == "[":
            end = closing(self.tokens, self.at)
            inside = self.tokens[self.at + 1 : end]
            self.at = end + 1
            if self.value is not None and _first(inside) != "0":
                self.value = _cut(self.value)
        else:
            return False
        return True

    def _arguments(self) -> Sequence[Token]:
        end = closing(self.tokens, self.at)
        inside = self.tokens[self.at + 1 : end]
        self.at = end + 1
        return inside

    def _member(self, name: str) -> None:
        if self.value is None:
            self._named(f"{self.path}.{name}")
        elif self.value.parameters:
            self.value = replace(self.value, parameters=name == "searchParams")
            self.path = "()"
        elif name == "length":
            self.value = None

    def _call(self) -> None:
        """``name(…)``."""
        inside = self._arguments()
        name = self.path.rpartition(".")[2]
        known = self.lookup(f"{self.path}()")
        if name in _DECODERS:
            given = taint_of(inside, self.lookup, self.depth)
            self.value = given and replace(given, raw=True)
        elif name in _PASSING:
            self.value = taint_of(inside, self.lookup, self.depth)
        elif name in {"URLSearchParams", "URL"}:
            given = taint_of(inside, self.lookup, self.depth) or _page(inside)
            self.value = given and replace(given, parameters=True)
        else:
            self.value = known
        self.path = "()"

    def _method(self, name: str) -> None:
        value = self.value
        if value is None:
            self._named(f"{self.path}.{name}")
            if name == "exec" or self.path in {"JSON.parse", "$.trim", "jQuery.trim", "Object.fromEntries"}:
                given = taint_of(self._arguments(), self.lookup, self.depth)
                self.value = given and replace(given, leads=given.leads or name == "exec")
                self.path = "()"
            else:
                self._call()
            return
        inside = self._arguments()
        self.path = "()"
        if value.parameters and name in {"get", "getAll"}:
            self.value = replace(value, raw=True, leads=True, parameters=False)
        elif name not in _KEEPS or (name in {"replace", "replaceAll"} and _escapes(inside)):
            self.value = None
        elif (name in _CUTS and _first(inside) != "0") or (
            name in {"replace", "replaceAll"} and value.source in {"location.hash", "location.search"}
        ):
            self.value = _cut(value)

    def _template(self) -> Taint | None:
        """``text ${…} text``."""
        found: Taint | None = None
        for number, part in enumerate(_substitutions(self.tokens)):
            inner = taint_of(part, self.lookup, self.depth)
            if inner is not None and found is None:
                leads = inner.leads and number == 0 and self.tokens[0].text == "`${"
                found = replace(inner, leads=leads)
        return found


def _cut(value: Taint) -> Taint:
    """``value`` without its beginning."""
    return replace(value, leads=True)


def _first(tokens: Sequence[Token]) -> str:
    return tokens[0].text if tokens else ""


def _page(tokens: Sequence[Token]) -> Taint | None:
    """``location`` itself, or the page's URL, as an argument."""
    text = "".join(token.text for token in tokens)
    return Taint("location") if text in {"location", "window.location", "document.location"} else None


def _escapes(arguments: Sequence[Token]) -> bool:
    """Does a ``replace`` with these arguments look as if it took out what makes markup?"""
    first = arguments[0] if arguments else None
    return (
        first is not None
        and first.kind in {Kind.REGEX, Kind.STRING}
        and bool(_ESCAPING.search(first.text[1:-1]))
    )


def _substitutions(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    start: int | None = None
    level = 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.TEMPLATE:
            if token.text.startswith("}"):
                level -= 1
                if level == 0 and start is not None:
                    yield tokens[start:index]
            if token.text.endswith("${"):
                if level == 0:
                    start = index + 1
                level += 1
