"""The tiny sites of `support.site` behind a real HTTP/1.1 server on loopback."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator

from msgspec import Struct

from s2n.model import Request, Response
from support.site import Site, html

SlowSite = Callable[[Request], Awaitable[Response | str]]


class Web(Struct):
    """A running site: its address, and the requests it has answered."""

    url: str
    requests: list[Request]


@contextlib.contextmanager
def serving(site: Site | SlowSite, port: int = 0) -> Iterator[Web]:
    """Serve ``site`` from a thread, at any free port; a site may be async, to answer late or never."""
    loop = asyncio.new_event_loop()
    web = Web("", [])
    ready = threading.Event()

    async def main() -> None:
        connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(_talk(reader, writer, web, site))
            connections[task] = writer
            task.add_done_callback(connections.pop)

        server = await asyncio.start_server(connected, "127.0.0.1", port)
        web.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        ready.set()
        await stop.wait()
        # What is being accepted is there within a few rounds; a closed server would leave its socket open.
        loop.remove_reader(server.sockets[0].fileno())
        for _ in range(5):
            await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task(), *connections}))
            await asyncio.sleep(0)
        left = dict(connections)
        for task, writer in left.items():
            task.cancel()
            writer.transport.abort()  # a task that has not begun yet closes nothing
        await asyncio.gather(*left, return_exceptions=True)
        server.close()
        await asyncio.sleep(0)  # transports close their sockets in the loop's next round

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield web
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def _talk(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, web: Web, site: Site | SlowSite
) -> None:
    try:
        while (request := await _read(reader, web.url)) is not None:
            web.requests.append(request)
            answer = site(request)
            if not isinstance(answer, (Response, str)):
                answer = await answer
            response = html(answer) if isinstance(answer, str) else answer
            lines = [f"HTTP/1.1 {response.status} {response.reason or 'X'}"]
            lines += [f"{name}: {value}" for name, value in response.headers]
            lines += [f"Content-Length: {len(response.body)}", "", ""]
            body = b"" if request.method == "HEAD" else response.body
            writer.write("\r\n".join(lines).encode("latin-1") + body)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # the client went away, as it may
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()  # the socket is closed by the loop, which must not end before


async def _read(reader: asyncio.StreamReader, base: str) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    origin = Request.from_url(base).origin
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Request(method, origin, target, headers, await reader.readexactly(length))
