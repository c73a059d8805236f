"""References in a page's tokens."""

import re
from enum import IntEnum
from typing import Any, NamedTuple

import msgspec

from s2n.s2nscanner.crawler.danger import endangers
from s2n.s2nscanner.crawler.inner import inner_addresses
from s2n.s2nscanner.crawler.javascript.callbodies import FORM, Call, call_of
from s2n.s2nscanner.crawler.javascript.prefixes import Unbased
from s2n.s2nscanner.crawler.javascript.references import filled, is_address, unbound
from s2n.s2nscanner.crawler.javascript.scripts import MARKUP, read_script
from s2n.s2nscanner.crawler.jsondata import JsonFinds, urls_in_json
from s2n.s2nscanner.crawler.policies import policy_urls, refresh_target
from s2n.s2nscanner.crawler.prose import addresses
from s2n.s2nscanner.crawler.stylesheets import comments_in_css, data_url, urls_in_css
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
    PROSE = 4
    """Written in a text for people."""


class Link(NamedTuple):
    """A reference as it stands in the page. ``text`` and ``ident`` are an anchor's text and id."""

    reference: str
    source: Source = Source.LINK
    text: str = ""
    ident: str = ""


_LINKS = frozenset(
    {"href", "xlink:href", "cite", "longdesc", "manifest", "hx-get", "profile", "about", "itemid"}
)
_RESOURCES = frozenset(
    {
        "src",
        "data",
        "poster",
        "background",
        "icon",
        "lowsrc",
        "dynsrc",
        "code",
        "codebase",
        "archive",
        "classid",
    }
)
_LISTS = frozenset({"ping", "attributionsrc"})
_SETS = frozenset({"srcset", "imagesrcset", "data-srcset"})
_TEXTS = frozenset(
    {"class", "id", "alt", "title", "placeholder", "d", "content", "data", "action", "formaction", "pattern"}
)
"""Attributes whose values are no references however they look, or are somebody else's to read."""

_HANDLERS = ("on", "@", "wire:", "x-on:", "v-on:", "ng-click", "(", "x-data", "x-init", ":", "v-bind:", "[")
"""What attributes that hold scripts begin with, in pages and in their frameworks' templates."""

_IDLE = frozenset(
    {"class", "id", "type", "role", "lang", "width", "height", "for", "target", "charset", "tabindex"}
)
"""The most frequent attributes, which never lead anywhere."""

_ACTIONS = frozenset({"action", "formaction"})
_SENDERS = frozenset({"form", "button", "input"})
_WRITTEN = frozenset({"alt", "title", "placeholder", "content", "value", "label", "aria-label", "summary"})
"""Attributes whose values are texts for people."""

_METHODS = frozenset({"POST", "PUT", "PATCH"})
_SENDS = {"hx-post": "POST", "hx-put": "PUT", "hx-patch": "PATCH", "hx-delete": "DELETE"}
_PLAIN_METAS = frozenset({"description", "keywords", "author", "title", "generator"})
_FRAMES = frozenset({"iframe", "frame", "embed", "object"})
_MOVING = frozenset({"animate", "set"})
_SET_ITEM = re.compile(r"[\s,]*(\S+)")
_STARTS = frozenset("/.h")
_COMMENT_URL = re.compile(
    r"(?<![\w:/.<])(?:https?://[\w.\-:]+)?/[\w.~%/\-]{2,300}(?:\?[\w.~%&=;+\-\[\]]{1,300})?"
)
_MAX_TEXT = 80


class LinkReader:
    """Collects the references of a page from its tokens. ``base`` is the first ``<base href>``, if any."""

    def __init__(self) -> None:
        self.links: list[Link] = []
        self.calls: list[Call] = []
        self.templates: dict[str, str] = {}
        self.routes: dict[str, None] = {}
        self.handlers: dict[str, None] = {}
        """Scripts in attributes."""
        self.scripts: list[str] = []
        """Scripts in elements of their own."""
        self.unbased = Unbased()
        self.markup: list[str] = []
        """Markup inside scripts, data and ``data:`` URLs, for the page's reader."""
        self.base: str | None = None
        self._anchor: tuple[str, str] | None = None
        self._text = ""
        self._method = ""
        self._prose: list[str] = []

    def start(self, tag: str, token: Token) -> None:
        """Take in a start tag."""
        attributes = token.attrs
        if not attributes or len(self.links) >= MAX_LINKS:
            return
        for name, value in attributes:
            if value and name not in _IDLE:
                self._attribute(tag, name, value, token)
                if "<" in value and name != "srcdoc" and value[:5] != "data:" and MARKUP.search(value):
                    self.markup.append(value)
        if tag == "meta":
            self._meta(token)
        elif tag == "param" and is_address(value := token.attr("value") or ""):
            self.links.append(Link(value, Source.RESOURCE))
        elif tag == "param":
            self._inner(value)

    def _attribute(self, tag: str, name: str, value: str, token: Token) -> None:
        if name in _LINKS:
            self._reference(tag, name, value, token)
        elif name in _RESOURCES:
            if name != "data" or tag == "object":
                self._resource(tag, value)
        elif name in _SETS:
            self.links += [Link(item, Source.RESOURCE) for item in srcset(value)]
        elif name in _LISTS:
            self.links += [Link(item, Source.RESOURCE) for item in value.split()]
        elif name == "style":
            self.style(value)
        elif name == "[routerlink]":
            self.handler(f"router.navigate({value})")
        elif (sends := name.removeprefix("data-")) in _SENDS:
            self._sent(_SENDS[sends], value, token)
        elif name.startswith(_HANDLERS):
            self.handler(value)
        elif tag != "param":
            self._other(tag, name, value)

    def _other(self, tag: str, name: str, value: str) -> None:
        """An attribute that no standard says to hold a reference, but that looks as if it did."""
        if name[:5] == "data-" and value[:1] in {"{", "["}:
            self.json(value)
        elif (
            name.endswith(("-href", "-src"))
            or (name[:5] == "data-" and name.endswith(("href", "url", "uri", "link", "src")))
            or (tag in _MOVING and name in {"to", "from", "by"} and is_address(value))
        ):
            self._resource(tag, value)
        elif name.endswith("schemalocation"):
            self.links += [Link(each, Source.GUESS) for each in value.split() if is_address(each)]
        elif name == "flashvars":
            self._inner(value)
        elif name in _ACTIONS:
            self._action(tag, value)
        elif name not in _TEXTS and value[:1] in _STARTS and is_address(plain := filled(unbound(value))):
            self.links.append(Link(plain, Source.GUESS))
        elif name in _WRITTEN:
            self._prose.append(value)
        elif "url(" in value:
            self.style(value)
        elif tag in _MOVING and name == "values":
            self.links += [Link(each.strip(), Source.RESOURCE) for each in value.split(";")]

    def _sent(self, method: str, value: str, token: Token) -> None:
        """What htmx sends to ``value``, with the values that it is told beside."""
        given = token.attr("hx-vals") or token.attr("data-hx-vals") or "{}"
        try:
            values = msgspec.json.decode(given, type=dict[str, Any])
        except (ValueError, RecursionError):
            values = {}
        if is_address(url := filled(unbound(value))):
            self.calls.append(call_of(method, url, "", values, FORM))
            self.links.append(Link(url, Source.GUESS))

    def _inner(self, value: str) -> None:
        """Addresses that an address passes on."""
        self.links += [Link(url, Source.GUESS) for url in inner_addresses(value)]

    def _action(self, tag: str, value: str) -> None:
        """Where something is sent; what forms and their buttons send is read by others."""
        if value.lstrip()[:11].lower() == "javascript:":
            self.handler(value.partition(":")[2])
        elif tag not in _SENDERS and is_address(filled(value)):
            self.links.append(Link(filled(value), Source.GUESS))

    def end(self, tag: str) -> None:
        """Take in an end tag: an anchor is complete with its text."""
        if tag == "a" and self._anchor is not None:
            reference, ident = self._anchor
            text = " ".join(self._text.split())
            self.links.append(Link(reference, Source.LINK, text, ident))
            if self._method == "DELETE" or (self._method in _METHODS and not endangers(text, ident)):
                self.calls.append(Call(self._method, reference, "", b"", ()))
            self._anchor = None

    def text(self, data: str) -> None:
        """Take in text, which may be an anchor's, or name addresses."""
        if self._anchor is not None and len(self._text) < _MAX_TEXT:
            self._text += data[:_MAX_TEXT]
        self._prose.append(data)

    def script(self, data: str) -> None:
        """Take in the text of a script element."""
        self.scripts.append(data)
        self._script(data)

    def handler(self, data: str) -> None:
        """Take in a script in an attribute."""
        self.handlers[data] = None
        self._script(data)

    def json(self, data: str) -> None:
        """Take in JSON that stands in the page: data for its scripts, an import map, speculation rules."""
        self._data(urls_in_json(data))

    def style(self, data: str) -> None:
        """Take in CSS: a style element's or attribute's."""
        self.links += [Link(url, Source.RESOURCE) for url in urls_in_css(data)]
        self._prose.append(comments_in_css(data))

    def comment(self, data: str) -> None:
        """Take in a comment without markup: what looks like a path in it."""
        self.links += [Link(url, Source.GUESS) for url in _COMMENT_URL.findall(data[:100_000])[:100]]
        self._prose.append(data)

    def doctype(self, identifier: str) -> None:
        """Take in where a document type is defined."""
        if is_address(identifier) and "//www.w3.org/" not in identifier:
            self.links.append(Link(identifier, Source.GUESS))

    def finish(self) -> list[Link]:
        """All links, an anchor left open included; what is only written about where nothing else names it."""
        self.end("a")
        self.links += [Link(url, Source.PROSE) for url in addresses("\n".join(self._prose))]
        if self.links and self.links[-1].source is Source.PROSE:
            named = {link.reference for link in self.links if link.source is not Source.PROSE}
            self.links = [
                link for link in self.links if link.source is not Source.PROSE or link.reference not in named
            ]
        return self.links

    def _reference(self, tag: str, name: str, value: str, token: Token) -> None:
        value = unbound(value)
        if not value:
            return
        if "=" in value:
            self._inner(value)
        if tag == "base":
            if name == "href" and self.base is None:
                self.base = value
        elif value.lstrip()[:11].lower() == "javascript:":
            self.handler(value.partition(":")[2])
        elif tag == "a" and name == "href":
            self.end("a")
            method = token.attr("data-method") or token.attr("data-turbo-method") or ""
            self._anchor = (value, token.attr("id") or "")
            self._method = method.upper()
            self._text = ""
        elif not self._embedded(value):
            self.links.append(Link(value, Source.RESOURCE if tag == "link" else Source.LINK))

    def _resource(self, tag: str, value: str) -> None:
        value = unbound(value)
        if not value:
            return
        if value.lstrip()[:11].lower() == "javascript:":
            self.handler(value.partition(":")[2])
            return
        if self._embedded(value):
            return
        source = Source.LINK if tag in _FRAMES else Source.RESOURCE
        self.links.append(Link(value, Source.SCRIPT if tag == "script" else source))

    def _embedded(self, value: str) -> bool:
        """Is ``value`` a ``data:`` URL? Those with markup or a script in them are read."""
        if value.lstrip()[:5].lower() != "data:":
            return False
        kind, text = data_url(value)
        if kind in {"text/html", "image/svg+xml", "application/xhtml+xml"}:
            self.markup.append(text)
        elif "javascript" in kind:
            self._script(text)
        elif kind == "text/css":
            self.style(text)
        return True

    def _script(self, text: str) -> None:
        finds = read_script(text)
        self.links += [Link(url, Source.GUESS) for url in finds.urls]
        self.links += [Link(url, Source.SCRIPT) for url in finds.modules]
        self.routes |= finds.routes
        self.calls += finds.calls
        self.markup += finds.markup
        self.templates |= finds.templates
        self.unbased.add(finds.unbased)
        self.links += [Link(url, Source.PROSE) for url in finds.prose]

    def _data(self, finds: JsonFinds) -> None:
        self.links += [Link(url, Source.GUESS) for url in finds.urls]
        self.links += [Link(url, Source.SCRIPT) for url in finds.modules]
        self.calls += finds.calls
        self.markup += finds.markup

    def _meta(self, token: Token) -> None:
        content = token.attr("content") or ""
        kind = (token.attr("http-equiv") or "").strip().lower()
        name = (token.attr("property") or token.attr("name") or token.attr("itemprop") or "").lower()
        if kind == "refresh":
            target = refresh_target(content)
            if target and not self._embedded(target):
                self.links.append(Link(target))
        elif kind.startswith("content-security-policy"):
            self.links += [Link(url, Source.GUESS) for url in policy_urls(content)]
        elif name == "og:url" and content:
            self.links.append(Link(content))
        elif name not in _PLAIN_METAS:
            for part in content.split(";"):
                value = part.partition("=")[2] if "action-uri=" in part else part
                if is_address(value.strip()):
                    self.links.append(Link(value.strip(), Source.RESOURCE))


def doubted(link: Link) -> Link:
    """``link`` as one that nobody may follow: it stands in something that is no part of the page yet."""
    return link if link.source in {Source.SCRIPT, Source.PROSE} else link._replace(source=Source.GUESS)


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
