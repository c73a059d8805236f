import pytest

from s2n.model import Headers, Origin, Request
from s2n.s2nscanner.http.wire import MAX_HEAD, ResponseParser, compose, is_one_request
from support.answers import ANSWERS, HEAD, Answer

ORIGIN = Origin("http", "h.test", 80)
LIMIT = 8 << 20


def parse(*pieces: bytes, limit: int = LIMIT, bodiless: bool = False) -> ResponseParser:
    parser = ResponseParser(limit, bodiless=bodiless)
    for piece in pieces:
        if parser.feed(piece):
            break
    parser.end()
    return parser


@pytest.mark.parametrize(
    "target",
    [
        "/a/../../etc",
        "/%2e%2e/",
        "/%ZZ",
        '/ raw space <>"',
        "/" + bytes(range(1, 256)).decode("latin-1"),
        "//host/path",
        "http://other.test/absolute",
        "*",
        "",
        "no-slash",
    ],
)
def test_targets_go_out_as_they_stand(target: str) -> None:
    expected = b"GET " + (target or "").encode("latin-1") + b" HTTP/1.1\r\n\r\n"
    assert compose(Request("GET", ORIGIN, target)) == expected


@pytest.mark.parametrize(
    "headers",
    [
        (("Host", "a"), ("host", "b"), ("HOST", "c")),
        (("X-B", "1"), ("x-a", "2"), ("X-b", "3")),
        (("X A(:", "odd name"), ("", "no name"), ("\xff\x01", "\x00\x7f")),
        (("X-Split", "a\r\nInjected: b"),),
    ],
)
def test_headers_go_out_in_order_and_case(headers: Headers) -> None:
    sent = compose(Request("GET", ORIGIN, "/", headers))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    assert sent == b"GET / HTTP/1.1\r\n" + lines.encode("latin-1") + b"\r\n"


@pytest.mark.parametrize("method", ["GET", "get", "M-SEARCH", "FOO\xffBAR", "G E T"])
def test_any_method_token(method: str) -> None:
    assert compose(Request(method, ORIGIN)) == f"{method} / HTTP/1.1\r\n\r\n".encode("latin-1")


def test_body_brings_its_own_chunking() -> None:
    body = b"5;x\nhello\r\n0\r\nTrailer: 1\r\n\r\n"
    request = Request("POST", ORIGIN, "/", (("Transfer-Encoding", " chunked"),), body)
    assert compose(request) == b"POST / HTTP/1.1\r\nTransfer-Encoding:  chunked\r\n\r\n" + body


def test_characters_no_byte_can_carry_go_out_as_utf8() -> None:
    request = Request("GET", ORIGIN, "/\xe9\u20ac\ud800")
    assert compose(request) == b"GET /\xe9\xe2\x82\xac\xed\xa0\x80 HTTP/1.1\r\n\r\n"


def test_a_proxys_target_and_headers_are_used_beside_the_callers() -> None:
    request = Request("GET", ORIGIN, "/a", (("Host", "h.test"),))
    sent = compose(request, "http://h.test/a", (("Proxy-Authorization", "x"),))
    assert sent == b"GET http://h.test/a HTTP/1.1\r\nHost: h.test\r\nProxy-Authorization: x\r\n\r\n"


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.name)
@pytest.mark.parametrize("step", [1, 7, 1 << 30])
def test_answers_however_they_are_cut(answer: Answer, step: int) -> None:
    if len(answer.raw) > 50_000:
        step *= 9_973
    parser = ResponseParser(LIMIT, bodiless=answer.method == "HEAD")
    fed = 0
    while fed < len(answer.raw) and not parser.complete:
        parser.feed(answer.raw[fed : fed + step])
        fed += step
    parser.end()
    assert parser.body == answer.body
    if parser.head is not None:
        assert (parser.head.status, parser.head.reason) == (answer.status, answer.reason)
        assert answer.headers is None or parser.head.headers == answer.headers
    if fed < len(answer.raw):  # complete before the rest came: what an idle connection then gets ends it
        assert "extra bytes" in answer.notes
        return
    assert parser.reusable == answer.reusable
    assert parser.notes == [note for note in answer.notes if "content-encoding" not in note]


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"HT", b"HTTP/1.1 2", b"HTTP/1.1 abc\r\n"])
def test_nothing_to_make_a_response_of(raw: bytes) -> None:
    assert not parse(raw).usable


def test_a_head_cut_by_a_deadline_is_no_answer() -> None:
    parser = ResponseParser(LIMIT)
    parser.feed(b"HTTP/1.1 200 OK\r\nX-A: b\r\n")
    parser.end("timeout")
    assert not parser.usable
    assert parser.notes == ["timeout"]


def test_a_body_cut_by_a_deadline_is_kept() -> None:
    parser = ResponseParser(LIMIT)
    parser.feed(HEAD + b"\r\nhel")
    parser.end("timeout")
    assert (parser.body, parser.notes, parser.reusable) == (b"hel", ["timeout"], False)


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b"\r\n" + b"a" * 100,
        HEAD + b"Content-Length: 100\r\n\r\n" + b"a" * 100,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\n" + b"a" * 100 + b"\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"4\r\naaaa\r\n" * 25 + b"0\r\n\r\n",
        b"a" * 2000,
    ],
)
@pytest.mark.parametrize("step", [1, 1 << 20])
def test_bodies_are_capped(raw: bytes, step: int) -> None:
    parser = parse(*(raw[i : i + step] for i in range(0, len(raw), step)), limit=10)
    assert parser.body == b"a" * 10
    assert parser.notes[-1] == "body capped"
    assert not parser.reusable


def test_a_body_of_exactly_the_limit_is_whole() -> None:
    parser = parse(HEAD + b"Content-Length: 10\r\n\r\n" + b"a" * 10, limit=10)
    assert (parser.body, parser.notes, parser.reusable) == (b"a" * 10, [], True)


def test_an_endless_head_is_cut_off() -> None:
    parser = ResponseParser(LIMIT)
    piece = b"X-A: " + b"a" * 100_000 + b"\r\n"
    fed = len(HEAD)
    done = parser.feed(HEAD)
    while not done:
        done = parser.feed(piece)
        fed += len(piece)
        assert fed < 2 * MAX_HEAD
    assert parser.head is not None
    assert parser.head.status == 200
    assert "head too large" in parser.notes


def test_an_endless_size_line_is_a_bad_chunk() -> None:
    parser = parse(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"5;" + b"x" * 5000, b"\r\nhello")
    assert parser.notes == ["bad chunk"]


def test_endless_trailers_end() -> None:
    parser = ResponseParser(LIMIT)
    parser.feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")
    fed = 0
    while not parser.feed(b"X-A: b\r\n" * 10_000):
        fed += 80_000
        assert fed < 2 * MAX_HEAD
    assert parser.body == b"hello"


def test_large_chunks_cost_linear_time() -> None:
    parser = ResponseParser(LIMIT)
    parser.feed(HEAD + b"Transfer-Encoding: chunked\r\n\r\n600000\r\n")
    for _ in range(96):
        parser.feed(b"a" * 65536)
    assert parser._buffer is None
    assert parser.feed(b"\r\n0\r\n\r\n")
    assert parser.body == b"a" * 0x600000


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ((("Host", "h"),), b"", True),
        ((("Content-Length", "5"),), b"hello", True),
        ((("Content-Length", "0"),), b"", True),
        ((), b"hello", False),
        ((("Content-Length", "4"),), b"hello", False),
        ((("Content-Length", "9"),), b"", False),
        ((("Content-Length", "5"), ("content-length", "5")), b"hello", False),
        ((("Content-Length ", "5"), ("Content-Length", "4")), b"hello", False),
        ((("Transfer-Encoding", "chunked"),), b"0\r\n\r\n", False),
        ((("X", "a\r\nTransfer-Encoding: chunked"),), b"", False),
        ((("X", "a\nb"),), b"", False),
        ((("X\r", "a"),), b"", False),
    ],
)
def test_what_might_be_taken_for_two_requests(headers: Headers, body: bytes, expected: bool) -> None:
    request = Request("POST", ORIGIN, "/", headers, body)
    assert is_one_request(request, compose(request), ()) is expected


def test_a_target_that_holds_a_second_request() -> None:
    request = Request("GET", ORIGIN, "/ HTTP/1.1\r\n\r\nGET /second")
    assert not is_one_request(request, compose(request))


def test_chunks_of_a_byte_each_are_joined() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    parser = parse(head, b"1\r\nx\r\n" * 500 + b"0\r\n\r\n")
    assert (parser.body, parser.complete, parser.reusable) == (b"x" * 500, True, True)
    capped = parse(head, b"1\r\nx\r\n" * 500 + b"0\r\n\r\n", limit=9)
    assert (capped.body, capped.notes, capped.reusable) == (b"x" * 9, ["body capped"], False)
