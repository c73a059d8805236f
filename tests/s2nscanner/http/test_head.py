import pytest

from s2n.s2nscanner.http.head import Head, Start, classify, content_length


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"HTTP/1.1 200 OK", Start.HEAD),
        (b"\r\n\nHTTP/", Start.HEAD),
        (b"", Start.UNKNOWN),
        (b"\r\n", Start.UNKNOWN),
        (b"HTT", Start.UNKNOWN),
        (b"anything", Start.UNKNOWN),
        (b"<html>\n", Start.BODY),
        (b"a" * 2000, Start.BODY),
        (b'{"a": 1}\n', Start.BODY),
        (b"ICY 200 OK\n", Start.HEAD),
        (b"Server: x\n", Start.HEAD),
        (b"Server :x\n", Start.HEAD),
    ],
)
def test_what_the_first_bytes_are(data: bytes, start: Start) -> None:
    assert classify(data) is start
    assert classify(bytearray(data)) is start


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5", (5, "")),
        ("5, 5", (5, "duplicate content-length")),
        ("5,6", (5, "conflicting content-length")),
        ("", (None, "bad content-length")),
        ("+5", (None, "bad content-length")),
        ("5,", (None, "bad content-length")),
        ("9" * 19, (None, "bad content-length")),
        ("\xb2", (None, "bad content-length")),
    ],
)
def test_content_length(value: str, expected: tuple[int | None, str]) -> None:
    assert content_length(value) == expected


@pytest.mark.parametrize(
    ("head", "alive"),
    [
        (b"HTTP/1.1 200 OK", True),
        (b"HTTP/1.1 200 OK\r\nConnection: close", False),
        (b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nconnection: CLOSE", False),
        (b"HTTP/1.1 200 OK\r\nProxy-Connection: close", False),
        (b"HTTP/1.1 200 OK\r\nConnection: keep-alive", True),
        (b"HTTP/1.0 200 OK", False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive", True),
        (b"HTTP/2 200 OK", False),
        (b"Server: x", False),
    ],
)
def test_keep_alive(head: bytes, alive: bool) -> None:
    assert Head(head).keep_alive is alive


def test_framing_fields_of_one_name_are_joined() -> None:
    head = Head(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX: y\r\ncontent-encoding: br")
    assert head.framing == {"content-encoding": "gzip, br"}


def test_control_characters_around_a_value_are_kept() -> None:
    head = Head(b"HTTP/1.1 200 OK\r\nX-A: \t\x0bv\xa0 \t\r")
    assert head.headers == (("X-A", "\x0bv\xa0"),)


def test_a_first_line_that_looks_folded_is_a_field() -> None:
    assert Head(b"HTTP/1.1 200 OK\r\n X-A: b").headers == (("X-A", "b"),)


def test_a_folded_framing_field_counts_as_a_whole() -> None:
    head = Head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\t6")
    assert head.framing == {"transfer-encoding": "chunked", "content-length": "5 6"}


def test_a_field_that_many_lines_continue_is_one() -> None:
    head = Head(b"HTTP/1.1 200 OK\r\nA: b\r\n" + b" c\r\n" * 3 + b"Connection: close,\r\n\tx\r\nD: e")
    assert head.headers == (("A", "b c c c"), ("Connection", "close, x"), ("D", "e"))
    assert head.framing == {"connection": "close, x"}
    assert head.notes == ["folded header"] * 4


def test_empty_lines_are_waited_for_so_long() -> None:
    assert classify(b"\n" * 100) is Start.UNKNOWN
    assert classify(b"\n" * 2000) is Start.BODY
    assert classify(b"\n" * 2000 + b"HTTP/1.1 200 OK") is Start.HEAD
