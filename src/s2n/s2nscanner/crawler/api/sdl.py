"""A GraphQL schema, as SDL text defines it.

https://spec.graphql.org/October2021/#sec-Type-System
"""

import re
from typing import NamedTuple

from s2n.errors import UsageError
from s2n.s2nscanner.crawler.api.graphqlschema import Argument, Field, Schema, Type

_TOKEN = re.compile(
    r'(?P<skip>[\s,\ufeff]+|#[^\n]*)|(?P<block>"""(?:\\"""|(?!""").)*""")|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\.\.\.|[!$&()\[\]{}:=@|])",
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def from_sdl(text: str, name: str) -> Schema:
    """The schema that SDL text defines.

    Raises:
        UsageError: it is not SDL; the message names the line.
    """
    try:
        return _Sdl(_tokens(text, name), name).read()
    except RecursionError as error:
        raise UsageError(f"{name}: nested too deeply", "export the schema again") from error


def _tokens(text: str, name: str) -> list[_Token]:
    at, line, tokens = 0, 1, []
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UsageError(f"{name}, line {line}: not GraphQL SDL: {text[at]!r}", "export the schema again")
        kind = str(match.lastgroup)
        if kind not in {"skip", "block"}:
            tokens.append(_Token(kind, match[0], line))
        line += match[0].count("\n")
        at = match.end()
    return tokens


class _Sdl:
    """A recursive descent through the definitions; directives and descriptions are passed over."""

    def __init__(self, tokens: list[_Token], name: str) -> None:
        self._tokens = tokens
        self._name = name
        self._at = 0
        self._schema = Schema()

    def read(self) -> Schema:
        while self._at < len(self._tokens):
            word = self._take()
            if word.kind == "string" or word.text == "extend":
                continue
            match word.text:
                case "schema":
                    self._directives()
                    if self._peek() == "{":  # an extension may carry directives only
                        self._roots()
                case "type" | "interface" | "input":
                    self._fields(word.text)
                case "enum":
                    self._enum()
                case "union":
                    self._union()
                case "scalar":
                    self._type("scalar", self._take().text)
                    self._directives()
                case "directive":
                    self._directive()
                case _:
                    self._fail(word)
        return self._schema

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> _Token:
        if self._at >= len(self._tokens):
            line = self._tokens[-1].line if self._tokens else 1
            raise UsageError(f"{self._name}, line {line}: the SDL ends too early", "export the schema again")
        token = self._tokens[self._at]
        if wanted and token.text != wanted:
            self._fail(token)
        self._at += 1
        return token

    def _fail(self, token: _Token) -> None:
        raise UsageError(
            f"{self._name}, line {token.line}: not GraphQL SDL at {token.text!r}", "export the schema again"
        )

    def _type(self, kind: str, name: str) -> Type:
        return self._schema.types.setdefault(name, Type(kind))

    def _roots(self) -> None:
        self._take("{")
        roots = {"query": "", "mutation": ""}
        while self._peek() != "}":
            word = self._take()
            if word.kind != "string":
                self._take(":")
                roots[word.text] = self._take().text
        self._take("}")
        self._schema.query, self._schema.mutation = roots["query"], roots["mutation"]

    def _fields(self, kind: str) -> None:
        owner = self._type(kind, self._take().text)
        while self._peek() not in {"{", ""} and (
            self._peek() in {"implements", "&", "@"} or self._implementing()
        ):
            self._directives() if self._peek() == "@" else self._take()
        if self._peek() != "{":
            return
        self._take("{")
        while self._peek() != "}":
            word = self._take()
            if word.kind == "string":
                continue
            if kind == "input":
                owner.inputs.append(self._argument_after(word))
                continue
            arguments = self._arguments()
            self._take(":")
            owner.fields.append(Field(word.text, self._type_reference(), arguments))
            self._directives()
        self._take("}")

    def _implementing(self) -> bool:
        return self._tokens[self._at - 1].text in {"implements", "&"}

    def _arguments(self) -> tuple[Argument, ...]:
        found: list[Argument] = []
        if self._peek() == "(":
            self._take("(")
            while self._peek() != ")":
                word = self._take()
                if word.kind != "string":
                    found.append(self._argument_after(word))
            self._take(")")
        return tuple(found)

    def _argument_after(self, word: _Token) -> Argument:
        self._take(":")
        kind, default = self._type_reference(), None
        if self._peek() == "=":
            self._take("=")
            default = self._value()
        self._directives()
        return Argument(word.text, kind, default)

    def _type_reference(self) -> str:
        if self._peek() == "[":
            self._take("[")
            text = f"[{self._type_reference()}]"
            self._take("]")
        else:
            text = self._take().text
        if self._peek() == "!":
            text += self._take("!").text
        return text

    def _value(self) -> str:
        """A literal as it is written."""
        token = self._take()
        closing = {"[": "]", "{": "}"}.get(token.text)
        if closing is None:
            return token.text + (self._take().text if token.text == "$" else "")
        parts = []
        while self._peek() != closing:
            parts.append(self._value())
        self._take(closing)
        return f"{token.text}{' '.join(parts)}{closing}"

    def _directives(self) -> None:
        while self._peek() == "@":
            self._take("@")
            self._take()
            if self._peek() == "(":
                self._take("(")
                while self._peek() != ")":
                    self._value()
                self._take(")")

    def _enum(self) -> None:
        owner = self._type("enum", self._take().text)
        self._directives()
        self._take("{")
        while self._peek() != "}":
            word = self._take()
            if word.kind != "string":
                owner.values.append(word.text)
            self._directives()
        self._take("}")

    def _union(self) -> None:
        owner = self._type("union", self._take().text)
        self._directives()
        if self._peek() == "=":
            self._take("=")
            if self._peek() == "|":
                self._take("|")
            owner.members.append(self._take().text)
            while self._peek() == "|":
                self._take("|")
                owner.members.append(self._take().text)

    def _directive(self) -> None:
        self._take("@")
        self._take()
        self._arguments()
        while self._peek() in {"repeatable", "on", "|"}:
            if self._take().text != "repeatable":
                if self._peek() == "|":
                    continue
                self._take()
