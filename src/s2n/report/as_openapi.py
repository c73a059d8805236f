"""The site model as an OpenAPI 3.1 description, for other tools and for ``--api``.

https://spec.openapis.org/oas/v3.1.0
"""

import base64
from typing import Any

import msgspec

from s2n.model import Location
from s2n.model.site import Endpoint, Parameter, Replay, Site, ValueType
from s2n.report.yamltext import to_yaml

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
"""What a path item has fields for; endpoints of other methods are only counted."""

MAX_DEPTH = 20
"""How deep the schema of a JSON body goes."""

_SCHEMAS: dict[ValueType, dict[str, Any]] = {
    ValueType.STRING: {"type": "string"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.NUMBER: {"type": "number"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.DATE: {"type": "string", "format": "date"},
    ValueType.DATE_TIME: {"type": "string", "format": "date-time"},
    ValueType.EMAIL: {"type": "string", "format": "email"},
    ValueType.UUID: {"type": "string", "format": "uuid"},
    ValueType.URL: {"type": "string", "format": "uri"},
    ValueType.ENUM: {"type": "string"},
    ValueType.PASSWORD: {"type": "string", "format": "password"},
    ValueType.FILE: {"type": "string", "format": "binary"},
}
_PLACES = {
    Location.PATH: "path",
    Location.QUERY: "query",
    Location.HEADER: "header",
    Location.COOKIE: "cookie",
}
_NOT_A_PARAMETER = frozenset({"accept", "content-type", "authorization"})
"""Headers that OpenAPI ignores as parameters."""

_FIELDS = frozenset({Location.FORM, Location.MULTIPART, Location.FILENAME})
_JSON_TYPES: dict[type, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    list: {"type": "array"},
    dict: {"type": "object"},
}


def render(site: Site) -> bytes:
    """Indented JSON."""
    return msgspec.json.format(msgspec.json.encode(description(site)), indent=2) + b"\n"


def render_yaml(site: Site) -> bytes:
    """The same as YAML."""
    return to_yaml(description(site)).encode()


def description(site: Site) -> dict[str, Any]:
    """The description: a path item for each template, an operation for each method.

    A path is described once, for the first origin that has it: OpenAPI cannot tell two of them apart.
    """
    paths: dict[str, dict[str, Any]] = {}
    owners: dict[str, str] = {}
    left_out = 0
    home = _origin(site)
    for endpoint in sorted(site.endpoints, key=lambda endpoint: endpoint.origin != home):
        method = endpoint.method.lower()
        if method not in METHODS or owners.setdefault(endpoint.template, endpoint.origin) != endpoint.origin:
            left_out += 1
            continue
        item = paths.setdefault(endpoint.template, {})
        if endpoint.origin != home:
            item["servers"] = [{"url": endpoint.origin}]
        item[method] = _operation(endpoint)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": home,
            "version": f"{site.start_time:%Y-%m-%d}",
            "description": f"As s2n {site.scanner_version} found it"
            + ("." if site.complete else f"; not complete: {site.reason}."),
        },
        "servers": [{"url": home}],
        "paths": paths,
    }
    if left_out:
        document["x-s2n-left-out"] = left_out
    return document


def _origin(site: Site) -> str:
    scheme, mark, rest = site.target_url.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0]}"


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {}
    if parameters := [
        _parameter(parameter)
        for parameter in endpoint.parameters
        if parameter.location in _PLACES and not _is_ignored(parameter)
    ]:
        operation["parameters"] = parameters
    if content := _content(endpoint):
        operation["requestBody"] = {"content": content}
    answer: dict[str, Any] = {"description": "As it was seen." if endpoint.status else "Not asked."}
    if endpoint.content_type:
        answer["content"] = {endpoint.content_type: {}}
    operation["responses"] = {str(endpoint.status) if endpoint.status else "default": answer}
    if endpoint.found:
        operation["x-s2n-found"] = [" ".join(filter(None, (seen.how, seen.page))) for seen in endpoint.found]
    if endpoint.login:
        operation["x-s2n-login"] = True
    return operation


def _is_ignored(parameter: Parameter) -> bool:
    """A query that is one bare word has no name; some headers are no parameters."""
    if parameter.location is Location.QUERY:
        return parameter.name in {"?", ""}
    return parameter.location is Location.HEADER and parameter.name.lower() in _NOT_A_PARAMETER


def _parameter(parameter: Parameter) -> dict[str, Any]:
    place = _PLACES[parameter.location]
    shown: dict[str, Any] = {"name": parameter.name, "in": place}
    if parameter.required or place == "path":
        shown["required"] = True
    shown["schema"] = _schema(parameter)
    if parameter.values and place != "cookie":
        shown["example"] = _typed(parameter, parameter.values[0])
    return shown


def _schema(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_SCHEMAS[parameter.type])
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    return schema


def _typed(parameter: Parameter, text: str) -> Any:
    """``text`` as a value of the parameter's type."""
    if parameter.type in {ValueType.INTEGER, ValueType.NUMBER, ValueType.BOOLEAN}:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
    return text


def _content(endpoint: Endpoint) -> dict[str, Any]:
    """For each media type that was sent: its schema, and the first body as the example."""
    content: dict[str, Any] = {}
    for request in endpoint.requests:
        if not request.body:
            continue
        sent = next((value for name, value in request.headers if name.lower() == "content-type"), "")
        media = sent.partition(";")[0].strip().lower() or "application/octet-stream"
        if media not in content:
            content[media] = _media(endpoint, media, request)
    return content


def _media(endpoint: Endpoint, media: str, request: Replay) -> dict[str, Any]:
    if media.endswith(("/json", "+json")):
        try:
            value = msgspec.json.decode(_body(request))
        except (msgspec.DecodeError, RecursionError):
            return {}
        return {"schema": _schema_of(value, 0), "example": value}
    fields = [parameter for parameter in endpoint.parameters if parameter.location in _FIELDS]
    if media in {"application/x-www-form-urlencoded", "multipart/form-data"} and fields:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {parameter.name: _schema(parameter) for parameter in fields},
        }
        if required := [parameter.name for parameter in fields if parameter.required]:
            schema["required"] = required
        example = {
            parameter.name: _typed(parameter, parameter.values[0]) if parameter.values else ""
            for parameter in fields
        }
        return {"schema": schema, "example": example}
    if request.base64:
        return {"schema": {"type": "string", "format": "binary"}}
    return {"schema": {"type": "string"}, "example": request.body}


def _body(request: Replay) -> bytes:
    return base64.b64decode(request.body) if request.base64 else request.body.encode()


def _schema_of(value: Any, depth: int) -> dict[str, Any]:
    """The schema of which ``value`` is an example."""
    schema = dict(_JSON_TYPES.get(type(value), {}))
    if depth >= MAX_DEPTH:
        return schema
    if isinstance(value, list):
        schema["items"] = _schema_of(value[0], depth + 1) if value else {}
    elif isinstance(value, dict):
        schema["properties"] = {key: _schema_of(item, depth + 1) for key, item in value.items()}
    return schema
