"""A value that a JSON Schema (also OpenAPI's dialects of it) lets through."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from s2n.s2nscanner.crawler.api.refs import Documents, reference_of
from s2n.s2nscanner.crawler.values import PASSWORD, plausible

MAX_DEPTH = 12
"""Levels of a value; what is optional ends at half of it."""

MAX_NODES = 500
"""Values in one sample: enough for the largest honest body, a bound for the others."""

MAX_ITEMS = 10
ABSENT = object()
"""Stands for an optional part that is better left out: it would repeat itself for ever."""

_FORMATS = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "s2n@example.com",
    "idn-email": "s2n@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "127.0.0.1",
    "ip": "127.0.0.1",
    "ipv6": "::1",
    "uri": "http://example.com/",
    "url": "http://example.com/",
    "uri-reference": "/",
    "iri": "http://example.com/",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "czJu",
    "binary": "s2n",
    "password": PASSWORD,
    "int32": "1",
    "int64": "1",
    "json-pointer": "/s2n",
    "regex": "s2n",
    "phone": "5550100200",
}
_READ_AS: dict[str, type] = {"integer": int, "number": float, "boolean": bool}
_MERGED = ("properties", "$defs", "patternProperties")


class Sampler:
    """Makes values for requests: what is ``readOnly`` stays out."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._nodes = 0

    def sample(self, schema: Any, name: str = "") -> Any:
        """A value for ``schema``; ``name`` is that of its property or parameter, which hints at one.

        Raises:
            DeadReference: a reference in the schema leads nowhere.
        """
        self._nodes = 0
        value = self._value(schema, name, (), 0)
        return None if value is ABSENT else value

    def _value(self, schema: Any, name: str, open_refs: tuple[str, ...], depth: int) -> Any:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            return ABSENT
        reference = reference_of(schema)
        if reference is not None:
            if reference in open_refs:
                return ABSENT
            open_refs = (*open_refs, reference)
        schema = self._documents.resolve(schema)
        # ``true`` allows anything
        given = fitted(given_value(schema), schema) if isinstance(schema, Mapping) else "s2n"
        return self._made(schema, name, open_refs, depth) if given is ABSENT else given

    def _made(self, schema: Mapping[str, Any], name: str, open_refs: tuple[str, ...], depth: int) -> Any:
        if "allOf" in schema:
            schema = self._all_of(schema)
        key = next((key for key in ("oneOf", "anyOf") if isinstance(schema.get(key), list)), "")
        if key:
            return self._one_of(schema, key, name, open_refs, depth)
        kind = type_of(schema)
        if kind == "object":
            return self._object(schema, open_refs, depth)
        if kind == "array":
            return self._array(schema, name, open_refs, depth)
        return _primitive(kind, schema, name)

    def _object(self, schema: Mapping[str, Any], open_refs: tuple[str, ...], depth: int) -> Any:
        properties = schema.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        required = schema.get("required")
        required = required if isinstance(required, list) else []
        made: dict[str, Any] = {}
        for key, part in properties.items():
            needed = key in required
            if self._is_read_only(part):
                continue
            if not needed and (depth > MAX_DEPTH // 2 or self._nodes > MAX_NODES // 2):
                continue
            value = self._value(part, str(key), open_refs, depth + 1)
            if value is not ABSENT:
                made[str(key)] = value
            elif needed:
                return ABSENT  # without it the object is not valid: better none at all
        for key in required:
            if key not in properties:
                made[str(key)] = "s2n"
        more = schema.get("additionalProperties")
        if not made and isinstance(more, Mapping):
            value = self._value(more, "s2n", open_refs, depth + 1)
            if value is not ABSENT:
                made["s2n"] = value
        return made

    def _is_read_only(self, part: Any) -> bool:
        """Does the property, or one of the schemas that all hold for it, belong to answers only?"""
        resolved = self._documents.resolve(part)
        if not isinstance(resolved, Mapping):
            return False
        if "allOf" in resolved:
            resolved = self._all_of(resolved)
        return resolved.get("readOnly") is True

    def _array(self, schema: Mapping[str, Any], name: str, open_refs: tuple[str, ...], depth: int) -> Any:
        prefix = schema.get("prefixItems")
        if isinstance(prefix, list):
            made = [self._value(part, name, open_refs, depth + 1) for part in prefix[:MAX_ITEMS]]
            return [value for value in made if value is not ABSENT]
        least = schema.get("minItems")
        count = min(max(least if isinstance(least, int) else 1, 1), MAX_ITEMS)
        if schema.get("maxItems") == 0:
            return []
        value = self._value(schema.get("items", {"type": "string"}), name, open_refs, depth + 1)
        if value is ABSENT:
            return []
        return [value] if count == 1 else _repeated(value, count, distinct=schema.get("uniqueItems") is True)

    def _one_of(
        self, schema: Mapping[str, Any], key: str, name: str, open_refs: tuple[str, ...], depth: int
    ) -> Any:
        """The first alternative that yields a value, together with what stands beside them."""
        rest = {each: value for each, value in schema.items() if each != key}
        for option in schema[key]:
            chosen = self._documents.resolve(option)
            if isinstance(chosen, Mapping) and chosen.get("type") == "null":
                continue
            if type_of(rest) != "object" or not isinstance(chosen, Mapping):
                value = self._value(option, name, open_refs, depth + 1)
            else:
                reference = reference_of(option)
                if reference in open_refs:
                    continue
                inner = (*open_refs, reference) if reference else open_refs
                value = self._value(merged([rest, chosen]), name, inner, depth + 1)
            if value is not ABSENT:
                return value
        return None

    def _all_of(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        parts: list[Mapping[str, Any]] = [{key: value for key, value in schema.items() if key != "allOf"}]
        left = list(schema["allOf"]) if isinstance(schema["allOf"], list) else []
        seen: set[str] = set()
        while left and len(parts) < MAX_NODES:
            option = left.pop(0)
            reference = reference_of(option)
            if reference is not None:
                if reference in seen:
                    continue
                seen.add(reference)
            resolved = self._documents.resolve(option)
            if isinstance(resolved, Mapping):
                inner = resolved.get("allOf")
                left = (list(inner) if isinstance(inner, list) else []) + left
                parts.append({key: value for key, value in resolved.items() if key != "allOf"})
        return merged(parts)


def _primitive(kind: str, schema: Mapping[str, Any], name: str) -> Any:
    match kind:
        case "integer":
            return int(number(schema, whole=True))
        case "number":
            return number(schema)
        case "boolean":
            return True
        case "null":
            return None
    return text(schema, name)


def given_value(schema: Mapping[str, Any]) -> Any:
    """The value that the author of ``schema`` names; `ABSENT` if there is none."""
    for key in ("const", "example", "x-example"):
        if key in schema:
            return schema[key]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    if schema.get("default") is not None:
        return schema["default"]
    choices = schema.get("enum")
    if isinstance(choices, list):
        return next((choice for choice in choices if choice is not None), ABSENT)
    return ABSENT


def fitted(given: Any, schema: Mapping[str, Any]) -> Any:
    """``given`` in the type that ``schema`` names, which examples often miss: digits for a text, null.

    `ABSENT` where it cannot be had from it.
    """
    kind = schema.get("type")
    if not isinstance(kind, str):
        return given
    if given is None:
        return None if schema.get("nullable") is True or kind == "null" else ABSENT
    if kind == "string" and _is_number(given):
        return str(given)
    if kind in _READ_AS and isinstance(given, str):
        try:
            return msgspec.json.decode(given.strip(), type=_READ_AS[kind])
        except (ValueError, RecursionError):
            return ABSENT
    return given


def type_of(schema: Mapping[str, Any]) -> str:
    """The type a schema names, or that its other keywords imply; empty when anything goes."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    implied = (
        ("object", ("properties", "additionalProperties", "required")),
        ("array", ("items", "prefixItems", "minItems")),
        ("number", ("minimum", "maximum", "multipleOf")),
        ("string", ("pattern", "minLength", "maxLength")),
    )
    return next((name for name, keys in implied if any(key in schema for key in keys)), "")


def merged(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """One schema of several that all hold: properties and what is required add up."""
    out: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if key in _MERGED and isinstance(value, Mapping):
                out[key] = {**out.get(key, {}), **value}
            elif key == "required" and isinstance(value, list):
                out[key] = [*out.get(key, []), *value]
            else:
                out[key] = value
    return out


def number(schema: Mapping[str, Any], *, whole: bool = False) -> float:
    """A number inside the limits of ``schema``; 1 where they allow it.

    ``exclusiveMinimum`` is a flag in OpenAPI 3.0 and a limit in 3.1.
    """
    low, high = _limit(schema, "minimum"), _limit(schema, "maximum")
    step = _limit(schema, "multipleOf") or 0
    gap = step or (1 if whole else 0.5)
    above, below = _limit(schema, "exclusiveMinimum"), _limit(schema, "exclusiveMaximum")
    if low is not None and schema.get("exclusiveMinimum") is True:
        low += gap
    elif above is not None:
        low = max(above + gap, low if low is not None else -math.inf)
    if high is not None and schema.get("exclusiveMaximum") is True:
        high -= gap
    elif below is not None:
        high = min(below - gap, high if high is not None else math.inf)
    value = 1.0 if low is None or low <= 1 else low
    if high is not None and value > high:
        value = high if low is None or low <= high else (low + high) / 2
    if step:
        value = math.ceil(value / step) * step
        if high is not None and value > high:
            value = math.floor(high / step) * step
    elif whole:
        value = math.ceil(value)
    return int(value) if float(value).is_integer() else value


def text(schema: Mapping[str, Any], name: str) -> str:
    """A text of the format, pattern and length that ``schema`` wants."""
    limits = {
        "minlength": str(schema.get("minLength", "")),
        "maxlength": str(schema.get("maxLength", "")),
    }
    if isinstance(schema.get("pattern"), str):
        limits["pattern"] = schema["pattern"]
    known = _FORMATS.get(str(schema.get("format", "")).lower())
    if known is not None and "pattern" not in limits:
        return known
    return plausible("text", name, limits)


def _repeated(value: Any, count: int, *, distinct: bool) -> list[Any]:
    if not distinct:
        return [value] * count
    if _is_number(value):
        return [value + at for at in range(count)]
    return [value, *(f"{value}{at}" for at in range(1, count))] if isinstance(value, str) else [value]


def _limit(schema: Mapping[str, Any], key: str) -> float | None:
    value = schema.get(key)
    return value if _is_number(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
