"""Form data on the wire."""

import pytest

from s2n.s2nscanner.crawler.bodies import Field, file_field, multipart, plain, urlencoded


def test_urlencoded_as_browsers_do():
    fields = [Field("a b", "x&y=z"), Field("é", "~*-._"), Field("t", "1\n2\r\n3"), Field("e", "")]
    assert urlencoded(fields) == "a+b=x%26y%3Dz&%C3%A9=%7E*-._&t=1%0D%0A2%0D%0A3&e="


def test_multipart():
    body = multipart([Field('a"b', "x\ny"), file_field("f", "")], "B")
    assert body == (
        b'--B\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\nx\r\ny\r\n'
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="s2n.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\ns2n\r\n--B--\r\n"
    )


def test_plain():
    assert plain([Field("a", "b c"), Field("d", "")]) == b"a=b c\r\nd=\r\n"


@pytest.mark.parametrize(
    ("accept", "name"),
    [("image/*", "s2n.png"), (".jpg,.png", "s2n.png"), ("", "s2n.txt"), (".pdf", "s2n.txt")],
)
def test_files(accept, name):
    field = file_field("f", accept)
    assert field.filename == name
    assert field.content.startswith(b"\x89PNG") == name.endswith(".png")
