"""Objects that can only be requests, whatever they are given to: ``{url: "api/x", method: "PUT", data: …}``.

Bundlers rename the function that sends them; the names of its options stay.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from s2n.s2nscanner.crawler.javascript.constants import Node, Script, arguments
from s2n.s2nscanner.crawler.javascript.prefixes import own_url

__all__ = ["Shaped", "shaped"]

MAX_SHAPED = 500

_KEY = re.compile(rb"[{,]\s*[\"']?(?:url|uri|method)[\"']?\s*[:,}]")
_ADDRESSES = ("url", "uri", "path", "endpoint")
_OPTIONS = frozenset(
    """
    method headers data params body json baseURL baseUrl responseType withCredentials dataType contentType
    timeout success query credentials crossDomain signal
    """.split()  # noqa: SIM905 -- a word list reads better than twenty quoted strings
)
_VERB = re.compile(r"(?i)\b(?:get|post|put|patch|delete|head|options)\b")
_FIELDS = frozenset({"pair", "shorthand_property_identifier"})


class Shaped(NamedTuple):
    """A request: ``first`` is what names its URL, ``options`` the object with the rest."""

    first: Node
    options: Node
    call: Node
    """What they are given to, or the object itself."""


def shaped(script: Script) -> Iterator[Shaped]:
    """The objects of ``script`` that are requests: URL and options in one, or options behind a URL."""
    seen: set[int] = set()
    for node in script.around(_KEY, "object", MAX_SHAPED):
        if node.id in seen:
            continue
        seen.add(node.id)
        keys = {script.text(key).strip("'\""): value for key, value in _pairs(node)}
        verb = keys.get("method")
        spoken = verb is not None and _VERB.search(script.text(verb)) is not None
        around = node.parent
        address = next((keys[name] for name in _ADDRESSES if name in keys), None)
        if address is not None and not own_url(script, address):
            call = around.parent if around is not None and around.type == "arguments" else None
            named = "url" in keys or "uri" in keys
            if spoken or (named and ((len(keys) == 1 and call is not None) or not _OPTIONS.isdisjoint(keys))):
                yield Shaped(address, node, call or node)
        elif address is None and spoken and around is not None and around.type == "arguments":
            given = arguments(around)
            if len(given) > 1 and given[1].id == node.id and around.parent is not None:
                yield Shaped(given[0], node, around.parent)


def _pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    for part in node.named_children[:40]:
        if part.type in _FIELDS:
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            yield (key or part), (value or part)
