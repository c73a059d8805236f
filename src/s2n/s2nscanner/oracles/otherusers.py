"""Somebody else who is logged in, and what the site offers them: for checks of who may see what."""

import re
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from s2n.model import Request
from s2n.s2nscanner.oracles.probe import Sender

_ID = re.compile(r"\d+|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=.*\d)[0-9a-zA-Z_-]{12,}", re.IGNORECASE)


class OtherUser(Struct, frozen=True):
    """Another user of the site. ``offered``: the requests that a whole crawl as this user found."""

    name: str
    offered: tuple[Request, ...]
    sender: Sender


Kind = tuple[str, str, str, tuple[str, ...]]


def kind_of(request: Request) -> Kind:
    """Method, origin, path with its ids folded, and names of parameters: equal for pages of one kind."""
    path = "/".join("#" if _ID.fullmatch(unquote(part)) else part for part in request.path.split("/"))
    names = tuple(sorted({name for name, _ in parse_qsl(request.query, keep_blank_values=True)}))
    return request.method, str(request.origin), path, names
