"""The bodies of requests that scripts make, as the browser would send them."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from s2n.s2nscanner.crawler.bodies import Field, multipart, urlencoded
from s2n.s2nscanner.crawler.javascript.constants import HOLE, Made

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TEXT = "text/plain"
_MULTIPART = "multipart/form-data"
_BOUNDARY = "----s2nFormBoundary"
UNKNOWN = "s2n"
"""Stands for a value that a script computes."""

_ENCODERS = {
    "JSON.stringify": JSON,
    "qs.stringify": FORM,
    "$.param": FORM,
    "jQuery.param": FORM,
    "URLSearchParams": FORM,
    "FormData": _MULTIPART,
}


class Call(NamedTuple):
    """A request a script makes; ``names`` are the fields of its body."""

    method: str
    reference: str
    content_type: str
    body: bytes
    names: tuple[str, ...]


def call_of(method: str, url: str, declared: str, body: Any, default: str) -> Call:
    """The call that sends ``body``: as ``declared``, else as its encoder says, else as ``default``.

    Where the body is not known, the endpoint is asked without one. What is not known inside it is `UNKNOWN`.
    """
    if isinstance(body, Made):
        default = _ENCODERS.get(body.by, default)
        body = body.arguments[0] if body.arguments else {}
    content_type = declared if declared and HOLE not in declared else default
    if isinstance(body, str) and body.strip(HOLE):
        text = body.replace(HOLE, UNKNOWN)
        return Call(method, url, content_type, text.encode("utf-8", "replace"), _names(text))
    if isinstance(body, dict) and body:
        return _structured(method, url, content_type, body)
    if body is None or body == "" or "json" not in content_type:
        return Call(method, url, "", b"", ())
    return Call(method, url, content_type, b"{}", ())


def declared_type(options: Mapping[str, Any]) -> str:
    """The Content-Type that a call's options name; empty if they don't."""
    headers = options.get("headers")
    if isinstance(headers, Made) and headers.arguments:
        headers = headers.arguments[0]
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if name.lower() == "content-type" and isinstance(value, str):
            return value
    kind = options.get("contentType")
    return kind if isinstance(kind, str) else ""


def plain(value: Any, hole: str) -> Any:
    """``value`` as JSON has it, ``hole`` for what is not known."""
    if isinstance(value, Made):
        return plain(value.arguments[0], hole) if value.arguments else hole
    if isinstance(value, str):
        return value.replace(HOLE, hole)
    if isinstance(value, dict):
        return {str(key): plain(each, hole) for key, each in value.items()}
    return [plain(each, hole) for each in value] if isinstance(value, list) else value


def _structured(method: str, url: str, content_type: str, body: dict[str, Any]) -> Call:
    known = plain(body, UNKNOWN)
    names = tuple(known)
    if "json" in content_type:
        data = json.dumps(known, ensure_ascii=False).encode("utf-8", "replace")
        return Call(method, url, content_type, data, names)
    fields = [
        Field(name, each if isinstance(each, str) else json.dumps(each)) for name, each in known.items()
    ]
    if content_type == _MULTIPART:
        boundary = f"{content_type}; boundary={_BOUNDARY}"
        return Call(method, url, boundary, multipart(fields, _BOUNDARY), names)
    return Call(method, url, content_type, urlencoded(fields).encode(), names)


def _names(body: str) -> tuple[str, ...]:
    """The top-level names of a literal body, JSON or urlencoded."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return tuple(part.partition("=")[0] for part in body.split("&"))
    return tuple(value) if isinstance(value, dict) else ()
