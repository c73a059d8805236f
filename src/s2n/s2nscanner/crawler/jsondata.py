"""References in JSON: answers of interfaces, manifests, data for scripts, source maps, listings."""

import re
from typing import Any

import msgspec
from msgspec import Struct, field

from s2n.s2nscanner.crawler.bodies import Field, urlencoded
from s2n.s2nscanner.crawler.javascript.callbodies import FORM, UNKNOWN, Call
from s2n.s2nscanner.crawler.javascript.references import filled, is_address, is_bare

MAX_URLS = 1000
MAX_VALUES = 50_000
_MAX_JSON = 4 << 20

_KEYS = re.compile(
    r"(?i)(?:.*[_\-]|)(?:url|uri|href|link|links|src|path|endpoint|next|prev|previous|self|route|action|location|page)s?"
    r"|start_url|scope|.*(?:Url|Uri|Href|Path|Endpoint|Link)s?|href_matches|asPath"
)
_SENDING = frozenset({"POST", "PUT", "PATCH"})
_OPENERS = ("{", "[")
_FOLDERS = frozenset({"directory", "dir", "folder", "file"})
_MARKUP = re.compile(r"<\w[^<>]*\s(?:href|src|action|data)\s*=", re.IGNORECASE)
_PREFIXES = (")]}'", ")]}',", "for(;;);", "while(1);", "{}&&")
_JSONP = re.compile(r"\s*[\w.$]+\((.*)\)\s*+(?:;\s*+)?\Z", re.DOTALL)


class JsonFinds(Struct):
    """What a JSON text leads to; ``modules`` are scripts, ``markup`` stands in its strings.

    ``values``: the text itself, decoded, a value for each JSON text in it.
    """

    urls: dict[str, None] = field(default_factory=dict)
    modules: dict[str, None] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


def urls_in_json(text: str) -> JsonFinds:
    """Read JSON, JSON lines, or JSON behind a guard; nothing of what is none."""
    finds = JsonFinds()
    finds.values = _values(text[:_MAX_JSON].lstrip("\ufeff \t\r\n"))
    for value in finds.values:
        _read(value, finds)
    return finds


def _values(text: str) -> list[Any]:
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    try:
        return [msgspec.json.decode(text)]
    except (ValueError, RecursionError):
        pass
    jsonp = _JSONP.match(text)
    lines = [jsonp[1]] if jsonp else text.splitlines()[:1000]
    out = []
    for line in lines:
        if line.lstrip()[:1] in {"{", "["}:
            try:
                out.append(msgspec.json.decode(line))
            except (ValueError, RecursionError):
                continue
    return out


def _read(value: Any, finds: JsonFinds) -> None:
    """Go through a value, breadth first; a key says whether a bare word is a reference."""
    queue: list[tuple[str, Any]] = [("", value)]
    for count, (key, each) in enumerate(queue):
        if count >= MAX_VALUES or len(finds.urls) >= MAX_URLS:
            return
        if isinstance(each, dict):
            _known(each, finds)
            for name, inner in each.items():
                if name.startswith("/") and is_address(filled(name)):
                    finds.urls[filled(name)] = None
                if name != "sourcesContent":
                    queue.append((name, inner))
        elif isinstance(each, list):
            queue += [(key, inner) for inner in each]
        elif isinstance(each, str):
            if each[:1] in _OPENERS and '"' in each and (inner := _values(each)):
                queue += [(key, value) for value in inner]
            else:
                _string(key, each, finds)


def _string(key: str, text: str, finds: JsonFinds) -> None:
    url = filled(text)
    if key == "sources":
        if url.startswith(("/", "http")):
            finds.urls[url] = None
    elif is_address(url) or (is_bare(url) and _KEYS.fullmatch(key)):
        finds.urls[url] = None
    elif "<" in text and _MARKUP.search(text):
        finds.markup.append(text)


def _known(value: dict[str, Any], finds: JsonFinds) -> None:
    """Structures whose meaning is agreed on: listings, web manifests, Next's page data."""
    name, kind = value.get("name"), value.get("type")
    if isinstance(name, str) and isinstance(kind, str) and kind in _FOLDERS and is_bare(name):
        finds.urls[name if kind == "file" else f"{name}/"] = None
    _action(value, finds)
    share = value.get("share_target")
    if isinstance(share, dict) and isinstance(share.get("action"), str):
        names = share.get("params")
        fields = [
            Field(each, "s2n")
            for each in (names.values() if isinstance(names, dict) else ())
            if isinstance(each, str)
        ]
        query = urlencoded(fields)
        if str(share.get("method", "GET")).upper() == "POST":
            kind = "application/x-www-form-urlencoded"
            made = tuple(each.name for each in fields)
            finds.calls.append(Call("POST", share["action"], kind, query.encode(), made))
        else:
            finds.urls[f"{share['action']}?{query}"] = None
    build, page = value.get("buildId"), value.get("page")
    if isinstance(build, str) and isinstance(page, str) and is_bare(build):
        finds.modules[f"/_next/static/{build}/_buildManifest.js"] = None
        finds.urls[f"/_next/data/{build}{filled(page) if page != '/' else '/index'}.json"] = None
        finds.urls[filled(page)] = None


def _action(value: dict[str, Any], finds: JsonFinds) -> None:
    """What a hypermedia interface says how to send: ``{"href": …, "method": "POST", "fields": […]}``."""
    href, method, fields = (
        value.get("href"),
        value.get("method"),
        value.get("fields"),
    )
    if not (isinstance(href, str) and isinstance(method, str) and isinstance(fields, list)):
        return
    names = tuple(
        each["name"] for each in fields if isinstance(each, dict) and isinstance(each.get("name"), str)
    )
    query, method = urlencoded([Field(name, UNKNOWN) for name in names]), method.upper()
    if method == "GET":
        finds.urls[f"{filled(href)}?{query}"] = None
    elif method in _SENDING:
        kind = str(value.get("type", FORM))
        body = msgspec.json.encode(dict.fromkeys(names, UNKNOWN)) if "json" in kind else query.encode()
        finds.calls.append(Call(method, filled(href), kind, body, names))
