"""The witness of script injection: a fresh number passed to a function where a browser runs it."""

import re
from urllib.parse import unquote

from msgspec import Struct

from s2n.model import Exchange, Response
from s2n.s2nscanner.html import Document, Element, HTMLParseError, Node, parse_scripted, parse_xml
from s2n.s2nscanner.oracles.contexts import (
    C0_AND_SPACE,
    URL_ATTRIBUTES,
    is_hidden,
    is_script,
    is_script_url,
)
from s2n.s2nscanner.oracles.csp import Csp, Inline, csp_of
from s2n.s2nscanner.oracles.scriptcall import find_call
from s2n.s2nscanner.oracles.scriptcontext import words

XML_TYPES = frozenset({"application/xml", "text/xml", "image/svg+xml", "application/xhtml+xml"})

XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"

_BY_USER = words(
    """
    auxclick beforeinput blur change click contextmenu copy cut dblclick drag dragend dragenter
    dragleave dragover dragstart drop focusout gotpointercapture input invalid keydown keypress
    keyup mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel paste
    pointercancel pointerdown pointerenter pointerleave pointermove pointerout pointerover
    pointerrawupdate pointerup reset select selectionchange selectstart submit touchcancel touchend
    touchmove touchstart wheel
    """
)
"""Events that need a user on a rendered element."""

_BY_ITSELF = words(
    """
    afterprint animationcancel animationend animationiteration animationstart beforeprint
    beforetoggle beforeunload canplay canplaythrough contentvisibilityautostatechange durationchange
    ended hashchange loadeddata loadedmetadata loadstart message messageerror offline online
    pagehide pageshow pause play playing popstate progress resize scroll scrollend seeked seeking
    suspend timeupdate toggle transitioncancel transitionend transitionrun transitionstart
    unhandledrejection unload volumechange waiting beforematch cuechange ratechange stalled emptied
    formdata slotchange close cancel
    """
)

_LOADS = words("body embed frame frameset iframe image img input link object script style svg")
_FAILS = words("audio embed image img link object script source track video")
_SOURCES = ("src", "href", "data", "xlink:href")
_ANIMATIONS = frozenset({"animate", "animatemotion", "animatetransform", "set"})
_FOCUSABLE = frozenset({"button", "iframe", "input", "select", "textarea", "summary", "a", "area"})


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
    if element.tag == "script" and is_script(element) and not (_has(element, "src", "href", "xlink:href")):
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
    if name == "srcdoc" and element.tag == "iframe" and not _sandboxed(element):
        inner = parse_scripted(value)
        policies = csp.policies + csp_of(Response(200), inner).policies
        return _in_document(inner, number, Csp(policies), f" in {where}")
    if name.startswith("on"):
        fires = _fires(element, name[2:])
        if fires is None or find_call(value, number) is None:
            return []
        allowed = csp.allows(Inline.HANDLER)
        return [Witness(how=f"event handler {where}", forbidden=not allowed, sure=fires)]
    if name in URL_ATTRIBUTES and is_script_url(value) and _follows_url(element, name):
        code = re.sub(r"[\t\r\n]", "", value.lstrip(C0_AND_SPACE)).partition(":")[2]
        if find_call(unquote(code), number) is not None:
            return [Witness(how=f"javascript: URL in {where}", forbidden=not csp.allows(Inline.URL))]
    return []


def _has(element: Element, *names: str) -> bool:
    return any(element.attr(name) is not None for name in names)


def _sandboxed(element: Element) -> bool:
    sandbox = element.attr("sandbox")
    if sandbox is None:
        return False
    tokens = sandbox.lower().split()
    return "allow-scripts" not in tokens or "allow-same-origin" not in tokens


def _follows_url(element: Element, name: str) -> bool:
    tag = element.tag
    if name in {"href", "xlink:href"}:
        return tag in {"a", "area"}
    if name == "src":
        return tag in {"iframe", "frame", "embed"} and not _sandboxed(element)
    if name == "data":
        return tag == "object"
    if name == "action":
        return tag == "form"
    return name == "formaction" and (tag == "button" or (tag == "input" and not is_hidden(element)))


def _fires(element: Element, event: str) -> bool | None:
    """Will ``event`` reach this element? True, False for "perhaps", None for never."""
    tag = element.tag.lower()
    needs = {
        "load": tag in _LOADS,
        "error": tag in _FAILS and _has(element, *_SOURCES),
        "focus": _focusable(element),
        "focusin": _focusable(element),
        **dict.fromkeys(("begin", "end", "repeat"), tag in _ANIMATIONS),
        **dict.fromkeys(_BY_USER, not is_hidden(element)),
    }
    if event in needs:
        return needs[event] or None
    return _runs_by_itself(element, tag, event) if event in _BY_ITSELF else None


def _runs_by_itself(element: Element, tag: str, event: str) -> bool | None:
    if event == "toggle" and tag == "details":
        return True
    if event == "contentvisibilityautostatechange":
        style = (element.attr("style") or "").replace(" ", "").lower()
        return "content-visibility:auto" in style or None
    if event in {"pageshow", "pagehide", "beforeunload", "unload", "popstate", "hashchange", "resize"}:
        return tag in {"body", "frameset"} or None
    return False


def _focusable(element: Element) -> bool:
    if is_hidden(element) or _has(element, "disabled"):
        return False
    return element.tag in _FOCUSABLE or _has(element, "tabindex", "contenteditable")


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
