"""OpenAPI 2.0 (Swagger), 3.0 and 3.1 → one request an operation.

https://spec.openapis.org/oas/v3.1.0, https://spec.openapis.org/oas/v2.0
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from s2n.errors import UsageError
from s2n.model import Request
from s2n.s2nscanner.crawler.api.access import Grant
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation, expand
from s2n.s2nscanner.crawler.api.parameters import (
    encoded_query,
    in_header,
    in_path,
    in_query,
    parameter_value,
)
from s2n.s2nscanner.crawler.api.payloads import Payload
from s2n.s2nscanner.crawler.api.refs import DeadReference, Documents
from s2n.s2nscanner.crawler.api.samples import Sampler
from s2n.s2nscanner.crawler.danger import endangers, url_endangers
from s2n.s2nscanner.http.urls import Base

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
MAX_OPERATIONS = 5000
_BLANK = re.compile(r"\{([^{}/]+)\}")
_NOT_SENT = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that the specification ignores: other parts of it say them."""


def is_openapi(document: Any) -> bool:
    """Is it a description of OpenAPI 2 or 3?"""
    return (
        isinstance(document, Mapping)
        and ("openapi" in document or "swagger" in document)
        and isinstance(document.get("paths", document.get("webhooks")), Mapping)
    )


def read_openapi(documents: Documents, ground: Ground) -> Imported:
    """The operations of a description whose references were fetched."""
    return _Reader(documents, ground).read()


class _Parts(NamedTuple):
    """A request under construction."""

    query: list[tuple[str, str]]
    headers: list[tuple[str, str]]
    cookies: list[tuple[str, str]]
    values: dict[str, str]
    guessed: set[str]


class _Reader:
    def __init__(self, documents: Documents, ground: Ground) -> None:
        self._documents = documents
        self._ground = ground
        self._root: Mapping[str, Any] = documents.root
        self._old = "swagger" in self._root
        self._sampler = Sampler(documents)
        self._payload = Payload(documents)
        self._imported = Imported()
        self._locked: dict[str, int] = {}

    def read(self) -> Imported:
        for number, (path, method, item, operation) in enumerate(self._operations()):
            if number >= MAX_OPERATIONS:
                self._imported.note(f"only the first {MAX_OPERATIONS} operations are used")
                break
            name = f"{method.upper()} {path}"
            try:
                self._ground.keep(self._imported, self._operation(name, path, method, item, operation))
            except DeadReference as error:
                self._imported.left_out.append((name, str(error)))
            except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
                # A description is a stranger's text: a list where an object belongs ends one operation.
                self._imported.left_out.append((name, f"it is malformed ({error})"))
        for scheme, count in self._locked.items():
            self._imported.note(
                f"{count} operations want the credentials of {scheme!r}: give them with --token, or "
                "--username and --password"
            )
        return self._imported

    def _operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
        paths = self._root.get("paths") or {}
        if not isinstance(paths, Mapping):
            raise UsageError("its 'paths' is not a mapping", "check the description with a validator")
        for path, entry in paths.items():
            if not str(path).startswith("/"):
                continue  # x-extensions
            try:
                item = self._documents.resolve(entry)
            except DeadReference as error:
                self._imported.left_out.append((str(path), str(error)))
                continue
            if not isinstance(item, Mapping):
                continue
            for method in METHODS:
                if isinstance(item.get(method), Mapping):
                    yield str(path), method, item, item[method]

    def _operation(
        self, name: str, path: str, method: str, item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> Operation:
        parts = _Parts([], [], [], {}, set())
        fields: list[Mapping[str, Any]] = []
        body = None
        for parameter in self._parameters(item, operation):
            match parameter.get("in"):
                case "body":
                    body = self._old_body(parameter, operation)
                case "formData":
                    fields.append(parameter)
                case _:
                    self._place(parameter, parts)
        for missing in _BLANK.findall(path):
            if missing not in parts.values:  # a path names it, no parameter does
                self._place({"name": missing, "in": "path", "schema": {"type": "string"}}, parts)
        if fields:
            body = self._old_form(fields, operation)
        if "requestBody" in operation:
            content = self._documents.resolve(operation["requestBody"]).get("content", {})
            body = self._payload.body(content)
        self._unlock(operation, parts)
        base = self._server(item, operation)
        template = base.path.rstrip("/") + path
        url = base.origin + expand(template, parts.values)
        if parts.query:
            url += ("&" if "?" in url else "?") + encoded_query(parts.query)
        headers = list(parts.headers)
        if parts.cookies:
            headers.append(("Cookie", "; ".join(f"{key}={value}" for key, value in parts.cookies)))
        if body:
            headers.insert(0, ("Content-Type", body[0]))
        request = Request.from_url(url, method.upper(), tuple(_sendable(headers)), body[1] if body else b"")
        ident = re.split(r"[.:/]", str(operation.get("operationId", "")))[-1]
        return Operation(
            name=name,
            request=request,
            template=Request.from_url(base.origin + template).path,
            values=parts.values,
            guessed=frozenset(parts.guessed),
            harmful=method == "delete" or url_endangers(base.origin + path) or endangers(ident),
            reads=method in {"get", "head", "options"},
        )

    def _parameters(
        self, item: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Any]]:
        found: dict[tuple[Any, Any], Mapping[str, Any]] = {}
        for entry in [*(item.get("parameters") or []), *(operation.get("parameters") or [])]:
            parameter = self._documents.resolve(entry)
            if isinstance(parameter, Mapping) and parameter.get("name"):
                found[parameter.get("in"), parameter["name"]] = parameter
        return iter(found.values())

    def _place(self, parameter: Mapping[str, Any], parts: _Parts) -> None:
        name, where = str(parameter["name"]), parameter.get("in")
        if where == "header" and name.lower() in _NOT_SENT:
            return
        value, named = parameter_value(parameter, self._documents, self._sampler)
        match where:
            case "path":
                parts.values[name] = in_path(parameter, value)
                if not named:
                    parts.guessed.add(name)
            case "query":
                parts.query.extend(in_query(parameter, value))
            case "header":
                parts.headers.append((name, in_header(parameter, value)))
            case "cookie":
                parts.cookies.append((name, in_header(parameter, value)))

    def _old_body(
        self, parameter: Mapping[str, Any], operation: Mapping[str, Any]
    ) -> tuple[str, bytes] | None:
        media = {"schema": parameter.get("schema", {})}
        consumes = operation.get("consumes", self._root.get("consumes")) or ["application/json"]
        return self._payload.body(dict.fromkeys(map(str, consumes), media))

    def _old_form(self, fields: list[Mapping[str, Any]], operation: Mapping[str, Any]) -> tuple[str, bytes]:
        consumes = operation.get("consumes", self._root.get("consumes")) or []
        has_file = any(field.get("type") == "file" for field in fields)
        urlencoded = "application/x-www-form-urlencoded"
        media = (
            "multipart/form-data" if has_file or urlencoded not in (consumes or [urlencoded]) else urlencoded
        )
        properties = {
            str(field["name"]): {k: v for k, v in field.items() if k != "required"} for field in fields
        }
        return self._payload.of_media(media, {"schema": {"type": "object", "properties": properties}})

    def _unlock(self, operation: Mapping[str, Any], parts: _Parts) -> None:
        """Put the scan's credentials where the first of the alternatives that they satisfy wants them."""
        alternatives = operation.get("security", self._root.get("security"))
        if not isinstance(alternatives, list) or not alternatives or {} in alternatives:
            return
        for alternative in alternatives:
            grants = [self._grant(scheme) for scheme in alternative]
            if all(grant is not None for grant in grants):
                for grant in filter(None, grants):
                    parts.headers.extend(grant.headers)
                    parts.query.extend(grant.query)
                    parts.cookies.extend(grant.cookies)
                return
        scheme = next(iter(alternatives[0]), "")
        self._locked[scheme] = self._locked.get(scheme, 0) + 1

    def _grant(self, scheme: str) -> Grant | None:
        components = self._root.get("components") or {}
        schemes = self._root.get("securityDefinitions", components.get("securitySchemes")) or {}
        definition = self._documents.resolve(schemes.get(scheme, {"type": "http"}))
        return self._ground.access.grant(definition)

    def _server(self, item: Mapping[str, Any], operation: Mapping[str, Any]) -> Base:
        """The base of an operation: the first server in scope, or the target's origin instead."""
        here = Base(self._ground.base)
        urls = [url for url in map(here.join, self._server_urls(item, operation)) if url is not None]
        first = next((url for url in urls if self._ground.allows(url)), None) or next(iter(urls), here.origin)
        return Base(self._ground.inside(first, self._imported, "server"))

    def _server_urls(self, item: Mapping[str, Any], operation: Mapping[str, Any]) -> list[str]:
        if self._old:
            path = str(self._root.get("basePath") or "/")
            if not self._root.get("host"):
                return [path]
            schemes = (
                operation.get("schemes") or self._root.get("schemes") or [self._ground.target.origin.scheme]
            )
            return [f"{scheme}://{self._root['host']}{path}" for scheme in schemes]
        servers = (
            operation.get("servers") or item.get("servers") or self._root.get("servers") or [{"url": "/"}]
        )
        return [_with_defaults(server) for server in servers]


def _with_defaults(server: Mapping[str, Any]) -> str:
    url = str(server.get("url") or "/")  # some frameworks write "" for the root
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url


def _sendable(headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Header values hold no line ends, and no character beyond latin-1."""
    for name, value in headers:
        flat = " ".join(value.split())
        yield name, flat.encode("utf-8").decode("latin-1") if not flat.isascii() else flat
