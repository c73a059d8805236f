"""WSDL 1.1 → one SOAP request (1.1 or 1.2) for each operation of each port.

https://www.w3.org/TR/2001/NOTE-wsdl-20010315
"""

from xml.sax.saxutils import quoteattr

from s2n.model import Request
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation
from s2n.s2nscanner.crawler.api.xmltree import Element, child, children, local
from s2n.s2nscanner.crawler.api.xsd import Schemas, bare
from s2n.s2nscanner.crawler.danger import endangers
from s2n.s2nscanner.http.urls import Base

_SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
_SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
_ENVELOPES = {
    _SOAP11: "http://schemas.xmlsoap.org/soap/envelope/",
    _SOAP12: "http://www.w3.org/2003/05/soap-envelope",
}


def imports_of(tree: Element) -> list[str]:
    """Locations of the documents that a WSDL or a schema takes in."""
    names = [("import", "location"), ("import", "schemaLocation"), ("include", "schemaLocation")]
    found = [
        node.get(attribute)
        for node in tree.iter()
        for name, attribute in names
        if local(str(node.tag)) == name
    ]
    return list(dict.fromkeys(location for location in found if location))


def read_wsdl(trees: list[Element], ground: Ground) -> Imported:
    """The operations of a WSDL; ``trees`` are it and the documents that it imports."""
    return _Reader(trees, ground).read()


class _Reader:
    def __init__(self, trees: list[Element], ground: Ground) -> None:
        self._ground = ground
        self._imported = Imported()
        self._space = trees[0].get("targetNamespace", "")
        self._parts: dict[str, dict[str, Element]] = {}
        for tree in trees:
            for part in tree:
                self._parts.setdefault(local(str(part.tag)), {}).setdefault(part.get("name", ""), part)
        self._schemas = Schemas(
            [node for tree in trees for node in tree.iter() if local(str(node.tag)) == "schema"]
        )

    def read(self) -> Imported:
        for service in self._parts.get("service", {}).values():
            for port in children(service, "port"):
                self._port(port)
        return self._imported

    def _port(self, port: Element) -> None:
        binding = self._parts.get("binding", {}).get(bare(port.get("binding", "")))
        name = port.get("name", "port")
        soap = child(binding, "binding") if binding is not None else None
        version = str(soap.tag)[1:].partition("}")[0] if soap is not None else ""
        if binding is None or soap is None or version not in _ENVELOPES:
            self._imported.left_out.append((name, "its binding is not SOAP over HTTP"))
            return
        address = child(port, "address")
        location = Base(self._ground.base).join(address.get("location", "") if address is not None else "")
        if location is None:
            self._imported.left_out.append((name, "its address is not an HTTP URL"))
            return
        url = self._ground.inside(location, self._imported, "address")
        for operation in children(binding, "operation"):
            self._operation(operation, binding, soap, version, url)

    def _operation(self, operation: Element, binding: Element, soap: Element, version: str, url: str) -> None:
        name = operation.get("name", "")
        details = child(operation, "operation")
        details = details if details is not None else operation
        style = details.get("style") or soap.get("style") or "document"
        message = self._message(bare(binding.get("type", "")), name)
        inner = self._body(name, message, operation, style)
        envelope = _ENVELOPES[version]
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="{envelope}">'
            f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
        )
        action = details.get("soapAction", "")
        headers: tuple[tuple[str, str], ...]
        if version == _SOAP12:
            suffix = f'; action="{action}"' if action else ""
            headers = (("Content-Type", f"application/soap+xml; charset=utf-8{suffix}"),)
        else:
            headers = (("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", f'"{action}"'))
        shown = "1.2" if version == _SOAP12 else "1.1"
        made = Operation(
            name=f"SOAP {shown} {name}",
            request=Request.from_url(url, "POST", headers, body.encode()),
            harmful=endangers(name),
        )
        self._ground.keep(self._imported, made)

    def _message(self, port_type: str, name: str) -> list[Element]:
        """The parts of the message that an operation takes."""
        owner = self._parts.get("portType", {}).get(port_type)
        for operation in children(owner, "operation") if owner is not None else ():
            taken = child(operation, "input")
            if operation.get("name") == name and taken is not None:
                message = self._parts.get("message", {}).get(bare(taken.get("message", "")))
                return children(message, "part") if message is not None else []
        return []

    def _body(self, name: str, parts: list[Element], operation: Element, style: str) -> str:
        inner = ""
        for part in parts:
            if part.get("element"):
                inner += self._schemas.element(part.get("element", ""))
            else:
                inner += self._schemas.part(part.get("name", ""), part.get("type", "string"))
        if style != "rpc":
            return inner
        taken = child(operation, "input")
        body = child(taken, "body") if taken is not None else None
        space = (body.get("namespace") if body is not None else None) or self._space
        return f"<m:{name} xmlns:m={quoteattr(space)}>{inner}</m:{name}>"
