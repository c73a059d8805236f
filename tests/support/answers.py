"""Answers as real and hostile servers give them, and what has to become of each."""

from dataclasses import dataclass

HEAD = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True)
class Answer:
    """``raw``, then the server closes; ``reusable``: but for that, another request could have followed."""

    name: str
    raw: bytes
    body: bytes = b"hello"
    status: int = 200
    notes: tuple[str, ...] = ()
    reusable: bool = False
    headers: tuple[tuple[str, str], ...] | None = None
    reason: str = "OK"
    method: str = "GET"


BIG = b"a" * (1 << 20)

ANSWERS = [
    Answer(
        "plain",
        HEAD + b"Content-Length: 5\r\nX-A: b\r\n\r\nhello",
        reusable=True,
        headers=(("Content-Length", "5"), ("X-A", "b")),
    ),
    Answer("until close", HEAD + b"\r\nhello", headers=()),
    Answer("HEAD without a length", HEAD + b"\r\n", method="HEAD", body=b"", reusable=True),
    Answer("204 of nothing", b"HTTP/1.1 204 OK\r\n\r\n", status=204, body=b"", reusable=True),
    Answer("empty body", HEAD + b"Content-Length: 0\r\n\r\n", body=b"", reusable=True),
    Answer("no reason phrase", b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello", reason="", reusable=True),
    Answer(
        "no reason phrase but its space",
        b"HTTP/1.1 404 \r\nContent-Length: 5\r\n\r\nhello",
        reason="",
        status=404,
        reusable=True,
    ),
    Answer(
        "no status line",
        b"Content-Type: text/html\r\nX-A: b\r\n\r\nhello",
        status=0,
        reason="",
        notes=("no status line",),
        headers=(("Content-Type", "text/html"), ("X-A", "b")),
    ),
    Answer(
        "status not a number",
        b"HTTP/1.1 OK\r\nX-A: b\r\n\r\nhello",
        status=0,
        reason="",
        notes=("bad status line",),
        headers=(("X-A", "b"),),
    ),
    Answer("another protocol's name", b"ICY 200 OK\r\nX-A: b\r\n\r\nhello", notes=("bad status line",)),
    Answer("empty lines first", b"\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nhello", reusable=True),
    Answer("bare LF", b"HTTP/1.1 200 OK\nX-A: b\nContent-Length: 5\n\nhello", reusable=True),
    Answer(
        "bare LF before CRLF",
        b"HTTP/1.1 200 OK\nContent-Length: 18\n\nhello\r\n\r\nand more",
        body=b"hello\r\n\r\nand more",
        notes=("truncated",),
    ),
    Answer(
        "header without colon",
        HEAD + b"nonsense\r\nContent-Length: 5\r\n\r\nhello",
        headers=(("nonsense", ""), ("Content-Length", "5")),
        notes=("header without colon",),
        reusable=True,
    ),
    Answer(
        "space before colon",
        HEAD + b"Content-Length : 5\r\n\r\nhello",
        headers=(("Content-Length", "5"),),
        notes=("space before colon",),
        reusable=True,
    ),
    Answer(
        "folded header",
        HEAD + b"X-A: one\r\n  two\r\n\tthree\r\nContent-Length: 5\r\n\r\nhello",
        headers=(("X-A", "one two three"), ("Content-Length", "5")),
        notes=("folded header",),
        reusable=True,
    ),
    Answer(
        "empty header name",
        HEAD + b": odd\r\nContent-Length: 5\r\n\r\nhello",
        headers=(("", "odd"), ("Content-Length", "5")),
        reusable=True,
    ),
    Answer(
        "every byte in a value",
        HEAD + b"X-A: " + bytes(set(range(1, 256)) - {10}) + b"\r\n\r\nhello",
        headers=(("X-A", bytes(set(range(1, 256)) - {10}).decode("latin-1")),),
    ),
    Answer("1 MB header", HEAD + b"X-A: " + BIG + b"\r\nContent-Length: 5\r\n\r\nhello", reusable=True),
    Answer(
        "duplicate Content-Length",
        HEAD + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        notes=("duplicate content-length",),
    ),
    Answer(
        "conflicting Content-Length",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        notes=("conflicting content-length",),
    ),
    Answer(
        "Content-Length not a number",
        HEAD + b"Content-Length: five\r\n\r\nhello",
        notes=("bad content-length",),
    ),
    Answer(
        "negative Content-Length",
        HEAD + b"Content-Length: -5\r\n\r\nhello",
        notes=("bad content-length",),
    ),
    Answer(
        "superscript Content-Length",
        HEAD + b"Content-Length: \xb2\r\n\r\nhello",
        notes=("bad content-length",),
    ),
    Answer(
        "Content-Length of 5000 digits",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello",
        notes=("bad content-length",),
    ),
    Answer(
        "Content-Length with chunked",
        HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        notes=("content-length with chunked",),
    ),
    Answer(
        "chunked",
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x="y"\r\nllo\r\n0\r\n\r\n',
        reusable=True,
    ),
    Answer(
        "chunked with bare LF and odd case",
        HEAD + b"transfer-ENCODING: Chunked\r\n\r\n2\nhe\n03 \nllo\n000\n\n",
        reusable=True,
    ),
    Answer(
        "chunks without line ends between",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe3\r\nllo0\r\n\r\n",
        reusable=True,
    ),
    Answer(
        "said to be chunked",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n<p>hello\n",
        body=b"<p>hello\n",
        notes=("bad chunk",),
    ),
    Answer(
        "bad chunk after a good one",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\nmore",
        body=b"hello\r\nxyz\r\nmore",
        notes=("bad chunk",),
    ),
    Answer(
        "negative chunk",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello",
        body=b"-5\r\nhello",
        notes=("bad chunk",),
    ),
    Answer(
        "truncated chunk",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhello",
        notes=("truncated",),
    ),
    Answer(
        "no last chunk",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        notes=("truncated",),
    ),
    Answer(
        "trailers",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n",
        notes=("trailers",),
        reusable=True,
    ),
    Answer(
        "1xx first",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
        + HEAD
        + b"Content-Length: 5\r\n\r\nhello",
        reusable=True,
        headers=(("Content-Length", "5"),),
    ),
    Answer(
        "5000 times 1xx",
        b"HTTP/1.1 100\n\n" * 5000 + HEAD + b"Content-Length: 5\r\n\r\nhello",
        reusable=True,
    ),
    Answer(
        "switching protocols",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n\x00\x01",
        status=101,
        reason="Switching Protocols",
        body=b"",
        notes=("extra bytes",),
    ),
    Answer("early close", HEAD + b"Content-Length: 50\r\n\r\nhello", notes=("truncated",)),
    Answer(
        "close within the head",
        HEAD + b"X-A: b\r\nX-B",
        body=b"",
        notes=("header without colon", "truncated"),
    ),
    Answer("extra bytes", HEAD + b"Content-Length: 5\r\n\r\nhello and more", notes=("extra bytes",)),
    Answer(
        "extra bytes after the last chunk",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nmore",
        notes=("extra bytes",),
    ),
    Answer(
        "HTTP/0.9",
        b"<h1>hello</h1>\n\nworld",
        body=b"<h1>hello</h1>\n\nworld",
        reason="",
        notes=("http/0.9",),
        headers=(),
    ),
    Answer("HTTP/0.9, tiny", b"hello", reason="", notes=("http/0.9",), headers=()),
    Answer("Connection: close", HEAD + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello"),
    Answer("Connection list", HEAD + b"Connection: foo, Close\r\nContent-Length: 5\r\n\r\nhello"),
    Answer("HTTP/1.0", b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    Answer(
        "HTTP/1.0 kept alive",
        b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello",
        reusable=True,
    ),
    Answer("HEAD", HEAD + b"Content-Length: 5\r\n\r\n", method="HEAD", body=b""),
    Answer(
        "HEAD, chunked",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
        method="HEAD",
        body=b"",
    ),
    Answer(
        "HEAD with a body",
        HEAD + b"Content-Length: 5\r\n\r\nhello",
        method="HEAD",
        body=b"",
        notes=("extra bytes",),
    ),
    Answer(
        "204",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        status=204,
        reason="No Content",
        body=b"",
    ),
    Answer(
        "304",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        status=304,
        reason="Not Modified",
        body=b"",
    ),
    Answer(
        "wrong Content-Encoding",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        notes=("wrong content-encoding: gzip",),
        reusable=True,
    ),
]
"""Without a byte-precise claim on headers where ``headers`` is None."""
