"""Template engines in miniature: what each takes for an expression, computes, repeats or refuses."""

import json
import re
from collections.abc import Callable

import jinja2


class TemplateError(Exception):
    """The source is no template of this engine."""


def jinja(source: str) -> str:
    """The real one."""
    try:
        return jinja2.Environment(autoescape=True).from_string(source).render(name="Ada")
    except Exception as error:
        raise TemplateError(error) from error


def engine(opening: str, closing: str, evaluate: Callable[[str], str]) -> Callable[[str], str]:
    """Renders expressions between ``opening`` and ``closing``; quotes in an expression are respected."""

    def render(source: str) -> str:
        out, rest = "", source
        while opening in rest:
            before, _, rest = rest.partition(opening)
            match = re.match(rf"(?:'[^']*'|\"[^\"]*\"|(?!{re.escape(closing)})[^'\"])*", rest, re.DOTALL)
            expression = match[0] if match else ""
            rest = rest[len(expression) :]
            if not rest.startswith(closing):
                raise TemplateError(f"{opening} is not closed")
            rest = rest[len(closing) :]
            out += before + evaluate(expression.strip())
        return out + rest

    return render


def arithmetic(times_text: str = "", grouped: str = "") -> Callable[[str], str]:
    """Products, texts and the name ``name``; ``times_text``: what ``7*'7'`` is, if it is anything.

    ``grouped``: the sign between thousands.
    """

    def evaluate(expression: str) -> str:
        if match := re.fullmatch(r"(\d+)\s*\*\s*(\d+)", expression):
            return f"{int(match[1]) * int(match[2]):,}".replace(",", grouped)
        if times_text and expression == "7*'7'":
            return times_text
        if match := re.fullmatch(r"'([^']*)'|\"([^\"]*)\"", expression):
            return match[1] or match[2] or ""
        if expression in {"name", "1", "Ada"}:
            return "Ada"
        raise TemplateError(f"cannot evaluate {expression!r}")

    return evaluate


def filters(expression: str) -> str:
    """Liquid and Django: no operators, filters."""
    match = re.fullmatch(r"(\d+)\|(times|add):(\d+)", expression)
    if match is None:
        raise TemplateError(f"cannot evaluate {expression!r}")
    a, b = int(match[1]), int(match[3])
    return str(a * b if match[2] == "times" else a + b)


def only(kind: str) -> Callable[[str], str]:
    """`filters` of one engine."""

    def evaluate(expression: str) -> str:
        if kind not in expression:
            raise TemplateError(f"unknown filter in {expression!r}")
        return filters(expression)

    return evaluate


def literals(expression: str) -> str:
    """Go: numbers in any base, no operators."""
    try:
        return str(int(expression, 0))
    except ValueError as error:
        raise TemplateError(str(error)) from error


def helpers(expression: str) -> str:
    """Handlebars: names and helpers, no operators."""
    match = re.fullmatch(r'lookup "(\w+)" (\d)', expression)
    if match is None:
        raise TemplateError(f"expecting ID, got {json.dumps(expression)}")
    return match[1][int(match[2])]


def velocity(source: str) -> str:
    """``#set`` and references."""
    match = re.search(r"#set\(\$x=(\d+)\*(\d+)\)", source)
    if "#set" in source and match is None:
        raise TemplateError("encountered a lexical error")
    if match is None:
        return source
    return source.replace(match[0], "").replace("${x}", str(int(match[1]) * int(match[2])))


def preprocessed(view: str) -> str:
    """Thymeleaf looks for a view of this name, evaluates ``__${…}__`` in it, and says it is not there."""
    found = engine("__${", "}__", arithmetic())(view) if "::" in view else view
    raise TemplateError(f"Error resolving template [{found}]")


twig = engine("{{", "}}", arithmetic("49"))
freemarker = engine("${", "}", arithmetic(grouped=","))
mako = engine("${", "}", arithmetic("7777777"))
el = engine("${", "}", arithmetic("49"))
erb = engine("<%=", "%>", arithmetic())
ejs = engine("<%=", "%>", arithmetic("49"))
pug = engine("#{", "}", arithmetic("49"))
razor = engine("@(", ")", arithmetic())
smarty = engine("{", "}", arithmetic())
thymeleaf = engine("[[${", "}]]", arithmetic())
liquid = engine("{{", "}}", only("times"))
django = engine("{{", "}}", only("add"))
go = engine("{{", "}}", literals)
handlebars = engine("{{", "}}", helpers)
