"""The witness of script injection: a fresh number passed to a function where a browser runs it."""

import re
from urllib.parse import unquote

from msgspec import Struct

from s2n.model import Exchange, Response
from s2n.s2nscanner.html import Document, Element, HTMLParseError, Node, parse_scripted, parse_xml
from s2n.s2nscanner.oracles.contexts import URL_ATTRIBUTES, is_script, is_script_url
from s2n.s2nscanner.oracles.csp import Csp, Inline, csp_of
from s2n.s2nscanner.oracles.events import fires, follows_url, is_sandboxed, qualified
from s2n.s2nscanner.oracles.scriptcall import find_call

XML_TYPES = frozenset({"application/xml", "text/xml", "image/svg+xml", "application/xhtml+xml"})

_DATA_SCRIPT = re.compile(r"(?i)\s*data:(?:text|application)/(?:x-)?(?:java|ecma)script(?:;charset=[\w-]+)?,")

XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"


class Witness(Struct, frozen=True, kw_only=True):
    """The marker's call as found in the tree.

    ``how`` names the place in words. ``forbidden``: a content security policy keeps it from running.
    ``sure`` is False where the call stands in a function or waits for an event that may never come.
    """

    how: str
    forbidden: bool = False
    sure: bool = True


def is_rendered(exchange: Exchange) -> bool:
    """Would a browser that is sent there build a page (HTML or XML) of the final response?"""
    response = exchange.response
    if response.is_redirect or "attachment" in (response.header("content-disposition") or "").lower():
        return False
    return response.is_html or response.content_type in XML_TYPES


def find_witness(exchange: Exchange, number: str) -> Witness | None:
    """The best place where ``number`` is passed to a function that runs; None if it runs nowhere."""
    response = exchange.response
    if number not in response.text or not is_rendered(exchange):
        return None
    if response.content_type in XML_TYPES:
        found = _in_xml(response, number)
    else:
        document = parse_scripted(response.text)
        found = _in_document(document, number, csp_of(response, document), "")
    return min(found, key=lambda witness: (witness.forbidden, not witness.sure), default=None)


def _in_document(root: Document | Node, number: str, csp: Csp, within: str) -> list[Witness]:
    found: list[Witness] = []
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Element):
            found += _in_element(node, number, csp, within)
            if node.shadow_root is not None:
                stack.append(node.shadow_root)
            if node.tag == "template":
                continue
        stack.extend(node.children)
    return found


def _in_element(element: Element, number: str, csp: Csp, within: str) -> list[Witness]:
    found = []
    if qualified(element) in {"script", "svg:script"} and is_script(element) and not _has_source(element):
        call = find_call(element.text, number)
        if call is not None:
            allowed = csp.allows(Inline.ELEMENT, element.attr("nonce") or "")
            how = f"code of a <script> element{within}"
            found.append(Witness(how=how, forbidden=not allowed, sure=not call.in_function))
    for name in element.attrs:
        found += _in_attribute(element, name, number, csp, within)
    return found


def _in_attribute(element: Element, name: str, number: str, csp: Csp, within: str) -> list[Witness]:
    value = element.attr(name) or ""
    if number not in unquote(value):
        return []
    where = f"{name} of <{element.tag}>{within}"
    if name == "srcdoc" and qualified(element) == "iframe" and not is_sandboxed(element):
        inner = parse_scripted(value)
        policies = csp.policies + csp_of(Response(200), inner).policies
        return _in_document(inner, number, Csp(policies), f" in {where}")
    if name.startswith("on"):
        sure, code, allowed = fires(element, name[2:]), value, csp.allows(Inline.HANDLER)
        how = f"event handler {where}"
    elif name in URL_ATTRIBUTES and is_script_url(value):
        sure, allowed = follows_url(element, name), csp.allows(Inline.URL)
        code = unquote(re.sub(r"[\t\r\n]", "", value).partition(":")[2])
        how = f"javascript: URL in {where}"
    elif name == "src" and qualified(element) == "script" and is_script(element):
        sure, code, allowed = True, data_script(value), csp.allows_data()
        how = f"script from {where}"
    else:
        return []
    if sure is None or find_call(code, number) is None:
        return []
    return [Witness(how=how, forbidden=not allowed, sure=sure)]


def data_script(url: str) -> str:
    """The code in a ``data:`` URL of JavaScript; empty if it is none."""
    match = _DATA_SCRIPT.match(url)
    return unquote(url[match.end() :]) if match else ""


def _has_source(element: Element) -> bool:
    names = ("src",) if qualified(element) == "script" else ("href", "xlink:href")
    return any(element.attr(name) is not None for name in names)


def _in_xml(response: Response, number: str) -> list[Witness]:
    """XML that is not well-formed is not run: browsers show an error instead."""
    try:
        document = parse_xml(response.text)
    except HTMLParseError:
        return []
    csp = csp_of(response)
    found = []
    for element in document.iter_elements():
        prefix, colon, name = element.tag.rpartition(":")
        space = _namespace(element, f"xmlns:{prefix}" if colon else "xmlns")
        if space not in {XHTML, SVG}:
            continue
        if name == "script" and is_script(element) and find_call(element.text, number):
            found.append(
                Witness(how="<script> element of an XML page", forbidden=not csp.allows(Inline.ELEMENT))
            )
        handler = element.attr("onload")
        if handler and name in {"svg", "body"} and find_call(handler, number):
            found.append(Witness(how=f"onload of <{name}>", forbidden=not csp.allows(Inline.HANDLER)))
    return found


def _namespace(element: Element, declaration: str) -> str:
    for node in (element, *element.ancestors):
        if isinstance(node, Element) and node.attr(declaration) is not None:
            return node.attr(declaration) or ""
    return ""
