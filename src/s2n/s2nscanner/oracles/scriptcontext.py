"""A small JavaScript lexer: what is code, what is a string, a template, a comment or a regular expression.

Follows the lexical grammar of ECMA-262 §12, with the usual rule for ``/``: it divides after something that
ends a value, else it begins a regular expression.
"""

import re
from enum import StrEnum
from typing import NamedTuple


def words(text: str) -> frozenset[str]:
    """The words of ``text``, as a set."""
    return frozenset(text.split())


KEYWORDS_BEFORE_VALUE = words(
    """
    await case delete do else in instanceof new of return throw typeof void yield
    """
)
HEADS = frozenset({"if", "while", "for", "with"})
"""Keywords whose closing bracket is followed by a statement, not by an operator."""

CLOSER = {"(": ")", "[": "]", "{": "}", "${": "}", "`": "`"}


class Kind(StrEnum):
    """The kinds of token; a template yields one token for each piece of text."""

    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    TEMPLATE = "template"
    REGEX = "regex"
    PUNCTUATION = "punctuation"
    LINE_COMMENT = "line comment"
    BLOCK_COMMENT = "block comment"


COMMENTS = frozenset({Kind.LINE_COMMENT, Kind.BLOCK_COMMENT})


class Token(NamedTuple):
    """A token; ``newline``: a line ended between the token before and this one."""

    kind: Kind
    text: str
    start: int
    newline: bool = False


class Lexed(NamedTuple):
    """The tokens of a script, what was still open at its end, and the first lexical error ("" if none)."""

    tokens: list[Token]
    open: tuple[str, ...]
    error: str


class State(NamedTuple):
    """Where an offset lies: the token's kind (None: plain code), its quote, and the brackets open there.

    ``open`` counts from the outside in, without the template the offset itself lies in: ``("(", "{")``.
    """

    kind: Kind | None
    quote: str
    open: tuple[str, ...]
    text_before: str = ""


_SPACE = re.compile(r"[\s\ufeff]+")
_WORD = re.compile(r"(?:[\w$#]|\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]+\})+")
_NUMBER = re.compile(r"0[xXoObB][\w]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?n?")
_STRING = {
    '"': re.compile(r'"(?:[^"\\\r\n]|\\(?:\r\n|[\s\S]))*'),
    "'": re.compile(r"'(?:[^'\\\r\n]|\\(?:\r\n|[\s\S]))*"),
}
_TEMPLATE_TEXT = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*")
_REGEX = re.compile(r"/(?:[^/\\\[\r\n]|\\[^\r\n]|\[(?:[^\]\\\r\n]|\\[^\r\n])*\])+/[dgimsuvy]*(?![\w$])")
_LINE_END = re.compile(r"[\r\n\u2028\u2029]")
_PUNCTUATION = re.compile(
    r">>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)"
    r"|\+\+|--|\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|\*\*|[{}()\[\];,<>+\-*/%&|^!~?:=.@]"
)


class _Lexer:
    """One pass over a source; ``stop`` ends it at the token that covers that offset."""

    def __init__(self, source: str, stop: int | None = None) -> None:
        self.source = source
        self.stop = len(source) if stop is None else stop
        self.at = 0
        self.tokens: list[Token] = []
        self.open: list[str] = []
        self.heads: list[bool] = []
        self.error = ""
        self._newline = False
        self._value = False
        self._head = False

    def run(self) -> Lexed:
        while self.at < self.stop and not self.error:
            self._step()
        return Lexed(self.tokens, tuple(self.open), self.error)

    def _emit(self, kind: Kind, end: int) -> None:
        self.tokens.append(Token(kind, self.source[self.at : end], self.at, self._newline))
        self.at = end
        if kind not in COMMENTS:
            self._newline = False

    def _step(self) -> None:
        source, at = self.source, self.at
        space = _SPACE.match(source, at)
        if space:
            self._newline = self._newline or _LINE_END.search(space[0]) is not None
            self.at = space.end()
            return
        char = source[at]
        if source.startswith(("//", "<!--"), at):
            self._line_comment()
        elif source.startswith("/*", at):
            self._block_comment()
        elif source.startswith("-->", at) and (self._newline or not self.tokens):
            self._line_comment()
        elif char in _STRING:
            self._string(char)
        elif char == "`":
            self.open.append("`")
            self.heads.append(False)
            self._template_text(1)
        elif char == "}" and self.open and self.open[-1] == "${":
            self.open.pop()
            self.heads.pop()
            self._template_text(1)
        elif char.isdigit() or (char == "." and source[at + 1 : at + 2].isdigit()):
            self._number()
        else:
            self._word_or_punctuation()

    def _line_comment(self) -> None:
        end = _LINE_END.search(self.source, self.at)
        self._emit(Kind.LINE_COMMENT, end.start() if end else len(self.source))

    def _block_comment(self) -> None:
        end = self.source.find("*/", self.at + 2)
        if end < 0:
            self.error = "unterminated comment"
        text_end = len(self.source) if end < 0 else end + 2
        newline = _LINE_END.search(self.source, self.at, text_end) is not None
        self._emit(Kind.BLOCK_COMMENT, text_end)
        self._newline = self._newline or newline

    def _string(self, quote: str) -> None:
        match = _STRING[quote].match(self.source, self.at)
        assert match is not None
        end = match.end()
        if self.source[end : end + 1] == quote:
            end += 1
        else:
            self.error = "unterminated string"
        self._emit(Kind.STRING, end)
        self._value = True

    def _template_text(self, skip: int) -> None:
        match = _TEMPLATE_TEXT.match(self.source, self.at + skip)
        assert match is not None
        end = match.end()
        if self.source.startswith("`", end):
            self.open.pop()
            self.heads.pop()
            end += 1
            self._value = True
        elif self.source.startswith("${", end):
            self.open.append("${")
            self.heads.append(False)
            end += 2
            self._value = False
        else:
            self.error = "unterminated template"
        self._emit(Kind.TEMPLATE, end)

    def _number(self) -> None:
        match = _NUMBER.match(self.source, self.at)
        assert match is not None
        end = match.end()
        if _WORD.match(self.source, end):
            self.error = "a name directly after a number"
        self._emit(Kind.NUMBER, end)
        self._value = True

    def _word_or_punctuation(self) -> None:
        word = _WORD.match(self.source, self.at)
        if word:
            member = bool(self.tokens) and self.tokens[-1].text in {".", "?."}
            self._emit(Kind.WORD, word.end())
            self._value = member or word[0] not in KEYWORDS_BEFORE_VALUE
            self._head = not member and word[0] in HEADS
            return
        if self.source[self.at] == "/" and not self._value:
            regex = _REGEX.match(self.source, self.at)
            if regex is None:
                self.error = "unterminated regular expression"
                return
            self._emit(Kind.REGEX, regex.end())
            self._value = True
            return
        mark = _PUNCTUATION.match(self.source, self.at)
        if mark is None:
            self.error = f"unexpected {self.source[self.at]!r}"
            return
        self._bracket(mark[0])
        self._emit(Kind.PUNCTUATION, mark.end())

    def _bracket(self, mark: str) -> None:
        if mark in {"(", "[", "{"}:
            self.open.append(mark)
            self.heads.append(self._head and mark == "(")
            self._value = False
        elif mark in {")", "]", "}"}:
            if not self.open or CLOSER[self.open[-1]] != mark:
                self.error = f"unbalanced {mark!r}"
                return
            self.open.pop()
            self._value = not self.heads.pop() and mark != "}"
        elif mark not in {"++", "--"}:
            self._value = False
        self._head = False


def lex(source: str) -> Lexed:
    """The tokens of ``source`` up to its end or its first lexical error."""
    return _Lexer(source).run()


def state_at(source: str, index: int) -> State:
    """What the character at ``index`` belongs to."""
    return Course(source).at(index)


class Course:
    """The states of one source at offsets that grow, found in one pass."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._lexer = _Lexer(source, 0)

    def at(self, index: int) -> State:
        """What the character at ``index`` belongs to; no smaller than the one before."""
        source, lexer = self._source, self._lexer
        lexer.stop = index + 1
        lexer.run()
        last = lexer.tokens[-1] if lexer.tokens else None
        covered = last is not None and last.start < index < last.start + len(last.text)
        if last is None or not covered or last.kind in {Kind.WORD, Kind.NUMBER, Kind.PUNCTUATION}:
            return State(None, "", tuple(lexer.open), source[:index])
        opened = tuple(lexer.open)
        if last.kind is Kind.TEMPLATE:  # what it opened itself is not around it
            opened = opened[:-1] if lexer.error else opened[:-2] if last.text.endswith("${") else opened
        quote = {Kind.STRING: last.text[:1], Kind.TEMPLATE: "`", Kind.REGEX: "/"}.get(last.kind, "")
        return State(last.kind, quote, opened, source[: last.start])
