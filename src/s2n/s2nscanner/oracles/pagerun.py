"""What a page does when a browser opens it: where its scripts put text, and what they are made to run."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from s2n.model import Exchange


class Sink(Struct, frozen=True):
    """A script handed ``text`` to something that makes markup, code or an address of it.

    ``kind`` as Trusted Types name sinks (``Element innerHTML``, ``eval``, ``Window setTimeout``), or
    ``navigation``; ``where`` is the script with line and column, if the browser tells.
    """

    kind: str
    text: str
    where: str = ""


class PageRun(Struct, frozen=True):
    """A page that was opened: the texts of dialogs that it showed (``said``), the sinks that got a marker."""

    exchange: Exchange | None = None
    sinks: tuple[Sink, ...] = ()
    said: tuple[str, ...] = ()


class PageRunner(Protocol):
    """A browser, as oracles need it; it shares the scan's scope, session and limits."""

    async def run(
        self, url: str, markers: Sequence[str] = (), message: str = "", expect: str = ""
    ) -> PageRun:
        """Open ``url``, fragment included, and let its scripts run.

        ``markers``: sinks whose text holds one are told. ``message``: posted to the page by a frame of
        another origin once it has loaded. ``expect``: a text that a dialog is waited for to say.

        Raises:
            NetworkError: it was not opened.
        """
        ...
