import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from s2n.errors import UsageError
from s2n.lab.server import loopback


def connect(visitor) -> socket.socket:
    host, _, port = visitor.authority.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def one(peer) -> bytes:
    """One response off a connection that stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(1)
    length = int(data.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += peer.recv(length - len(body))
    return data + body


def get(path: str, version: str = "1.1", more: str = "") -> bytes:
    return f"GET {path} HTTP/{version}\r\nHost: 127.0.0.1\r\n{more}\r\n".encode()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_addresses(host):
    assert loopback(host) in {host, "127.0.0.1"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com", "", "127.0.0.1.example"])
def test_other_addresses_are_refused(host):
    with pytest.raises(UsageError, match="loopback only") as caught:
        loopback(host)
    assert caught.value.remedy


def test_a_connection_is_kept(visitor):
    with connect(visitor) as peer:
        for path in ("/", "/product?id=1", "/hello?name=x", "/nowhere"):
            peer.sendall(get(path))
            assert one(peer).startswith(b"HTTP/1.1 ")


def test_requests_sent_at_once_are_answered_in_order(visitor):
    paths = ["/track?ref=x'||SLEEP(0.2)--+", "/hello?name=second", "/item?id=1", "/hello?name=fourth"]
    with connect(visitor) as peer:
        peer.sendall(b"".join(get(path) for path in paths))
        answers = [one(peer) for _ in paths]
    signs = (b"Track a parcel", b"Hello, second", b"Sencha", b"Hello, fourth")
    assert all(sign in answer for sign, answer in zip(signs, answers, strict=True))


def test_a_request_may_come_in_pieces(visitor):
    body = b"message=piecemeal"
    whole = b"POST /contact HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with connect(visitor) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(whole)):
            peer.sendall(whole[at : at + 1])
        assert b"piecemeal" in one(peer)


@pytest.mark.parametrize("request_", [get("/", "1.0"), get("/", more="Connection: close\r\n")])
def test_a_connection_is_closed_when_asked(visitor, request_):
    with connect(visitor) as peer:
        peer.sendall(request_)
        assert b"Connection: close\r\n" in one(peer)
        assert peer.recv(1) == b""


def test_head_has_the_length_but_no_body(visitor):
    with connect(visitor) as peer:
        peer.sendall(b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + get("/robots.txt"))
        first = b""
        while b"\r\n\r\n" not in first:
            first += peer.recv(1)
        assert b"Content-Length: 0\r\n" not in first
        assert one(peer).endswith(b"Allow: /app/\n")


def test_the_absolute_form_is_understood(visitor):
    assert "Hello, x" in visitor.raw(get(f"{visitor.url}hello?name=x", more="Connection: close\r\n")).text


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /" + b"x" * 70_000, 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n\r\n", 403),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_refused_is_answered_and_closed(visitor, data, status):
    assert visitor.raw(data).status == status


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "[::1]:80"])
def test_its_own_names_are_served(visitor, host):
    answer = visitor.send("GET", "/", {"Host": host, "Sec-Fetch-Site": "same-origin"})
    assert answer.status == 200


def test_slow_pages_block_nobody(visitor):
    slow = threading.Thread(target=visitor.at, args=("GET /track", "ref", "x'||SLEEP(1.5)--"))
    slow.start()
    quick = [visitor.at("GET /item", "id", "1").seconds for _ in range(5)]
    quick += [visitor.at("GET /hello", "name", "x").seconds for _ in range(5)]
    assert slow.is_alive()
    assert max(quick) < 1
    slow.join()


def test_many_slow_pages_wait_side_by_side(visitor):
    with ThreadPoolExecutor(24) as pool:
        waits = list(
            pool.map(lambda _: visitor.at("GET /track", "ref", "x'||SLEEP(0.5)--").seconds, range(24))
        )
    assert min(waits) >= 0.5
    assert max(waits) < 3
