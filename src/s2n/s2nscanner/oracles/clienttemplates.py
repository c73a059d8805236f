"""Frameworks that take the page itself for their template, and where in it they evaluate expressions."""

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from s2n.s2nscanner.html import Document, Element, Node, Text, parse

DELIMITERS = ("{{", "}}")

_NEEDLES = re.compile(r"(?i)ng-app|ng:app|angular\.bootstrap|\bvue\b|v-scope")

_ANGULAR_FILE = re.compile(r"(?i)\bangular(?:js)?(?:[-.@/][^?#]*)?\.js|angular(?:js)?[@/]1\.")
_ANGULAR_TOO_NEW = re.compile(r"(?i)@angular/|zone\.js|polyfills")
_NG_APP = ("ng-app", "data-ng-app", "x-ng-app", "ng:app")
_NG_RAW = ("ng-non-bindable", "data-ng-non-bindable")
_NG_BOOTSTRAP = re.compile(
    r"angular\.bootstrap\(\s*(?:document|\$\(document\)|document\.(?:body|documentElement))"
)
_NG_SYMBOLS = re.compile(
    r"startSymbol\(\s*['\"]([^'\"]{1,9})['\"]\s*\).{0,300}?endSymbol\(\s*['\"]([^'\"]{1,9})['\"]", re.DOTALL
)

_VUE_FILE = re.compile(r"(?i)(?:^|/)vue(?:@[\w.^~-]+|/[\d.]+)?(?:/dist)?(?:/?vue)?(?:\.[\w.-]*js|/?$|/?[?#])")
_VUE_IMPORT = re.compile(r"(?i)from\s*['\"]([^'\"]{0,200}/vue[^'\"]{0,200}|vue)['\"]")
_VUE_ROOT = re.compile(r"(?:\bel\s*:|\.\$?mount\()\s*['\"]([#.]?[\w-]+)['\"]")
_VUE_OWN_TEMPLATE = re.compile(r"(?:createApp|new\s+Vue)\(\s*\{[^{}]*\b(?:template\s*:|render\s*[:(])")
_VUE_SYMBOLS = re.compile(r"delimiters\s*:\s*\[\s*['\"]([^'\"]{1,9})['\"]\s*,\s*['\"]([^'\"]{1,9})['\"]")
_VUE_MARKS = re.compile(r"v-[a-z]|[@:][a-z]")
_PETITE = re.compile(r"(?i)petite-vue")

_MAX_URL = 500
"""Characters of a script's URL in which a framework's name is looked for."""

_MAX_ROOTS = 20

_NO_TEMPLATE = frozenset({"script", "style", "template", "noscript", "iframe", "textarea"})


class Framework(Struct, frozen=True):
    """One that runs in the page: ``roots`` are the elements whose inside it compiles."""

    name: str
    roots: list[Element]
    delimiters: tuple[str, str]
    raw: tuple[str, ...]
    """Attributes of elements whose inside it leaves as it is."""
    attributes: bool = False
    """Does it look into attributes as well?"""
    sure: bool = True
    """Is it loaded by name, and not perhaps hidden in a bundle?"""


class Expression(Struct, frozen=True):
    """Where an expression of ours is evaluated, and by what."""

    framework: str
    place: str
    sure: bool


def may_compile(text: str) -> bool:
    """Is there any sign of such a framework in a page? Cheap; `frameworks` looks closely."""
    return _NEEDLES.search(text) is not None


def frameworks(text: str) -> list[Framework]:
    """Those that compile ``text`` in the browser."""
    return _frameworks(parse(text))


def find_expression(text: str, inner: str, lead: str) -> Expression | None:
    """Where ``lead`` followed by ``inner`` between delimiters is evaluated in the page a browser builds."""
    document = parse(text)
    for framework in _frameworks(document):
        wanted = f"{lead}{framework.delimiters[0]}{inner}{framework.delimiters[1]}"
        for root in framework.roots:
            place = _place(root, framework, wanted)
            if place:
                return Expression(framework.name, place, framework.sure)
    return None


def _frameworks(document: Document) -> list[Framework]:
    elements = [node for node in document.descendants if isinstance(node, Element)]
    scripts = [element for element in elements if element.tag == "script"]
    files = [source[:_MAX_URL] for script in scripts if (source := script.attr("src"))]
    code = "\n".join(script.text for script in scripts)
    found = [_angular(elements, files, code), _vue(document, elements, files, code)]
    return [framework for framework in (*found, _petite(elements, files, code)) if framework is not None]


def _angular(elements: list[Element], files: list[str], code: str) -> Framework | None:
    roots = [
        e for e in elements if any(e.attr(name) is not None for name in _NG_APP) or e.has_class("ng-app")
    ]
    if _NG_BOOTSTRAP.search(code):
        roots.extend(element for element in elements if element.tag == "html")
    named = any(_ANGULAR_FILE.search(file) and not _ANGULAR_TOO_NEW.search(file) for file in files)
    if not roots or not (named or files):
        return None
    symbols = _NG_SYMBOLS.search(code)
    delimiters = (symbols[1], symbols[2]) if symbols else DELIMITERS
    return Framework("AngularJS", roots, delimiters, _NG_RAW, attributes=True, sure=named)


def _vue(document: Document, elements: list[Element], files: list[str], code: str) -> Framework | None:
    sources = files + _VUE_IMPORT.findall(code)
    if not any(_VUE_FILE.search(s) and "runtime" not in s and not _PETITE.search(s) for s in sources):
        return None
    if _VUE_OWN_TEMPLATE.search(code):
        return None  # what stands in the page is thrown away
    selectors = list(dict.fromkeys(_VUE_ROOT.findall(code)))[:_MAX_ROOTS]
    roots = [root for selector in selectors if (root := document.select_one(selector)) is not None]
    if not selectors:
        roots = [e for e in elements if e.attr("id") == "app" and _is_marked(e)]
    symbols = _VUE_SYMBOLS.search(code)
    delimiters = (symbols[1], symbols[2]) if symbols else DELIMITERS
    return Framework("Vue", roots, delimiters, ("v-pre", "v-text", "v-html"))


def _petite(elements: list[Element], files: list[str], code: str) -> Framework | None:
    roots = [element for element in elements if element.attr("v-scope") is not None]
    if not roots or not any(_PETITE.search(source) for source in (*files, *_VUE_IMPORT.findall(code))):
        return None
    return Framework("petite-vue", roots, DELIMITERS, ("v-pre", "v-text", "v-html"))


def _is_marked(root: Element) -> bool:
    """Does the element or anything in it use the framework's attributes?"""
    inside = (node for node in root.descendants if isinstance(node, Element))
    return any(_VUE_MARKS.match(name) for element in (root, *inside) for name in element.attrs)


def _place(root: Element, framework: Framework, wanted: str) -> str:
    """The first place below ``root`` that holds ``wanted`` and is compiled."""
    for element, text in _compiled(root, lambda e: any(e.attr(name) is not None for name in framework.raw)):
        if text is not None and wanted in text:
            return f"text of <{element.tag}>"
        if text is None and framework.attributes:
            for name in element.attrs:
                if not name.startswith("on") and wanted in (element.attr(name) or ""):
                    return f"{name} of <{element.tag}>"
    return ""


def _compiled(root: Element, is_raw: Callable[[Element], bool]) -> Iterator[tuple[Element, str | None]]:
    """Elements (with None) and their texts, without what is left as it is."""
    stack: list[Element] = [root]
    while stack:
        element = stack.pop()
        if element.tag in _NO_TEMPLATE or is_raw(element):
            continue
        yield element, None
        children: list[Node] = list(element.children)
        for child in children:
            if isinstance(child, Text):
                yield element, child.data
        stack.extend(child for child in children if isinstance(child, Element))
