import json
from email import message_from_bytes
from xml.etree import ElementTree as ET

import pytest

from s2n.model import Location
from s2n.s2nscanner.http.bodies import (
    MAX_DEPTH,
    MAX_NAME,
    body_slots,
    boundary_of,
    json_slots,
    xml_slots,
)

NASTY = "a'\"<>&=#+;, ]]> %41 \\ \n\té漢"


def facts(found):
    return [(location, slot.name, slot.value) for location, slot in found]


def in_place(text, slot, value, **options):
    return text[: slot.start] + slot.written(value, **options) + text[slot.end :]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, "b": {"c": "x"}}', [("a", "1"), ("b.c", "x")]),
        ('{"t": ["x", {"y": null}, [true]]}', [("t[0]", "x"), ("t[1].y", "null"), ("t[2][0]", "true")]),
        ('"root"', [("$", "root")]),
        (" -1.5e3 ", [("$", "-1.5e3")]),
        ('[1,"2"]', [("[0]", "1"), ("[1]", "2")]),
        ('{"a.b": {"c[0]": 1, "": "z", "d e": 2}}', [('["a.b"]["c[0]"]', "1"), ('["a.b"][""]', "z")]),
        ('{"a": 1, "a": 2}', [("a", "1"), ("a", "2")]),
        ('{"k\\u0065y": "\\"\\\\ \\u00e9{[,:"}', [("key", '"\\ é{[,:')]),
        ("{}", []),
        ('{"a": [], "b": {}}', []),
    ],
)
def test_json_leaves(text, expected):
    assert [(slot.name, slot.value) for slot in json_slots(text)][: len(expected) or None] == expected


@pytest.mark.parametrize("text", ["", "{", '{"a": }', "[1,]", "nul", '{"a":1} x', "[" * 100_000, '"\x00"'])
def test_bad_json_has_no_leaves(text):
    assert json_slots(text) == []


def test_a_json_string_reads_back_and_the_rest_stays():
    text = '{ "a" :"one",\n "n": [ 1.0, {"b":"two"} ] }'
    for slot, path in zip(json_slots(text), ("a", "n0", "n1b"), strict=True):
        changed = in_place(text, slot, NASTY)
        document = json.loads(changed.encode("latin-1"))
        leaves = {"a": document["a"], "n0": document["n"][0], "n1b": document["n"][1]["b"]}
        assert leaves.pop(path) == NASTY
        assert all(value in {"one", 1.0, "two"} for value in leaves.values())
        assert changed.startswith(text[: slot.start])
        assert changed.endswith(text[slot.end :])


@pytest.mark.parametrize(
    ("value", "written"),
    [("2", "2"), ("-0.5", "-0.5"), ("true", "true"), ("null", "null"), ("1 OR 1", '"1 OR 1"'), ("", '""'),
     ("01", '"01"'), ("NaN", '"NaN"')],
)  # fmt: skip
def test_a_number_becomes_a_string_when_it_must(value, written):
    (slot,) = json_slots("7")
    assert slot.written(value) == written


def test_a_string_stays_a_string():
    (slot,) = json_slots('"7"')
    assert in_place('"7"', slot, "8") == '"8"'


XML = (
    '<?xml version="1.0"?>\n<!-- <no> --><!DOCTYPE o [<!ENTITY x "y>">]>'
    "<o xmlns='u' id = \"1\"><i k='a &amp; b'>t&#65;&x;</i> <i/><e></e><c><![CDATA[<raw>]]></c></o>"
)


def test_xml_texts_and_attributes():
    assert [(slot.name, slot.value) for slot in xml_slots(XML)] == [
        ("o.@id", "1"),
        ("o.i.@k", "a & b"),
        ("o.i", "tA&x;"),
        ("o.e", ""),
        ("o.c", "<raw>"),
    ]


def test_an_xml_value_reads_back():
    for slot in xml_slots(XML):
        changed = in_place(XML, slot, NASTY)
        root = ET.fromstring(changed.encode("latin-1"))
        values = [root.get("id"), root[0].get("k"), root[0].text, root[2].text, root[3].text]
        assert values.count(NASTY) == 1, slot.name
        assert changed.startswith(XML[: slot.start])
        assert changed.endswith(XML[slot.end :])


def test_xml_raw_is_not_escaped():
    slot = xml_slots("<a>x</a>")[0]
    assert in_place("<a>x</a>", slot, "<b>&e;", raw=True) == "<a><b>&e;</a>"


@pytest.mark.parametrize(
    "text", ["", "x", "<a>", "<a></b>", "</a>", "<a><!-- </a>", "<a b='></a>", "<a/>x", "<a/><b/>x<", "a<b/>"]
)
def test_bad_xml_has_no_values(text):
    assert xml_slots(text) == []


def test_xml_references_beyond_unicode_stay():
    assert xml_slots("<a>&#55296;&#x110000;&#x41;</a>")[0].value == "&#55296;&#x110000;A"


MULTIPART = (
    b'preamble\r\n--B0\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\n'
    b'--B0\r\ncontent-type: text/plain\r\ncontent-disposition: form-data; filename="f.txt"; name="up"\r\n\r\n'
    b"\x00\xff\r\ndata\r\n--B0\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--B0--\r\nepilogue"
)


def test_multipart_fields_and_file_names():
    found = body_slots(MULTIPART, "multipart/form-data; boundary=B0")
    assert facts(found) == [
        (Location.MULTIPART, "a", "one"),
        (Location.FILENAME, "up", "f.txt"),
        (Location.MULTIPART, "b", ""),
    ]


def test_a_multipart_value_reads_back():
    for _, slot in body_slots(MULTIPART, "multipart/form-data; boundary=B0"):
        changed = in_place(MULTIPART.decode("latin-1"), slot, "new é").encode("latin-1")
        message = message_from_bytes(b"Content-Type: multipart/form-data; boundary=B0\r\n\r\n" + changed)
        seen = [part.get_payload(decode=True) for part in message.get_payload()]
        if slot.kind == "filename":
            assert b'filename="new \xc3\xa9"; name="up"' in changed
        else:
            assert "new é".encode() in seen
        assert seen[1] == b"\x00\xff\r\ndata"


def test_a_file_name_is_written_as_browsers_do():
    slot = body_slots(MULTIPART, "multipart/form-data; boundary=B0")[1][1]
    assert slot.written('a"b\r\nc') == "a%22b%0D%0Ac"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (MULTIPART, "multipart/form-data"),
        (MULTIPART, "multipart/form-data; boundary=other"),
        (b"--B\r\nnothing", "multipart/form-data; boundary=B"),
        (b"--B\r\nX: y\r\n\r\nv\r\n--B--", "multipart/form-data; boundary=B"),
        (b"a=1", "text/plain"),
        (b"\x89PNG", "image/png"),
        (b"{bad", "application/json"),
        (b"<a", "text/xml"),
    ],
)
def test_what_cannot_be_read_has_no_values(body, content_type):
    assert body_slots(body, content_type) == []


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (
            b"a=1&b",
            "application/x-www-form-urlencoded; charset=utf-8",
            [("form", "a", "1"), ("form", "b", "")],
        ),
        (b'{"a":"b"}', "application/vnd.api+json", [("json", "a", "b")]),
        (b'{"a":"b"}', "text/plain", [("json", "a", "b")]),
        (b"<a>b</a>", "application/soap+xml", [("xml", "a", "b")]),
        (b'["x"]', "", [("json", "[0]", "x")]),
    ],
)
def test_the_content_type_decides(body, content_type, expected):
    assert facts(body_slots(body, content_type)) == expected


@pytest.mark.parametrize("query", ["{ user(id: $id) { name } }", "query Q($id: ID) {x}", " mutation {x}"])
def test_graphql_variables(query):
    body = json.dumps({"query": query, "operationName": "Q", "variables": {"id": "1", "in": {"n": 2}}})
    assert facts(body_slots(body.encode(), "application/json")) == [
        (Location.GRAPHQL, "variables.id", "1"),
        (Location.GRAPHQL, "variables.in.n", "2"),
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"query": "tea"},
        {"query": "query by name"},
        {"query": "what is {x}?"},
        {"query": "{x}", "page": 1},
        {"search": "{x}"},
    ],
)
def test_a_search_is_no_graphql(document):
    found = body_slots(json.dumps(document).encode(), "application/json")
    assert [location for location, _ in found] == [Location.JSON] * len(document)


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [('multipart/form-data; boundary="a b"', "a b"), ("m/f; charset=x; Boundary=c", "c"), ("m/f", "")],
)
def test_boundaries(content_type, boundary):
    assert boundary_of(content_type) == boundary


def test_elements_deeper_than_any_document_has_are_not_read():
    def nested(depth):
        return "<a>" * depth + "x" + "</a>" * depth

    assert [slot.value for slot in xml_slots(nested(MAX_DEPTH))] == ["x"]
    assert xml_slots(nested(MAX_DEPTH + 1)) == []


def test_long_names_of_leaves_are_cut():
    slots = json_slots(json.dumps({"k" * 10_000: [1, {"a": 2}]}))
    assert [(len(slot.name), slot.value) for slot in slots] == [(MAX_NAME, "1"), (MAX_NAME, "2")]
