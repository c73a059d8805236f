"""XML from strangers: a tree without DTDs, so that no entity is ever expanded or fetched."""

import re
from xml.etree import ElementTree as ET

from s2n.errors import UsageError

Element = ET.Element

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BURP_DTD = re.compile(r"<!DOCTYPE\s+items\s*\[(?:(?!<!)[^\]%]|<!(?=ELEMENT|ATTLIST))*+\]>")
"""What Burp writes above its items: elements and attributes, no entity."""


def parse_tree(text: str, name: str) -> Element:
    """The root element of ``text``.

    Raises:
        UsageError: it is not well-formed (with its line), or declares a document type.
    """
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    text = _BURP_DTD.sub(lambda match: "\n" * match[0].count("\n"), text, count=1)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UsageError(
            f"{name} declares a document type, which may expand without end", "remove its <!DOCTYPE …>"
        )
    try:
        return ET.fromstring(text)  # noqa: S314 -- document types were refused above
    except ET.ParseError as error:
        raise UsageError(
            f"{name}, line {error.position[0]}: not well-formed XML: {error.msg}", "export the file again"
        ) from error


def local(tag: str) -> str:
    """``{namespace}name`` → ``name``."""
    return tag.rpartition("}")[2]


def children(element: Element, name: str) -> list[Element]:
    """The child elements called ``name``, whatever their namespace."""
    return [child for child in element if local(child.tag) == name]


def child(element: Element | None, name: str) -> Element | None:
    """The first of `children`."""
    return next(iter(children(element, name)), None) if element is not None else None


def content(element: Element, name: str) -> str:
    """The text of the first child called ``name``; empty without one."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""
