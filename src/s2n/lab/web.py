"""What a page handler gets and gives: a request, taken apart on demand, and a response."""

import json
import re
from functools import cached_property
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

_BOUNDARY = re.compile(r'boundary="?([^";,]+)')
_PART_NAME = re.compile(rb'[; ]name="([^"]*)"')


class Request:
    """One request. Header names are in lower case; texts are decoded as UTF-8, bad bytes replaced."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> None:
        self.method = method
        self.target = target
        self.raw_path, _, self.raw_query = target.partition("?")
        self.headers = headers
        self.body = body

    @cached_property
    def segments(self) -> list[str]:
        """The path's segments, each decoded by itself, so that ``%2F`` stays inside one."""
        return [unquote(part) for part in self.raw_path.split("/")[1:]]

    @cached_property
    def query(self) -> dict[str, str]:
        """Query parameters; the last one of a name wins."""
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """Fields of an urlencoded or a multipart body."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            boundary = _BOUNDARY.search(kind)
            return _multipart(self.body, boundary[1].encode()) if boundary else {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @cached_property
    def json(self) -> dict[str, object]:
        """The JSON object in the body; empty when there is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @cached_property
    def cookies(self) -> dict[str, str]:
        """Cookies by name, values percent-decoded."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return {name: unquote(value.strip('"')) for name, mark, value in pairs if mark}

    def field(self, name: str, default: str = "") -> str:
        """A form field of a POST, a query parameter of anything else: never one in place of the other."""
        return (self.form if self.method == "POST" else self.query).get(name, default)


class Response(Struct, frozen=True):
    """What goes back; Content-Length and the site's own headers are added by the server."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


def text(body: str, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Response:
    """Plain text that no browser takes for a page."""
    return Response(
        body.encode("utf-8", "replace"), status, content_type, (("X-Content-Type-Options", "nosniff"),)
    )


def as_json(value: object, status: int = 200) -> Response:
    """JSON, declared as such."""
    return Response(json.dumps(value).encode(), status, "application/json")


def redirect(location: str, status: int = 302, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """A redirect; the body says nothing."""
    return Response(b"", status, headers=(("Location", location), *headers))


def _multipart(body: bytes, boundary: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if name:
            fields[name[1].decode("utf-8", "replace")] = value.removesuffix(b"\r\n").decode(
                "utf-8", "replace"
            )
    return fields
