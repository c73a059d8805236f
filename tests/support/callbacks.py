"""Callbacks without a wire: what an in-memory site fetches reaches the switchboard at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from s2n.model import Request
from s2n.s2nscanner.http.listener import Address, Arrival
from s2n.s2nscanner.oracles.callback import Switchboard

DOMAIN = "oob.test"

_board: ContextVar[Switchboard] = ContextVar("board")


@contextmanager
def reachable() -> Iterator[Switchboard]:
    """A switchboard that waits for nobody, reachable by `call` and `look_up` while the block runs."""
    board = Switchboard(Address("listener.test", 8053), DOMAIN, patience=0.0)
    held = _board.set(board)
    try:
        yield board
    finally:
        _board.reset(held)


def call(url: str) -> bytes | None:
    """What a GET of ``url`` gets if it leads to the listener; None if nobody answers there."""
    try:
        request = Request.from_url(url)
    except ValueError:
        return None
    board = _board.get(None)
    if board is None:
        return None
    if request.origin.host.endswith(f".{DOMAIN}"):
        look_up(request.origin.host)
    if str(board.address) != f"{request.origin.host}:{request.origin.port}":
        return None
    return board.receive(Arrival("http", f"GET {request.target} HTTP/1.1\r\n\r\n", "192.0.2.80"))


def look_up(name: str) -> None:
    """Ask for the address of ``name``."""
    board = _board.get(None)
    if board is not None and name.endswith(f".{DOMAIN}"):
        board.receive(Arrival("dns", name, "192.0.2.53"))
