"""A site on loopback that stops when it is asked for ``/stop``, and may be started again on its port."""

import asyncio

from s2n.model import Request, Response
from support.site import Site, html


class Restarted:
    """Says what ``site`` says. ``knocks`` counts the looks for it while it is away; the second wakes it."""

    def __init__(self, site: Site = lambda _: "ok", *, comes_back: bool = True) -> None:
        self.comes_back = comes_back
        self.asked: list[str] = []
        self.knocks = 0
        self.stops = 0
        self._site = site
        self._port = 0
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._port}/"

    async def start(self) -> None:
        """Listen, at the same port each time."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.knocks = 0

    async def stop(self) -> None:
        """Listen no more, and end what is under way."""
        self._die()
        await asyncio.gather(*self._connections)

    async def connects(self, _: object) -> bool:
        """Knock at the door, as `s2n.s2nscanner.http.absence.Absences` does."""
        self.knocks += 1
        if self.knocks < 2 or not self.comes_back:
            return False
        await self.start()
        return True

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    def _die(self) -> None:
        """As a process ends: nobody is answered any more."""
        assert self._server is not None
        self._server.close()
        for writer in self._connections.values():
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await self._read(reader)) is not None:
                self.asked.append(f"{request.method} {request.target}")
                if "/stop" in request.target:
                    self.stops += 1
                    self._die()
                    return
                answer = self._site(request)
                response = html(answer) if isinstance(answer, str) else answer
                writer.write(_bytes_of(response))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, as it may
        finally:
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Request | None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        origin = Request.from_url(self.url).origin
        return Request(method, origin, target, headers, await reader.readexactly(length))


def _bytes_of(response: Response) -> bytes:
    lines = [f"HTTP/1.1 {response.status} X", *(f"{name}: {value}" for name, value in response.headers)]
    head = "\r\n".join([*lines, f"Content-Length: {len(response.body)}", "", ""])
    return head.encode("latin-1") + response.body
