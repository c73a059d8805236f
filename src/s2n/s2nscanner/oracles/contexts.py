"""Where in a page a reflected token stands: the contexts that decide what an attacker needs.

Each occurrence in the source is numbered before the page is parsed, so that what the tree holds can be
traced back to the occurrence it came from.
"""

import re
from enum import StrEnum
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from s2n.s2nscanner.html import Comment, Document, Element, Node, Text, parse_scripted
from s2n.s2nscanner.oracles.scriptcontext import Course, State, words

RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "noscript", "plaintext", "textarea", "title", "xmp"})
"""Elements whose content a scripting browser takes as text (HTML §13.2.5)."""

URL_ATTRIBUTES = frozenset({"action", "data", "formaction", "href", "src", "xlink:href"})

SCRIPT_TYPES = words(
    """
    module text/javascript application/javascript application/ecmascript application/x-ecmascript
    application/x-javascript text/ecmascript text/javascript1.0 text/javascript1.5 text/jscript
    text/livescript text/x-ecmascript text/x-javascript
    """
)

NOT_RENDERED = words("base head link meta noscript param script source style template title track")

MAX_REFLECTIONS = 50
"""Occurrences of one token that are looked at; a page that repeats it more often repeats its contexts."""

C0_AND_SPACE = "".join(map(chr, range(33)))
"""What the URL standard strips from the ends of a URL."""


class Place(StrEnum):
    """The kinds of context."""

    TEXT = "text"
    RAW_TEXT = "raw text"
    COMMENT = "comment"
    TAG = "tag"
    ATTRIBUTE = "attribute"
    SCRIPT = "script"
    DATA = "data block"
    STYLE = "style"
    TEMPLATE = "template"
    XML = "XML"


class Reflection(Struct, frozen=True, kw_only=True):
    """One occurrence of the token, the ``number``-th in the source.

    ``element`` is the tag around or bearing it, ``attribute`` the attribute's name, ``quote`` its quote,
    ``before`` the attribute's decoded value up to the token. ``script`` is the place inside a script, an
    event handler or a ``javascript:`` URL. ``hidden``: the
    element is never rendered. ``upper``: it came
    back in capitals.
    """

    number: int
    place: Place
    element: str = ""
    attribute: str = ""
    quote: str = ""
    before: str = ""
    script: State | None = None
    hidden: bool = False
    upper: bool = False

    @property
    def kind(self) -> tuple[object, ...]:
        """What makes two reflections alike for an attacker."""
        state = self.script and (self.script.kind, self.script.quote, self.script.open)
        return (self.place, self.element, self.attribute, self.quote, bool(self.before.strip()), state)

    def __str__(self) -> str:
        where = str(self.place)
        if self.place is Place.ATTRIBUTE:
            quoting = {'"': "double-quoted", "'": "single-quoted"}.get(self.quote, "unquoted")
            where = f"{quoting} attribute {self.attribute}"
        if self.script is not None:
            where += f", JavaScript {self.script.kind or 'code'}"
            where += f" in {self.script.quote}" if self.script.quote else ""
        return where + (f" of <{self.element}>" if self.element else "")


def reflections(text: str, token: str) -> list[Reflection]:
    """The places of ``token`` (lower-case letters and digits) in the HTML page ``text``, in source order.

    At most `MAX_REFLECTIONS` of them.
    """
    occurrence = re.compile(re.escape(token), re.IGNORECASE)
    seen = [match[0] for match in islice(occurrence.finditer(text), MAX_REFLECTIONS)]
    numbers = iter(range(len(seen)))
    numbered = occurrence.sub(
        lambda match: f"{match[0]}n{next(numbers)}n", _line_feeds(text), count=len(seen)
    )
    found: dict[int, Reflection] = {}
    _Walk(numbered, token, found).document(parse_scripted(numbered))
    return [
        replace(found.get(number, Reflection(number=number, place=Place.TAG)), upper=spelt.isupper())
        for number, spelt in enumerate(seen)
    ]


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Walk:
    """Visits a tree and notes, for each numbered token, the first context it is met in."""

    def __init__(self, source: str, token: str, found: dict[int, Reflection]) -> None:
        self.source = source
        self.numbered = re.compile(re.escape(token) + r"n(\d+)n", re.IGNORECASE)
        self.found = found

    def document(self, document: Document) -> None:
        stack: list[tuple[Node, bool]] = [(document, False)]
        while stack:
            node, in_template = stack.pop()
            if isinstance(node, Comment):
                self._text(node.data, Place.COMMENT, "")
            elif isinstance(node, Text):
                parent = node.parent
                element = parent.tag if isinstance(parent, Element) else ""
                self._in_text(node.data, element, parent, in_template=in_template)
            elif isinstance(node, Element):
                self._element(node)
            in_template = in_template or (isinstance(node, Element) and node.tag == "template")
            stack.extend((child, in_template) for child in reversed(node.children))

    def _note(self, number: int, **fields: object) -> None:
        if number not in self.found:
            self.found[number] = Reflection(number=number, **fields)  # type: ignore[arg-type]  # its own fields

    def _text(self, data: str, place: Place, element: str, **fields: object) -> None:
        for match in self.numbered.finditer(data):
            self._note(int(match[1]), place=place, element=element, before=data[: match.start()], **fields)

    def _in_text(self, data: str, element: str, parent: object, *, in_template: bool) -> None:
        if element == "script" and isinstance(parent, Element):
            if not is_script(parent):
                self._text(data, Place.DATA, element)
                return
            course = Course(data)
            for match in self.numbered.finditer(data):
                state = course.at(match.start())
                self._note(int(match[1]), place=Place.SCRIPT, element=element, script=state)
        elif element == "style":
            self._text(data, Place.STYLE, element)
        elif in_template:
            self._text(data, Place.TEMPLATE, "template")
        elif element in RAW_TEXT:
            self._text(data, Place.RAW_TEXT, element)
        else:
            self._text(data, Place.TEXT, element)

    def _element(self, element: Element) -> None:
        for match in self.numbered.finditer(element.tag):
            self._note(int(match[1]), place=Place.TAG, element=element.tag)
        for name in element.attrs:
            for match in self.numbered.finditer(name):
                self._note(int(match[1]), place=Place.TAG, element=element.tag, attribute=name)
            value = element.attr(name) or ""
            code: Course | None = None
            code_at = 0
            for match in self.numbered.finditer(value):
                before = value[: match.start()]
                if code is None and name.startswith("on"):
                    code = Course(value)
                elif code is None and name in URL_ATTRIBUTES and is_script_url(before):
                    code_at = before.index(":") + 1
                    code = Course(value[code_at:])
                script = code.at(match.start() - code_at) if code is not None else None
                self._attribute(element, name, before, match, script)

    def _attribute(
        self, element: Element, name: str, before: str, match: re.Match[str], script: State | None
    ) -> None:
        self._note(
            int(match[1]),
            place=Place.ATTRIBUTE,
            element=element.tag,
            attribute=name,
            quote=self._quote(element, name),
            before=before,
            script=script,
            hidden=is_hidden(element),
        )

    def _quote(self, element: Element, name: str) -> str:
        location = element.source_location
        span = location.attrs.get(name) if location else None
        if span is None:
            return '"'
        source = self.source[span.start_offset : span.end_offset]
        value = source.partition("=")[2].lstrip()
        return value[:1] if value[:1] in {'"', "'"} else ""


def is_script(element: Element) -> bool:
    """Would a browser run the text of this ``script`` element?"""
    kind = element.attr("type") or ""
    return not kind or kind.strip().lower() in SCRIPT_TYPES


def is_script_url(url: str) -> bool:
    """Is it a ``javascript:`` URL, as the URL standard reads it (controls and line ends dropped)?"""
    return re.sub(r"[\t\r\n]", "", url.lstrip(C0_AND_SPACE)).lower().startswith("javascript:")


def is_hidden(element: Element) -> bool:
    """Is the element one that is never rendered, so that nobody can focus or point at it?"""
    return element.tag in NOT_RENDERED or (
        element.tag == "input" and (element.attr("type") or "").strip().lower() == "hidden"
    )
