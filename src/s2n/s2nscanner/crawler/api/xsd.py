"""XML Schema → example elements: what SOAP messages are made of.

Names are looked up without their namespace; two of the same name in two namespaces are one.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from s2n.s2nscanner.crawler.api.xmltree import Element, child, children, local
from s2n.s2nscanner.crawler.values import plausible

MAX_DEPTH = 8
MAX_ELEMENTS = 500

_WHOLE = frozenset(
    """
    int integer long short byte nonNegativeInteger positiveInteger unsignedInt unsignedLong unsignedShort
    unsignedByte
    """.split()  # noqa: SIM905 -- a word list reads better than a dozen quoted strings
)
_BUILT_IN = {
    "boolean": "true",
    "decimal": "1.5",
    "float": "1.5",
    "double": "1.5",
    "date": "2026-01-15",
    "dateTime": "2026-01-15T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "gYear": "2026",
    "gMonth": "--01",
    "gYearMonth": "2026-01",
    "anyURI": "http://example.com/",
    "base64Binary": "czJu",
    "hexBinary": "733266",
    "language": "en",
}
_LIMITS = {
    "pattern": "pattern",
    "minLength": "minlength",
    "maxLength": "maxlength",
    "minInclusive": "min",
    "maxInclusive": "max",
}


class Schemas:
    """The elements and types that any number of ``<schema>`` define."""

    def __init__(self, schemas: list[Element]) -> None:
        self._elements: dict[str, tuple[Element, str, bool]] = {}
        self._types: dict[str, tuple[Element, str, bool]] = {}
        self._groups: dict[str, Element] = {}
        for schema in schemas:
            space = schema.get("targetNamespace", "")
            qualified = schema.get("elementFormDefault") == "qualified"
            for part in schema:
                kind, name = local(str(part.tag)), part.get("name", "")
                if kind == "element":
                    self._elements.setdefault(name, (part, space, qualified))
                elif kind in {"complexType", "simpleType"}:
                    self._types.setdefault(name, (part, space, qualified))
                elif kind in {"group", "attributeGroup"}:
                    self._groups.setdefault(name, part)

    def element(self, reference: str) -> str:
        """The global element ``prefix:name``, with values; empty if it is not defined."""
        found = self._elements.get(bare(reference))
        if found is None:
            return ""
        writer = _Writer(self._elements, self._types, self._groups)
        return writer.element(found[0], found[1], found[2], top=True)

    def part(self, name: str, reference: str) -> str:
        """An element ``name`` without namespace, of type ``reference``: a part of an RPC message."""
        writer = _Writer(self._elements, self._types, self._groups)
        return writer.typed(name, "", bare(reference), {})


class _Writer:
    """Writes one message; counts, so that a schema cannot make it large."""

    def __init__(
        self,
        elements: dict[str, tuple[Element, str, bool]],
        types: dict[str, tuple[Element, str, bool]],
        groups: dict[str, Element],
    ) -> None:
        self._elements = elements
        self._types = types
        self._groups = groups
        self._count = 0

    def element(
        self, node: Element, space: str, qualified: bool, *, top: bool = False, depth: int = 0
    ) -> str:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_ELEMENTS or node.get("maxOccurs") == "0":
            return ""
        if node.get("ref"):
            found = self._elements.get(bare(str(node.get("ref"))))
            return self.element(found[0], found[1], found[2], top=True, depth=depth + 1) if found else ""
        name = node.get("name", "")
        mark = f" xmlns={quoteattr(space if qualified or top else '')}" if top or not qualified else ""
        fixed = node.get("fixed") or node.get("default")
        if fixed:
            return f"<{name}{mark}>{escape(fixed)}</{name}>"
        inline = child(node, "complexType")
        if inline is not None:
            attributes, inner = self._complex(inline, space, qualified, depth)
            return f"<{name}{mark}{attributes}>{inner}</{name}>"
        simple = child(node, "simpleType")
        if simple is not None:
            return f"<{name}{mark}>{escape(self._simple(simple, name))}</{name}>"
        return self.typed(name, mark, bare(node.get("type", "string")), {}, depth)

    def typed(self, name: str, mark: str, kind: str, limits: dict[str, str], depth: int = 0) -> str:
        """An element of a named type, own or built in."""
        found = self._types.get(kind)
        if found is None:
            return f"<{name}{mark}>{escape(built_in(kind, name, limits))}</{name}>"
        node, space, qualified = found
        if local(str(node.tag)) == "simpleType":
            return f"<{name}{mark}>{escape(self._simple(node, name))}</{name}>"
        attributes, inner = self._complex(node, space, qualified, depth)
        return f"<{name}{mark}{attributes}>{inner}</{name}>"

    def _complex(self, node: Element, space: str, qualified: bool, depth: int) -> tuple[str, str]:
        """Attributes and content of a complex type; an extension's base comes first."""
        attributes = "".join(self._attributes(node))
        inner = ""
        for part in node:
            match local(str(part.tag)):
                case "sequence" | "all":
                    inner += self._particles(list(part), space, qualified, depth)
                case "choice":
                    inner += self._particles(list(part)[:1], space, qualified, depth)
                case "group":
                    inner += self._particles([part], space, qualified, depth)
                case "complexContent" | "simpleContent":
                    for derived in part:
                        base = bare(derived.get("base", ""))
                        known = self._types.get(base)
                        if known is not None and depth < MAX_DEPTH and local(str(derived.tag)) == "extension":
                            more, before = self._complex(known[0], known[1], known[2], depth + 1)
                            attributes, inner = attributes + more, inner + before
                        elif local(str(part.tag)) == "simpleContent":
                            inner += escape(built_in(base, "", {}))
                        more, after = self._complex(derived, space, qualified, depth + 1)
                        attributes, inner = attributes + more, inner + after
        return attributes, inner

    def _particles(self, parts: list[Element], space: str, qualified: bool, depth: int) -> str:
        out = ""
        for part in parts:
            match local(str(part.tag)):
                case "element":
                    out += self.element(part, space, qualified, depth=depth + 1)
                case "sequence" | "all":
                    out += self._particles(list(part), space, qualified, depth)
                case "choice":
                    out += self._particles(list(part)[:1], space, qualified, depth)
                case "group" if depth < MAX_DEPTH:
                    group = self._groups.get(bare(part.get("ref", "")))
                    out += (
                        self._particles(list(group), space, qualified, depth + 1) if group is not None else ""
                    )
        return out

    def _attributes(self, node: Element) -> Iterator[str]:
        for part in children(node, "attribute"):
            name = part.get("name")
            if name and part.get("use") != "prohibited":
                value = part.get("fixed") or part.get("default")
                yield f" {name}={quoteattr(value or built_in(bare(part.get('type', 'string')), name, {}))}"

    def _simple(self, node: Element, name: str, depth: int = 0) -> str:
        restriction = child(node, "restriction")
        if restriction is None:
            return built_in("string", name, {})
        choices = children(restriction, "enumeration")
        if choices:
            return choices[0].get("value", "")
        limits = {
            _LIMITS[local(str(facet.tag))]: facet.get("value", "")
            for facet in restriction
            if local(str(facet.tag)) in _LIMITS
        }
        base = bare(restriction.get("base", "string"))
        known = self._types.get(base)
        if known is not None and not limits and depth < MAX_DEPTH:
            return self._simple(known[0], name, depth + 1)
        return built_in(base, name, limits)


def built_in(kind: str, name: str, limits: dict[str, str]) -> str:
    """A value of one of the types that XML Schema brings along."""
    if kind in _WHOLE:
        return plausible("number", name, limits)
    return _BUILT_IN.get(kind) or plausible("text", name, limits)


def bare(reference: str) -> str:
    """``prefix:name`` → ``name``."""
    return reference.rpartition(":")[2]
