"""Valid requests with a value in each kind of place, and the value as an application would read it there."""

import json

from s2n.model import Request
from s2n.s2nscanner.http.points import points_of

HOST = "http://site.test"


def query(path: str, **fields: str) -> Request:
    """GET ``path`` with ``fields`` in its query."""
    return Request.from_url(f"{HOST}{path}?" + "&".join(f"{name}={text}" for name, text in fields.items()))


def path(target: str) -> Request:
    """GET ``target``, whose segments are the input."""
    return Request.from_url(HOST + target)


def form(path: str, **fields: str) -> Request:
    """A form posted to ``path``."""
    body = "&".join(f"{name}={text}" for name, text in fields.items())
    return _post(path, body, "application/x-www-form-urlencoded")


def json_body(path: str, value: object) -> Request:
    """``value`` posted to ``path``."""
    return _post(path, json.dumps(value), "application/json")


def multipart(path: str, **fields: str) -> Request:
    """A form posted to ``path`` as multipart."""
    parts = [
        f'--b0\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{text}\r\n' for n, text in fields.items()
    ]
    return _post(path, "".join(parts) + "--b0--\r\n", "multipart/form-data; boundary=b0")


def xml(path: str, **fields: str) -> Request:
    """``<r>`` with ``fields`` as its elements, posted to ``path``; their points are named ``r.NAME``."""
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    return _post(path, f"<r>{inner}</r>", "application/xml")


def header(path: str, name: str, value: str) -> Request:
    """GET ``path`` with a header."""
    return Request.from_url(HOST + path).with_header(name, value)


def cookie(path: str, name: str, value: str) -> Request:
    """GET ``path`` with a cookie."""
    return header(path, "Cookie", f"{name}={value}")


def taken(request: Request, name: str, default: str = "") -> str:
    """What the application reads as ``name``, wherever it stands in the request."""
    return next((point.value for point in points_of(request) if point.name == name), default)


def _post(path: str, body: str, content_type: str) -> Request:
    return Request.from_url(HOST + path, "POST", (("Content-Type", content_type),), body.encode())
