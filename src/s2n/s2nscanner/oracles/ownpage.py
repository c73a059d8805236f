"""A page of the target as a known file: by the pieces of its text that nothing else shows."""

import re

from s2n.model import Exchange
from s2n.s2nscanner.oracles.signature import Signature

MAX_PIECES = 40
_PIECE = re.compile(r">([^<>\r\n\d]{12,200})")
"""Text long enough to be a page's own; without digits, which change."""


def signature_of_page(page: Exchange, *others: Exchange) -> Signature | None:
    """How ``page`` is known where it is shown within another; None if it has nothing that ``others`` lack."""
    if page.response.status != 200:
        return None
    shown = "".join(other.response.text for other in others)
    pieces = {piece.strip() for piece in _PIECE.findall(page.response.text)}
    own = sorted((p for p in pieces if len(p) >= 12 and p not in shown), key=lambda p: (-len(p), p))
    if not own:
        return None
    pattern = "|".join(re.escape(piece) for piece in own[:MAX_PIECES])
    return Signature(f"the target's own page {page.request.path}", re.compile(pattern))
