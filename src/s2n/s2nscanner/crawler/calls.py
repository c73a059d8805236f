"""Requests that scripts make: ``fetch``, XMLHttpRequest, jQuery, axios and its kin, sockets, beacons.

Nothing is run: method, URL and body are worked out where literals and simple constants name them. Values
that a script computes are replaced by a plain ``s2n``.
"""

import re
from typing import Any, NamedTuple

from s2n.s2nscanner.crawler.callbodies import FORM, JSON, TEXT, Call, call_of, declared_type, plain
from s2n.s2nscanner.crawler.javascript import HOLE, Made, Node, Script, arguments, parse
from s2n.s2nscanner.crawler.references import (
    PLACEHOLDER,
    closed,
    filled,
    is_address,
    is_bare,
    template,
    with_query,
)

__all__ = ["MAX_CALLS", "Call", "CallReader", "calls_in_script"]

MAX_CALLS = 100
"""Requests with a body of one script."""

MAX_REFERENCES = 500
_MAX_OWNER = 200
_BODIES = frozenset({"POST", "PUT", "PATCH"})
_VERBS = frozenset({"get", "head", "options", "post", "put", "patch", "getJSON", "getScript", "jsonp", "sse"})
_FETCHES = frozenset(
    {"fetch", "$fetch", "useFetch", "ofetch", "axios", "ajax", "$http", "request", "got", "ky"}
)
_GOES = frozenset(
    {
        "assign",
        "replace",
        "load",
        "navigate",
        "push",
        "open",
        "register",
        "addModule",
        "importScripts",
        "prefetch",
    }
)
_LISTS = frozenset({"addAll", "precacheAndRoute", "add"})
_CODE = frozenset({"eval", "setTimeout", "setInterval", "Function"})
_CLIENT = re.compile(
    r"(?i)(?:^|[.$_])(?:axios|\$?http|https?client|\$?api|client|request|got|ky|ajax|\$|jquery)$"
)
_JQUERY = frozenset({"$", "jQuery", "window.$", "window.jQuery"})
_PLACES = re.compile(
    r"(?i)(?:^|\.)(?:location|href|src|action|router|history|navigator|serviceworker|window|caches?)$"
)
_INTERESTING = frozenset(
    {
        *_VERBS,
        *_FETCHES,
        *_GOES,
        *_LISTS,
        *_CODE,
        *("import", "sendBeacon", "pushState", "replaceState", "append", "set", "send", "setRequestHeader"),
    }
)
_SET = frozenset({"href", "src", "action", "location", "url", "poster"})
_MADE = frozenset({"WebSocket", "EventSource", "Worker", "SharedWorker", "Request", "Function", "URL"})
_PREPARED = frozenset({"append", "set", "send", "setRequestHeader"})
_NODES = (
    "call_expression",
    "new_expression",
    "assignment_expression",
    "import_statement",
    "export_statement",
)


class _Called(NamedTuple):
    """A call of a known name: ``owner`` is what it is a method of, ``at`` where it stands."""

    name: str
    owner: str
    at: int
    given: list[Node]


def calls_in_script(text: str) -> list[Call]:
    """The calls with a body among the first `MAX_CALLS` in ``text``; a DELETE is none of them."""
    script = parse(text)
    if script is None:
        return []
    reader = CallReader(script)
    reader.read()
    return list(reader.calls)


class CallReader:
    """Collects what the calls of a script lead to.

    ``urls`` are requested by the page, ``modules`` resolved against the script itself, ``code`` is run as a
    script in its turn, ``calls`` have a body. All are in order of appearance. ``templates``: what a call's
    reference was before its blanks were filled.
    """

    def __init__(self, script: Script) -> None:
        self.urls: dict[str, None] = {}
        self.modules: dict[str, None] = {}
        self.code: list[str] = []
        self.calls: dict[Call, None] = {}
        self.templates: dict[str, str] = {}
        self._script = script
        self._fields: dict[str, dict[str, Any]] = {}
        self._sent: dict[str, list[tuple[int, list[Node]]]] = {}
        self._declared: dict[str, list[tuple[int, str]]] = {}

    def read(self) -> None:
        """Work through the script."""
        nodes = self._script.nodes(*_NODES)
        calls = {node.id: called for node in nodes if (called := self._called(node)) is not None}
        for called in calls.values():
            if called.name in _PREPARED:
                self._prepare(called)
        for node in nodes:
            if node.type == "call_expression":
                if node.id in calls:
                    self._call(calls[node.id])
            elif node.type == "new_expression":
                self._new(node)
            elif node.type == "assignment_expression":
                self._assignment(node)
            else:
                self._module(node.child_by_field_name("source"))

    def _called(self, node: Node) -> _Called | None:
        """The function of a call by its last name, and what it is a method of."""
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is None:
            return None
        owner, name = None, function
        if function.type == "member_expression":
            owner, last = function.child_by_field_name("object"), function.child_by_field_name("property")
            name = last or function
        elif function.type not in {"identifier", "import"}:
            return None
        text = self._script.text(name)
        if text not in _INTERESTING:
            return None
        by = ""
        if owner is not None:
            long = owner.end_byte - owner.start_byte > _MAX_OWNER
            by = "(...)" if long else self._script.text(owner)
        return _Called(text, by, node.start_byte, arguments(node))

    def _assignment(self, node: Node) -> None:
        left = node.child_by_field_name("left")
        if left is None or left.type not in {"identifier", "member_expression"}:
            return
        name = self._script.text(left)
        if (name == "location" or "." in name) and name.rpartition(".")[2] in _SET:
            value = self._script.value(node.child_by_field_name("right"))
            if isinstance(value, str) and (is_address(filled(value)) or is_bare(filled(value))):
                self._url(filled(value))

    def _prepare(self, called: _Called) -> None:
        """Remember what is appended to forms, and sent on request objects, for who looks it up later."""
        name, owner, at, given = called
        if name in {"append", "set"} and len(given) >= 2:
            key = self._script.value(given[0])
            if isinstance(key, str) and HOLE not in key:
                self._fields.setdefault(owner, {})[key] = self._script.value(given[1])
        elif name == "send":
            self._sent.setdefault(owner, []).append((at, given))
        elif name == "setRequestHeader" and len(given) == 2:
            kind = self._script.string(given[0])
            if kind.lower() == "content-type":
                self._declared.setdefault(owner, []).append((at, self._script.string(given[1])))

    def _call(self, called: _Called) -> None:
        name, owner, at, given = called
        if not given:
            return
        if name in _FETCHES:
            self._fetch(name, owner, given)
        elif name in _VERBS:
            self._verb(name, owner, given)
        elif name == "open" and len(given) >= 2 and self._script.string(given[0]).isalpha():
            self._opened(owner, at, given)
        elif name in _GOES:
            self._goes(name, owner, given)
        else:
            self._other(name, owner, given)

    def _other(self, name: str, owner: str, given: list[Node]) -> None:
        if name == "import":
            self._module(given[0])
        elif name in _CODE:
            self._code(given[0])
        elif name == "sendBeacon":
            self._beacon(given)
        elif name in {"pushState", "replaceState"}:
            target = self._script.value(given[-1])
            self._url(filled(target) if len(given) == 3 and isinstance(target, str) else "")
        elif name in _LISTS:
            self._listed(name, owner, given[0])

    def _goes(self, name: str, owner: str, given: list[Node]) -> None:
        """``location.assign(url)``, ``router.push({path})``, ``importScripts(a, b)``."""
        if owner and not _PLACES.search(owner) and name not in {"load", "navigate", "importScripts"}:
            return
        for each in given if name == "importScripts" else given[:1]:
            target = self._script.value(each)
            if isinstance(target, dict):
                target = target.get("path", target.get("pathname", ""))
            if isinstance(target, str) and name in {"register", "importScripts", "addModule"}:
                self._script_url(filled(target))
            elif isinstance(target, str):
                self._url(filled(target))

    def _new(self, node: Node) -> None:
        name, given = node.child_by_field_name("constructor"), arguments(node)
        kind = self._script.text(name).rpartition(".")[2] if name is not None else ""
        if not given or kind not in _MADE:
            return
        if kind == "Function":
            self._code(given[-1])
        elif kind == "URL":
            relative = self._script.text(given[1]) if len(given) > 1 else ""
            if relative == "import.meta.url":
                self._module(given[0])
        elif kind in {"Worker", "SharedWorker"}:
            self._script_url(filled(self._script.string(given[0])))
        elif kind == "Request":
            self._fetch("fetch", "", given)
        else:
            self._url(filled(self._script.string(given[0])))

    def _code(self, node: Node) -> None:
        code = self._script.value(node)
        if isinstance(code, str) and code != HOLE and node.type != "identifier":
            self.code.append(code.replace(HOLE, "1"))

    def _listed(self, name: str, owner: str, node: Node) -> None:
        """The lists that a service worker puts into its cache."""
        if name == "add" and "cache" not in owner.lower():
            return
        value = self._script.value(node)
        for each in value if isinstance(value, list) else [value]:
            url = each.get("url") if isinstance(each, dict) else each
            if isinstance(url, str):
                self._url(filled(url))

    def _opened(self, owner: str, at: int, given: list[Node]) -> None:
        """``x.open(method, url)``, with what the next ``x.send`` brings."""
        method, url = self._script.string(given[0]).upper(), filled(self._script.string(given[1]))
        if method not in _BODIES:
            if method in {"GET", "HEAD"}:
                self._url(url)
            return
        sent = next(((end, what) for end, what in self._sent.get(owner, ()) if end > at), None)
        if sent is None:
            return
        declared = [kind for where, kind in self._declared.get(owner, ()) if at < where < sent[0]]
        body = self._body(sent[1][0]) if sent[1] else ""
        self._made(method, url, declared[-1] if declared else "", body, FORM)

    def _beacon(self, given: list[Node]) -> None:
        url = filled(self._script.string(given[0]))
        self._made("POST", url, "", self._body(given[1]) if len(given) > 1 else "", TEXT)

    def _fetch(self, name: str, owner: str, given: list[Node]) -> None:
        first = self._script.value(given[0])
        if isinstance(first, Made) and first.by == "Request" and first.arguments:
            given = arguments(given[0])
            first = first.arguments[0]
        if isinstance(first, dict):
            options, node = first, given[0]
            url = first.get("url") or first.get("uri")
        else:
            url, options = first, {}
            node = given[1] if len(given) > 1 else given[0]
            if len(given) > 1 and isinstance(value := self._script.value(given[1]), dict):
                options = value
        if not isinstance(url, str):
            return
        jquery = name == "ajax" or owner in _JQUERY
        default = FORM if jquery else JSON if name in {"axios", "request", "$http"} else TEXT
        self._request(owner or name, url, options, node, default)

    def _verb(self, name: str, owner: str, given: list[Node]) -> None:
        """``client.post(url, body)`` and ``client.get(url, options)``."""
        url = self._script.value(given[0])
        if not isinstance(url, str) or url == HOLE:
            return
        jquery = owner in _JQUERY
        known = jquery or _CLIENT.search(owner) is not None or self._base(owner) is not None
        if not (known or is_address(filled(url))):
            return
        method = name.upper() if name.upper() in _BODIES else "GET"
        second = self._script.value(given[1]) if len(given) > 1 else HOLE
        options: dict[str, Any] = {"method": method}
        if jquery or method in _BODIES:
            if (
                isinstance(second, dict)
                and {"json", "form", "body"}.intersection(second)
                and _KY.search(owner)
            ):
                options |= second
            elif len(given) > 1:
                options["data"] = self._body(given[1])
        elif isinstance(second, dict):
            options |= {key: second[key] for key in ("params", "query", "searchParams") if key in second}
        self._request(owner, url, options, None, FORM if jquery else JSON)

    def _request(
        self, owner: str, url: str, options: dict[str, Any], node: Node | None, default: str
    ) -> None:
        base = options.get("baseURL", options.get("baseUrl", self._base(owner)))
        if isinstance(base, str) and base.strip(HOLE) and not re.match(r"(?:https?:)?//", url):
            url = f"{base.rstrip('/')}/{url.lstrip('/')}"
        blank = template(url)
        url = closed(blank)
        if url != blank:
            self.templates[url] = blank
        method = str(options.get("method", options.get("type", "GET"))).upper()
        parameters = next((options[key] for key in _PARAMETERS if isinstance(options.get(key), dict)), None)
        if parameters:
            url = with_query(url, {key: plain(value, "1") for key, value in parameters.items()})
        body = options.get("json", options.get("form", options.get("body", options.get("data", ""))))
        if node is not None and isinstance(body, Made) and not body.arguments:
            body = self._appended(body, node)
        if method not in _BODIES:
            data = body if isinstance(body, dict) and method == "GET" else {}
            if method in {"GET", "HEAD"}:
                self._url(with_query(url, {key: plain(value, "1") for key, value in data.items()}))
            return
        if "json" in options or "form" in options:
            default = JSON if "json" in options else FORM
        self._made(method, url, declared_type(options), body, default)

    def _body(self, node: Node) -> Any:
        """A body's value; a form by the name of its variable, with what was appended to it."""
        value = self._script.value(node)
        if isinstance(value, Made) and not value.arguments:
            return Made(value.by, (self._fields.get(self._script.text(node), {}),))
        return value

    def _appended(self, made: Made, options: Node) -> Made:
        """A form in a call's options (``{body: form}``, ``{body}``), with what was appended to it."""
        for part in options.named_children:
            key, value = part.child_by_field_name("key"), part.child_by_field_name("value")
            name = self._script.text(key or part)
            if name in {"body", "data"}:
                return Made(made.by, (self._fields.get(self._script.text(value or part), {}),))
        return made

    def _made(self, method: str, url: str, declared: str, body: Any, default: str) -> None:
        if url and url != PLACEHOLDER and len(self.calls) < MAX_CALLS:
            made = call_of(method, url, declared, body, default)
            if made is not None:
                self.calls[made] = None

    def _base(self, owner: str) -> str | None:
        """The base URL that a client was made with (``axios.create({baseURL})``) or given later."""
        later = self._script.constant(f"{owner}.defaults.baseURL")
        if later is not None:
            return self._script.string(later)
        made = self._script.constant(owner)
        if made is None or made.type != "call_expression":
            return None
        for each in arguments(made)[:1]:
            options = self._script.value(each)
            if isinstance(options, dict):
                base = next((options[key] for key in _BASES if key in options), None)
                return base if isinstance(base, str) else None
        return None

    def _url(self, url: str) -> None:
        if url and url.strip(PLACEHOLDER) and len(self.urls) < MAX_REFERENCES and not url.isspace():
            self.urls[url] = None

    def _module(self, node: Node | None) -> None:
        reference = filled(self._script.string(node))
        if reference[:1] in {".", "/"} or "://" in reference:
            self._script_url(reference)

    def _script_url(self, url: str) -> None:
        if url and url.strip(PLACEHOLDER) and len(self.modules) < MAX_REFERENCES:
            self.modules[url] = None


_KY = re.compile(r"(?:^|\.)(?:ky|got|\$?fetch|ofetch)$")
_PARAMETERS = ("params", "query", "searchParams", "qs")
_BASES = ("baseURL", "baseUrl", "prefixUrl", "prefix")
