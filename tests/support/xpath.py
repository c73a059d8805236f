"""XPath in miniature: predicates on the children of one kind of element."""

import re

Item = dict[str, str]

GOODS: tuple[Item, ...] = (
    {"name": "zinc cup", "shelf": "kitchen", "id": "1", "pass": "x1"},
    {"name": "apple crate", "shelf": "kitchen", "id": "2", "pass": "x2"},
    {"name": "oak table", "shelf": "rooms", "id": "3", "pass": "x3"},
)

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>\d+(?:\.\d+)?)|(?P<name>@?[A-Za-z_][\w-]*)"
    r"|(?P<sign>!=|[=<>()+,-]))"
)


class XPathError(Exception):
    """The expression is none."""


def select(expression: str) -> list[Item]:
    """The goods that ``//g[…][…]`` or ``//g/NAME[…]`` finds."""
    match = re.fullmatch(r"//g(?:/([a-z]+))?((?:\[.*\])*)", expression, re.DOTALL)
    if match is None:
        raise XPathError("Invalid expression")
    found = [item for item in GOODS if not match[1] or match[1] in item]
    predicates = _predicates(match[2])
    for predicate in predicates:
        found = [
            item for place, item in enumerate(found, 1) if _true(_Reader(predicate, item).whole(), place)
        ]
    return found


def _predicates(text: str) -> list[str]:
    """The insides of brackets, whose texts may hold brackets."""
    found = re.findall(r"\[((?:'[^']*'|\"[^\"]*\"|[^\]'\"])*)\]", text)
    if "".join(f"[{inner}]" for inner in found) != text:
        raise XPathError("Unfinished literal")
    return found


def _true(value: object, place: int) -> bool:
    return value == place if isinstance(value, float) else bool(value)


class _Reader:
    """One predicate, evaluated as it is read."""

    def __init__(self, text: str, item: Item) -> None:
        self.item = item
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                raise XPathError(f"Invalid expression at {text[at : at + 9]!r}")
            self.tokens.append((match.lastgroup or "", match[0].strip()))
            at = match.end()

    def whole(self) -> object:
        value = self._or()
        if self.tokens:
            raise XPathError(f"Invalid expression: unexpected {self.tokens[0][1]}")
        return value

    def _next(self, *texts: str) -> str:
        if self.tokens and self.tokens[0][0] in {"sign", "name"} and self.tokens[0][1] in texts:
            return self.tokens.pop(0)[1]
        return ""

    def _or(self) -> object:
        value = self._and()
        while self._next("or"):
            right = self._and()
            value = bool(value) or bool(right)
        return value

    def _and(self) -> object:
        value = self._equal()
        while self._next("and"):
            right = self._equal()
            value = bool(value) and bool(right)
        return value

    def _equal(self) -> object:
        left = self._sum()
        while sign := self._next("=", "!="):
            right = self._sum()
            if isinstance(left, float) or isinstance(right, float):
                same = _number(left) == _number(right)
            else:
                same = left == right
            left = same is (sign == "=")
        return left

    def _sum(self) -> object:
        left = self._primary()
        while sign := self._next("+", "-"):
            right = _number(self._primary())
            left = _number(left) + (right if sign == "+" else -right)
        return left

    def _primary(self) -> object:
        if not self.tokens:
            raise XPathError("Invalid expression: unexpected end")
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1]
        if kind == "number":
            return float(text)
        if text == "(":
            value = self._or()
            if self._next(")"):
                return value
        elif kind == "name" and self._next("("):
            return self._called(text)
        elif kind == "name" and text not in {"and", "or"}:
            return self.item.get(text.lstrip("@"), "")
        raise XPathError(f"Invalid expression: unexpected {text}")

    def _called(self, name: str) -> object:
        given: list[object] = []
        while not self._next(")"):
            given.append(self._or())
            if not self._next(",") and self.tokens[:1] != [("sign", ")")]:
                raise XPathError("Invalid expression in arguments")
        if name == "contains" and len(given) == 2:
            return str(given[1]) in str(given[0])
        if name == "string" and len(given) == 1:
            return f"{given[0]:.0f}" if isinstance(given[0], float) else str(given[0])
        if name == "string-length" and len(given) == 1:
            return float(len(str(given[0])))
        raise XPathError(f"Unregistered function: {name}")


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")
