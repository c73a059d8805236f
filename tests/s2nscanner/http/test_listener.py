import asyncio
import socket
import struct

import pytest

from s2n.errors import UsageError
from s2n.s2nscanner.http.listener import Address, listen_dns, listen_http, parse_address


def serve(talk, receive=lambda _: b"hello"):
    async def go():
        arrivals = []

        def note(arrival):
            arrivals.append(arrival)
            return receive(arrival)

        async with listen_http(Address("127.0.0.1", 0), note) as address:
            return await talk(address), arrivals

    return asyncio.run(go())


async def say(address, data, *, close=False):
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(data)
    if close:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_a_request_is_noted_and_answered():
    answer, arrivals = serve(lambda at: say(at, b"GET /s2nabc?x=1 HTTP/1.1\r\nHost: h\r\n\r\n"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 5" in head
    assert body == b"hello"
    (arrival,) = arrivals
    assert (arrival.by, arrival.source) == ("http", "127.0.0.1")
    assert arrival.text.startswith("GET /s2nabc?x=1 HTTP/1.1")


def test_head_gets_no_body():
    answer, _ = serve(lambda at: say(at, b"HEAD /x HTTP/1.0\r\n\r\n"))
    assert answer.endswith(b"Content-Length: 5\r\n\r\n")


def test_whoever_says_half_and_hangs_up_is_noted_as_well():
    _, arrivals = serve(lambda at: say(at, b"GET /half", close=True))
    assert [arrival.text for arrival in arrivals] == ["GET /half"]


def test_an_endless_head_is_cut_off():
    _, arrivals = serve(lambda at: say(at, b"GET /" + b"a" * 20_000, close=True))
    assert 16_384 <= len(arrivals[0].text) < 40_000


def test_a_silent_caller_does_not_hold_up_the_end():
    async def go():
        arrivals = []
        async with listen_http(Address("127.0.0.1", 0), arrivals.append) as address:
            reader, writer = await asyncio.open_connection(address.host, address.port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        return arrivals

    assert asyncio.run(go()) == []


def test_a_port_in_use_says_what_to_do():
    async def go(port):
        async with listen_http(Address("127.0.0.1", port), lambda _: b""):
            pass

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"--callback: cannot listen at 127.0.0.1:{port}") as caught:
            asyncio.run(go(port))
    assert "another port" in caught.value.remedy


def test_an_address_that_is_not_ours_is_heard_on_all():
    async def go():
        async with listen_http(Address("192.0.2.1", 0), lambda _: b"behind NAT") as address:
            assert address.host == "192.0.2.1"
            return await say(Address("127.0.0.1", address.port), b"GET / HTTP/1.0\r\n\r\n")

    assert asyncio.run(go()).endswith(b"behind NAT")


def test_an_unknown_host_is_wrong_use():
    async def go():
        async with listen_http(Address("no-such-host.invalid", 0), lambda _: b""):
            pass

    with pytest.raises(UsageError, match="cannot be resolved"):
        asyncio.run(go())


def query(name, kind=1, flags=0x0100):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", 0x1234, flags, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", kind, 1)


def look_up(*queries):
    """The answers to those of ``queries`` that get one, and the names that were noted."""

    async def go():
        arrivals = []

        def note(arrival):
            arrivals.append(arrival)
            return b""

        loop = asyncio.get_running_loop()
        async with listen_dns(Address("OOB.example", 0), "127.0.0.1", note) as domain:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                await loop.sock_connect(sock, ("127.0.0.1", domain.port))
                for data in queries:
                    await loop.sock_sendall(sock, data)
                last = query("last.oob.example")
                await loop.sock_sendall(sock, last)
                answers = []
                while not answers or b"\4last" not in answers[-1]:
                    answers.append(await loop.sock_recv(sock, 512))
        return answers[:-1], [(arrival.by, arrival.text) for arrival in arrivals][:-1]

    return asyncio.run(go())


def test_a_name_of_the_domain_has_our_address():
    (answer,), noted = look_up(query("s2nABC.oob.example"))
    assert noted == [("dns", "s2nabc.oob.example")]
    assert answer[:2] == b"\x12\x34"
    flags, questions, records = struct.unpack(">HHH", answer[2:8])
    assert flags == 0x8500
    assert (questions, records) == (1, 1)
    assert answer.endswith(socket.inet_aton("127.0.0.1"))


def test_other_types_have_no_record_and_other_domains_are_refused():
    (mail, other), noted = look_up(query("a.oob.example", kind=15), query("www.example"))
    assert noted == [("dns", "a.oob.example")]
    assert (mail[3] & 15, mail[7]) == (0, 0)
    assert (other[3] & 15, other[7]) == (5, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 16,
        query("a.oob.example", flags=0x8100),
        query("a.oob.example")[:-4],
        query("a.oob.example").replace(b"\1a", b"\xc0\x0c"),
    ],
    ids=["empty", "zeros", "an answer", "cut off", "compressed"],
)
def test_what_is_no_query_is_ignored(data):
    assert look_up(data) == ([], [])


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("192.0.2.7", "192.0.2.7", 8053),
        (" scanner.example:81 ", "scanner.example", 81),
        ("[::1]:0", "::1", 0),
    ],
)
def test_an_address_is_read(text, host, port):
    assert parse_address(text, "--callback", 8053) == Address(host, port)


@pytest.mark.parametrize("text", ["", "http://h/", "h:70000", "h:x", "a b", "::1"])
def test_what_is_no_address_is_wrong_use(text):
    with pytest.raises(UsageError, match="--callback"):
        parse_address(text, "--callback", 8053)


def test_an_address_is_written_as_urls_have_it():
    assert f"{Address('::1', 8)} {Address('h', 9)}" == "[::1]:8 h:9"
