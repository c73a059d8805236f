"""A hostile server on loopback: each path is another way to hang, fill or crash a client."""

import asyncio
import contextlib
import gzip
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import brotli

Chunks = AsyncIterator[bytes]
Trick = Callable[[str], Chunks]

ZEROS = b"\0" * (1 << 20)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
RESET = b"\xff\xfeRESET"
"""Said by a trick that wants the connection reset."""


def whole(body: bytes, *lines: bytes, kind: bytes = b"text/html", status: bytes = b"200 OK") -> bytes:
    """A complete, correct answer."""
    head = [b"HTTP/1.1 " + status, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def once(answer: bytes) -> Trick:
    async def trick(_: str) -> Chunks:
        yield answer

    return trick


def forever(head: bytes, piece: bytes, pause: float = 0.0) -> Trick:
    """``head``, then ``piece`` without end."""

    async def trick(_: str) -> Chunks:
        yield head
        while True:
            yield piece
            await asyncio.sleep(pause)

    return trick


def broken_off(*pieces: bytes) -> Trick:
    async def trick(_: str) -> Chunks:
        for piece in (*pieces, RESET):
            yield piece
            await asyncio.sleep(0.01)

    return trick


async def silence(_: str) -> Chunks:
    await asyncio.sleep(3600)
    yield b""


async def links(path: str) -> Chunks:
    """Each page links fifty that nobody has seen."""
    yield whole(
        b"".join(
            b"<a href='%s/%d?n=%d'>x</a>" % (path.split("?", maxsplit=1)[0].encode(), n, n) for n in range(50)
        )
    )


async def calendar(path: str) -> Chunks:
    number = int("0" + "".join(filter(str.isdigit, path))[:9])
    yield whole(b"<h1>%d</h1><a href='/calendar?month=%d'>next</a>" % (number, number + 1))


async def maze(path: str) -> Chunks:
    number = int("0" + "".join(filter(str.isdigit, path))[:9])
    yield whole(b"", b"Location: /maze/%d" % ((number * 7 + 3) % 10_007), status=b"302 Found")


async def mirror(path: str) -> Chunks:
    """Shows what it is asked for, a thousand times over."""
    yield whole(b"<p>" + path.encode() * 1000 + b"</p><form><input name=a><input name=b></form>")


def gzip_bomb() -> bytes:
    """Two gigabytes in two megabytes, as 20 members."""
    return gzip.compress(ZEROS * 100, 6) * 20


def deep_json() -> bytes:
    return b'{"a":' * 100_000 + b"1" + b"}" * 100_000


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><urlset><url><loc>&lol9;</loc></url></urlset>"
)
DOUBLING = (
    b"<script>var a0='/x';" + b"".join(b"var a%d=a%d+a%d;" % (n, n - 1, n - 1) for n in range(1, 60))
) + b"fetch(a59)</script>"
ANSI = b"\x1b[2J\x1b[31mOWNED\x1b]0;title\x07"


def tricks() -> dict[str, Trick]:
    """Path (its first segment) and what happens there."""
    bomb = gzip_bomb()
    return {
        "gzip": once(whole(bomb, b"Content-Encoding: gzip")),
        "twice": once(whole(gzip.compress(bomb), b"Content-Encoding: gzip, gzip")),
        "many": once(whole(b"x", b"Content-Encoding: " + b", ".join([b"gzip"] * 500))),
        "brotli": once(whole(brotli.compress(ZEROS * 100, quality=3), b"Content-Encoding: br")),
        "drip": forever(OK + b"\r\n<p>", b"x", 0.2),
        "driphead": forever(OK, b"X-A: b\r\n", 0.2),
        "endless": forever(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", b"ffff\r\n" + b"<p>" + b"x" * 65532 + b"\r\n"
        ),
        "endlesshead": forever(OK, b"X-Filler: " + b"y" * 60_000 + b"\r\n"),
        "continue": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        "silence": silence,
        "links": links,
        "calendar": calendar,
        "maze": maze,
        "mirror": mirror,
        "loop": once(whole(b"", b"Location: /loop", status=b"301 Moved")),
        "away": once(whole(b"", b"Location: http://[::1", status=b"302 Found")),
        "oddlocation": once(whole(b"", b"Location: \xff\xfe\x01//\\\x7f%zz", status=b"302 Found")),
        "deep": once(whole(b"<div><b><a href=/x>" * 100_000)),
        "tables": once(whole(b"<table><tr><td><b>" * 30_000)),
        "unclosed": once(whole(b"<a " * 700_000)),
        "ids": once(whole(b"<a href='" + b"/1" * 1_000_000 + b"'>x</a>")),
        "doubling": once(whole(DOUBLING)),
        "stylesheet": once(whole(b"/*" * 1_000_000, kind=b"text/css")),
        "elements": once(whole(b"<loc> " * 350_000, kind=b"text/xml")),
        "attributes": once(whole(b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</p>")),
        "bigheader": once(whole(b"<p>x</p>", b"X-Big: " + b"h" * (1 << 20), b"X-Frame-Options: DENY")),
        "manyheaders": once(whole(b"<p>x</p>", *[b"X-%d: y" % n for n in range(20_000)])),
        "cookies": once(
            whole(b"<p>x</p>", *[b"Set-Cookie: session%d=%s" % (n, b"v" * 3000) for n in range(500)])
        ),
        "ansi": once(
            whole(ANSI + b"<title>" + ANSI + b"</title>", b"Set-Cookie: sid=" + ANSI, b"Server: " + ANSI)
        ),
        "resetnow": broken_off(),
        "resethead": broken_off(b"HTTP/1.1 200 OK\r\nContent-"),
        "resetbody": broken_off(OK + b"Content-Length: 1000\r\n\r\n<p>half"),
        "tooshort": once(OK + b"Content-Length: 5\r\n\r\n<p>more than was said</p>"),
        "toolong": once(OK + b"Content-Length: 99999\r\n\r\n<p>less</p>"),
        "negative": once(OK + b"Content-Length: -1\r\n\r\n<p>x</p>"),
        "huge": once(OK + b"Content-Length: 99999999999999999999999\r\n\r\n<p>x</p>"),
        "twolengths": once(OK + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n<p>x</p>z"),
        "badchunk": once(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<p>\r\n"),
        "hugechunk": once(OK + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n<p>"),
        "status": once(b"HTTP/1.1 999 \x1b[1m\r\nContent-Length: 1\r\n\r\nx"),
        "version": once(b"HTTP/9.9 200 OK\r\n\r\n<p>x"),
        "garbage": once(bytes(range(256)) * 400),
        "nothing": once(b""),
        "plain09": once(b"<html><p>no head at all"),
        "laughs": once(whole(LAUGHS, kind=b"application/xml")),
        "json": once(whole(deep_json(), kind=b"application/json")),
        "script": once(
            whole(b"location" + b"(" * 500_000 + b"x.innerHTML=location.hash", kind=b"text/javascript")
        ),
        "strings": once(whole(b"var a='" + b"/a/b" * 250_000 + b"';", kind=b"text/javascript")),
        "form": once(whole(b"<form method=post>" + b"".join(b"<input name=f%d>" % n for n in range(5000)))),
        "query": once(whole(b"<a href='/query?%s'>x</a>" % b"&".join(b"p%d=1" % n for n in range(2000)))),
        "spaces": once(whole(b"<p>" + b" " * 1_000_000 + b"at at at (" * 1000)),
        "angles": once(whole(b"<" * 1_000_000)),
        "comments": once(whole(b"<!--" * 250_000)),
        "digits": once(whole(b"7" * 1_000_000 + b"root:x:0:0" * 10_000)),
        "charset": once(whole(b"<p>x</p>", b"Content-Type: text/html; charset=" + b"q" * 9000)),
        "refresh": once(whole(b"<meta http-equiv=refresh content='0;url=/refresh'>")),
        "robots.txt": once(
            whole(
                b"".join(b"Disallow: /r/%d\nSitemap: /sitemap.xml?%d\n" % (n, n) for n in range(10_000)),
                kind=b"text/plain",
            )
        ),
        "sitemap.xml": once(
            whole(
                b"<urlset>" + b"".join(b"<url><loc>/s/%d</loc></url>" % n for n in range(20_000)) + LAUGHS,
                kind=b"application/xml",
            )
        ),
    }


@contextlib.contextmanager
def hostile(names: tuple[str, ...] = ()) -> Iterator[str]:
    """The address of the server; its first page links the tricks ``names`` (default: all)."""
    known = tricks()
    index = whole(b"".join(b"<a href='/%s?id=1'>x</a>" % name.encode() for name in names or known))
    loop = asyncio.new_event_loop()
    where: list[int] = []
    ready, stop = threading.Event(), asyncio.Event()

    async def main() -> None:
        tasks: set[asyncio.Task[None]] = set()

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(_talk(reader, writer, index, known))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=1 << 22)
        where.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # what was aborted is closed in the loop's next turn

    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield f"http://127.0.0.1:{where[0]}/"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, index: bytes, known: dict[str, Trick]
) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode("latin-1")
        name = path.lstrip("/").partition("?")[0].partition("/")[0]
        trick = once(index) if path == "/" else known.get(name, once(whole(b"no", status=b"404 Not Found")))
        async for piece in trick(path):
            if piece == RESET:
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                return
            writer.write(piece)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError):
        pass  # the client has had enough
    finally:
        writer.transport.abort()
