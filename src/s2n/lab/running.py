"""Start the lab beside a test or a demo, and stop it without a trace."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from s2n.errors import UsageError
from s2n.lab.server import Connection, Site, loopback


class Lab:
    """A lab that runs on a thread of its own. ``url`` ends in a slash."""

    def __init__(self, host: str, port: int) -> None:
        self.url = ""
        self._host = loopback(host)
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._site = Site()
        self._ready = threading.Event()
        self._error: OSError | OverflowError | None = None
        self._thread = threading.Thread(target=self._main, name="lab", daemon=True)

    @property
    def requests(self) -> int:
        """How many requests the pages have answered so far."""
        return self._site.requests

    def start(self) -> None:
        """Listen; returns when requests are answered.

        Raises:
            UsageError: the port is taken or not allowed.
        """
        self._thread.start()
        self._ready.wait()
        if self._error:
            self._thread.join()
            raise UsageError(
                f"the lab cannot listen on {self._host} port {self._port}: {self._error}",
                "choose another --port, or 0 for any free one",
            )

    def stop(self) -> None:
        """End every request, connection and thread; a stopped lab stays stopped."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _main(self) -> None:
        loop, site = self._loop, self._site
        server = None
        try:
            server = loop.run_until_complete(
                loop.create_server(lambda: Connection(site), self._host, self._port)
            )
            port = server.sockets[0].getsockname()[1]
            host = f"[{self._host}]" if ":" in self._host else self._host
            self.url = site.shop.url = f"http://{host}:{port}/"
            self._ready.set()
            loop.run_forever()
        except (OSError, OverflowError) as error:
            self._error = error
        finally:
            loop.run_until_complete(site.close(server))
            loop.close()
            self._ready.set()


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0) -> Iterator[Lab]:
    """A running lab; it is gone when the block ends.

    Raises:
        UsageError: not a loopback address, or the port is taken.
    """
    lab = Lab(host, port)
    lab.start()
    try:
        yield lab
    finally:
        lab.stop()
