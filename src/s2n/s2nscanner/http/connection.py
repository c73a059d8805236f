"""One connection: bytes out, bytes into a parser, on a non-blocking socket of the event loop."""

import asyncio
import socket
import ssl
from time import perf_counter

from s2n.errors import BadResponse, NetworkError, TimedOut
from s2n.s2nscanner.http.tls import tls_failure
from s2n.s2nscanner.http.wire import ResponseParser

_READ = 1 << 16
"""More than a TLS record holds (16 KB): `SSLSocket` never keeps back bytes the selector knows nothing of."""


_ADRIFT_SECONDS = 2.0
"""How long, from its first byte, an answer may go on whose framing is broken: no more than a page takes."""

_NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Connection:
    """Carries one exchange at a time. While idle it watches its peer, and closes when that closes or talks.

    The loop's selector calls straight into it: asyncio's own transports, and its TLS layer above all, cost
    more than everything here (docs/architecture.md, "Parts").
    """

    __slots__ = (
        "_done", "_loop", "_parser", "_sock", "_unsent", "arrived", "closed", "deadline", "ended",
        "idle_since", "peer", "started", "used",
    )  # fmt: skip

    def __init__(self, sock: socket.socket, peer: str) -> None:
        self.peer = peer
        self.closed = False
        self.used = False
        """Has it carried an exchange before?"""
        self.idle_since = 0.0
        self.deadline = 0.0
        """When the exchange under way has to end, as `time.perf_counter` counts."""
        self.started = self.arrived = self.ended = 0.0
        """When the request was written, the first byte came, the last byte came."""
        self._sock = sock
        self._parser: ResponseParser | None = None
        self._done: asyncio.Future[None] | None = None
        self._unsent: memoryview | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._on_readable)

    @property
    def certificate(self) -> bytes:
        """The server's certificate, in DER; empty without TLS."""
        sock = self._sock
        return (sock.getpeercert(binary_form=True) or b"") if isinstance(sock, ssl.SSLSocket) else b""

    def exchange(self, data: bytes, parser: ResponseParser, deadline: float) -> asyncio.Future[None]:
        """Write ``data`` and feed ``parser`` with what comes back.

        The future is done when the parser is, whether the answer is whole or cut short.

        Raises:
            BadResponse, TlsFailed, TimedOut: nothing usable came; raised by the future.
        """
        self._done = done = self._loop.create_future()
        self._parser = parser
        self.deadline = deadline
        self.arrived = 0.0
        self.started = perf_counter()
        try:
            sent = self._sock.send(data)
        except _NOT_NOW:
            sent = 0
        except OSError:
            sent = len(data)  # the peer is gone; why, an alert or an early answer still to be read may tell
        if sent < len(data):
            self._unsent = memoryview(data)[sent:]
            self._loop.add_writer(self._sock, self._on_writable)
        return done

    def expire(self) -> None:
        """The deadline has passed: end the exchange with what there is."""
        self._end("timeout", None)

    def close(self) -> None:
        """Let go of the socket."""
        if not self.closed:
            self.closed = True
            self._loop.remove_reader(self._sock)
            if self._unsent is not None:
                self._loop.remove_writer(self._sock)
                self._unsent = None
            self._sock.close()

    def _on_readable(self) -> None:
        try:
            data = self._sock.recv(_READ)
        except _NOT_NOW:
            return
        except OSError as error:
            self._end("reset", error)
            return
        parser = self._parser
        if parser is None:
            self.close()
        elif not data:
            self._end("truncated", None)
        else:
            if not self.arrived:
                self.arrived = perf_counter()
            if parser.feed(data):
                self._finish()
            elif parser.adrift:
                self.deadline = min(self.deadline, self.arrived + _ADRIFT_SECONDS)

    def _on_writable(self) -> None:
        assert self._unsent is not None
        try:
            sent = self._sock.send(self._unsent)
        except _NOT_NOW:
            return
        except OSError:
            sent = len(self._unsent)  # the peer stopped reading; an answer may still come
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._loop.remove_writer(self._sock)
            self._unsent = None

    def _finish(self) -> None:
        """The parser has a whole answer."""
        self.ended = perf_counter()
        parser, done = self._parser, self._done
        self._parser = self._done = None
        assert parser is not None
        if not parser.reusable or self._unsent is not None:
            self.close()
        if done is not None and not done.done():
            done.set_result(None)

    def _end(self, note: str, error: OSError | None) -> None:
        """The answer ends here, for the reason ``note`` names: keep what came, or say that nothing did."""
        parser, done = self._parser, self._done
        self._parser = self._done = None
        self.ended = perf_counter()
        self.close()
        if parser is None or done is None or done.done():
            return
        parser.end(note)
        if parser.usable:
            done.set_result(None)
        else:
            done.set_exception(self._failure(note, error))

    def _failure(self, note: str, error: OSError | None) -> NetworkError:
        if note == "timeout":
            waited = self.deadline - self.started
            what = "stops within the head of its answer" if self.arrived else "never answers"
            return TimedOut(
                f"{self.peer} accepts the connection but {what} (waited {waited:.3g} s)",
                "allow more with --timeout, or lower --concurrency if the server is overloaded",
            )
        if isinstance(error, ssl.SSLError):
            return tls_failure(error, self.peer)
        how = "reset" if note == "reset" else "closed"
        what = "before anything that can be read as a response" if self.arrived else "without answering"
        return BadResponse(
            f"{self.peer} {how} the connection {what}", "check that it speaks HTTP on this port"
        )
