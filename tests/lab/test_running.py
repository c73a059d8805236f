import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from s2n.errors import UsageError
from s2n.lab import serve


def test_it_listens_only_on_loopback_and_only_inside_the_block(visitor):
    with serve() as lab:
        parts = urlsplit(lab.url)
        address = (parts.hostname, parts.port)
        socket.create_connection(address, timeout=5).close()
        assert parts.hostname == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)


def test_other_addresses_are_refused_before_anything_starts():
    with pytest.raises(UsageError, match="loopback only"), serve("0.0.0.0"):
        pass


@pytest.mark.parametrize("port", [-5, 70000])
def test_an_impossible_port_is_explained(port):
    with pytest.raises(UsageError, match="cannot listen"), serve(port=port):
        pass


def test_a_taken_port_is_explained():
    with serve() as lab:
        port = urlsplit(lab.url).port
        with pytest.raises(UsageError, match=f"port {port}") as caught, serve(port=port):
            pass
    assert "--port" in caught.value.remedy


def test_labs_are_strangers(visitor):
    with serve() as lab:
        other = type(visitor)(lab.url)
        other.at("POST /visitors", "name", "only here")
        assert "only here" in other.send("GET", "/visitors").text
        assert "only here" not in visitor.send("GET", "/visitors").text
        assert lab.requests == 2


def test_stopping_waits_for_nobody(visitor):
    """Open connections, a sleeping statement and a running shell end at once."""
    before = threading.active_count()
    with serve() as lab:
        parts = urlsplit(lab.url)
        peers = [socket.create_connection((parts.hostname, parts.port), timeout=5) for _ in range(3)]
        peers[0].sendall(b"GET /track?ref=x'||SLEEP(5)--+ HTTP/1.1\r\n\r\n")
        peers[1].sendall(b"GET /admin/wake?host=x;sleep+5; HTTP/1.1\r\n\r\n")
        while lab.requests < 2:
            threading.Event().wait(0.01)
        started = time.perf_counter()
    assert time.perf_counter() - started < 3
    assert threading.active_count() == before
    for peer in peers:
        peer.close()
