"""Do two servers in a row disagree where a request's body ends? Shown by who waits for the rest of it.

The method is the timing test of James Kettle's "HTTP Desync Attacks" (2019), made so that nothing is left
over that another visitor's request could be glued to:

* ``CL.TE``: the Content-Length ends within a chunk. A first server that counts bytes passes on so much, and a
  second one that reads chunks waits for more. What the first did not pass on stays on our own connection. A
  server that reads chunks sees all of them, and that one's size is no number: it refuses at once.
* ``TE.CL``: the Content-Length is two bytes longer than the chunks, and the two bytes are an empty line. A
  first server that reads chunks passes on those, and a second one that counts bytes waits for the line. Where
  it is the other way round an empty line is left over, which servers skip before a request (RFC 9112, 2.2).

The control has the same headers and bytes, and a Content-Length on which both would agree.
"""

from msgspec import Struct
from msgspec.structs import replace

from s2n.errors import BadResponse, TimedOut
from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.oracles.probe import Sender

PATIENCE = 5.0
"""Seconds without an answer that count as waiting: servers give up on a body after 10 to 60."""

QUICK = 2.0
"""Seconds within which a control must be answered."""

ROUNDS = 3


class Framing(Struct, frozen=True):
    """A body, and the Content-Length that splits it between two readers, or that both agree on."""

    kind: str
    body: bytes
    splitting: int
    agreeing: int


FRAMINGS = (
    Framing("CL.TE", b"1\r\nZ\r\nQ\r\n\r\n", 4, 11),
    Framing("TE.CL", b"0\r\n\r\n\r\n", 7, 5),
)

ENCODINGS = (
    ("Transfer-Encoding", "chunked"),
    ("Transfer-Encoding", "\tchunked"),
    ("Transfer-Encoding ", "chunked"),
    ("Transfer-Encoding", "xchunked"),
    ("Transfer-Encoding", "chunked, identity"),
    ("X-S2n: x\nTransfer-Encoding", "chunked"),
    ("Transfer-Encoding", "\x0bchunked"),
)
"""Spellings that one server takes for chunked and another does not."""


class Desync(Struct, frozen=True):
    """Who disagreed and how it was shown: the last request that was not answered, and its control."""

    framing: Framing
    encoding: tuple[str, str]
    waiting: Exchange
    control: Exchange


async def desync(sender: Sender, request: Request) -> Desync | None:
    """A framing on which the servers behind ``request``'s address disagree, or None.

    Sends one request for each spelling and framing where they agree, all on connections of their own.

    Raises:
        NetworkError: a control was not answered.
    """
    plain = replace(request, headers=(*request.headers, ("Content-Length", "3")), body=b"a=b")
    if (await sender.send(plain, exact=True)).response.elapsed > QUICK:
        return None
    for framing in FRAMINGS:
        for encoding in ENCODINGS:
            if found := await disagreement(sender, request, framing, encoding):
                return found
    return None


async def disagreement(
    sender: Sender, request: Request, framing: Framing, encoding: tuple[str, str]
) -> Desync | None:
    """Several times a wait, and between them controls that are answered at once."""
    found = None
    for _ in range(ROUNDS):
        waiting = await _asked(sender, _framed(request, framing, encoding, framing.splitting))
        if waiting is None or waiting.response.elapsed < PATIENCE:
            return None
        control = await sender.send(
            _framed(request, framing, encoding, framing.agreeing), exact=True, alone=True
        )
        if control.response.elapsed > QUICK:
            return None
        found = Desync(framing, encoding, waiting, control)
    return found


def _framed(request: Request, framing: Framing, encoding: tuple[str, str], length: int) -> Request:
    return replace(
        request, headers=(*request.headers, ("Content-Length", str(length)), encoding), body=framing.body
    )


async def _asked(sender: Sender, request: Request) -> Exchange | None:
    """The exchange; an empty one if nothing came in time, None if the server hung up."""
    try:
        return await sender.send(request, exact=True, alone=True, timeout=PATIENCE + 1)
    except TimedOut:
        seconds = PATIENCE + 1
        return Exchange(
            request, Response(0, f"no answer within {seconds:g} s", ttfb=seconds, elapsed=seconds)
        )
    except BadResponse:
        return None
