"""WSDL and the SOAP requests it becomes."""

from s2n.model import Response
from support.apis import imported, lines

HEAD = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/"
 xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:t="urn:t" targetNamespace="urn:t">"""
TYPES = """
<types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
<xs:element name="Find"><xs:complexType><xs:sequence>
<xs:element name="id" type="xs:int"/><xs:element name="email" type="xs:string"/>
</xs:sequence></xs:complexType></xs:element>
</xs:schema></types>
<message name="FindIn"><part name="parameters" element="t:Find"/></message>
<message name="AddIn"><part name="count" type="xs:int"/><part name="who" type="xs:string"/></message>
<portType name="PT">
<operation name="Find"><input message="t:FindIn"/></operation>
<operation name="Add"><input message="t:AddIn"/></operation>
<operation name="DeleteAll"><input message="t:FindIn"/></operation>
</portType>
"""
DOCUMENT = """
<binding name="B11" type="t:PT"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="Find"><soap:operation soapAction="urn:t#Find"/></operation>
<operation name="DeleteAll"><soap:operation soapAction=""/></operation>
</binding>
<binding name="B12" type="t:PT"><soap12:binding style="document" transport="x"/>
<operation name="Find"><soap12:operation soapAction="urn:t#Find"/></operation>
</binding>
<binding name="RPC" type="t:PT"><soap:binding style="rpc" transport="x"/>
<operation name="Add"><soap:operation soapAction=""/>
<input><soap:body namespace="urn:rpc"/></input></operation>
</binding>
<binding name="GET" type="t:PT"><http:binding verb="GET"/></binding>
"""


def service(*ports):
    inner = "".join(
        f'<port name="P{number}" binding="t:{binding}"><soap:address location="{address}"/></port>'
        for number, (binding, address) in enumerate(ports)
    )
    return f'{HEAD}{TYPES}{DOCUMENT}<service name="S">{inner}</service></definitions>'


def test_soap_1_1():
    find, delete = imported(service(("B11", "http://site.test/soap"))).operations
    assert find.request.url == "http://site.test/soap"
    assert find.request.headers == (
        ("Content-Type", "text/xml; charset=utf-8"),
        ("SOAPAction", '"urn:t#Find"'),
    )
    assert find.request.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>'
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        b'<Find xmlns="urn:t"><id>1</id><email>s2n@example.com</email></Find></soap:Body></soap:Envelope>'
    )
    assert (find.harmful, delete.harmful) == (False, True)


def test_soap_1_2():
    (find,) = imported(service(("B12", "http://site.test/soap"))).operations
    assert find.request.headers == (
        ("Content-Type", 'application/soap+xml; charset=utf-8; action="urn:t#Find"'),
    )
    assert b'xmlns:soap="http://www.w3.org/2003/05/soap-envelope"' in find.request.body


def test_rpc_wraps_the_parts_in_the_operation():
    (add,) = imported(service(("RPC", "http://site.test/rpc"))).operations
    assert b'<m:Add xmlns:m="urn:rpc"><count>1</count><who>s2n</who></m:Add>' in add.request.body


def test_an_address_out_of_scope_is_asked_at_the_target():
    found = imported(service(("B12", "http://inside.corp:8080/ws/find")))
    assert lines(found) == ["POST http://site.test/ws/find"]
    assert "http://inside.corp:8080 is out of scope" in found.notes[0]


def test_bindings_that_are_not_soap_are_left_out_by_name():
    found = imported(service(("GET", "http://site.test/get")))
    assert found.operations == []
    assert found.left_out == [("P0", "its binding is not SOAP over HTTP")]


def test_imports_are_fetched_and_their_lack_is_said():
    schema = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">'
        '<xs:element name="Find"><xs:complexType><xs:sequence><xs:element name="n" type="xs:int"/>'
        "</xs:sequence></xs:complexType></xs:element></xs:schema>"
    )
    text = service(("B12", "http://site.test/soap"))
    at, end = text.index("<types>"), text.index("</types>")
    imports = '<types><xs:schema><xs:import schemaLocation="s.xsd" namespace="urn:t"/></xs:schema>'
    linked = f"{text[:at]}{imports}{text[end:]}"

    def answers(request):
        return Response(200, body=schema.encode()) if request.path == "/ws/s.xsd" else None

    found = imported(linked, answers, location="http://site.test/ws/find?wsdl")
    assert b'<Find xmlns="urn:t"><n xmlns="">1</n></Find>' in found.operations[0].request.body
    assert found.notes == []
    assert "s.xsd" in imported(linked).notes[0]
