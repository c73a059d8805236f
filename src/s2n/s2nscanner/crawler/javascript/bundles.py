"""What the bundles of single-page applications hold: routes, and the chunks they load later.

Routers (React, Vue, Angular) are told of routes as objects with a ``path`` and ``children``; webpack names
its chunks by a function of their number; Vite and Next list theirs.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

from s2n.s2nscanner.crawler.javascript.constants import HOLE, Node, Script, arguments
from s2n.s2nscanner.crawler.javascript.references import filled

MAX_CHUNKS = 500

_ROUTE_MARKS = frozenset(
    {
        *("component", "components", "element", "Component", "loader", "action", "redirect", "redirectTo"),
        *("children", "routes", "render", "loadChildren", "loadComponent", "lazy", "exact", "name", "meta"),
        *(
            "handle",
            "title",
            "canActivate",
            "pathMatch",
            "errorElement",
            "view",
            "index",
            "templateUrl",
            "template",
        ),
    }
)
_BASENAME = re.compile(rb"\bbasename[\"']?\s*[:=]")
_ATTRIBUTES = frozenset({"path", "to", "href", "src", "action", "from"})
_REGISTERS = frozenset({"when", "state", "route"})
_CHUNK_END = re.compile(r"[.](?:chunk[.])?m?js")
_LISTED = re.compile(r"(?:\./)?(?:_next/)?(?:static|assets|chunks|js|dist|build)/[\w./~\-\[\]%]+\.m?js")


def routes(script: Script) -> dict[str, None]:
    """The paths of a router's routes, those of children below their parents', and below its ``basename``."""
    found = dict.fromkeys(_routes(script))
    for kind in ("pair", "jsx_attribute"):
        for pair in script.around(_BASENAME, kind, 1) if found else ():
            base = script.string(pair.named_children[-1]).rstrip("/")
            if base.startswith("/") and HOLE not in base:
                found |= dict.fromkeys(base + path for path in found if path.startswith("/"))
    return found


def below(folder: str, paths: Iterable[str]) -> list[str]:
    """A router's ``paths`` as they are where its application lies in ``folder`` (``/app/``)."""
    top = folder[: folder.rfind("/")]
    return [top + path for path in paths if top and path.startswith("/") and not path.startswith(f"{top}/")]


def _routes(script: Script) -> Iterator[str]:
    end = 0
    for node in script.nodes("object"):
        if node.end_byte <= end or not any(_names_path(script, part) for part in node.named_children[:40]):
            continue
        value = script.value(node)
        if isinstance(value, dict) and (not _ROUTE_MARKS.isdisjoint(value) or _absolute(value)):
            end = node.end_byte
            yield from _route(value, "")
    for node in script.nodes("jsx_attribute"):
        parts = node.named_children
        if len(parts) == 2 and script.text(parts[0]) in _ATTRIBUTES:
            yield filled(script.string(parts[1]))
    for node in script.nodes("call_expression"):
        function = node.child_by_field_name("function")
        if function is None or function.type != "member_expression":
            continue
        register = function.child_by_field_name("property")
        if register is not None and script.text(register) in _REGISTERS:
            registered = script.string(next(iter(arguments(node)), None))
            if registered.startswith("/"):
                yield filled(registered)


def _names_path(script: Script, part: Node) -> bool:
    key = part.child_by_field_name("key") if part.type == "pair" else None
    return key is not None and script.text(key).strip("'\"") == "path"


def _absolute(value: dict[str, Any]) -> bool:
    path = value.get("path")
    return isinstance(path, str) and path.startswith("/")


def _route(value: dict[str, Any], above: str) -> Iterator[str]:
    path = value.get("path", "")
    if not isinstance(path, str) or " " in path:
        return
    path = path if path.startswith("/") else f"{above}/{path}" if path else above
    here = filled(path)
    if here.strip("/*"):
        yield here
    below = value.get("children", value.get("routes", ()))
    for child in below if isinstance(below, list) else ():
        if isinstance(child, dict):
            yield from _route(child, path.rstrip("/"))


def chunks(script: Script) -> Iterator[str]:
    """The scripts that webpack's ``.u`` function names, below the ``.p`` it serves them from."""
    public = next(
        (
            script.string(node)
            for name, node in script.scopes.assigned()
            if node.type == "string" and name.endswith(".p")
        ),
        "",
    )
    lookups = script.nodes("subscript_expression")
    starts = [node.start_byte for node in lookups]
    end = 0
    for name in script.nodes("binary_expression"):
        last = name.child_by_field_name("right")
        if name.start_byte < end or last is None or last.type != "string":
            continue
        if not _CHUNK_END.fullmatch(script.text(last)[1:-1]):
            continue
        end = name.end_byte
        first, beyond = bisect_left(starts, name.start_byte), bisect_left(starts, end)
        yield from _chunks(script, name, lookups[first:beyond][:10], public)


def _chunks(script: Script, name: Node, lookups: list[Node], public: str) -> Iterator[str]:
    keys: dict[str, None] = {}
    indices = set()
    for each in lookups:
        names, index = script.value(each.child_by_field_name("object")), each.child_by_field_name("index")
        if isinstance(names, dict) and index is not None:
            keys |= dict.fromkeys(names)
            indices.add(script.text(index))
    for key in list(keys)[:MAX_CHUNKS]:
        path = script.string(name, dict.fromkeys(indices, key))
        if HOLE not in path:
            yield public + path if public else f"./{path}"


def listed_chunk(text: str) -> str:
    """Where a chunk that a manifest lists by its file name is served from; empty if it is none."""
    if not _LISTED.fullmatch(text):
        return ""
    text = text.removeprefix("./")
    return f"/_next/{text}" if text.startswith("static/chunks/") else f"/{text}"
