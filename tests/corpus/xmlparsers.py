"""A real parser (expat) that opens what a document declares, and the words of those that do not find it."""

import base64
from collections.abc import Callable
from xml.etree import ElementInclude
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from corpus.network import PASSWD
from support.callbacks import call

MISSING = {
    "php": 'Warning: simplexml_load_string(): I/O warning : failed to load external entity "{}"',
    "java": "org.xml.sax.SAXParseException; java.io.FileNotFoundException: {} (No such file or directory)",
    "python": 'XMLSyntaxError: failed to load "{}": No such file or directory, line 1, column 64',
    "dotnet": "An error has occurred while opening external entity '{}': Could not find file '{}'.",
    "ruby": "Errno::ENOENT: No such file or directory @ rb_sysopen - {}",
}


class XmlError(Exception):
    """What the parser says."""


Opener = Callable[[str], bytes]


def opener(stack: str = "python", *, files: bool = True) -> Opener:
    """Opens files (a few there are) and addresses (the listener's)."""

    def opened(address: str) -> bytes:
        if files and address in {"file:///etc/passwd", "/etc/passwd"}:
            return PASSWD.encode()
        if (
            files
            and stack == "php"
            and address.startswith("php://filter/")
            and address.endswith("/etc/passwd")
        ):
            return base64.b64encode(PASSWD.encode())
        if address.startswith("http:") and (body := call(address)) is not None:
            return body
        raise XmlError(MISSING[stack].replace("{}", address.removeprefix("file://")))

    return opened


def parse(document: bytes, opened: Opener | None = None) -> Element:
    """The root element; external entities by ``opened``, none without it.

    Raises:
        XmlError: not well-formed, or something declared cannot be opened.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    failures = []

    def external(context: str, _base: object, system: str | None, _public: object) -> int:
        if opened is None or system is None:
            return 1
        try:
            data = opened(system)
        except XmlError as error:
            failures.append(error)
            return 0
        return parser_of(context).Parse(data, True)

    def parser_of(context: str) -> expat.XMLParserType:
        return parser.ExternalEntityParserCreate(context)

    parser.StartElementHandler = lambda name, attributes: builder.start(_qualified(name), attributes)
    parser.EndElementHandler = lambda name: builder.end(_qualified(name))
    parser.CharacterDataHandler = builder.data
    parser.ExternalEntityRefHandler = external
    if opened is not None:
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    try:
        parser.Parse(document, True)
        return builder.close()
    except (expat.ExpatError, AssertionError) as error:
        raise failures[0] if failures else XmlError(str(error)) from error


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name


def included(root: Element, opened: Opener) -> Element:
    """``root`` with XInclude done."""

    def load(href: str, kind: str, _encoding: str | None = None) -> str:
        if kind != "text":
            raise XmlError("only text")
        return opened(href).decode()

    ElementInclude.include(root, load)
    return root


def text_of(root: Element) -> str:
    """All text of a document."""
    return " ".join(text.strip() for text in root.itertext() if text.strip())
