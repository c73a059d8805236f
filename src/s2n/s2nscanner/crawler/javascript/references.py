"""What looks like a reference among the strings of scripts and data, and how its gaps are filled."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from s2n.s2nscanner.crawler.javascript.constants import HOLE

PLACEHOLDER = "1"
"""What stands for a value that a script puts into a URL."""

_PATH = r"[\w.~!$&()*,;:@%/\[\]+=\-]"
_ADDRESS = re.compile(
    rf"""
    (?:(?:https?|wss?):)?//[\w.\-\[\]:]+(?:[/?]\S*)?              # http://host/…, //host/…
    | (?:\.{{1,2}}/)+[\w%]{_PATH}*(?:\?\S*)?                      # ./x, ../x
    | /(?:[\w.~@%\-]{_PATH}*)?(?:\?\S*)?                          # /x
    | [\w\-]+(?:/[\w.\-]+)*\.(?:php\d?|phtml|aspx?|ashx|asmx|jspx?|html?|do|action|cgi|pl|py|rb|cfm|json|xml)
      (?:\?\S*)?                                                  # x.php?y
    | [\w\-]+(?:/[\w.\-]+)*/?\?[\w\[\].\-]+=\S*                   # x?y=
    | \?[\w\[\].\-]+=\S*                                          # ?y=
    """,
    re.VERBOSE | re.ASCII,
)
_NO_ADDRESS = re.compile(
    r"/[gimsuy]*|//?|.*[<>{}|^\\\"'].*|\.{1,2}/?|(?:text|image|application|audio|video)/.*", re.DOTALL
)
_BARE = re.compile(r"[\w\-][\w.\-]*(?:/[\w.\-]+)*/?(?:\?\S*)?", re.ASCII)
_OWN_HOST = re.compile(rf"\A(?:(?:\w+:|{HOLE})?//)?{HOLE}+(?=/)")
_SOCKET = re.compile(r"ws(s?):(?=//)", re.IGNORECASE)
_BINDING = re.compile(r"\{\{(.{0,200}?)\}\}|\[\[(.{0,200}?)\]\]|<%(.{0,200}?)%>|\$\{(.{0,200}?)\}", re.DOTALL)
_LITERAL = re.compile(r"\s*(['\"])([^'\"]*)\1\s*")
_OPTIONAL_GROUP = re.compile(r"\{[?&/#;.+][^{}]*\}")
_NAMED = re.compile(
    r"(?<=/):\w+(?:\([^()]*\))?[?*+]?|\{\w+(?::[^{}]*)?\}|(?<=/)\[+\.{0,3}\w+\]+|<(?:\w+:)?\w+>"
)
_NAME = re.compile(r"\w+")
BLANK = re.compile(r"\{(\w*)\}")
"""What `template` leaves open."""

_TAIL = re.compile(r"/\*{1,2}(?:\w+)?$|/\(\.\*\)$")


def is_address(text: str) -> bool:
    """Is ``text`` a path, a same-site file, a query or an absolute URL, rather than a word or markup?"""
    return (
        0 < len(text) <= 2000
        and text.strip("/1.?") != ""
        and not _NO_ADDRESS.fullmatch(text)
        and bool(_ADDRESS.fullmatch(text))
    )


def is_bare(text: str) -> bool:
    """Could ``text`` be a relative reference, where one is expected: ``items``, ``api/list``?"""
    return len(text) <= 500 and bool(_BARE.fullmatch(text))


def filled(text: str) -> str:
    """``text`` with a plain value for what a script computes and for route parameters (``:id``, ``{id}``).

    A host that is computed is the page's own; a WebSocket's URL becomes the one its handshake asks for.
    """
    return closed(template(text))


def template(text: str) -> str:
    """As `filled`, but with blanks: ``{name}`` for a named value, ``{}`` for one that a script computes."""
    text = text.strip()
    text = _OWN_HOST.sub("", text, count=1) if HOLE in text else text
    text = _SOCKET.sub(r"http\1:", text, count=1)
    if HOLE in text:
        text = text.lstrip(HOLE) if "/" in text.lstrip(HOLE)[:1] else text
        text = re.sub(rf"{HOLE}+", "{}", text)
    if "{" in text or "/:" in text or "[" in text or "<" in text:
        text = _NAMED.sub(_blank, _OPTIONAL_GROUP.sub("", text))
    return _TAIL.sub("/", text) if "*" in text else text


def closed(text: str) -> str:
    """A `template` with a plain value in its blanks."""
    return BLANK.sub(PLACEHOLDER, text) if "{" in text else text


def unbound(text: str) -> str:
    """``text`` without the bindings of a template (``{{ url }}``, ``[[root]]``, ``<%= id %>``, ``${id}``).

    What stands first is the page's own base, a quoted text is itself, the rest a plain value; empty where
    the template says nothing.
    """
    if not ("{" in text or "[[" in text or "<%" in text) or not _BINDING.search(text):
        return text
    out = _BINDING.sub(_bound, text)
    return "" if out.strip(f"{PLACEHOLDER}/") == "" else out


def _bound(match: re.Match[str]) -> str:
    literal = _LITERAL.fullmatch(match[match.lastindex or 0])
    if literal:
        return literal[2]
    return PLACEHOLDER if match.start() else ""


def _blank(match: re.Match[str]) -> str:
    """``:id``, ``[id]``, ``<int:id>``, ``{id:[0-9]+}`` → ``{id}``."""
    names = _NAME.findall(match[0])
    typed = match[0].startswith("<") and ":" in match[0]
    return f"{{{names[1] if typed else names[0]}}}"


def with_query(url: str, parameters: Mapping[str, object]) -> str:
    """``url`` with ``parameters`` added."""
    if not parameters:
        return url
    added = "&".join(f"{quote(name)}={quote(str(value))}" for name, value in parameters.items())
    return f"{url}{'&' if '?' in url else '?'}{added}"
