"""XML Schemas and example elements."""

import pytest

from s2n.s2nscanner.crawler.api.xmltree import parse_tree
from s2n.s2nscanner.crawler.api.xsd import Schemas, bare, built_in


def element(inside, *, qualified="unqualified"):
    head = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="{qualified}">'
    return Schemas([parse_tree(f"{head}{inside}</xs:schema>", "x")]).element("t:E").replace(' xmlns=""', "")


ENUMERATED = """
<xs:element name="E" type="K"/>
<xs:simpleType name="K"><xs:restriction base="xs:string">
<xs:enumeration value="A"/><xs:enumeration value="B"/>
</xs:restriction></xs:simpleType>
"""
NUMBER = """
<xs:element name="E"><xs:simpleType><xs:restriction base="xs:int">
<xs:minInclusive value="18"/></xs:restriction></xs:simpleType></xs:element>
"""
PATTERN = """
<xs:element name="E"><xs:simpleType><xs:restriction base="xs:string">
<xs:pattern value="[A-Z]{2}"/></xs:restriction></xs:simpleType></xs:element>
"""
CHOICE = """
<xs:element name="E"><xs:complexType>
<xs:choice><xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>
<xs:attribute name="id" type="xs:int"/></xs:complexType></xs:element>
"""
EXTENSION = """
<xs:element name="E" type="D"/>
<xs:complexType name="P"><xs:sequence><xs:element name="p" type="xs:date"/></xs:sequence></xs:complexType>
<xs:complexType name="D"><xs:complexContent><xs:extension base="P">
<xs:sequence><xs:element name="d" type="xs:decimal"/></xs:sequence>
</xs:extension></xs:complexContent></xs:complexType>
"""
REFERENCES = """
<xs:element name="E"><xs:complexType><xs:sequence>
<xs:element ref="R"/><xs:group ref="G"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="R" type="xs:time"/>
<xs:group name="G"><xs:sequence><xs:element name="g" type="xs:int"/></xs:sequence></xs:group>
"""
SIMPLE_CONTENT = """
<xs:element name="E"><xs:complexType><xs:simpleContent><xs:extension base="xs:int">
<xs:attribute name="u" fixed="kg"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
"""


@pytest.mark.parametrize(
    ("inside", "made"),
    [
        ('<xs:element name="E" type="xs:boolean"/>', "<E>true</E>"),
        ('<xs:element name="E" type="xs:string" fixed="a&lt;"/>', "<E>a&lt;</E>"),
        ('<xs:element name="Other" type="xs:int"/>', ""),
        (ENUMERATED, "<E>A</E>"),
        (NUMBER, "<E>18</E>"),
        (PATTERN, "<E>AA</E>"),
        (CHOICE, '<E id="1"><a>1</a></E>'),
        (EXTENSION, "<E><p>2026-01-15</p><d>1.5</d></E>"),
        (REFERENCES, "<E><R>12:00:00Z</R><g>1</g></E>"),
        (SIMPLE_CONTENT, '<E u="kg">1</E>'),
    ],
)
def test_elements(inside, made):
    assert element(inside) == made


def test_a_type_that_holds_itself_ends():
    tree = (
        '<xs:element name="E" type="T"/><xs:complexType name="T"><xs:sequence>'
        '<xs:element name="l" type="T"/><xs:element name="r" type="T"/></xs:sequence></xs:complexType>'
    )
    assert element(tree).count("<") < 2000


def test_qualified_children_share_the_namespace():
    inside = (
        '<xs:element name="E"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>'
        "</xs:complexType></xs:element>"
    )
    assert element(inside, qualified="qualified") == "<E><a>1</a></E>"


def test_built_in_types_and_names():
    assert built_in("anyURI", "x", {}) == "http://example.com/"
    assert built_in("string", "email", {}) == "s2n@example.com"
    assert bare("xs:int") == bare("int") == "int"
