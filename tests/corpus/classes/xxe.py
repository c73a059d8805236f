"""Parsers that open what a document declares, and parsers and pages that do not."""

import base64
import html as codec
import json
from urllib.parse import quote

from corpus.case import Case
from corpus.inputs import HOST, form, json_body, query, taken, xml
from corpus.xmlparsers import XmlError, included, opener, parse, text_of
from s2n.model import Location, Request, Response
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.http.uploads import file_at
from support.site import Answer, html

PLUGIN = "xxe"
SOAP = (
    b'<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b'<GetOrder id="7"><name>Ann</name><note>hello</note></GetOrder></soap:Body></soap:Envelope>'
)
SAML = base64.b64encode(b'<Response ID="x"><Subject>ann@site.test</Subject></Response>').decode()
FORBIDDEN = "EntitiesForbidden(name='s2n', system_id='{}', public_id=None)"
DISALLOWED = (
    "DOCTYPE is disallowed when the feature "
    '"http://apache.org/xml/features/disallow-doctype-decl" set to true.'
)


def upload(name: str, kind: str, content: str) -> Request:
    body = (
        f'--b0\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {kind}\r\n\r\n{content}\r\n--b0--\r\n"
    )
    headers = (("Content-Type", "multipart/form-data; boundary=b0"),)
    return Request.from_url(f"{HOST}/upload", "POST", headers, body.encode())


def body(request: Request) -> bytes:
    return request.body


def xml_body(request: Request) -> bytes:
    return request.body if "xml" in (request.header("content-type") or "") else b""


def value(name: str):
    return lambda request: taken(request, name).encode()


def encoded(name: str):
    def read(request: Request) -> bytes:
        try:
            return base64.b64decode(taken(request, name))
        except ValueError:
            return b""

    return read


def file(request: Request) -> bytes:
    point = next(point for point in points_of(request) if point.location is Location.FILENAME)
    found = file_at(point)
    return found.content if found.name.endswith((".svg", ".xml")) else b""


def page(text: str) -> Answer:
    return html(f"<!doctype html><title>Orders</title><p>{codec.escape(text)}</p>")


def as_json(text: str) -> Answer:
    return Response(
        200, headers=(("Content-Type", "application/json"),), body=json.dumps({"got": text}).encode()
    )


def as_xml(text: str) -> Answer:
    answer = f"<reply>{codec.escape(text)}</reply>".encode()
    return Response(200, headers=(("Content-Type", "text/xml"),), body=answer)


def quiet(_: str) -> Answer:
    return page("Received, thank you.")


def parsing(read=body, show=page, fail=quiet, opened=None):
    """Parses what it reads, shows its text or what the parser says."""

    def site(request: Request) -> Answer:
        document = read(request)
        if not document:
            return page("Nothing to do.")
        try:
            return show(text_of(parse(document, opened)))
        except XmlError as error:
            return fail(str(error))

    return lambda: site


def building(name: str, include: bool):
    """Puts a value into a document of its own."""

    def site(request: Request) -> Answer:
        try:
            root = parse(f"<order><item>{taken(request, name)}</item></order>".encode())
            return page(text_of(included(root, opener()) if include else root))
        except XmlError:
            return page("bad order")

    return lambda: site


def saying(write):
    return lambda: write


def refusing(message: str, read=body):
    """Says no to any declaration, the way safe parsers do."""

    def site(request: Request) -> Answer:
        text = read(request).decode("latin-1")
        system = text.partition('SYSTEM "')[2].partition('"')[0]
        if "<!DOCTYPE" in text:
            return html(f"<pre>{codec.escape(message.format(system))}</pre>", 400)
        return page("Received")

    return lambda: site


def inspector(request: Request) -> Answer:
    return page(f"You sent: {request.body.decode('latin-1')}")


def no_such_order(request: Request) -> Answer:
    return page(f"Order not found: {request.body.decode('latin-1')}")


def only_json(request: Request) -> Answer:
    if "json" not in (request.header("content-type") or ""):
        return html("<h1>415 Unsupported Media Type</h1>", 415)
    return as_json("ok")


def documentation(_: Request) -> Answer:
    return html(
        "<pre>root:x:0:0:root:/root:/bin/bash</pre><p>failed to load external entity: no such file</p>"
    )


def waf(request: Request) -> Answer:
    return html("<h1>Forbidden: file not found</h1>", 403) if b"<!DOCTYPE" in request.body else page("ok")


ORDER = xml("/orders", id="7", note="hello")
WS = Request.from_url(f"{HOST}/ws", "POST", (("Content-Type", "text/xml; charset=utf-8"),), SOAP)
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>A cat</title></svg>'
API = json_body("/api/orders", {"customer": {"name": "Ann"}, "lines": [{"sku": "a", "n": 2}]})
XML_FORM = form("/import", data="%3Citems%3E%3Citem%3Etea%3C/item%3E%3C/items%3E")


def yes(name: str, request: Request, make, *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, True, make, (request,), callbacks=callbacks)


def no(name: str, request: Request, make, *, callbacks: bool = False) -> Case:
    return Case(PLUGIN, name, False, make, (request,), callbacks=callbacks)


CASES = [
    yes("java: XML body", ORDER, parsing(opened=opener("java"))),
    yes("soap", WS, parsing(show=as_xml, opened=opener("java"))),
    yes("rails: XML in, JSON out", ORDER, parsing(show=as_json, opened=opener("ruby"))),
    yes(
        "php: only through its filter",
        ORDER,
        parsing(opened=lambda a: opener("php")(a) if "php:" in a else b""),
    ),
    yes("django: form field holds XML", XML_FORM, parsing(value("data"), opened=opener())),
    yes(
        "JSON field holds XML",
        json_body("/api/i", {"doc": "<a><b>x</b></a>"}),
        parsing(value("doc"), as_json, opened=opener()),
    ),
    yes(
        "query holds XML",
        query("/r", feed="%3Crss%3E%3Ct%3Ex%3C/t%3E%3C/rss%3E"),
        parsing(value("feed"), opened=opener()),
    ),
    yes(
        "SAML response",
        form("/acs", SAMLResponse=quote(SAML)),
        parsing(encoded("SAMLResponse"), opened=opener("java")),
    ),
    yes("upload: SVG", upload("a.svg", "image/svg+xml", SVG), parsing(file, opened=opener())),
    yes("upload: XML", upload("a.xml", "text/xml", "s2n"), parsing(file, as_json, opened=opener())),
    yes("upload: a picture may be SVG", upload("a.png", "image/png", "x"), parsing(file, opened=opener())),
    yes("JSON endpoint takes XML", API, parsing(xml_body, as_json, opened=opener("java"))),
    *(
        yes(f"{stack}: errors only", ORDER, parsing(show=quiet, fail=page, opened=opener(stack)))
        for stack in ("php", "java", "python", "dotnet", "ruby")
    ),
    yes("errors only, in SOAP", WS, parsing(show=quiet, fail=as_xml, opened=opener("java"))),
    yes("inclusion in a form", form("/o", item="tea"), building("item", include=True)),
    yes("inclusion in JSON", json_body("/o", {"item": "tea"}), building("item", include=True)),
    yes("blind, called back", ORDER, parsing(show=quiet, opened=opener(files=False)), callbacks=True),
    yes(
        "blind, upload",
        upload("a.svg", "image/svg+xml", SVG),
        parsing(file, quiet, opened=opener(files=False)),
        callbacks=True,
    ),
    yes("blind, JSON endpoint", API, parsing(xml_body, quiet, opened=opener(files=False)), callbacks=True),
    no("expat as it comes", ORDER, parsing()),
    no("expat as it comes, called back", ORDER, parsing(), callbacks=True),
    no("internal entities only", XML_FORM, parsing(value("data"), as_json)),
    no("defusedxml", ORDER, refusing(FORBIDDEN)),
    no("java: declarations disallowed", WS, refusing(DISALLOWED)),
    no("a parser's message with the address", ORDER, refusing("Entity '{}' is not allowed here")),
    no("request inspector", ORDER, saying(inspector)),
    no("echo with not found", ORDER, saying(no_such_order)),
    no("echo with not found, form", XML_FORM, saying(no_such_order)),
    no("JSON only", API, saying(only_json)),
    no("JSON only, called back", API, saying(only_json), callbacks=True),
    no("documentation of the flaw", ORDER, saying(documentation)),
    no("a firewall", ORDER, saying(waf)),
    no(
        "markup in a value, escaped",
        form("/c", text="%3Cb%3Ehi%3C/b%3E"),
        saying(lambda r: page(taken(r, "text"))),
    ),
    no("value in a document, no inclusion", form("/o", item="tea"), building("item", include=False)),
    no("upload is stored", upload("a.svg", "image/svg+xml", SVG), saying(lambda _: page("stored as 1.svg"))),
    no("upload is parsed safely", upload("a.svg", "image/svg+xml", SVG), parsing(file), callbacks=True),
    no(
        "SAML, parsed safely",
        form("/acs", SAMLResponse=quote(SAML)),
        parsing(encoded("SAMLResponse")),
    ),
    no("error 500 for all", ORDER, saying(lambda _: html("<h1>500: file not found</h1>", 500))),
]
