"""What a text is: which of the descriptions and recordings that can be read."""

import re
from typing import Literal

Kind = Literal[
    "openapi", "introspection", "sdl", "wsdl", "postman", "har", "burp", "curl", "urls", "site", "unknown"
]

_LINE = re.compile(r"(?m)^[ \t]*(?![#\s])(.*\S)")
_SDL = re.compile(
    r"(?m)^[^\S\n]*+(?:extend\s+)?(?:schema|type|input|enum|interface|union|scalar|directive)\b(?=\s*[@{\w])[^:\n=]*(?:[{=@(]|$)"
)
_OPENAPI = re.compile(r"""(?m)^[^\S\n]*+[{"',]*+[^\S\n]*+["']?(?:openapi|swagger)["']?\s*:""")
_SITE = re.compile(r'"s2n_site"\s*:\s*"\d')
_OPENAPI_INSIDE = re.compile(r'"(?:openapi|swagger)"\s*:\s*"\d')
_CURL = re.compile(r"(?:\$\s+)?curl(?:\.exe)?\s")
_URL = re.compile(r"(?:[A-Z]+\s+)?(?:https?://|/)\S*$")


def kind_of(text: str) -> Kind:
    """The format of ``text``, by its content."""
    body = text.lstrip()
    if body[:1] == "<":
        return _xml(body)
    if body[:1] in {"{", "["}:
        return "site" if _SITE.search(body) else _json(body)
    first = next((match[1] for match in _LINE.finditer(body)), "")
    if _CURL.match(first):
        return "curl"
    if _URL.match(first):
        return "urls"
    if _OPENAPI.search(body):
        return "openapi"
    return "sdl" if _SDL.search(body) else "unknown"


def _xml(body: str) -> Kind:
    head = body[:20_000]
    if re.search(r"<items\b[^>]*burpVersion|<items\b[^>]*>\s*<item>\s*<time>", head):
        return "burp"
    if re.search(r"<(?:[\w.-]+:)?definitions\b", head) and "schemas.xmlsoap.org/wsdl/" in body:
        return "wsdl"
    return "unknown"


def _json(body: str) -> Kind:
    if _OPENAPI_INSIDE.search(body) and '"paths"' in body:
        return "openapi"
    if '"__schema"' in body:
        return "introspection"
    if "schema.getpostman.com" in body or ('"_postman_id"' in body and '"item"' in body):
        return "postman"
    if '"log"' in body and '"entries"' in body:
        return "har"
    if '"info"' in body and '"item"' in body and '"request"' in body:
        return "postman"
    return "sdl" if _SDL.search(body) else "unknown"
