"""Is a resource really there? A site may answer 200 to everything.

The way of ZAP's ``Analyser`` and w3af's ``fingerprint_404``: ask for random siblings in the same directory
and with the same suffix, learn what all of them have in common and how much they vary, and believe in a
resource only if its answer differs by more than that.
"""

import asyncio
import html
import re
from collections import OrderedDict
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.probe import Fresh, Sender

MAX_BODY = 1 << 16
"""Bytes of a body that are compared."""

_SEGMENTS = re.compile(r"[<>\n]")
# Times, counters, ids and nonces: digits, hex and mixed tokens say nothing about what a page is.
_VARIABLE = re.compile(
    r"(?<![\w+/-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Za-z])[\w+/-]{12,}={0,2}|[0-9a-fA-F]{8,}|\d+"
)
_OVERLOADED = frozenset({429, 503})


class Look(Struct, frozen=True):
    """An answer without what changes by itself.

    ``pieces`` are the body's segments, each as it stands and without what echoes the request: a page that
    always says ``process.env`` must look the same when ``.env`` is asked for.
    """

    status: int
    content_type: str
    location: str
    pieces: frozenset[tuple[str, str]] = frozenset()

    def like(self, other: "Look") -> bool:
        """The same kind of answer, whatever its text."""
        return (self.status, self.content_type, self.location) == (
            other.status,
            other.content_type,
            other.location,
        )

    def distance(self, other: "Look") -> int:
        """Characters that one of both has and the other has not."""
        return _unmatched(self, other) + _unmatched(other, self)


class SoftNotFound:
    """Learns, per directory and suffix, how the site answers what does not exist."""

    def __init__(self, sender: Sender, *, size: int = 256, fresh: Fresh | None = None) -> None:
        self._sender = sender
        self._size = size
        self._fresh = fresh or Fresh()
        self._siblings: OrderedDict[tuple[object, ...], _Siblings] = OrderedDict()

    async def exists(self, request: Request, sender: Sender | None = None) -> Exchange | None:
        """The exchange if ``request`` gets an answer that a random sibling does not get, else None.

        Errors, and the 403 or 429 of a filter, are no proof that something is there. Costs one request if
        the site says 404, up to four where it does not; ``sender`` (default: the scan's own) pays for them.

        Raises:
            NetworkError: nothing was learned.
        """
        sender = sender or self._sender
        exchange = await sender.send(request)
        status = exchange.response.status
        if not (200 <= status < 400 or status == 401):
            return None
        siblings = self._of(request)
        look = look_of(exchange)
        for wanted in (2, 3):
            if explains(await siblings.learn(wanted, request, sender, self._fresh), look):
                return None
        return exchange

    def _of(self, request: Request) -> "_Siblings":
        directory, name, suffix = _split(request)
        # A lock belongs to one event loop, and plugins from outside run in loops of their own.
        loop = asyncio.get_running_loop()
        hidden = name.startswith(".")
        key = (loop, request.method, request.origin, directory, hidden, suffix, request.query)
        siblings = self._siblings.setdefault(key, _Siblings())
        self._siblings.move_to_end(key)
        if len(self._siblings) > self._size:
            self._siblings.popitem(last=False)
        return siblings


class _Siblings:
    """How random names of one directory and suffix are answered; asked once however many want to know."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._looks: list[Look] = []

    async def learn(self, wanted: int, request: Request, sender: Sender, fresh: Fresh) -> list[Look]:
        """The looks of ``wanted`` random siblings; fewer if the site is too busy to answer them."""
        async with self._lock:
            while len(self._looks) < wanted:
                look = look_of(await sender.send(sibling_of(request, fresh)))
                if look.status in _OVERLOADED:
                    break
                self._looks.append(look)
            return self._looks[:]


def explains(siblings: list[Look], look: Look) -> bool:
    """Is ``look`` within what nothing looks like here, or can nobody tell?

    Nobody can where random names get answers of several kinds, or get none. The tolerance is what the
    siblings differ among themselves, twice.
    """
    if len(siblings) < 2 or not all(other.like(siblings[0]) for other in siblings):
        return True
    if not look.like(siblings[0]):
        return False
    noise = max(a.distance(b) for a in siblings for b in siblings)
    return min(look.distance(other) for other in siblings) <= 2 * noise


def sibling_of(request: Request, fresh: Fresh) -> Request:
    """A request for a name that cannot exist, in the directory and with the suffix of ``request``."""
    directory, name, suffix = _split(request)
    dot = "." if name.startswith(".") else ""
    stem = fresh.letters(max(8, len(name) - len(suffix)))
    query = f"?{request.query}" if "?" in request.target else ""
    return replace(request, target=f"{directory}{dot}{stem}{suffix}{query}")


def look_of(exchange: Exchange) -> Look:
    """The answer reduced to what tells one page from another; of a redirect that is where it leads."""
    response = exchange.response
    echo = _echo_pattern(exchange.request)
    if response.is_redirect:
        location = _VARIABLE.sub("0", echo.sub("", response.header("location") or ""))
        return Look(response.status, "", location)
    text = response.body[:MAX_BODY].decode("utf-8", "replace")
    pieces = frozenset((_plain(piece), _plain(echo.sub("", piece))) for piece in _SEGMENTS.split(text))
    return Look(response.status, response.content_type, "", pieces)


def _plain(piece: str) -> str:
    return _VARIABLE.sub("0", piece).strip()


def _unmatched(ours: Look, theirs: Look) -> int:
    known = {form for piece in theirs.pieces for form in piece} | {""}
    return sum(len(whole) for whole, bare in ours.pieces if whole not in known and bare not in known)


def _split(request: Request) -> tuple[str, str, str]:
    """``/a/b/.env.local`` → ``/a/b/``, ``.env.local``, ``.local``; a folder's suffix is ``/``."""
    path = request.path
    slash = "/" if path.endswith("/") and path != "/" else ""
    directory, _, name = path.removesuffix(slash).rpartition("/")
    lead = 1 if name.startswith(".") else 0
    dot = name.find(".", lead)
    suffix = name[dot:] if dot >= 0 else ("~" if name.endswith("~") else "")
    return f"{directory}/", name, suffix + slash


def _echo_pattern(request: Request) -> re.Pattern[str]:
    """Whatever of the request a page may repeat, longest first, in any case and escaping."""
    path = request.path
    _, name, suffix = _split(request)
    stem = name.removesuffix(suffix.rstrip("/")).strip(".")
    plain = {request.url, request.target, path, path.strip("/"), name, stem}
    plain |= {unquote(text) for text in plain}
    forms = plain | {html.escape(text) for text in plain} | {quote(text, safe="") for text in plain}
    forms |= {text.replace("/", "\\/") for text in plain}
    words = sorted((text for text in forms if len(text) > 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)) or r"(?!)", re.IGNORECASE)
