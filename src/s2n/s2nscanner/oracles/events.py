"""Which event handlers and URL attributes a browser acts on, by element.

Compared with Chromium on 9,000 injected pages: whatever ran there is accepted here.
"""

from s2n.s2nscanner.html import Element
from s2n.s2nscanner.oracles.contexts import NOT_RENDERED, is_hidden
from s2n.s2nscanner.oracles.scriptcontext import words

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
"""Events that a user causes on an element that is shown."""

_OF_STYLE = words(
    """
    animationcancel animationend animationiteration animationstart scroll scrollend transitioncancel
    transitionend transitionrun transitionstart
    """
)
"""Events that need a style sheet's help, which cannot be told from the element."""

_OF_MEDIA = words(
    """
    canplay canplaythrough cuechange durationchange emptied ended loadeddata loadedmetadata loadstart
    pause play playing progress ratechange seeked seeking stalled suspend timeupdate volumechange
    waiting
    """
)
_OF_WINDOW = words(
    """
    afterprint beforeprint beforeunload hashchange languagechange message messageerror offline online
    pagehide pageshow popstate rejectionhandled resize storage unhandledrejection unload
    """
)
_OF_ANIMATION = words("begin end repeat")

_LOAD = words("body embed frame frameset iframe img link object script style svg:svg svg:image svg:script")
_FAIL = words("audio embed img link object script source track video svg:image svg:script")
_SOURCES = ("src", "href", "data", "xlink:href")
_ANIMATIONS = words("svg:animate svg:animateMotion svg:animateTransform svg:set")
_FOCUSABLE = words("a button iframe input select summary textarea svg:a")
_UNSEEN = words("audio datalist option select video")
"""Elements that don't show what is inside them, or only as text."""

_URL = {
    "href": words("a area svg:a"),
    "xlink:href": words("svg:a"),
    "src": words("embed frame iframe"),
    "data": words("object"),
    "action": words("form"),
    "formaction": words("button input"),
}


def qualified(element: Element) -> str:
    """``img``, ``svg:a``, ``math:mi``: elements of one name differ by namespace."""
    space = element.namespace.value
    return element.tag if space == "html" else f"{space}:{element.tag}"


def fires(element: Element, event: str) -> bool | None:
    """Will ``event`` reach this element? True, False for "perhaps", None for never."""
    tag = qualified(element)
    if event == "load":
        return tag in _LOAD or _is_image_button(element, tag) or None
    if event == "error":
        return ((tag in _FAIL or _is_image_button(element, tag)) and _has(element, *_SOURCES)) or None
    if event in {"focus", "focusin"}:
        return _focusable(element, tag) or None
    if event in _BY_USER:
        return _shown(element) or None
    return _fires_by_itself(element, tag, event)


def follows_url(element: Element, attribute: str) -> bool | None:
    """Does a browser run a ``javascript:`` URL here? True, False for "some do", None for never."""
    tag = qualified(element)
    if tag not in _URL.get(attribute, ()) or is_sandboxed(element):
        return None
    if tag == "area":
        return False  # part of no page unless an image uses its map
    if attribute not in {"src", "data"} and not _shown(element):
        return None
    if attribute == "formaction" and not _in_form(element):
        return None
    # PortSwigger, XSS cheat sheet: Firefox runs it in these two, Chromium does not.
    return tag not in {"embed", "object"}


def is_sandboxed(element: Element) -> bool:
    """Is it a frame whose scripts cannot run, or not as this site?"""
    sandbox = element.attr("sandbox")
    if sandbox is None or element.tag != "iframe":
        return False
    return not {"allow-scripts", "allow-same-origin"} <= set(sandbox.lower().split())


def _fires_by_itself(element: Element, tag: str, event: str) -> bool | None:
    if event in _OF_ANIMATION:
        return tag in _ANIMATIONS or None
    if event in _OF_WINDOW:
        return tag in {"body", "frameset"} or None
    if event in {"toggle", "beforetoggle"}:
        popover = False if _has(element, "popover") else None
        return tag == "details" or popover
    if event == "contentvisibilityautostatechange":
        style = (element.attr("style") or "").replace(" ", "").lower()
        rendered = tag not in NOT_RENDERED
        return (rendered and "content-visibility:auto" in style) or None
    possible = event in _OF_STYLE or (event in _OF_MEDIA and tag in {"audio", "video", "track"})
    return False if possible else None


def _is_image_button(element: Element, tag: str) -> bool:
    return tag == "input" and (element.attr("type") or "").strip().lower() == "image"


def _in_form(element: Element) -> bool:
    return _has(element, "form") or element.closest("form") is not None


def _has(element: Element, *names: str) -> bool:
    return any(element.attr(name) is not None for name in names)


def _shown(element: Element) -> bool:
    if is_hidden(element) or element.tag == "area" or _has(element, "hidden"):
        return False
    return not any(
        isinstance(node, Element) and (node.tag in _UNSEEN or _has(node, "hidden"))
        for node in element.ancestors
    )


def _focusable(element: Element, tag: str) -> bool:
    if not _shown(element) or _has(element, "disabled"):
        return False
    return tag in _FOCUSABLE or _has(element, "tabindex", "contenteditable")
