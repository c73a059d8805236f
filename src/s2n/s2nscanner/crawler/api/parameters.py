"""OpenAPI parameters as text: where they go, and how lists and objects are written there."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from s2n.s2nscanner.crawler.api.operation import segment
from s2n.s2nscanner.crawler.api.refs import Documents
from s2n.s2nscanner.crawler.api.samples import ABSENT, Sampler, given_value

_SEPARATORS = {"csv": ",", "ssv": " ", "tsv": "\t", "pipes": "|", "spaceDelimited": " ", "pipeDelimited": "|"}


def parameter_value(parameter: Mapping[str, Any], documents: Documents, sampler: Sampler) -> tuple[Any, bool]:
    """A value for a parameter (2.0 and 3.x), and whether its author named it.

    Raises:
        DeadReference: a reference leads nowhere.
    """
    given = given_value({key: value for key, value in parameter.items() if key != "examples"})
    if given is not ABSENT:
        return given, True
    example = first_example(parameter, documents)
    if example is not ABSENT:
        return example, True
    name = str(parameter.get("name", ""))
    content = parameter.get("content")
    if isinstance(content, Mapping) and content:
        media = documents.resolve(next(iter(content.values())))
        example = first_example(media, documents)
        value = example if example is not ABSENT else sampler.sample(media.get("schema", {}), name)
        return compact(value), example is not ABSENT
    schema = parameter.get("schema", parameter)
    resolved = documents.resolve(schema)
    named = isinstance(resolved, Mapping) and given_value(resolved) is not ABSENT
    return sampler.sample(schema, name), named


def first_example(holder: Mapping[str, Any], documents: Documents) -> Any:
    """The first of the named examples of a parameter or a media type; `ABSENT` without one."""
    if "example" in holder:
        return holder["example"]
    examples = holder.get("examples")
    if isinstance(examples, Mapping):
        for entry in examples.values():
            example = documents.resolve(entry)
            if isinstance(example, Mapping) and "value" in example:
                return example["value"]
    return ABSENT


def in_path(parameter: Mapping[str, Any], value: Any) -> str:
    """A path parameter as its ``style`` (simple, label, matrix) writes it."""
    style, name = parameter.get("style", "simple"), str(parameter.get("name", ""))
    explode = parameter.get("explode") is True
    if style == "matrix":
        if isinstance(value, list) and explode:
            return "".join(f";{name}={segment(scalar(item))}" for item in value)
        if isinstance(value, Mapping) and explode:
            return "".join(f";{key}={segment(scalar(item))}" for key, item in value.items())
        return f";{name}={_joined(value, ',', explode=False)}"
    if style == "label":
        return "." + _joined(value, "." if explode else ",", explode=explode)
    return _joined(value, ",", explode=explode)


def in_query(parameter: Mapping[str, Any], value: Any) -> list[tuple[str, str]]:
    """A query parameter, or one of a form, as name and value pairs, not encoded."""
    name = str(parameter.get("name", ""))
    style = parameter.get("style") or parameter.get("collectionFormat") or "form"
    exploded = parameter.get("explode", style in {"form", "deepObject"}) is True or style == "multi"
    if "collectionFormat" not in parameter and "schema" not in parameter and "type" in parameter:
        exploded = False  # 2.0: commas unless said otherwise
    if isinstance(value, Mapping):
        if style == "deepObject":
            return [(f"{name}[{key}]", scalar(item)) for key, item in value.items()]
        if exploded:
            return [(str(key), scalar(item)) for key, item in value.items()]
        return [(name, ",".join(f"{key},{scalar(item)}" for key, item in value.items()))]
    if isinstance(value, list):
        if exploded:
            return [(name, scalar(item)) for item in value]
        return [(name, _SEPARATORS.get(style, ",").join(map(scalar, value)))]
    return [(name, scalar(value))]


def in_header(parameter: Mapping[str, Any], value: Any) -> str:
    """A header's or a cookie's value: style simple."""
    if isinstance(value, Mapping):
        sign = "=" if parameter.get("explode") is True else ","
        return ",".join(f"{key}{sign}{scalar(item)}" for key, item in value.items())
    return ",".join(map(scalar, value)) if isinstance(value, list) else scalar(value)


def scalar(value: Any) -> str:
    """A value as text: numbers and truth values as JSON writes them, what has parts as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else compact(value)


def compact(value: Any) -> str:
    """``value`` as JSON."""
    return msgspec.json.encode(value).decode()


def encoded_query(pairs: list[tuple[str, str]]) -> str:
    """Pairs as a query; brackets in names stay, as clients send them."""
    return "&".join(f"{quote(name, safe='[]')}={quote(value, safe=',:/@')}" for name, value in pairs)


def _joined(value: Any, separator: str, *, explode: bool) -> str:
    if isinstance(value, Mapping):
        sign = "=" if explode else ","
        return separator.join(
            f"{segment(str(key))}{sign}{segment(scalar(item))}" for key, item in value.items()
        )
    if isinstance(value, list):
        return separator.join(segment(scalar(item)) for item in value)
    return segment(scalar(value))
