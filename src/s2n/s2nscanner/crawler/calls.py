"""Requests with a body that scripts send in plain sight: ``fetch``, XMLHttpRequest, jQuery and axios calls.

Nothing is run: the method, the URL and the body have to stand there as literals. Values that a script
computes are replaced by a plain ``s2n``.
"""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from s2n.s2nscanner.crawler.bodies import Field, urlencoded
from s2n.s2nscanner.crawler.scripts import MAX_SCRIPT

MAX_CALLS = 100
_MAX_ARGUMENTS = 4000
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_METHODS = frozenset({"POST", "PUT", "PATCH"})

_STRING = r"""(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`)"""
_STARTS = re.compile(
    rf"""(?:\bfetch|\$\.post|\bjQuery\.post|\baxios\.(?:post|put|patch)|\.open)\s*\(\s*{_STRING}\s*,\s*"""
)
_SECOND = re.compile(_STRING)
_METHOD = re.compile(r"""\b(?:method|type)["']?\s*:\s*["'](\w+)["']""")
_TYPE = re.compile(r"""["']?content-?type["']?\s*[:,]\s*["']([^"']+)["']""", re.IGNORECASE)
_BODY = re.compile(r"""\b(?:body|data)["']?\s*:\s*""")
_SEND = re.compile(r"""\.send\s*\(\s*""")
_WRAPPER = re.compile(r"(?:JSON\.stringify|new\s+URLSearchParams|\$\.param)\s*\(\s*")
_TOKEN = re.compile(rf"\s*(?:{_STRING}|(-?\d+(?:\.\d+)?)\b|([A-Za-z_$][\w$]*)|(.))", re.DOTALL)
_LITERALS = {"true": True, "false": False, "null": None}


class Call(NamedTuple):
    """A request a script makes; ``names`` are the fields of its body."""

    method: str
    reference: str
    content_type: str
    body: bytes
    names: tuple[str, ...]


def calls_in_script(text: str) -> list[Call]:
    """The calls with a body among the first `MAX_CALLS` in ``text``; a DELETE is none of them."""
    text = text[:MAX_SCRIPT]
    out: dict[Call, None] = {}
    for match in islice(_STARTS.finditer(text), MAX_CALLS):
        made = _call(match, text[match.end() : match.end() + _MAX_ARGUMENTS])
        if made is not None:
            out[made] = None
    return list(out)


def _call(match: re.Match[str], rest: str) -> Call | None:
    function = match[0].partition("(")[0].strip()
    first = _string(match)
    if function == ".open":
        url = _SECOND.match(rest)
        send = _SEND.search(rest)
        if url is None or send is None or first.upper() not in _METHODS:
            return None
        declared = _TYPE.search(rest, 0, send.start())
        return _made(first.upper(), _string(url), declared, rest[send.end() :], _FORM)
    if function == "fetch":
        options = rest[: _end(rest)]
        method, body = _METHOD.search(options), _BODY.search(options)
        if method is None or body is None or method[1].upper() not in _METHODS:
            return None
        return _made(method[1].upper(), first, _TYPE.search(options), options[body.end() :], "text/plain")
    verb = function.rpartition(".")[2].upper()
    return _made(verb, first, None, rest, _JSON if function.startswith("axios") else _FORM)


def _made(method: str, url: str, declared: re.Match[str] | None, text: str, default: str) -> Call | None:
    wrapper = _WRAPPER.match(text)
    if wrapper:
        text = text[wrapper.end() :]
        default = _JSON if wrapper[0].startswith("JSON") else _FORM
    content_type = declared[1] if declared else default
    value = _value(_tokens(text))
    if isinstance(value, str):
        value += "s2n" if value.endswith("=") else ""
        return Call(method, url, content_type, value.encode(), _names(value))
    if not isinstance(value, dict) or not value:
        return None
    names = tuple(value)
    if "json" in content_type:
        return Call(method, url, content_type, json.dumps(value, ensure_ascii=False).encode(), names)
    fields = [
        Field(name, each if isinstance(each, str) else json.dumps(each)) for name, each in value.items()
    ]
    return Call(method, url, content_type, urlencoded(fields).encode(), names)


def _names(body: str) -> tuple[str, ...]:
    """The top-level names of a literal body, JSON or urlencoded."""
    try:
        value = json.loads(body)
    except ValueError:
        return tuple(part.partition("=")[0] for part in body.split("&"))
    return tuple(value) if isinstance(value, dict) else ()


def _tokens(text: str) -> Iterator[tuple[str, Any]]:
    """``("value", literal)``, ``("name", identifier)`` or ``("mark", character)``."""
    for match in _TOKEN.finditer(text):
        if match[5]:
            yield "name", match[5]
        elif match[6]:
            yield "mark", match[6]
        elif match[4]:
            yield "value", float(match[4]) if "." in match[4] else int(match[4])
        else:
            yield "value", _string(match)
    yield "end", ""


def _value(tokens: Iterator[tuple[str, Any]], depth: int = 0) -> Any:
    """The literal the tokens begin with; whatever is computed becomes ``s2n``."""
    kind, sign = next(tokens, ("end", ""))
    if kind == "value":
        return sign
    if kind == "name":
        return _LITERALS.get(sign, "s2n") if depth else None
    if sign == "{" and depth < 8:
        return _object(tokens, depth + 1)
    if sign == "[" and depth < 8:
        _skip(tokens, 1)
        return ["s2n"]
    return None


def _object(tokens: Iterator[tuple[str, Any]], depth: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for kind, name in tokens:
        if kind == "mark" and name == ",":
            continue
        if kind in {"mark", "end"}:
            break
        following = next(tokens, ("end", ""))
        if following == ("mark", ":"):
            out[str(name)] = _value(tokens, depth)
            following = next(tokens, ("end", ""))
            while following not in {("mark", ","), ("mark", "}"), ("end", "")}:
                # An expression: whatever it comes to, a plain value stands for it.
                if isinstance(out[str(name)], str) or following[1] in {".", "(", "["}:
                    out[str(name)] = "s2n"
                if following[1] in {"(", "[", "{"} and following[0] == "mark":
                    _skip(tokens, 1)
                following = next(tokens, ("end", ""))
        elif kind == "name":
            out[str(name)] = "s2n"
        if following != ("mark", ","):
            break
    return out


def _skip(tokens: Iterator[tuple[str, Any]], depth: int) -> None:
    for kind, sign in tokens:
        if kind == "mark":
            depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return


def _end(text: str) -> int:
    """Where the bracket ends that ``text`` begins with."""
    depth = 0
    for match in _TOKEN.finditer(text):
        mark = match[6]
        if mark:
            depth += (mark in "([{") - (mark in ")]}")
            if depth <= 0:
                return match.end()
    return len(text)


def _string(match: re.Match[str]) -> str:
    raw = match[1] if match[1] is not None else match[2] if match[2] is not None else match[3] or ""
    return re.sub(r"\\(.)", r"\1", raw)
