"""Programming languages in miniature: enough to tell which payload is a program in which of them."""

import re
from dataclasses import dataclass, field


class CodeError(Exception):
    """The source is no program of this language."""


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<text>'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
    r"|(?P<name>\$?[A-Za-z_][\w]*)|(?P<sign>[-+.*%(),;=]))",
    re.DOTALL,
)


@dataclass
class Language:
    """``joins``: the operator that joins texts; ``loose``: and numbers. ``formats``: has ``'%d' %``."""

    name: str
    joins: str
    comments: str
    loose: bool = True
    formats: bool = False
    inside: str = ""
    """A pattern of the code in double quotes."""
    functions: frozenset[str] = frozenset()
    constants: dict[str, str] = field(default_factory=dict)


PHP = Language(
    "PHP", ".", r"#[^\n]*|//[^\n]*|/\*.*?\*/", inside=r"\{\$\{(.*?)\}\}",
    functions=frozenset({"sprintf", "printf", "print", "usleep", "strtolower", "trim"}),
)  # fmt: skip
PERL = Language(
    "Perl", ".", r"#[^\n]*", functions=frozenset({"sprintf", "printf", "print", "lc", "Kernel", "sleep"})
)
JAVASCRIPT = Language(
    "JavaScript", "+", r"//[^\n]*|/\*.*?\*/",
    functions=frozenset({"String", "Number", "wait", "Int32Array", "SharedArrayBuffer"}),
)  # fmt: skip
JAVA = Language("Java", "+", r"//[^\n]*|/\*.*?\*/")
PYTHON = Language(
    "Python", "+", r"#[^\n]*", loose=False, formats=True,
    functions=frozenset({"str", "chr", "__import__", "sleep", "len"}),
)  # fmt: skip
RUBY = Language(
    "Ruby", "+", r"#[^\n]*", loose=False, formats=True, inside=r"#\{(.*?)\}",
    functions=frozenset({"String", "sprintf", "printf", "print", "sleep"}),
)  # fmt: skip


class Run:
    """One program: its value, what it printed, how long it waited."""

    def __init__(self, language: Language, source: str) -> None:
        self.language = language
        self.output = ""
        self.waited = 0.0
        self.value: object = ""
        self._tokens = self._lexed(source)
        while self._tokens:
            self._statement()

    def _lexed(self, source: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        comment = re.compile(rf"\s*(?:{self.language.comments})", re.DOTALL)
        while source[at:].strip():
            if match := comment.match(source, at):
                at = match.end()
                continue
            match = _TOKEN.match(source, at)
            if match is None:
                raise CodeError(f"syntax error, unexpected {source[at:].strip()[:1]!r}")
            tokens.append((match.lastgroup or "", match[0].strip()))
            at = match.end()
        return tokens

    def _next(self, *signs: str) -> bool:
        if self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in signs:
            self._tokens.pop(0)
            return True
        return False

    def _statement(self) -> None:
        if self._next(";"):
            return
        word = self._tokens[0][1]
        if word in {"echo", "return"} or (word.startswith("$") and ("sign", "=") in self._tokens[1:2]):
            del self._tokens[: 2 if word.startswith("$") else 1]
        self.value = self._sum()
        if word == "echo":
            self.output += str(self.value)
        if self._tokens and not self._next(";"):
            raise CodeError(f"syntax error, unexpected {self._tokens[0][1]!r}")

    def _sum(self) -> object:
        left = self._product()
        while self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in "+-.":
            sign = self._tokens.pop(0)[1]
            right = self._product()
            if isinstance(left, int) and isinstance(right, int) and sign != ".":
                left = left + right if sign == "+" else left - right
            elif sign == self.language.joins and (
                self.language.loose or (isinstance(left, str) and isinstance(right, str))
            ):
                left = f"{left}{right}"
            else:
                raise CodeError(f"unsupported operand types for {sign}")
        return left

    def _product(self) -> object:
        left = self._factor()
        while self._tokens and self._tokens[0][0] == "sign" and self._tokens[0][1] in "*%":
            sign = self._tokens.pop(0)[1]
            right = self._factor()
            if isinstance(left, int) and isinstance(right, int):
                left = left * right if sign == "*" else left % right
            elif sign == "%" and self.language.formats and isinstance(left, str):
                left = left.replace("%d", str(right))
            else:
                raise CodeError(f"unsupported operand types for {sign}")
        return left

    def _factor(self) -> object:
        if not self._tokens:
            raise CodeError("unexpected end of input")
        kind, text = self._tokens.pop(0)
        if kind == "number":
            return int(text)
        if kind == "text":
            return self._text(text)
        if kind == "name":
            return self._called(text)
        if text == "(":
            value = self._sum()
            if self._next(")"):
                return value
        raise CodeError(f"syntax error, unexpected {text!r}")

    def _text(self, text: str) -> str:
        def computed(match: re.Match[str]) -> str:
            inner = Run(self.language, match[1])
            self.output += inner.output
            return "" if inner.output else str(inner.value)

        whole = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
        if self.language.inside and text[0] == '"':
            done = re.sub(self.language.inside, computed, whole)
            if "{${" in done:
                raise CodeError("syntax error in a text")
            return done
        return whole

    def _called(self, name: str) -> object:
        if name in {"new", "Kernel", "Atomics"} and self._tokens:
            self._next(".")
            name = self._tokens.pop(0)[1]
        if not self._next("("):
            raise CodeError(f"{name} is not defined")
        given: list[object] = []
        while not self._next(")"):
            given.append(self._sum())
            if not self._next(",") and ("sign", ")") not in self._tokens[:1]:
                raise CodeError("syntax error in arguments")
        if name not in self.language.functions:
            raise CodeError(f"Call to undefined function {name}()")
        if name == "__import__" and self._next("."):
            return self._called(self._tokens.pop(0)[1])
        return self._result(name, given)

    def _result(self, name: str, given: list[object]) -> object:
        first = given[0] if given else 0
        if name in {"usleep", "sleep", "wait"}:
            seconds = given[-1] if name == "wait" else first
            assert isinstance(seconds, int)
            self.waited += seconds / {"usleep": 1e6, "sleep": 1, "wait": 1e3}[name]
            return 0
        if name in {"sprintf", "printf"}:
            text = str(first).replace("%d", str(given[1] if len(given) > 1 else 0))
            self.output += text if name == "printf" else ""
            return text
        if name == "print":
            self.output += str(first)
            return 1
        if name == "chr":
            return chr(int(str(first)))
        return str(first).lower() if name in {"strtolower", "lc"} else str(first)
