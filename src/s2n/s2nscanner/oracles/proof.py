"""What an oracle hands to a plugin when it is convinced, and how the engine asks it again."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from s2n.model import Confidence, Exchange


class Proof(Struct, frozen=True, kw_only=True):
    """A flaw shown once, with its negative control.

    ``exchange`` is the attack, ``control`` the request that shows the difference (same point, harmless or
    false payload). ``evidence`` is one sentence that names what was seen; ``marker`` is the text in the
    response that shows it, if there is one (reports cut the response around it). ``again`` runs one whole
    round more, with fresh values and a fresh control, and returns the new proof, or None if the flaw does
    not show; the engine calls it before anything is reported.
    """

    exchange: Exchange
    control: Exchange | None
    payload: str
    evidence: str
    confidence: Confidence
    again: Callable[[], Awaitable["Proof | None"]]
    marker: str = ""
