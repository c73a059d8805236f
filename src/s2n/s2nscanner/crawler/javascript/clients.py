"""Requests that clients make: ``fetch``, XMLHttpRequest, jQuery, axios and its kin.

Nothing is run: method, URL and body are worked out where literals and simple constants name them. Values
that a script computes are replaced by a plain ``s2n``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from s2n.s2nscanner.crawler.javascript.callbodies import FORM, JSON, TEXT, Call, call_of, declared_type, plain
from s2n.s2nscanner.crawler.javascript.constants import HOLE, Made, Node, Script, arguments
from s2n.s2nscanner.crawler.javascript.references import (
    PLACEHOLDER,
    closed,
    filled,
    is_address,
    is_bare,
    template,
    with_query,
)

__all__ = ["FETCHES", "MAX_CALLS", "PREPARED", "VERBS", "Called", "Clients", "Sent"]

MAX_CALLS = 200
"""Requests with a body of one script."""

MAX_REFERENCES = 500

FETCHES = frozenset(
    {"fetch", "$fetch", "useFetch", "ofetch", "axios", "ajax", "$http", "request", "got", "ky"}
)
VERBS = frozenset(
    {
        *("get", "head", "options", "post", "put", "patch", "delete", "del"),
        *("getJSON", "getScript", "jsonp", "sse"),
    }
)
PREPARED = frozenset({"append", "set", "send", "setRequestHeader"})

_BODIES = frozenset({"POST", "PUT", "PATCH"})
_ASKED = frozenset({"GET", "HEAD", "DELETE"})
"""What is asked for with GET: where something can be deleted, it can often be read."""

_METHODS = {"post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "del": "DELETE"}
_CLIENT = re.compile(
    r"(?i)(?:^|[.$_])(?:axios|\$?http|https?client|\$?api|client|request|got|ky|ajax|\$|jquery)$"
)
_JQUERY = frozenset({"$", "jQuery", "window.$", "window.jQuery"})
_KY = re.compile(r"(?:^|\.)(?:ky|got|\$?fetch|ofetch)$")
_OPTIONS = frozenset({"body", "data", "json", "form", "headers", "params", "query", "searchParams", "qs"})
_VERB = re.compile(r"GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE|JSONP")
_NOTHING = f"{PLACEHOLDER}./: \t\n"
_WORDS = frozenset({"null", "undefined", "true", "false"})
"""What a value that is none becomes in a URL."""

_ADDRESSES = ("url", "uri", "path", "endpoint")
_PARAMETERS = ("params", "query", "searchParams", "qs")
_BASES = ("baseURL", "baseUrl", "prefixUrl", "prefix")


class Called(NamedTuple):
    """A call of a known name: ``owner`` is what it is a method of."""

    name: str
    owner: str
    node: Node
    given: list[Node]


class Sent(Struct):
    """What the requests of a script come to.

    ``urls`` are asked for, ``calls`` have a body or delete; ``templates``: what a reference was before its
    blanks were filled. ``unbased`` and ``unbased_calls`` are those of them whose client may have a base URL
    that is set elsewhere.
    """

    urls: dict[str, None] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    calls: dict[Call, None] = field(default_factory=dict)
    unbased: dict[str, None] = field(default_factory=dict)
    unbased_calls: dict[Call, None] = field(default_factory=dict)

    def url(self, url: str) -> None:
        """A URL that a page asks for, or goes to."""
        if url.strip(_NOTHING) and url not in _WORDS and len(self.urls) < MAX_REFERENCES:
            self.urls[url] = None


class Clients:
    """Reads requests into ``sent``; `prepare` is told first of what they are made of piece by piece."""

    def __init__(self, script: Script, sent: Sent) -> None:
        self.bases: dict[str, None] = {}
        """The base URLs that clients were made with."""
        self._script = script
        self._sent_to = sent
        self._bound: Mapping[str, Any] = {}
        self._fields: dict[str, dict[str, Any]] = {}
        self._sent: dict[str, list[tuple[int, list[Node]]]] = {}
        self._declared: dict[str, list[tuple[int, str]]] = {}

    def prepare(self, called: Called) -> None:
        """Remember what is appended to forms, and sent on request objects, for who looks it up later."""
        name, owner, node, given = called
        if name in {"append", "set"} and len(given) >= 2:
            key = self._script.value(given[0])
            if isinstance(key, str) and HOLE not in key:
                self._fields.setdefault(owner, {})[key] = self._script.value(given[1])
        elif name == "send":
            self._sent.setdefault(owner, []).append((node.start_byte, given))
        elif name == "setRequestHeader" and len(given) == 2:
            kind = self._script.string(given[0])
            if kind.lower() == "content-type":
                self._declared.setdefault(owner, []).append((node.start_byte, self._script.string(given[1])))

    def read(self, called: Called, bound: Mapping[str, Any] | None = None) -> None:
        """A request, with the variables of ``bound``; where it depends on a condition, both ways."""
        read = self._verb if called.name in VERBS else self._opened if called.name == "open" else self._fetch
        self._either(lambda: read(called), called.node, bound)

    def read_options(self, first: Node, options: Node, call: Node, bound: Mapping[str, Any]) -> None:
        """A request whose sender has no name that is known: what names its URL, and its options."""

        def read() -> None:
            url, value = self._value(first), self._value(options)
            if isinstance(url, str) and isinstance(value, dict):
                self._request("", url, value, options, default=JSON, at=call.start_byte)

        self._either(read, call, bound)

    def beacon(self, given: list[Node]) -> None:
        """``navigator.sendBeacon(url, body)``."""
        url = filled(self._script.string(given[0]))
        self._made("POST", url, "", self._body(given[1]) if len(given) > 1 else "", TEXT, unbased=False)

    def _either(self, read: Callable[[], None], node: Node, bound: Mapping[str, Any] | None) -> None:
        self._bound = bound or {}
        try:
            read()
            if "?" in self._script.text(node):
                self._script.otherwise = True
                read()
        finally:
            self._bound, self._script.otherwise = {}, False

    def _value(self, node: Node | None) -> Any:
        return self._script.value(node, self._bound)

    def _string(self, node: Node | None) -> str:
        return self._script.string(node, self._bound)

    def _opened(self, called: Called) -> None:
        """``x.open(method, url)``, with what the next ``x.send`` brings."""
        _, owner, node, given = called
        at, method, url = node.start_byte, self._string(given[0]).upper(), filled(self._string(given[1]))
        sent = next(((end, what) for end, what in self._sent.get(owner, ()) if end > at), None)
        if method == HOLE:
            method = "POST" if sent is not None and sent[1] else "GET"
        if method not in _BODIES:
            if method == "DELETE":
                self._made(method, url, "", "", TEXT, unbased=False)
            if method in _ASKED:
                self._sent_to.url(url)
            return
        if sent is None:
            return
        declared = [kind for where, kind in self._declared.get(owner, ()) if at < where < sent[0]]
        body = self._body(sent[1][0]) if sent[1] else ""
        self._made(method, url, declared[-1] if declared else "", body, FORM, unbased=False)

    def _fetch(self, called: Called) -> None:
        name, owner, call, given = called
        first = self._value(given[0])
        spoken = ""
        if isinstance(first, str) and _VERB.fullmatch(first):  # request("GET", url, options)
            spoken, given = first, given[1:]
            if not given:
                return
            first = self._value(given[0])
        if isinstance(first, Made) and first.by == "Request" and first.arguments:
            given = arguments(given[0])
            first = first.arguments[0]
        if isinstance(first, dict):
            options, node = first, given[0]
            url = next((first[key] for key in _ADDRESSES if first.get(key)), None)
        else:
            url, options = first, {}
            node = given[1] if len(given) > 1 else given[0]
            if len(given) > 1 and isinstance(value := self._value(given[1]), dict):
                options = value
        if not isinstance(url, str):
            return
        if spoken:
            if name not in FETCHES and _OPTIONS.isdisjoint(options):
                options = {"data": options}
            options = {**options, "method": spoken}
        jquery = name == "ajax" or owner in _JQUERY
        known = name in FETCHES and name not in {"axios", "request", "$http"}
        default = FORM if jquery else TEXT if known else JSON
        self._request(owner or name, url, options, node, default=default, at=call.start_byte)

    def _verb(self, called: Called) -> None:
        """``client.post(url, body)`` and ``client.get(url, options)``."""
        name, owner, call, given = called
        url = self._value(given[0])
        if not isinstance(url, str) or url == HOLE:
            return
        jquery = owner in _JQUERY
        method = _METHODS.get(name, "GET")
        if not (jquery or self._asks(owner, url, method, given)):
            return
        second = self._value(given[1]) if len(given) > 1 else HOLE
        options: dict[str, Any] = {"method": method}
        if jquery or method in _BODIES:
            if isinstance(second, dict) and {"json", "form", "body"} & second.keys() and _KY.search(owner):
                options |= second
            elif len(given) > 1:
                options["data"] = self._body(given[1])
        elif isinstance(second, dict):
            options |= {key: second[key] for key in ("params", "query", "searchParams") if key in second}
        default = FORM if jquery else JSON
        self._request(owner, url, options, None, default=default, at=call.start_byte)

    def _asks(self, owner: str, url: str, method: str, given: list[Node]) -> bool:
        """Is it a client, not a map or a header? Its name, its base or what it is given tells."""
        if _CLIENT.search(owner) is not None or self._base(owner, given[0].start_byte) is not None:
            return True
        text = filled(url)
        return is_address(text) or (
            is_bare(text) and "/" in text and (method == "GET" or len(given) > 1 or "api" in text)
        )

    def _request(
        self, owner: str, url: str, options: dict[str, Any], node: Node | None, *, default: str, at: int
    ) -> None:
        base = options.get("baseURL", options.get("baseUrl", self._base(owner, at)))
        whole = re.match(rf"(?:[\w{HOLE}]+:)?//", url) is not None
        based = isinstance(base, str) and bool(base.strip(HOLE))
        if based and not whole:
            url = f"{str(base).rstrip('/')}/{url.lstrip('/')}"
        blank = template(url)
        url = closed(blank)
        if url != blank:
            self._sent_to.templates[url] = blank
        method = str(options.get("method", options.get("type", "GET"))).upper()
        parameters = next((options[key] for key in _PARAMETERS if isinstance(options.get(key), dict)), None)
        if parameters:
            url = with_query(url, {key: plain(value, "1") for key, value in parameters.items()})
        body = options.get("json", options.get("form", options.get("body", options.get("data", ""))))
        if method == HOLE:
            method = "GET" if body == "" else "POST"
        if node is not None and isinstance(body, Made) and not body.arguments:
            body = self._appended(body, node)
        unbased = not based and not whole
        if method == "DELETE":
            self._made(method, url, "", "", TEXT, unbased=unbased)
        if method not in _BODIES:
            data = body if isinstance(body, dict) and method == "GET" else {}
            if method in _ASKED:
                url = with_query(url, {key: plain(value, "1") for key, value in data.items()})
                self._sent_to.url(url)
                if unbased and len(self._sent_to.unbased) < MAX_REFERENCES:
                    self._sent_to.unbased[url] = None
            return
        if "json" in options or "form" in options:
            default = JSON if "json" in options else FORM
        self._made(method, url, declared_type(options), body, default, unbased=unbased)

    def _body(self, node: Node) -> Any:
        """A body's value; a form by the name of its variable, with what was appended to it."""
        value = self._value(node)
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

    def _made(self, method: str, url: str, declared: str, body: Any, default: str, *, unbased: bool) -> None:
        if url.strip(PLACEHOLDER) and len(self._sent_to.calls) < MAX_CALLS:
            call = call_of(method, url, declared, body, default)
            self._sent_to.calls[call] = None
            if unbased:
                self._sent_to.unbased_calls[call] = None

    def _base(self, owner: str, at: int) -> str | None:
        """The base URL that a client was made with (``axios.create({baseURL})``) or given later."""
        later = self._script.constant(f"{owner}.defaults.baseURL", at)
        if later is not None:
            return self._script.string(later)
        made = self._script.constant(owner, at)
        if made is None or made.type not in {"call_expression", "new_expression"}:
            return None
        for each in arguments(made)[:1]:
            options = self._script.value(each)
            if isinstance(options, dict):
                base = next((options[key] for key in _BASES if key in options), None)
                return base if isinstance(base, str) else None
        return None
