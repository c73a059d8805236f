"""Postman collections 2.0 and 2.1 → the requests in their folders.

https://schema.postman.com/
"""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from s2n.errors import UsageError
from s2n.model import Origin, Request, split_url
from s2n.s2nscanner.crawler.api.access import Access
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation, expand, segment
from s2n.s2nscanner.crawler.api.parameters import compact, encoded_query
from s2n.s2nscanner.crawler.api.payloads import BOUNDARY
from s2n.s2nscanner.crawler.api.recorded import repeated
from s2n.s2nscanner.crawler.bodies import Field, file_field, multipart, urlencoded
from s2n.s2nscanner.crawler.danger import endangers, url_endangers
from s2n.s2nscanner.crawler.values import plausible

_WHERE = re.compile(
    r"(?:(?:https?|\{\{[^{}]{1,100}\}\})://(?=\{\{[^{}]{1,100}\}\}(?:[:/?#]|$)))?(\{\{[^{}]{1,100}\}\})"
    r"(?::(?:\d+|\{\{[^{}]{1,100}\}\}))?"
)
"""What a URL begins with that is a variable: all of its base, or its host."""
_VARIABLE = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_PATH_VARIABLE = re.compile(r"(?<=/):(\w[\w-]*)")
_DYNAMIC = {
    "$guid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "$randomUUID": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "$timestamp": "1768478400",
    "$isoTimestamp": "2026-01-15T12:00:00Z",
    "$randomInt": "7",
    "$randomEmail": "s2n@example.com",
}
_LANGUAGES = {"json": "application/json", "xml": "application/xml", "html": "text/html", "text": "text/plain"}
_BODY_KEYS = ("raw", "urlencoded", "formdata", "graphql")


def read_postman(document: Any, ground: Ground, name: str) -> Imported:
    """The requests of a collection. What no variable of it says is made up, the host from the target.

    Raises:
        UsageError: it is not a collection.
    """
    root = document.get("collection", document) if isinstance(document, Mapping) else None
    if not isinstance(root, Mapping) or not isinstance(root.get("item"), list):
        raise UsageError(f"{name} has no 'item': it is no Postman collection", "export it as v2.1")
    return _Reader(root, ground).read()


class _Reader:
    def __init__(self, root: Mapping[str, Any], ground: Ground) -> None:
        self._root = root
        self._ground = ground
        self._imported = Imported()
        self._variables = _pairs(root.get("variable"))

    def read(self) -> Imported:
        made: list[Operation] = []
        for name, item, auth in self._items(self._root, "", self._root.get("auth"), 0):
            try:
                made.append(self._operation(name, item, auth))
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                self._imported.left_out.append((name, f"it is malformed ({error})"))
        for operation in self._moved(made):
            self._ground.keep(self._imported, operation)
        return self._imported

    def _moved(self, made: list[Operation]) -> list[Operation]:
        """All of one origin that is out of scope: a deployment of the same API; asked at the target's."""
        origins = {operation.request.origin for operation in made}
        if len(origins) != 1 or any(self._ground.allows(operation.request) for operation in made):
            return made
        url = f"{origins.pop()}/"
        moved = split_url(self._ground.inside(url, self._imported, "host"))[0]
        return [_at(operation, moved) for operation in made]

    def _items(
        self, folder: Mapping[str, Any], above: str, auth: Any, depth: int
    ) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
        for item in folder.get("item") or ():
            if not isinstance(item, Mapping):
                continue
            name = f"{above}{item.get('name', 'request')}"
            if isinstance(item.get("item"), list) and depth < 50:
                yield from self._items(item, f"{name}/", item.get("auth") or auth, depth + 1)
            elif "request" in item:
                yield name, item, auth

    def _operation(self, name: str, item: Mapping[str, Any], inherited: Any) -> Operation:
        raw = item["request"]
        if isinstance(raw, str):
            raw = {"url": raw}
        template, query, values, guessed = self._url(raw.get("url", ""))
        headers = [
            (self._said(each.get("key", "")), self._said(each.get("value", "")))
            for each in _enabled(raw.get("header"))
        ]
        content_type, body = self._body(raw.get("body") or {})
        if content_type and not any(key.lower() == "content-type" for key, _ in headers):
            headers.insert(0, ("Content-Type", content_type))
        extra = self._authorise(raw.get("auth") or inherited or {}, headers)
        joined = "&".join(part for part in (query, encoded_query(extra)) if part)
        url = expand(template, values) + (f"?{joined}" if joined else "")
        method = str(raw.get("method") or "GET").upper()
        sent = tuple((key, value.encode().decode("latin-1")) for key, value in headers if key)
        request = Request.from_url(url, method, repeated(sent, self._ground), body)
        last = name.rpartition("/")[2]
        return Operation(
            name=name,
            request=request,
            template=Request.from_url(template).path,
            values=values,
            guessed=guessed,
            harmful=method == "DELETE" or url_endangers(url) or endangers(last),
            reads=method in {"GET", "HEAD", "OPTIONS"},
        )

    def _url(self, url: Any) -> tuple[str, str, dict[str, str], frozenset[str]]:
        """The URL with ``{name}`` for path variables, its query, and the variables' values."""
        given = _pairs(url.get("variable")) if isinstance(url, Mapping) else {}
        text = url if isinstance(url, str) else str(url.get("raw") or _assembled(url))
        match = _WHERE.match(text)
        if match and self._known(match[1][2:-2].strip()) is None:
            self._imported.note(
                f"the variable {match[1]} has no value: {self._ground.target.origin} stands in for it"
            )
            text = f"{self._ground.target.origin}{text[match.end() :]}"
        text = self._said(text)
        if "://" not in text.partition("?")[0]:
            text = f"{self._ground.target.origin.scheme}://{text}"
        base, _, query = text.partition("#")[0].partition("?")
        scheme, _, rest = base.partition("://")
        path = _PATH_VARIABLE.sub(r"{\1}", rest[rest.find("/") :] if "/" in rest else "/")
        authority = rest.partition("/")[0]
        names = re.findall(r"\{(\w[\w-]*)\}", path)
        values = {key: segment(self._said(given.get(key)) or plausible("text", key, {})) for key in names}
        return f"{scheme}://{authority}{path}", query, values, frozenset(k for k in names if not given.get(k))

    def _body(self, body: Mapping[str, Any]) -> tuple[str, bytes]:
        mode = body.get("mode") or next((key for key in _BODY_KEYS if body.get(key)), "")
        content = body.get(mode)
        if not content or body.get("disabled"):
            return "", b""
        match mode:
            case "raw":
                text = self._said(content)
                language = ((body.get("options") or {}).get("raw") or {}).get("language", "")
                fallback = "application/json" if text.lstrip()[:1] in {"{", "["} else "text/plain"
                return _LANGUAGES.get(language, fallback), text.encode()
            case "urlencoded":
                return "application/x-www-form-urlencoded", urlencoded(self._fields(content)).encode()
            case "formdata":
                return f"multipart/form-data; boundary={BOUNDARY}", multipart(self._fields(content), BOUNDARY)
            case "graphql":
                return "application/json", self._said(_graphql(content)).encode()
        return "", b""

    def _fields(self, content: Any) -> list[Field]:
        return [
            file_field(str(each["key"]), str(each.get("src", "")))
            if each.get("type") == "file"
            else Field(self._said(each["key"]), self._said(each.get("value", "")))
            for each in _enabled(content)
            if each.get("key")
        ]

    def _authorise(self, auth: Mapping[str, Any], headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Add what ``auth`` stands for to ``headers``; returns what it adds to the query."""
        kind = str(auth.get("type", "noauth"))
        details = {key: self._secret(value) for key, value in _pairs(auth.get(kind)).items()}
        if kind == "noauth" or any(key.lower() == "authorization" for key, _ in headers):
            return []
        if kind == "basic" and details.get("username"):
            pair = f"{details['username']}:{details.get('password', '')}"
            headers.append(("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
            return []
        if kind == "bearer" and details.get("token"):
            headers.append(("Authorization", f"Bearer {details['token']}"))
            return []
        place, key = details.get("in") or "header", details.get("key") or ""
        access = self._ground.access
        if kind == "apikey" and details.get("value"):
            access = Access(token=details["value"], sent=access.sent)
        grant = access.grant({"type": kind, "name": key, "in": place})
        if grant is None:
            self._imported.note(f"credentials of type {kind!r} are wanted: give them with --token")
            return []
        headers.extend(grant.headers)
        return list(grant.query)

    def _secret(self, value: Any) -> str:
        """A value of an ``auth``; empty where a variable in it is not known."""
        text = str(value)
        unknown = any(self._known(name) is None for name in _VARIABLE.findall(text))
        return "" if unknown else self._said(text)

    def _said(self, text: Any) -> str:
        """``text`` with its variables replaced; their values may hold variables."""
        out = "" if text is None else str(text)
        for _ in range(5):
            replaced = _VARIABLE.sub(lambda match: self._value(match[1]), out)
            if replaced == out:
                break
            out = replaced
        return out

    def _value(self, name: str) -> str:
        known = self._known(name)
        return known if known is not None else plausible("text", name, {})

    def _known(self, name: str) -> str | None:
        if name.startswith("$"):
            return _DYNAMIC.get(name, "s2n")
        value = self._variables.get(name)
        return str(value) if value not in {None, ""} else None


def _at(operation: Operation, origin: Origin) -> Operation:
    return replace(operation, request=replace(operation.request, origin=origin))


def _graphql(content: Any) -> str:
    if not isinstance(content, Mapping):
        return str(content)
    variables = content.get("variables") or "{}"
    text = variables if isinstance(variables, str) else compact(variables)
    return f'{{"query":{compact(str(content.get("query", "")))},"variables":{text}}}'


def _enabled(entries: Any) -> list[Mapping[str, Any]]:
    if isinstance(entries, str):  # headers as lines: 2.0
        return [
            dict(zip(("key", "value"), line.split(": ", 1), strict=False)) for line in entries.splitlines()
        ]
    return [each for each in entries or () if isinstance(each, Mapping) and not each.get("disabled")]


def _pairs(entries: Any) -> dict[str, Any]:
    """A list of ``{key, value}`` (2.1) or a mapping (2.0)."""
    if isinstance(entries, Mapping):
        return dict(entries)
    return {
        str(each.get("key") or each.get("id")): each.get("value")
        for each in entries or ()
        if isinstance(each, Mapping) and not each.get("disabled")
    }


def _assembled(url: Mapping[str, Any]) -> str:
    host, path = url.get("host") or "", url.get("path") or ""
    host = ".".join(map(str, host)) if isinstance(host, list) else host
    port = f":{url['port']}" if url.get("port") else ""
    parts = (
        [each if isinstance(each, str) else str(each.get("value", "")) for each in path]
        if isinstance(path, list)
        else []
    )
    query = "&".join(
        f"{each.get('key', '')}={each.get('value') or ''}" for each in _enabled(url.get("query"))
    )
    scheme = f"{url['protocol']}://" if url.get("protocol") else ""
    return f"{scheme}{host}{port}/{'/'.join(parts) if parts else str(path).lstrip('/')}" + (
        f"?{query}" if query else ""
    )
