"""The kinds of input point: for each, a valid request with a value in it, and how a site reads that back."""

import email.parser
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote
from xml.etree import ElementTree

from s2n.model import Request

HOST = "http://site.test"
BOUNDARY = "----WebKitFormBoundaryx7Qz"


@dataclass(frozen=True)
class Place:
    """One kind of input point."""

    name: str
    ask: Callable[[str], Request]
    """The valid request that holds a value."""
    read: Callable[[Request], str]
    """The value that a request holds, decoded as the site would."""


def place(name: str) -> Place:
    return PLACES[name]


def _query(value: str) -> Request:
    return Request.from_url(f"{HOST}/items?page=1&q={quote(value)}&view=list")


def _of_query(request: Request) -> str:
    return parse_qs(request.query, keep_blank_values=True, encoding="utf-8").get("q", [""])[0]


def _form(value: str) -> Request:
    body = f"q={quote(value)}&lang=en&submit=Go".encode()
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    return Request.from_url(f"{HOST}/items/filter", "POST", headers, body)


def _of_form(request: Request) -> str:
    return parse_qs(request.body.decode(), keep_blank_values=True).get("q", [""])[0]


def _json(value: str) -> Request:
    leaf = value if not value.isdigit() else int(value)
    body = json.dumps({"filter": {"q": leaf, "tags": ["new"]}, "limit": 20}).encode()
    return Request.from_url(f"{HOST}/api/items", "POST", (("Content-Type", "application/json"),), body)


def _of_json(request: Request) -> str:
    return str(_loaded(request)["filter"]["q"])


def _loaded(request: Request) -> dict:
    """The body; a broken one is as good as an empty one."""
    try:
        return json.loads(request.body)
    except ValueError:
        return {"filter": {"q": ""}, "ids": [""]}


def _array(value: str) -> Request:
    body = json.dumps({"ids": [value, "x"]}).encode()
    return Request.from_url(f"{HOST}/api/batch", "POST", (("Content-Type", "application/json"),), body)


def _of_array(request: Request) -> str:
    return str(_loaded(request)["ids"][0])


def _multipart(value: str) -> Request:
    parts = [("q", value), ("lang", "en")]
    body = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts
    )
    headers = (("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),)
    return Request.from_url(f"{HOST}/items/import", "POST", headers, f"{body}--{BOUNDARY}--\r\n".encode())


def _of_multipart(request: Request) -> str:
    head = f"Content-Type: {request.header('content-type')}\r\n\r\n".encode()
    message = email.parser.BytesParser().parsebytes(head + request.body)
    for part in message.get_payload():
        if part.get_param("name", header="content-disposition") == "q":
            return part.get_payload(decode=True).decode("utf-8", "replace").removesuffix("\r\n")
    return ""


def _xml(value: str) -> Request:
    body = f'<?xml version="1.0"?><search><q>{value}</q><lang>en</lang></search>'.encode()
    return Request.from_url(f"{HOST}/ws/search", "POST", (("Content-Type", "application/xml"),), body)


def _of_xml(request: Request) -> str:
    try:
        return ElementTree.fromstring(request.body).findtext("q") or ""
    except ElementTree.ParseError:
        return ""


def _header(value: str) -> Request:
    return Request.from_url(f"{HOST}/items", headers=(("X-Store", value),))


def _agent(value: str) -> Request:
    del value  # nobody names it, the scanner has to think of it
    return Request.from_url(f"{HOST}/visit")


def _cookie(value: str) -> Request:
    return Request.from_url(f"{HOST}/items", headers=(("Cookie", f"lang=en; store={quote(value)}"),))


def _of_cookie(request: Request) -> str:
    match = re.search(r"(?:^|; )store=([^;]*)", request.header("cookie") or "")
    return unquote(match[1]) if match else ""


def _path(value: str) -> Request:
    return Request.from_url(f"{HOST}/items/{quote(value, safe='')}")


def _of_path(request: Request) -> str:
    match = re.fullmatch(r"/items/(.*)", request.path, re.DOTALL)
    return unquote(match[1]) if match else ""


PLACES = {
    found.name: found
    for found in (
        Place("query", _query, _of_query),
        Place("form", _form, _of_form),
        Place("JSON leaf", _json, _of_json),
        Place("JSON array", _array, _of_array),
        Place("multipart", _multipart, _of_multipart),
        Place("XML", _xml, _of_xml),
        Place("header", _header, lambda request: request.header("x-store") or ""),
        Place("Referer", _agent, lambda request: request.header("referer") or ""),
        Place("User-Agent", _agent, lambda request: request.header("user-agent") or ""),
        Place("X-Forwarded-For", _agent, lambda request: request.header("x-forwarded-for") or "127.0.0.1"),
        Place("cookie", _cookie, _of_cookie),
        Place("path", _path, _of_path),
    )
}
"""Every kind, by name."""
