"""XML with a declaration in front, and where an application may take XML in."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from msgspec import Struct

from s2n.model import Location, Request
from s2n.s2nscanner.http.points import InputPoint, inject, points_of
from s2n.s2nscanner.http.uploads import File, file_at, with_file

ENTITY = "s2n"
REFERENCE = f"&{ENTITY};"
"""What stands in the document where the entity should be expanded."""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"><title>{0}</title>'
    '<text x="5" y="20">{0}</text></svg>'
)
PLAIN = "<r><v>{0}</v></r>"

_XML_NAME = re.compile(r"(?i)\.(?:xml|svg|xsd|xsl|xslt|rss|atom|gpx|kml|xhtml|dae|plist|config)$")
_PROLOG = re.compile(r"\s*(?:<\?xml.*?\?>\s*)?(?:<!--.*?-->\s*)*", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>\s*", re.DOTALL)
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_TEXT = re.compile(r">(?!\s*<)[^<>]+<")
_ELEMENT_NAME = re.compile(r"[A-Za-z_][\w.-]*")


class Way(Struct, frozen=True):
    """One way in: ``write`` makes the request from an internal subset (``<!ENTITY …>``)."""

    name: str
    write: Callable[[str], Request]


def ways_in(point: InputPoint, *, any_upload: bool = False) -> Iterator[Way]:
    """How XML with a declaration gets to the application through ``point``; nothing where it takes none.

    An element's text, a value that is XML (or base64 of it, as SAML's), a file that is XML or SVG, and,
    at its first leaf, a JSON body as XML. ``any_upload``: try an SVG in place of files of other kinds too.
    """
    value = point.value.strip()
    if point.location is Location.XML:
        if "@" not in point.name:  # an external entity is not allowed in an attribute
            yield Way("the element", lambda subset: _in_body(point, subset))
    elif point.location is Location.FILENAME:
        yield from _uploads(point, any_upload=any_upload)
    elif looks_like_xml(value):
        yield Way("the value", lambda subset: inject(point, declared(_referring(value), subset)))
    elif document := _decoded(value):
        yield Way(
            "the encoded value",
            lambda subset: inject(point, _encoded(declared(_referring(document), subset))),
        )
    if point.location is Location.JSON and _is_first(point):
        yield Way("the body as XML", lambda subset: _body_as_xml(point.request, subset))


def declared(document: str, subset: str) -> str:
    """``document`` with ``subset`` as its internal subset, in place of any declaration it had."""
    prolog = _PROLOG.match(document)
    at = prolog.end() if prolog else 0
    rest = _DOCTYPE.sub("", document[at:], count=1)
    root = _ROOT.search(rest)
    return f"{document[:at]}<!DOCTYPE {root[1] if root else 'r'} [{subset}]>{rest}"


def looks_like_xml(text: str) -> bool:
    """Is it a whole document, not just a tag?"""
    return (
        text.startswith("<")
        and text.endswith(">")
        and bool(_ROOT.search(text))
        and ("</" in text or "/>" in text)
    )


def as_xml(value: object, name: str = "root") -> str:
    """JSON as converters write it: members are elements, items repeat theirs; strings are `REFERENCE`."""
    tag = name if _ELEMENT_NAME.fullmatch(name) else "item"
    if isinstance(value, dict):
        return f"<{tag}>{''.join(as_xml(item, str(key)) for key, item in value.items())}</{tag}>"
    if isinstance(value, list):
        return "".join(as_xml(item, tag) for item in value)
    text = REFERENCE if isinstance(value, str) else escape(json.dumps(value))
    return f"<{tag}>{text}</{tag}>"


def _in_body(point: InputPoint, subset: str) -> Request:
    request = inject(point, REFERENCE, raw=True)
    content_type = request.header("content-type") or "application/xml"
    body = declared(request.body.decode("latin-1"), subset).encode("latin-1", "replace")
    return request.with_body(body, content_type)


def _uploads(point: InputPoint, *, any_upload: bool) -> Iterator[Way]:
    file = file_at(point)
    content = file.content.decode("utf-8", "replace").strip()
    stem = point.value.rpartition(".")[0] or "s2n"
    if not _XML_NAME.search(point.value):
        if any_upload:
            svg = File(f"{stem}.svg", "image/svg+xml", b"")
            yield Way("an SVG file", lambda subset: _with_content(point, svg, SVG.format(REFERENCE), subset))
        return
    usual = SVG if point.value.lower().endswith(".svg") else PLAIN
    document = _referring(content) if looks_like_xml(content) else usual.format(REFERENCE)
    yield Way("the file", lambda subset: _with_content(point, file, document, subset))


def _with_content(point: InputPoint, file: File, document: str, subset: str) -> Request:
    media_type = file.media_type or "application/xml"
    return with_file(point, File(file.name, media_type, declared(document, subset).encode()))


def _body_as_xml(request: Request, subset: str) -> Request:
    document = as_xml(json.loads(request.body))
    if REFERENCE not in document:
        document = re.sub(r">[^<>]+<", f">{REFERENCE}<", document)
    body = f'<?xml version="1.0"?>{declared(document, subset)}'
    return request.with_body(body.encode(), "application/xml")


def _referring(document: str) -> str:
    """``document`` with the reference in place of each text; in an empty element where there is none."""
    changed = _TEXT.sub(f">{REFERENCE}<", document)
    if changed != document:
        return changed
    return re.sub(r"></|/>$", f">{REFERENCE}</" if "></" in document else "/>", document, count=1)


def _is_first(point: InputPoint) -> bool:
    first = next((p for p in points_of(point.request) if p.location is Location.JSON), None)
    return first is not None and (first.name, first.index) == (point.name, point.index) and first.name != "$"


def _decoded(value: str) -> str:
    """The XML document in a base64 value, or nothing."""
    try:
        text = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text if looks_like_xml(text.strip()) else ""


def _encoded(document: str) -> str:
    return base64.b64encode(document.encode()).decode()
