"""Request bodies of OpenAPI operations: JSON, forms, multipart, XML, text."""

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from s2n.s2nscanner.crawler.api.parameters import compact, first_example, in_query, scalar
from s2n.s2nscanner.crawler.api.refs import Documents, reference_of
from s2n.s2nscanner.crawler.api.samples import ABSENT, Sampler
from s2n.s2nscanner.crawler.bodies import Field, file_field, multipart, urlencoded

BOUNDARY = "----s2nboundary7MA4YWxkTrZu0gW"
"""Any text that stands in no value of ours."""

_MAX_XML = 12


class Payload:
    """Writes bodies of one description."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._sampler = Sampler(documents)

    def body(self, content: Mapping[str, Any]) -> tuple[str, bytes] | None:
        """Content-Type and body by the media type of ``content`` that has the most input points.

        Raises:
            DeadReference: a reference leads nowhere.
        """
        if not content:
            return None
        name = min(content, key=_preference)
        media = self._documents.resolve(content[name])
        return self.of_media(str(name), media if isinstance(media, Mapping) else {})

    def of_media(self, name: str, media: Mapping[str, Any]) -> tuple[str, bytes]:
        """Content-Type and body for one media type object (``schema``, ``example``, ``encoding``)."""
        example = first_example(media, self._documents)
        schema = media.get("schema", {})
        bare = name.partition(";")[0].strip().lower()
        value = self._sampler.sample(schema) if example is ABSENT else example
        if _is_json(bare) or bare == "*/*":
            text = value if isinstance(value, str) and _looks_json(value) else compact(value)
            return ("application/json" if "*" in bare else name), text.encode()
        if bare == "application/x-www-form-urlencoded":
            return bare, urlencoded(self._fields(value, media)).encode()
        if bare == "multipart/form-data":
            return f"{bare}; boundary={BOUNDARY}", multipart(self._fields(value, media), BOUNDARY)
        if bare.endswith(("/xml", "+xml")):
            if isinstance(value, str):
                return name, value.encode()
            return name, ('<?xml version="1.0" encoding="UTF-8"?>' + self._xml(schema, value)).encode()
        return ("text/plain" if "*" in bare else name), scalar(value).encode()

    def _fields(self, value: Any, media: Mapping[str, Any]) -> list[Field]:
        schema = self._documents.resolve(media.get("schema", {}))
        properties = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
        encoding = media.get("encoding", {})
        fields: list[Field] = []
        for name, item in value.items() if isinstance(value, Mapping) else ():
            part = self._documents.resolve(properties.get(name, {}))
            how = encoding.get(name, {}) if isinstance(encoding, Mapping) else {}
            inner = self._documents.resolve(part.get("items", {})) if isinstance(part, Mapping) else {}
            if _is_file(part) or _is_file(inner):
                fields.append(file_field(name, str(how.get("contentType", ""))))
            elif isinstance(item, Mapping) and "style" not in how:
                fields.append(Field(name, compact(item)))
            else:
                fields += [Field(key, text) for key, text in in_query({"name": name, **how}, item)]
        return fields

    def _xml(self, schema: Any, value: Any, name: str = "", depth: int = 0) -> str:
        """``value`` as an element: names, attributes and wrapping as the schema's ``xml`` says."""
        reference = reference_of(schema)
        resolved = self._documents.resolve(schema)
        resolved = resolved if isinstance(resolved, Mapping) else {}
        how = resolved.get("xml", {})
        tag = str(how.get("name") or name or (reference or "root").rpartition("/")[2])
        if how.get("prefix"):
            tag = f"{how['prefix']}:{tag}"
        space = (
            f" xmlns{':' + how['prefix'] if how.get('prefix') else ''}={quoteattr(str(how['namespace']))}"
            if (how.get("namespace"))
            else ""
        )
        if depth > _MAX_XML:
            return ""
        if isinstance(value, list):
            items = resolved.get("items", {})
            inner = "".join(self._xml(items, item, name or tag, depth + 1) for item in value)
            return f"<{tag}{space}>{inner}</{tag}>" if how.get("wrapped") is True or depth == 0 else inner
        if not isinstance(value, Mapping):
            return f"<{tag}{space}>{escape(scalar(value))}</{tag}>"
        attributes, children = "", ""
        properties = resolved.get("properties", {})
        for key, item in value.items():
            part = properties.get(key, {})
            looked_up = self._documents.resolve(part)
            own = looked_up.get("xml", {}) if isinstance(looked_up, Mapping) else {}
            if own.get("attribute") is True:
                attributes += f" {own.get('name') or key}={quoteattr(scalar(item))}"
            else:
                children += self._xml(part, item, str(key), depth + 1)
        return f"<{tag}{space}{attributes}>{children}</{tag}>"


def _preference(name: Any) -> int:
    bare = str(name).partition(";")[0].strip().lower()
    if _is_json(bare):
        return 0
    order = ("application/x-www-form-urlencoded", "multipart/form-data")
    if bare in order:
        return 1 + order.index(bare)
    return 3 if bare.endswith(("/xml", "+xml")) else 4


def _is_json(bare: str) -> bool:
    return bare.endswith(("/json", "+json"))


def _looks_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["}


def _is_file(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (
        schema.get("format") in {"binary", "byte"}
        or schema.get("type") == "file"
        or "contentMediaType" in schema
    )
