"""Burp's items."""

import base64

from support.apis import imported, lines

HEAD = """<?xml version="1.0"?>
<!DOCTYPE items [
<!ELEMENT items (item*)>
<!ATTLIST items burpVersion CDATA "">
]>
"""
RAW = (
    b"POST /a?x=1 HTTP/1.1\r\nHost: site.test\r\nContent-Type: text/plain\r\nX-App: 1\r\n"
    b"Content-Length: 3\r\n\r\nb\x00c"
)


def item(raw, url="http://site.test/a", kind="HTML", *, encoded=True):
    text = base64.b64encode(raw).decode() if encoded else raw.decode()
    flag = "true" if encoded else "false"
    return (
        f"<item><time>t</time><url><![CDATA[{url}]]></url><mimetype>{kind}</mimetype>"
        f'<request base64="{flag}"><![CDATA[{text}]]></request><response>x</response></item>'
    )


def items(*parts):
    return f'{HEAD}<items burpVersion="2024.1">{"".join(parts)}</items>'


def test_the_bytes_that_were_sent():
    (made,) = imported(items(item(RAW, "http://site.test/a?x=1"))).operations
    assert made.request.method == "POST"
    assert made.request.url == "http://site.test/a?x=1"
    assert made.request.headers == (("Content-Type", "text/plain"), ("X-App", "1"))
    assert made.request.body == b"b\x00c"


def test_a_path_stays_as_it_was_sent():
    found = imported(items(item(b"GET /a/../b HTTP/2\r\nHost: site.test\r\n\r\n", "http://site.test/b")))
    assert lines(found) == ["GET http://site.test/a/../b"]


def test_items_that_are_not_encoded():
    found = imported(items(item(b"GET /p HTTP/1.1\nHost: site.test\n\n", encoded=False)))
    assert lines(found) == ["GET http://site.test/p"]


def test_assets_and_other_sites_are_dropped_and_broken_items_named():
    found = imported(
        items(
            item(RAW, "http://site.test/a.png"),
            item(RAW, kind="CSS"),
            item(RAW, "http://other.test/a"),
            item(b""),
            item(b"nonsense"),
            item(b"GET /ok HTTP/1.1\r\n\r\n"),
        )
    )
    assert lines(found) == ["GET http://site.test/ok"]
    assert [name for name, _ in found.left_out] == ["POST /a", "item 4", "item 5"]
