"""What the calls of a script lead to: requests, other pages, further scripts.

Nothing is run: clients are read by `Clients`, also where a function of the script stands before them
(`Wrappers`) or nobody knows what sends them (`shaped`).
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from s2n.s2nscanner.crawler.javascript.callbodies import Call
from s2n.s2nscanner.crawler.javascript.clients import FETCHES, PREPARED, VERBS, Called, Clients, Sent
from s2n.s2nscanner.crawler.javascript.constants import HOLE, Node, Script, arguments, parse
from s2n.s2nscanner.crawler.javascript.prefixes import bases
from s2n.s2nscanner.crawler.javascript.references import PLACEHOLDER, filled, is_address, is_bare
from s2n.s2nscanner.crawler.javascript.returns import Returns
from s2n.s2nscanner.crawler.javascript.shapes import shaped
from s2n.s2nscanner.crawler.javascript.wrappers import Wrappers

__all__ = ["Call", "CallReader", "calls_in_script"]

MAX_REFERENCES = 500
_MAX_OWNER = 200
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
_PLACES = re.compile(
    r"(?i)(?:^|\.)(?:location|href|src|action|router|history|navigator|serviceworker|window|caches?)$"
)
_JQUERY = ("$(", "jQuery(")
_INTERESTING = frozenset(
    {
        *VERBS,
        *FETCHES,
        *_GOES,
        *_LISTS,
        *_CODE,
        *("import", "sendBeacon", "pushState", "replaceState"),
        *PREPARED,
    }
)
_SPOKEN = re.compile(rb"\(\s{0,20}[\"'`](?:GET|POST|PUT|PATCH|DELETE)[\"'`]\s{0,20},")
_SET = frozenset({"href", "src", "action", "location", "url", "poster"})
_MADE = frozenset({"WebSocket", "EventSource", "Worker", "SharedWorker", "Request", "Function", "URL"})
_NODES = (
    "call_expression",
    "new_expression",
    "assignment_expression",
    "import_statement",
    "export_statement",
)


def calls_in_script(text: str) -> list[Call]:
    """The calls with a body in ``text``, as many as `Clients` keeps; a DELETE is none of them."""
    script = parse(text)
    if script is None:
        return []
    reader = CallReader(script)
    reader.read()
    return [call for call in reader.sent.calls if call.method != "DELETE"]


class CallReader:
    """Collects what the calls of a script lead to.

    ``sent`` is requested by the page, with ``prefixes`` that clients may put before it; ``modules`` are
    resolved against the script itself, ``code`` is run as a script in its turn. All are in order of
    appearance.
    """

    def __init__(self, script: Script) -> None:
        self.sent = Sent()
        self.prefixes: dict[str, None] = {}
        self.modules: dict[str, None] = {}
        self.code: list[str] = []
        self._script = script
        returns = Returns(script)
        script.returned = returns.value
        self._clients = Clients(script, self.sent)
        self._sites: dict[str, list[Node]] = {}
        self._wrappers = Wrappers(script, self._sites, returns)

    def read(self) -> None:
        """Work through the script."""
        nodes = self._script.nodes(*_NODES)
        calls = {node.id: called for node in nodes if (called := self._called(node)) is not None}
        for called in calls.values():
            if called.name in PREPARED:
                self._clients.prepare(called)
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
        for first, options, call in shaped(self._script):
            if call.id not in calls:
                enter = partial(self._clients.read_options, first, options, call)
                enter({})
                self._wrappers.consider(call, first, options, enter)
        for given in self._script.around(_SPOKEN, "arguments", MAX_REFERENCES):
            sender = given.parent
            if sender is not None and (sender.id not in calls or calls[sender.id].name in PREPARED):
                self._spoken(sender, arguments(given))
        self._wrappers.enter_all()
        self.prefixes = bases(self._script) | self._wrappers.prefixes

    def _called(self, node: Node) -> Called | None:
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
        self._sites.setdefault(text, []).append(node)
        if text not in _INTERESTING:
            return None
        by = ""
        if owner is not None:
            long = owner.end_byte - owner.start_byte > _MAX_OWNER
            by = "(...)" if long else self._script.text(owner)
        return Called(text, by, node, arguments(node))

    def _assignment(self, node: Node) -> None:
        left = node.child_by_field_name("left")
        if left is None or left.type not in {"identifier", "member_expression"}:
            return
        name = self._script.text(left)
        if (name == "location" or "." in name) and name.rpartition(".")[2] in _SET:
            right = node.child_by_field_name("right")

            def enter(bound: Mapping[str, Any]) -> None:
                value = self._script.value(right, bound)
                if isinstance(value, str) and (is_address(filled(value)) or is_bare(filled(value))):
                    self._url(filled(value))

            enter({})
            if right is not None:
                self._wrappers.consider(node, right, None, enter)

    def _call(self, called: Called) -> None:
        name, owner, _, given = called
        if not given:
            return
        if name in FETCHES or name in VERBS:
            self._request(called, given[0], given[1] if len(given) > 1 else None)
        elif name == "open" and len(given) >= 2 and _opens(self._script.string(given[0])):
            self._request(called, given[1], given[0])
        elif name in _GOES:
            self._goes(called)
        else:
            self._other(name, owner, given)

    def _request(self, called: Called, url: Node, body: Node | None) -> None:
        def enter(bound: Mapping[str, Any]) -> None:
            self._clients.read(called, bound)

        enter({})
        self._wrappers.consider(called.node, url, body, enter)

    def _spoken(self, node: Node, given: list[Node]) -> None:
        """Whatever is told a method and a path before all else: ``send("POST", "/orders", order)``."""
        function = node.child_by_field_name("function")
        if function is None or len(given) < 2:
            return
        called = Called(self._script.text(function).rpartition(".")[2], "", node, given)

        def enter(bound: Mapping[str, Any]) -> None:
            url = self._script.value(given[1], bound)
            if isinstance(url, str) and (is_address(filled(url)) or ("/" in url and is_bare(filled(url)))):
                self._clients.read(called, bound)

        enter({})
        self._wrappers.consider(node, given[1], given[2] if len(given) > 2 else None, enter)

    def _other(self, name: str, owner: str, given: list[Node]) -> None:
        if name == "import":
            self._module(given[0])
        elif name in _CODE:
            self._code(given[0])
        elif name == "sendBeacon":
            self._clients.beacon(given)
        elif name in {"pushState", "replaceState"}:
            target = self._script.value(given[-1])
            self._url(filled(target) if len(given) == 3 and isinstance(target, str) else "")
        elif name in _LISTS:
            self._listed(name, owner, given[0])

    def _goes(self, called: Called) -> None:
        """``location.assign(url)``, ``router.push({path})``, ``importScripts(a, b)``."""
        name, owner, node, given = called
        if owner and not _PLACES.search(owner) and name not in {"load", "navigate", "importScripts"}:
            return
        scripts = name in {"register", "importScripts", "addModule"}

        def enter(bound: Mapping[str, Any]) -> None:
            for each in given if name == "importScripts" else given[:1]:
                target = self._script.value(each, bound)
                if isinstance(target, dict):
                    target = target.get("path", target.get("pathname", ""))
                elif isinstance(target, list):  # Angular: navigate(["/items", id])
                    target = "/".join(each if isinstance(each, str) else HOLE for each in target)
                if isinstance(target, str):
                    (self._script_url if scripts else self._url)(filled(target))

        enter({})
        if not owner or _PLACES.search(owner) or owner.startswith(_JQUERY):
            self._wrappers.consider(node, given[0], None, enter)

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
            self._request(Called("fetch", "", node, given), given[0], None)
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

    def _url(self, url: str) -> None:
        self.sent.url(url)

    def _module(self, node: Node | None) -> None:
        reference = filled(self._script.string(node))
        if reference[:1] in {".", "/"} or "://" in reference:
            self._script_url(reference)

    def _script_url(self, url: str) -> None:
        if url and url.strip(PLACEHOLDER) and len(self.modules) < MAX_REFERENCES:
            self.modules[url] = None


def _opens(method: str) -> bool:
    """Is it a request's method, known or not, that ``open`` is given first?"""
    return method == HOLE or method.isalpha()
