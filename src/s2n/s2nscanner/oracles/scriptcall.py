"""Is a marker really called by a script that a browser would accept?

Not a parser: it follows values, operators and brackets closely enough to refuse what an injection usually
breaks (a value beside a value, an operator without its operand, a statement inside an object or a call), and
gives real scripts the benefit of the doubt.
"""

from typing import NamedTuple

from s2n.s2nscanner.oracles.scriptcontext import (
    COMMENTS,
    HEADS,
    KEYWORDS_BEFORE_VALUE,
    Kind,
    Token,
    lex,
    words,
)

CALLEES = frozenset({"alert", "confirm", "prompt", "print"})
"""Functions every browser has, in the names payloads use."""

_BINARY = words(
    """
    * / % ** == != === !== < > <= >= && || ?? & | ^ << >> >>> = += -= *= /= %= **= <<= >>= >>>= &=
    |= ^= &&= ||= ??= => . ?. ? :
    """
)
_PREFIX = frozenset(["+", "-", "!", "~", "..."])
_STATEMENT_WORDS = words(
    """
    async break case catch class const continue debugger default do else export extends finally for
    from function get if import let of set static switch try var while with
    """
)
_INFIX_WORDS = frozenset({"as", "extends", "from", "in", "instanceof", "of"})


class Call(NamedTuple):
    """The marker's call: ``in_function`` if it stands inside a function's body."""

    in_function: bool


class _Frame:
    """An open bracket: what it is, and how far its present entry has come."""

    def __init__(self, mark: str, kind: str) -> None:
        self.mark = mark
        self.kind = kind
        self.entry: list[Token] = []
        self.colon = False

    def next_entry(self) -> None:
        self.entry = []
        self.colon = False


def find_call(source: str, number: str) -> Call | None:
    """The call of a `CALLEES` function with the argument ``number``, if the whole script holds together."""
    if number not in source:
        return None
    lexed = lex(source)
    if lexed.error or lexed.open:
        return None
    tokens = [token for token in lexed.tokens if token.kind not in COMMENTS]
    where = _call_index(tokens, number)
    if where is None:
        return None
    return _Walk(tokens, where).run()


def _call_index(tokens: list[Token], number: str) -> int | None:
    for index, token in enumerate(tokens):
        if token.text not in CALLEES or (index and tokens[index - 1].text == "function"):
            continue
        argument = tokens[index + 1 : index + 4]
        if [t.text for t in argument] == ["(", number, ")"]:
            return index
        if argument and argument[0].text == f"`{number}`":
            return index
    return None


class _Walk:
    """One pass over the tokens.

    ``value``: True after a value, False after an operator, None where either may follow.
    """

    def __init__(self, tokens: list[Token], where: int) -> None:
        self.tokens = tokens
        self.where = where
        self.value: bool | None = None
        self.frames = [_Frame("", "block")]
        self.function = False
        self.case = False
        self.previous = ""
        self.call: Call | None = None

    def run(self) -> Call | None:
        for index, token in enumerate(self.tokens):
            if index == self.where:
                self.call = Call(any(frame.kind == "function" for frame in self.frames))
            if token.newline and self.value:
                self.value = None
            if not self._accept(token):
                return None
            self.previous = token.text
        return None if self.value is False else self.call

    def _accept(self, token: Token) -> bool:
        top = self.frames[-1]
        if token.kind is not Kind.PUNCTUATION or token.text in {"(", "[", "{"}:
            top.entry.append(token)
        if token.kind is Kind.TEMPLATE:
            return self._template(token)
        if token.kind is Kind.WORD:
            return self._word(token)
        if token.kind is not Kind.PUNCTUATION:
            return self._operand()
        if token.text in {"(", "[", "{"}:
            return self._opens(token.text)
        if token.text in {")", "]", "}"}:
            return self._closes()
        return self._operator(token.text)

    def _operand(self) -> bool:
        if self.value:
            return False
        self.value = True
        return True

    def _template(self, token: Token) -> bool:
        if token.text.startswith("}") and (self.value is False or self.frames.pop().mark != "${"):
            return False
        if token.text.endswith("${"):
            self.frames.append(_Frame("${", "group"))
            self.value = False
            # An empty ${} is an error, which an operator without operand is too.
        else:
            self.value = True
        return True

    def _word(self, token: Token) -> bool:
        word = token.text
        if self.previous in {".", "?."}:
            self.value = True
            return True
        if word in _INFIX_WORDS and self.value:
            self.value = False
            return True
        if word in KEYWORDS_BEFORE_VALUE or word in _STATEMENT_WORDS:
            if self.value and word not in _INFIX_WORDS and self.previous not in _STATEMENT_WORDS:
                return False
            self.function = self.function or word == "function"
            self.case = self.case or word in {"case", "default"}
            self.value = None
            return True
        return self._operand()

    def _opens(self, mark: str) -> bool:
        kind = "group"
        if mark == "(":
            kind = "head" if self.previous in HEADS or self.previous == "await" else "group"
            self.value = None if kind == "head" else False
        elif mark == "{":
            kind = self._brace()
            self.value = None
        else:
            self.value = None
        self.frames.append(_Frame(mark, kind))
        return True

    def _brace(self) -> str:
        if self.function or self.previous == "=>":
            self.function = False
            return "function"
        if self.value is False or self.previous in {"(", "[", ",", "return", "throw", "default"}:
            return "object" if not (self.previous == ":" and self.case) else "block"
        return "block"

    def _closes(self) -> bool:
        if len(self.frames) == 1:
            return False
        frame = self.frames.pop()
        empty = self.previous == frame.mark
        if self.value is False and not empty and self.previous not in {",", ";"}:
            return False
        if frame.kind == "object" and _bad_entry(frame):
            return False
        self.value = None if frame.mark == "{" or frame.kind == "head" else True
        if self.function and frame.mark == "(":
            self.value = None
        return True

    def _operator(self, mark: str) -> bool:
        top = self.frames[-1]
        if mark == ";":
            return self._semicolon(top)
        if mark == ",":
            return self._comma(top)
        if mark == ":" and top.kind == "object" and not top.colon:
            top.colon = True
            return self._infix() and _is_key(top.entry)
        if mark in _BINARY:
            return self._infix()
        return self._prefix(mark)

    def _prefix(self, mark: str) -> bool:
        if mark in {"++", "--"}:
            self.value = self.value or None
            return True
        if mark in {"!", "~"} and self.value:
            return False
        self.value = False
        return mark in _PREFIX or mark == "@"

    def _infix(self) -> bool:
        if self.value is False or self._at_start():
            return False
        self.value = False
        return True

    def _at_start(self) -> bool:
        """At the beginning of a statement there is nothing an operator could join."""
        return self.previous in {"", ";"}

    def _comma(self, top: _Frame) -> bool:
        if self._at_start() or (self.value is False and self.previous not in {",", "["}):
            return False
        if top.kind == "object" and _bad_entry(top):
            return False
        top.next_entry()
        self.value = None if top.mark in {"[", "{"} else False
        return True

    def _semicolon(self, top: _Frame) -> bool:
        if self.value is False or top.kind in {"group", "object"}:
            return False
        if top.mark == "(" and top.kind != "head":
            return False
        top.next_entry()
        self.value = None
        self.case = False
        return True


def _is_key(entry: list[Token]) -> bool:
    return len(entry) == 1 or (bool(entry) and entry[0].text == "[")


def _bad_entry(frame: _Frame) -> bool:
    """Does an object's entry begin with a literal and go on without its colon?"""
    if frame.colon or not frame.entry or frame.entry[0].kind not in {Kind.STRING, Kind.NUMBER}:
        return False
    return len(frame.entry) == 1 or frame.entry[1].text != "("
