"""MongoDB in miniature: operators, scripts, and the errors of drivers."""

import re
from urllib.parse import parse_qsl

Document = dict[str, object]


_WAIT = re.compile(r"\(function\(\)\{sleep\((\d+)\);return true\}\)\(\)")
_TOKEN = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|\d+|this\.\w+|\w+|===?|!=|&&|\|\||[-+()<>]|\S")


class MongoError(Exception):
    """What the server refuses."""


def bracketed(text: str) -> dict[str, object]:
    """``a[$ne]=1&b=2`` as PHP and qs read it."""
    found: dict[str, object] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, *keys = re.findall(r"^[^\[]+|(?<=\[)[^\]]*(?=\])", name) or [name]
        inner = found
        for key in keys:
            below = inner.get(head)
            inner[head] = below if isinstance(below, dict) else {}
            inner = inner[head]  # type: ignore[assignment]
            head = key
        inner[head] = value
    return found


class Collection:
    """Documents, and the seconds that the last script waited."""

    def __init__(self, *documents: Document) -> None:
        self.documents = documents
        self.waited = 0.0

    def find(self, query: dict[str, object]) -> list[Document]:
        """The documents that match ``query``."""
        return [d for d in self.documents if all(_holds(d.get(k), v) for k, v in query.items())]

    def where(self, script: str) -> list[Document]:
        """The documents for which the body of a function, or an expression, is true."""
        self.waited = 0.0
        return [document for document in self.documents if self._true(script, document)]

    def _true(self, script: str, document: Document) -> bool:
        script = _WAIT.sub(r"wait(\1)", script)
        *checks, last = re.split(r";(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)", script.rstrip(";"))
        names: dict[str, object] = {}
        for statement in checks:
            if match := re.fullmatch(r"\s*var (\w+)=(.*)", statement):
                names[match[1]] = self._value(match[2], document, names)
            elif match := re.fullmatch(r"if\(!\((.*)\)\)return false", statement):
                if not self._value(match[1], document, names):
                    return False
            else:
                raise MongoError(f"SyntaxError: unexpected token in $where: {statement[:40]}")
        return bool(self._value(last.strip().removeprefix("return "), document, names))

    def _value(self, expression: str, document: Document, names: dict[str, object]) -> object:
        tokens = re.findall(
            r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|\d+|this\.\w+|\w+|===?|!=|&&|\|\||[-+()<>]|\S",
            expression,
        )
        words = {"&&": " and ", "||": " or ", "===": "==", "wait": "wait", **{name: name for name in names}}
        source = ""
        for token in tokens:
            if re.fullmatch(r"'.*'|\".*\"|\d+|==|!=|[-+()<>]", token, re.DOTALL):
                source += f" {token} "
            elif token.startswith("this."):
                source += repr(document.get(token[5:]))
            elif token in words:
                source += words[token]
            else:
                raise MongoError(f"SyntaxError: $where: unexpected token {token}")

        def wait(milliseconds: int) -> bool:
            self.waited += milliseconds / 1000
            return True

        try:
            return eval(source, {"__builtins__": {}, "wait": wait} | names)
        except (SyntaxError, TypeError, NameError) as error:
            raise MongoError(f"SyntaxError: $where: {error}") from error


def _holds(held: object, asked: object) -> bool:
    if not isinstance(asked, dict):
        return held == asked
    return all(_operator(held, name, value) for name, value in asked.items())


def _operator(held: object, name: str, value: object) -> bool:
    if name in {"$gt", "$gte", "$lt", "$lte"}:
        if type(held) is not type(value):
            return False
        return {"$gt": held > value, "$gte": held >= value, "$lt": held < value, "$lte": held <= value}[name]  # type: ignore[operator]
    if name in {"$eq", "$ne"}:
        return (held == value) is (name == "$eq")
    if name in {"$in", "$nin"}:
        if not isinstance(value, list):
            raise MongoError(f"{name} needs an array")
        return (held in value) is (name == "$in")
    if name == "$regex":
        try:
            return isinstance(held, str) and re.search(str(value), held) is not None
        except re.error as error:
            raise MongoError(f"Regular expression is invalid: {error}") from error
    raise MongoError(f"unknown operator: {name}")
