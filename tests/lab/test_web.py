import pytest

from s2n.lab.web import Request, as_json, redirect, text

FORM = {"content-type": "application/x-www-form-urlencoded"}
MULTIPART = {"content-type": 'multipart/form-data; boundary="edge"'}


def test_segments_are_decoded_one_by_one():
    assert Request("GET", "/a%2Fb/c%20d?x", {}).segments == ["a/b", "c d"]


def test_fields_come_from_where_the_method_puts_them():
    assert Request("GET", "/?a=1&a=2&b=", {}).query == {"a": "2", "b": ""}
    post = Request("POST", "/?a=query", FORM, b"b=form+x%26y")
    assert (post.field("a", "none"), post.field("b")) == ("none", "form x&y")
    assert Request("GET", "/?a=query", FORM, b"a=form").field("a") == "query"


def test_multipart_fields():
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n2\r\n'
        b'--edge\r\nContent-Disposition: form-data; filename="f.txt"; name="b"\r\n\r\nfile\r\n--edge--\r\n'
    )
    assert Request("POST", "/", MULTIPART, body).form == {"a": "1\r\n2", "b": "file"}


@pytest.mark.parametrize("body", [b"", b"--edge", b"--edge\r\n\r\nno name\r\n--edge--", b"\xff"])
def test_broken_multipart_has_no_fields(body):
    assert Request("POST", "/", MULTIPART, body).form == {}
    assert Request("POST", "/", {"content-type": "multipart/form-data"}, body).form == {}


def test_json_objects_only():
    assert Request("POST", "/", {}, b'{"a": 1}').json == {"a": 1}
    assert all(Request("POST", "/", {}, body).json == {} for body in (b"", b"[1]", b"{", b"\xff"))


def test_cookies_are_decoded():
    cookies = Request("GET", "/", {"cookie": 'a=1; b="x%27y"; broken; c=d=e'}).cookies
    assert cookies == {"a": "1", "b": "x'y", "c": "d=e"}


def test_answers_say_what_they_are():
    assert text("<").headers == (("X-Content-Type-Options", "nosniff"),)
    assert as_json({"a": "<"}).content_type == "application/json"
    assert redirect("/x", 303).headers == (("Location", "/x"),)
