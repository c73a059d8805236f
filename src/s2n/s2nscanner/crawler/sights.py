"""What is seen of a page in a browser: the requests it makes, and the states it takes on."""

from typing import NamedTuple

from s2n.model import Exchange, Request


class Heard(NamedTuple):
    """A request that a page made, by ``page``'s script, form or markup.

    ``exchange`` holds the request as the page made it, without the headers that every browser adds, and the
    response. ``kind``: ``document``, ``fetch`` (and XMLHttpRequest), ``script``, ``style``, ``websocket`` or
    ``other``.
    """

    exchange: Exchange
    kind: str
    page: str


class Message(NamedTuple):
    """A WebSocket message; ``sent`` by the page, or else received."""

    url: str
    sent: bool
    text: str


class Held(NamedTuple):
    """A request that sends a password or a file, or changes a record: it was not sent, but it may be tested.

    ``request`` is as `Heard` tells it, ``page`` who wanted to make it.
    """

    request: Request
    page: str


class Withheld(NamedTuple):
    """A request that a page wanted to make and that must not be made."""

    method: str
    url: str
    reason: str


class Shown(NamedTuple):
    """A state of a page that was not seen before.

    ``html``: its document as it stands, shadow roots and frames included. ``actions``: what was done to get
    there from ``start``, in words (``click "Show more"``).
    """

    url: str
    start: str
    html: str
    actions: tuple[str, ...] = ()


Sight = Heard | Held | Message | Withheld | Shown
