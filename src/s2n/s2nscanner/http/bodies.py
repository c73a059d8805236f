"""The values inside a request body: form, JSON, XML, multipart. A body that cannot be read has none.

No tree is built and written back: each reader yields spans, so all around a value stays as it is.
"""

import re
from itertools import pairwise

import msgspec

from s2n.model import Location
from s2n.s2nscanner.http.slots import Slot, from_octets, pair_slots

MAX_DEPTH = 200
"""Elements around one another in XML that is read: each leaf is named by all around it."""

MAX_NAME = 500
"""Characters of a leaf's name in JSON; of a longer one its end is left out."""

_BOUNDARY = re.compile(r"""(?i);\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))""")
_JSON_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_GRAPHQL = re.compile(r"\s*(?:(?:query|mutation|subscription|fragment)\b[^{]*)?\{.*\}\s*", re.DOTALL)
_GRAPHQL_KEY = re.compile(r"query|operationName|(?:variables|extensions)(?:[.\[].*)?", re.DOTALL)
_PLAIN_KEY = re.compile(r"[^\s.\[\]\"']+")
_XML_TOKEN = re.compile(
    r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?P<cdata>.*?)\]\]>"
    r"|<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*+(?:\[.*?\]\s*+)?>"
    r"|</(?P<close>[^\s>]+)\s*>|<(?P<open>[^\s/>!?][^\s/>]*+)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>"
    r"|(?P<text>[^<]+)",
    re.DOTALL,
)
_XML_ATTRIBUTE = re.compile(r"""\s([^\s=/>]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_XML_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_XML_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_DISPOSITION = re.compile(r"(?im)^content-disposition\s*:(.*)$")
# As browsers write it: a quote is %22 and a backslash is itself.
_PARAMETER = re.compile(r';\s*(name|filename)\s*=\s*(?:"([^"\r\n]*)"|([^\s;"]+))', re.IGNORECASE)


def body_slots(body: bytes, content_type: str) -> list[tuple[Location, Slot]]:
    """Every value in ``body``, in wire order, with the location it belongs to."""
    text = body.decode("latin-1")
    media = content_type.partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        return _multipart(text, content_type)
    if media == "application/x-www-form-urlencoded":
        return [(Location.FORM, slot) for slot in pair_slots(text)]
    if media.endswith(("/xml", "+xml")):
        return [(Location.XML, slot) for slot in xml_slots(text)]
    # Some clients leave the type out or call JSON text/plain; servers read it all the same.
    if media.endswith(("/json", "+json")) or text.lstrip()[:1] in {"{", "["}:
        return _json(text)
    return []


def _json(text: str) -> list[tuple[Location, Slot]]:
    """Of a GraphQL request the variables; the document itself is a program, not a value."""
    slots = json_slots(text)
    if all(_GRAPHQL_KEY.fullmatch(slot.name) for slot in slots) and any(
        slot.name == "query" and _GRAPHQL.fullmatch(slot.value) for slot in slots
    ):
        return [(Location.GRAPHQL, slot) for slot in slots if slot.name.startswith("variables")]
    return [(Location.JSON, slot) for slot in slots]


def json_slots(text: str) -> list[Slot]:
    """The leaves of a JSON text, named ``user.tags[0]`` or ``user["a.b"]``; a lone scalar is ``$``."""
    try:
        msgspec.json.decode(text.encode("latin-1"))
    except (ValueError, RecursionError):
        return []
    slots: list[Slot] = []
    around: list[tuple[str, int]] = []  # path of each open container, with an array's index, or -1
    path, key_next = "", False
    for token in _JSON_TOKEN.finditer(text):
        mark = token[0][0]
        if mark in "{[":
            around.append((path, 0 if mark == "[" else -1))
            path, key_next = (f"{path}[0]"[:MAX_NAME], False) if mark == "[" else (path, True)
        elif mark in "}]":
            path, key_next = around.pop()[0], False
        elif mark == ",":
            base, index = around[-1]
            if index < 0:
                key_next = True
            else:
                around[-1] = (base, index + 1)
                path = f"{base}[{index + 1}]"[:MAX_NAME]
        elif key_next:
            path, key_next = _join(around[-1][0], _decoded(token[0])), False
        elif mark == '"':
            slots.append(Slot(path or "$", _decoded(token[0]), token.start() + 1, token.end() - 1, "string"))
        elif mark != ":":
            slots.append(Slot(path or "$", token[0], token.start(), token.end(), "literal"))
    return slots


def _decoded(literal: str) -> str:
    return msgspec.json.decode(literal.encode("latin-1"), type=str)


def _join(path: str, key: str) -> str:
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{msgspec.json.encode(key).decode()}]"[:MAX_NAME]
    return (f"{path}.{key}" if path else key)[:MAX_NAME]


def xml_slots(text: str) -> list[Slot]:
    """The text nodes and attributes of an XML text, named ``order.item`` and ``order.item.@id``.

    References to characters are resolved; entities are not: they stay as written.
    """
    slots: list[Slot] = []
    names: list[str] = []
    position = opened = 0  # ``opened``: where the element begun last has its content, if nothing came since
    while match := _XML_TOKEN.match(text, position):
        start, position = position, match.end()
        if (name := match["open"]) is not None:
            if not names and slots:
                return []
            names.append(name)
            if len(names) > MAX_DEPTH:
                return []
            slots += _attributes(match, ".".join(names))
            if match["rest"].endswith("/") or (not match["rest"] and name.endswith("/")):
                names.pop()
            else:
                opened = position
        elif (name := match["close"]) is not None:
            if not names or names[-1] != name:
                return []
            if opened == start:
                slots.append(Slot(".".join(names), "", start, start, "text"))
            names.pop()
        elif match["cdata"] is not None and names:
            value, latin = from_octets(match["cdata"])
            begin, end = match.span("cdata")
            slots.append(Slot(".".join(names), value, begin, end, "cdata", latin=latin))
        elif match["text"] is not None and match["text"].strip(" \t\r\n\xef\xbb\xbf"):
            if not names:
                return []
            value, latin = from_octets(match["text"])
            slots.append(Slot(".".join(names), _dereferenced(value), start, position, "text", latin=latin))
    return slots if position == len(text) and not names else []


def _attributes(element: re.Match[str], path: str) -> list[Slot]:
    slots = []
    for match in _XML_ATTRIBUTE.finditer(element["rest"]):
        name = match[1]
        if name == "xmlns" or name.startswith("xmlns:"):
            continue
        group = 2 if match[2] is not None else 3
        begin, end = (element.start("rest") + offset for offset in match.span(group))
        value, latin = from_octets(match[group])
        slots.append(Slot(f"{path}.@{name}", _dereferenced(value), begin, end, "attribute", latin=latin))
    return slots


def _dereferenced(text: str) -> str:
    return _XML_REFERENCE.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _XML_NAMED[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    # What is no character (a surrogate, beyond Unicode) stays as written.
    return match[0] if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)


def boundary_of(content_type: str) -> str:
    """The multipart boundary a Content-Type names, or nothing."""
    match = _BOUNDARY.search(content_type)
    return (match[1] or match[2]) if match else ""


def delimiters(text: str, boundary: str) -> list[re.Match[str]]:
    """The lines that divide a multipart body."""
    return list(re.finditer(rf"(?:^|\r?\n)--{re.escape(boundary)}(--)?[ \t]*(?:\r?\n|$)", text))


def _multipart(text: str, content_type: str) -> list[tuple[Location, Slot]]:
    boundary = boundary_of(content_type)
    if not boundary:
        return []
    found: list[tuple[Location, Slot]] = []
    lines = _lines(text, boundary)
    for (_, start), (end, _) in pairwise(lines):
        gap = re.compile(r"\r?\n\r?\n").search(text, max(start - 2, 0), end)
        disposition = _DISPOSITION.search(text, start, gap.start() if gap else start)
        if gap is None or disposition is None:
            continue
        parameters = {m[1].lower(): m for m in _PARAMETER.finditer(text, *disposition.span(1))}
        named, file = parameters.get("name"), parameters.get("filename")
        name = from_octets((named[2] if named[2] is not None else named[3]) if named else "")[0]
        if file:
            group = 2 if file[2] is not None else 3
            value, latin = from_octets(file[group])
            slot = Slot(name, value, *file.span(group), "filename", latin=latin)
            found.append((Location.FILENAME, slot))
        else:
            value, latin = from_octets(text[gap.end() : end])
            found.append(
                (Location.MULTIPART, Slot(name, value, gap.end(), max(end, gap.end()), "part", latin=latin))
            )
    return found


def _lines(text: str, boundary: str) -> list[tuple[int, int]]:
    """Spans of the delimiter lines, up to the closing one."""
    spans = []
    for match in delimiters(text, boundary):
        spans.append(match.span())
        if match[1]:
            break
    return spans
