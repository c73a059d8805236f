"""``$ref``: from one place of a description to another, or to another document."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from s2n.s2nscanner.crawler.api.filed import spoken
from s2n.s2nscanner.http.urls import Base

MAX_CHAIN = 20


class DeadReference(LookupError):
    """A reference leads nowhere; the message says which."""


class Documents:
    """A description and the documents it refers to, each by its URL; the description itself by ``""``."""

    def __init__(self, root: Any, location: str = "") -> None:
        self._documents: dict[str, Any] = {"": root, location: root}
        self._location = location
        self._wanted: dict[str, None] = {}
        self._walk(root, location)

    @property
    def root(self) -> Any:
        """The description."""
        return self._documents[""]

    def missing(self) -> list[str]:
        """URLs of documents that are referred to and have not been added."""
        return [url for url in self._wanted if url not in self._documents]

    def add(self, url: str, document: Any) -> None:
        """Another document; its own references are made absolute."""
        self._documents[url] = document
        self._walk(document, url)

    def resolve(self, node: Any) -> Any:
        """``node``, or what it refers to; keys beside a ``$ref`` stay (OpenAPI 3.1).

        Raises:
            DeadReference: there is no such place.
        """
        for _ in range(MAX_CHAIN):
            reference = reference_of(node)
            if reference is None:
                return node
            found = self._look_up(reference)
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**found, **beside} if beside and isinstance(found, dict) else found
        raise DeadReference("references go round in a circle")

    def _look_up(self, reference: str) -> Any:
        url, _, pointer = reference.partition("#")
        if url not in self._documents:
            raise DeadReference(f"{spoken(url)!r}, to which it refers, is not at hand")
        node = self._documents[url]
        for part in pointer.split("/")[1:]:
            key = _unescaped(part)
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, dict) and key.isdigit() and int(key) in node:
                node = node[int(key)]  # YAML reads the key 200 as a number
            elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            else:
                raise DeadReference(f"the reference '{spoken(url)}#{pointer}' leads nowhere")
        return node

    def _walk(self, document: Any, location: str) -> None:
        """Make references absolute, in place, and take down which documents are wanted."""
        for node in _dictionaries(document):
            reference = reference_of(node)
            if reference is None or reference.startswith("#"):
                if reference is not None and location != self._location:
                    node["$ref"] = location + reference
                continue
            url, mark, pointer = reference.partition("#")
            absolute = Base(location).join(url) if location else url
            if absolute is not None:
                node["$ref"] = f"{absolute}{mark}{pointer}"
                self._wanted.setdefault(absolute)


def reference_of(node: Any) -> str | None:
    """The reference that ``node`` is; None if it is none."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def _dictionaries(document: Any) -> Iterator[dict[Any, Any]]:
    """Every dictionary once: YAML's aliases share them, and may share them a billion times."""
    seen: set[int] = set()
    stack = [document]
    while stack:
        node = stack.pop()
        if not isinstance(node, (dict, list)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            yield node
            stack += node.values()
        else:
            stack += node


def _unescaped(part: str) -> str:
    return unquote(part).replace("~1", "/").replace("~0", "~")
