"""WebSockets of pages: let through to the site alone, and what is said on them written down."""

from collections.abc import Callable

from playwright.async_api import WebSocketRoute

from s2n.errors import BudgetSpent
from s2n.model import Request
from s2n.s2nscanner.crawler.browser.gate import Gate
from s2n.s2nscanner.crawler.browser.judge import objection
from s2n.s2nscanner.crawler.browser.record import Record
from s2n.s2nscanner.crawler.sights import Message, Withheld
from s2n.s2nscanner.http.governor import Governor

MAX_MESSAGES = 200
"""Messages of one socket that are written down, both ways together."""

MAX_TEXT = 4096
"""Characters of a message that are kept."""

_NORMAL, _POLICY = 1000, 1008


class Sockets:
    """Opens WebSockets through the gate, each counted as one request. ``spent``: a limit is used up."""

    def __init__(
        self, gate: Gate, allows: Callable[[Request | str], bool], governor: Governor | None
    ) -> None:
        self.spent = False
        self._gate = gate
        self._allows = allows
        self._governor = governor

    async def open(self, socket: WebSocketRoute, record: Record) -> None:
        """Connect ``socket`` if its URL is in scope and harmless, else close it."""
        try:
            request = Request.from_url("http" + socket.url.removeprefix("ws"))
        except ValueError:
            await socket.close(code=_POLICY)
            return
        reason = objection(request, risk=False)
        if reason:
            record.sights.append(Withheld("GET", socket.url, f"{socket.url} is not opened: {reason}"))
        if reason or not self._allows(request):
            await socket.close(code=_POLICY)
            return
        try:
            if self._governor is not None:
                async with self._governor.slot(request.origin):
                    self._gate.admit(request)
            else:
                self._gate.admit(request)
        except BudgetSpent:
            self.spent = True
            await socket.close(code=_POLICY)
            return
        _listen(socket, record)


def _listen(socket: WebSocketRoute, record: Record) -> None:
    server = socket.connect_to_server()
    count = 0

    def note(text: str | bytes, *, sent: bool) -> None:
        nonlocal count
        if isinstance(text, bytes):
            text = text[:MAX_TEXT].decode("utf-8", "replace")
        if count < MAX_MESSAGES:
            record.sights.append(Message(socket.url, sent, text[:MAX_TEXT]))
        count += 1

    def from_page(text: str | bytes) -> None:
        note(text, sent=True)
        server.send(text)

    def from_server(text: str | bytes) -> None:
        note(text, sent=False)
        socket.send(text)

    # An empty message stands for the socket itself, which may stay silent.
    note("", sent=True)
    socket.on_message(from_page)
    server.on_message(from_server)
