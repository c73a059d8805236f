"""References as browsers resolve them, against the base of the page they stand in."""

import re

from s2n.model import split_url

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_EDGES = "".join(map(chr, range(0x21)))
"""C0 controls and space: a browser strips them from both ends."""

_INSIDE = str.maketrans("", "", "\t\n\r")
_DOT = frozenset({".", "%2e", "%2E"})
_DOTDOT = frozenset({"..", ".%2e", ".%2E", "%2e.", "%2E.", "%2e%2e", "%2E%2E", "%2e%2E", "%2E%2e"})
_DOTTED = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")


class Base:
    """An absolute http(s) URL that references are resolved against.

    Raises:
        ValueError: not an absolute http(s) URL.
    """

    __slots__ = ("origin", "path", "query", "scheme")

    def __init__(self, url: str) -> None:
        origin, target = split_url(url)
        self.scheme = origin.scheme
        self.origin = str(origin)
        self.path, mark, query = target.partition("?")
        self.query = mark + query

    @property
    def url(self) -> str:
        """The URL itself, without fragment."""
        return self.origin + self.path + self.query

    def join(self, reference: str) -> str | None:
        """The absolute URL without fragment, dot segments resolved; None where it is not http(s)."""
        text = reference.strip(_EDGES).translate(_INSIDE).partition("#")[0]
        scheme = _SCHEME.match(text)
        if scheme:
            name = scheme[0][:-1].lower()
            if name not in {"http", "https"}:
                return None
            text = text[scheme.end() :]
            if name != self.scheme or text[:2].replace("\\", "/") == "//":
                return _absolute(name, text)
        head, mark, query = text.partition("?")
        head = head.replace("\\", "/")
        if head.startswith("//"):
            return _absolute(self.scheme, head + mark + query)
        if not head:
            return self.origin + self.path + (_sendable(mark + query) if mark else self.query)
        path = head if head[0] == "/" else self.path[: self.path.rfind("/") + 1] + head
        return self.origin + _sendable(without_dots(path) + mark + query)


def without_dots(path: str) -> str:
    """``path`` with its ``.`` and ``..`` segments resolved; empty segments and escapes are kept."""
    if not _DOTTED.search(path):
        return path
    segments = path.split("/")
    out: list[str] = []
    for segment in segments[1:]:
        if segment in _DOTDOT:
            if out:
                out.pop()
        elif segment not in _DOT:
            out.append(segment)
    if segments[-1] in _DOT or segments[-1] in _DOTDOT:
        out.append("")
    return "/" + "/".join(out)


def _absolute(scheme: str, rest: str) -> str | None:
    head, mark, query = rest.partition("?")
    try:
        origin, target = split_url(f"{scheme}://{head.replace(chr(92), '/').lstrip('/')}{mark}{query}")
    except ValueError:
        return None
    path, mark, query = target.partition("?")
    return f"{origin}{without_dots(path)}{mark}{query}"


def _sendable(text: str) -> str:
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    return _UNSENDABLE.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass")), text
    )
