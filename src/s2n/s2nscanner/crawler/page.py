"""One pass over a page's tokens: its links, forms, script calls, and what its markup is made of."""

from collections.abc import Mapping
from typing import NamedTuple

from s2n.s2nscanner.crawler.forms import MAX_FORMS, Form, FormReader
from s2n.s2nscanner.crawler.javascript.calls import Call
from s2n.s2nscanner.crawler.javascript.prefixes import Unbased
from s2n.s2nscanner.crawler.links import Link, LinkReader, Source, doubted
from s2n.s2nscanner.html import MAX_HTML, Token, TokenType, tokenize

_MAX_NESTING = 4
"""Markup inside noscript, comments and the like that is read as markup, this deep."""

_RAW = frozenset({"noscript", "noframes", "noembed", "iframe", "xmp"})
_NAMED = frozenset({"form", "input", "select", "textarea", "button"})
_JSON_SCRIPTS = ("json", "importmap", "speculationrules")
_DATA_SCRIPTS = ("text/template", "text/html", "text/x-", "text/ng-")


class Page(NamedTuple):
    """What a page holds. ``skeleton`` is equal for pages of one template, however long their lists are.

    ``templates``: what references in scripts were before their blanks were filled. ``routes``: a router's.
    ``handlers`` are scripts in attributes, ``scripts`` those in elements of their own.
    """

    links: list[Link]
    forms: list[Form]
    calls: list[Call]
    base: str | None
    skeleton: int
    templates: Mapping[str, str]
    unbased: Unbased
    routes: Mapping[str, None]
    handlers: Mapping[str, None]
    scripts: list[str]


def read_page(text: str) -> Page:
    """Read at most `MAX_HTML` characters of a page."""
    reader = _Reader()
    reader.read(text[:MAX_HTML])
    links = reader.links.finish()
    forms, skeleton = reader.forms.finish(), hash(frozenset(reader.parts))
    read = reader.links
    links += [Link(action, Source.GUESS) for action in reader.forms.idle[:MAX_FORMS]]
    return Page(
        links,
        forms,
        read.calls,
        read.base,
        skeleton,
        read.templates,
        read.unbased,
        read.routes,
        read.handlers,
        read.scripts,
    )


class _Reader:
    def __init__(self) -> None:
        self.links = LinkReader()
        self.forms = FormReader()
        self.parts: set[str] = set()
        self._raw = ""

    def read(self, text: str, nesting: int = 0) -> None:
        """Hand each token to those who collect."""
        for token in tokenize(text):
            kind = token.type
            if kind is TokenType.TEXT:
                self._text(token.data or "", nesting)
            elif kind is TokenType.START_TAG:
                tag = token.tag or ""
                self._raw = _raw_kind(tag, token)
                self.links.start(tag, token)
                self.forms.start(tag, token)
                if self.links.markup:
                    self._written(nesting)
                part = tag
                for name, value in token.attrs or ():
                    part += " " + name
                    if name == "name" and tag in _NAMED:
                        part += "=" + (value or "")
                self.parts.add(part)
                if tag == "iframe" and nesting < _MAX_NESTING:
                    self.read(token.attr("srcdoc") or "", nesting + 1)
            elif kind is TokenType.END_TAG:
                self._raw = ""
                self.links.end(token.tag or "")
                self.forms.end(token.tag or "")
            elif kind is TokenType.COMMENT:
                self._comment(token.data or "", nesting)
            elif kind is TokenType.DOCTYPE:
                self.links.doctype(token.system_id or "")

    def _text(self, data: str, nesting: int) -> None:
        raw = self._raw
        if not raw:
            self.links.text(data)
            self.forms.text(data)
        elif raw == "script":
            self.links.script(data)
            self._written(nesting, forms=True)
        elif raw == "json":
            self.links.json(data)
            self._written(nesting)
        elif raw == "style":
            self.links.style(data)
        elif raw in _RAW and "<" in data and nesting < _MAX_NESTING:
            self._raw = ""
            self.read(data, nesting + 1)

    def _comment(self, data: str, nesting: int) -> None:
        """Markup that was commented out gives links to try; it is no part of the page's forms."""
        if "<" not in data or nesting >= _MAX_NESTING:
            self.links.comment(data)
            return
        self._guess(data, nesting)

    def _written(self, nesting: int, *, forms: bool = False) -> None:
        """Read the markup that scripts, data and ``data:`` URLs hold, as far as it is not too deep.

        ``forms``: those in it are the page's own, as a script writes them there.
        """
        texts, self.links.markup = self.links.markup, []
        if nesting < _MAX_NESTING:
            for text in texts:
                self._guess(text, nesting, forms=forms)

    def _guess(self, text: str, nesting: int, *, forms: bool = False) -> None:
        inner = _Reader()
        inner.read(text, nesting + 1)
        self.links.links += [doubted(link) for link in inner.links.finish()]
        self.links.calls += inner.links.calls
        self.links.templates |= inner.links.templates
        self.links.unbased.add(inner.links.unbased)
        for form in inner.forms.finish():
            if forms and form.attributes.get("action") and any(each.name for each in form.controls):
                self.forms.adopt(form)
            elif form.attributes.get("action"):
                self.links.links.append(Link(form.attributes["action"], Source.GUESS))


def _raw_kind(tag: str, token: Token) -> str:
    """How the text of an element is read that holds no markup of the page's own; empty for all others."""
    if tag == "script":
        return _script_kind(token.attr("type") or "")
    return tag if tag in _RAW or tag == "style" else ""


def _script_kind(media_type: str) -> str:
    """``noscript`` (read as markup) for templates in script elements, ``json`` for data, else ``script``."""
    if media_type.strip().lower().endswith(_JSON_SCRIPTS):
        return "json"
    return "noscript" if media_type.strip().lower().startswith(_DATA_SCRIPTS) else "script"
