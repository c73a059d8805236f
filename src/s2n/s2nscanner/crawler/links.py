"""References in a page's tokens and in response headers."""

import re
from enum import IntEnum
from typing import NamedTuple

from s2n.model import Response
from s2n.s2nscanner.crawler.calls import Call, calls_in_script
from s2n.s2nscanner.crawler.scripts import urls_in_script
from s2n.s2nscanner.html import Token

MAX_LINKS = 20_000
"""References of one page that are kept."""


MAX_SET = 100
"""Pictures of one ``srcset``."""


class Source(IntEnum):
    """How a reference was found, which says how far it can be trusted."""

    LINK = 0
    RESOURCE = 1
    SCRIPT = 2
    GUESS = 3


class Link(NamedTuple):
    """A reference as it stands in the page. ``text`` and ``ident`` are an anchor's text and id."""

    reference: str
    source: Source = Source.LINK
    text: str = ""
    ident: str = ""


_LINKS = frozenset({"href", "xlink:href", "cite", "longdesc", "manifest", "hx-get"})
_RESOURCES = frozenset({"src", "data", "poster", "background", "icon", "lowsrc", "dynsrc"})
_DATA_LINKS = ("href", "url", "uri", "link", "src")
_SETS = frozenset({"srcset", "imagesrcset"})
_FRAMES = frozenset({"iframe", "frame", "embed", "object"})
_SET_ITEM = re.compile(r"[\s,]*(\S+)")
_REFRESH = re.compile(r"\s*[\d.]*\s*[;,\s]\s*(?:url\s*=)?\s*(.+)", re.IGNORECASE | re.DOTALL)
_LINK_HEADER = re.compile(r"<([^<>]{1,4000})>")
_COMMENT_URL = re.compile(
    r"(?<![\w:/.<])(?:https?://[\w.\-:]+)?/[\w.~%/\-]{2,300}(?:\?[\w.~%&=;+\-\[\]]{1,300})?"
)
_MAX_TEXT = 80


class LinkReader:
    """Collects the references of a page from its tokens. ``base`` is the first ``<base href>``, if any."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.calls: list[Call] = []
        self.base: str | None = None
        self._anchor: tuple[str, str] | None = None
        self._text = ""

    def start(self, tag: str, token: Token) -> None:
        """Take in a start tag."""
        attributes = token.attrs
        if not attributes or len(self.links) >= MAX_LINKS:
            return
        for name, value in attributes:
            if not value:
                continue
            if name in _LINKS:
                self._reference(tag, name, value, token)
            elif name in _RESOURCES:
                if name != "data" or tag == "object":
                    self._resource(tag, value)
            elif name[:2] == "on":
                self._script(value)
            elif name[:5] == "data-" and name.endswith(_DATA_LINKS):
                self._resource(tag, value)
            elif name in _SETS:
                self.links += [Link(item, Source.RESOURCE) for item in srcset(value)]
        if tag == "meta":
            self._meta(token)

    def end(self, tag: str) -> None:
        """Take in an end tag: an anchor is complete with its text."""
        if tag == "a" and self._anchor is not None:
            reference, ident = self._anchor
            self.links.append(Link(reference, Source.LINK, " ".join(self._text.split()), ident))
            self._anchor = None

    def text(self, data: str) -> None:
        """Take in text, which may be an anchor's."""
        if self._anchor is not None and len(self._text) < _MAX_TEXT:
            self._text += data[:_MAX_TEXT]

    def script(self, data: str) -> None:
        """Take in the text of a script element."""
        self._script(data)

    def comment(self, data: str) -> None:
        """Take in a comment without markup: what looks like a path in it."""
        self.links += [Link(url, Source.GUESS) for url in _COMMENT_URL.findall(data[:100_000])[:100]]

    def finish(self) -> list[Link]:
        """All links, an anchor left open included."""
        self.end("a")
        return self.links

    def _reference(self, tag: str, name: str, value: str, token: Token) -> None:
        if tag == "base":
            if name == "href" and self.base is None:
                self.base = value
        elif value.lstrip()[:11].lower() == "javascript:":
            self._script(value.partition(":")[2])
        elif tag == "a" and name == "href":
            self.end("a")
            self._anchor = (value, token.attr("id") or "")
            self._text = ""
        else:
            self.links.append(Link(value, Source.RESOURCE if tag == "link" else Source.LINK))

    def _resource(self, tag: str, value: str) -> None:
        if value.lstrip()[:11].lower() == "javascript:":
            self._script(value.partition(":")[2])
            return
        source = Source.LINK if tag in _FRAMES else Source.RESOURCE
        self.links.append(Link(value, Source.SCRIPT if tag == "script" else source))

    def _script(self, text: str) -> None:
        self.links += [Link(url, Source.GUESS) for url in urls_in_script(text)]
        self.calls += calls_in_script(text)

    def _meta(self, token: Token) -> None:
        content = token.attr("content") or ""
        if (token.attr("http-equiv") or "").strip().lower() == "refresh":
            target = refresh_target(content)
            if target:
                self.links.append(Link(target))
        elif (token.attr("property") or "").lower() == "og:url" and content:
            self.links.append(Link(content))


def srcset(value: str) -> list[str]:
    """The URLs of a ``srcset``, without their descriptors."""
    out: list[str] = []
    at = 0
    while item := _SET_ITEM.match(value, at):
        out.append(item[1].rstrip(","))
        comma = item.end() if item[1].endswith(",") else value.find(",", item.end())
        if comma < 0 or len(out) >= MAX_SET:
            break
        at = comma
    return out


def refresh_target(content: str) -> str:
    """Where a Refresh header or meta element leads: ``3; url='/next'`` → ``/next``."""
    match = _REFRESH.match(content[:4000])
    return match[1].strip().strip("'\"") if match else ""


def header_links(response: Response) -> list[Link]:
    """References in the headers other than Location: Link, Refresh, Content-Location."""
    out = [Link(url) for value in response.header_all("link") for url in _LINK_HEADER.findall(value)]
    out += [Link(target) for value in response.header_all("refresh") if (target := refresh_target(value))]
    out += [Link(value) for value in response.header_all("content-location")]
    return out
