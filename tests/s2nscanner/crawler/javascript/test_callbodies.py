"""Bodies as a browser would send them."""

import pytest

from s2n.s2nscanner.crawler.javascript.callbodies import FORM, JSON, TEXT, Call, call_of, declared_type, plain
from s2n.s2nscanner.crawler.javascript.constants import HOLE, Made


@pytest.mark.parametrize(
    ("declared", "body", "default", "content_type", "sent"),
    [
        ("", {"a": HOLE, "b": [1]}, JSON, JSON, b'{"a": "s2n", "b": [1]}'),
        ("", {"a": "x y", "b": 1}, FORM, FORM, b"a=x+y&b=1"),
        ("text/xml", "<a/>", TEXT, "text/xml", b"<a/>"),
        (HOLE, "a=1", FORM, FORM, b"a=1"),
        ("", Made("JSON.stringify", ({"a": 1},)), TEXT, JSON, b'{"a": 1}'),
        ("", Made("URLSearchParams", ({"a": "1"},)), TEXT, FORM, b"a=1"),
        ("", "", JSON, "", b""),
    ],
)
def test_bodies(declared, body, default, content_type, sent):
    call = call_of("POST", "/x", declared, body, default)
    assert (call.content_type, call.body) == (content_type, sent)


def test_form_data_is_multipart():
    call = call_of("POST", "/x", "", Made("FormData", ({"a": "1"},)), TEXT)
    assert call.content_type.startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1\r\n' in call.body
    assert call.names == ("a",)


@pytest.mark.parametrize("body", [HOLE, {}, [1], 3, Made("JSON.stringify", (HOLE,))])
def test_where_the_body_is_not_known_the_endpoint_is_asked_with_an_empty_one(body):
    assert call_of("POST", "/x", "", body, JSON) == Call("POST", "/x", JSON, b"{}", ())


@pytest.mark.parametrize("body", [HOLE, Made("FormData", ()), Made("URLSearchParams", (HOLE,))])
def test_an_unknown_body_that_is_no_json_is_left_out(body):
    assert call_of("POST", "/x", "", body, TEXT) == Call("POST", "/x", "", b"", ())


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"headers": {"content-TYPE": "a/b"}}, "a/b"),
        ({"headers": Made("Headers", ({"Content-Type": "a/b"},))}, "a/b"),
        ({"contentType": "a/b"}, "a/b"),
        ({"contentType": False}, ""),
        ({"headers": {"Accept": "a/b"}}, ""),
        ({}, ""),
    ],
)
def test_declared_type(options, kind):
    assert declared_type(options) == kind


def test_plain():
    assert plain({"a": [HOLE, Made("String", (1,))], "b": None}, "1") == {"a": ["1", 1], "b": None}
