"""References in scripts and inline handlers: strings that look like URLs, calls, routes and chunks.

No script is run. A string counts when it is a path, a same-site file or an absolute URL; where the script
puts a value into it (``'/item?id=' + id``, ``/item/${id}``), a plain ``1`` stands for it.
"""

import re
from itertools import islice

from msgspec import Struct, field

from s2n.s2nscanner.crawler.javascript.bundles import chunks, listed_chunk, routes
from s2n.s2nscanner.crawler.javascript.calls import Call, CallReader
from s2n.s2nscanner.crawler.javascript.constants import MAX_SCRIPT, Node, Script, parse
from s2n.s2nscanner.crawler.javascript.prefixes import Unbased
from s2n.s2nscanner.crawler.javascript.references import closed, is_address, template
from s2n.s2nscanner.crawler.jsondata import urls_in_json
from s2n.s2nscanner.crawler.prose import addresses

MAX_URLS = 500
_MAX_NESTING = 3
_MAX_MARKUP = 100
_MAX_COMMENTS = 500

_STRINGS = ("binary_expression", "template_string", "call_expression", "string")
_TEXT_METHODS = frozenset({"concat", "join", "atob"})
_LITERAL = re.compile(r"""(["'`])((?:https?:/|\.{1,2})?/[^"'`\s<>{}\\]{1,500})\1""")
_WORTH = re.compile(r"[/?.\\<]")
MARKUP = re.compile(
    r"<\w[^<>]*\s(?:href|src|action|data|srcset|style|formaction|poster|on\w+)\s*=", re.IGNORECASE
)
"""Markup that leads somewhere, inside a string."""

_SOURCE_MAP = re.compile(r"//[#@]\s*sourceMappingURL=([^\s'\"]{1,500}+)\s*+(?:\*/\s*+)?\Z")


class ScriptFinds(Struct):
    """What a script leads to.

    ``urls`` are resolved against the page, ``modules`` (further scripts) against the script itself;
    ``markup`` is what it writes into pages. ``templates``: references before their blanks were filled;
    ``unbased``: what may belong below a base of the site's. ``prose``: what its comments name. ``routes``:
    those of ``urls`` that are a router's.
    """

    urls: dict[str, None] = field(default_factory=dict)
    modules: dict[str, None] = field(default_factory=dict)
    calls: dict[Call, None] = field(default_factory=dict)
    markup: list[str] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)
    unbased: Unbased = field(default_factory=Unbased)
    prose: dict[str, None] = field(default_factory=dict)
    routes: dict[str, None] = field(default_factory=dict)

    def add(self, other: "ScriptFinds") -> None:
        """Take in what the same script leads to where more is known of it."""
        self.urls |= other.urls
        self.modules |= other.modules
        self.calls |= other.calls
        self.templates |= other.templates
        self.unbased.add(other.unbased)


def urls_in_script(text: str) -> list[str]:
    """The references in ``text`` that look like URLs, unresolved, in order, at most `MAX_URLS`."""
    return list(read_script(text).urls)


def read_script(text: str) -> ScriptFinds:
    """Read a script, at most `MAX_SCRIPT` characters of it."""
    finds = ScriptFinds()
    _read(text, finds, 0)
    finds.urls = dict.fromkeys(list(finds.urls)[:MAX_URLS])
    return finds


def _read(text: str, finds: ScriptFinds, nesting: int) -> None:
    script = parse(text)
    if script is None:
        # Too broken for a parser: what stands between quotes all the same.
        literals = (match[2] for match in _LITERAL.finditer(text[:MAX_SCRIPT]))
        finds.urls |= dict.fromkeys(each for each in islice(literals, MAX_URLS) if is_address(each))
        return
    reader = CallReader(script)
    _strings(script, finds)
    reader.read()
    finds.urls |= reader.sent.urls
    finds.routes |= routes(script)
    finds.urls |= finds.routes
    finds.modules |= reader.modules
    for module in reader.modules:
        finds.urls.pop(module, None)
    finds.modules |= dict.fromkeys(chunks(script))
    finds.calls |= reader.sent.calls
    finds.templates |= reader.sent.templates
    finds.unbased.add(
        Unbased(reader.prefixes, reader.sent.unbased, reader.sent.unbased_calls, reader.sent.templates)
    )
    if not nesting:
        comments = (script.text(node) for node in script.nodes("comment")[:_MAX_COMMENTS])
        finds.prose |= dict.fromkeys(addresses("\n".join(comments)))
    source_map = _SOURCE_MAP.search(text[-1000:])
    if source_map and not source_map[1].startswith("data:"):
        finds.modules[source_map[1]] = None
    if nesting < _MAX_NESTING:
        for code in reader.code[:_MAX_MARKUP]:
            _read(code, finds, nesting + 1)


def _strings(script: Script, finds: ScriptFinds) -> None:
    """Every string, those that are parts of a longer one only as that."""
    for node in script.nodes(*_STRINGS):
        if node.id in script.read or not _worth(script, node):
            continue
        blank = template(script.string(node))
        text = closed(blank)
        if is_address(text):
            finds.urls[text] = None
            if text != blank:
                finds.templates[text] = blank
        elif chunk := listed_chunk(text):
            finds.modules[chunk] = None
        elif text[:1] in {"{", "["} and '"' in text:
            _data(text, finds)
        elif "<" in text and len(finds.markup) < _MAX_MARKUP and MARKUP.search(text):
            finds.markup.append(text)


def _data(text: str, finds: ScriptFinds) -> None:
    """JSON in a string: ``JSON.parse("{…}")``."""
    data = urls_in_json(text)
    finds.urls |= data.urls
    finds.calls |= dict.fromkeys(data.calls)
    finds.markup += data.markup[: _MAX_MARKUP - len(finds.markup)]


def _worth(script: Script, node: Node) -> bool:
    """Can the node come to an address at all?"""
    if node.type == "string":
        return _WORTH.search(script.text(node)) is not None
    if node.type == "call_expression":
        function = node.child_by_field_name("function")
        name = function and (function.child_by_field_name("property") or function)
        return name is not None and script.text(name) in _TEXT_METHODS
    return True
