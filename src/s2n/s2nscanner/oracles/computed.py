"""A number the target computed is the witness: no echo, decoding or reordering of the payload yields it."""

import re
from collections.abc import Callable

from msgspec import Struct

from s2n.model import Confidence
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.oracles.proof import Proof

_THOUSANDS = "[,.'\u2019\u00a0\u202f ]?"
"""What template engines put between groups of digits, each in its locale."""

# What may stand between a token and the number when they were printed by separate commands.
_GAP = r"(?:\s|&nbsp;|<br ?/?>|\\[rn]|&#1[03];|<|&lt;){0,8}"


class Product(Struct, frozen=True):
    """``a`` × ``b`` to be printed between ``left`` and ``right``, all fresh."""

    left: str
    right: str
    a: int
    b: int

    @property
    def answer(self) -> str:
        """What the target prints if it computes; its digits are in no payload."""
        return str(self.a * self.b)

    @property
    def inert(self) -> str:
        """The same words and numbers with nothing to run: the negative control."""
        return f"{self.left} {self.a} {self.b} {self.right}"


def fresh_product(fresh: Fresh, digits: int = 6) -> Product:
    """A new product of a number of ``digits`` digits and one of a digit fewer.

    4 keeps the answer within the signed 32 bits of ``set /a`` of Windows' cmd.
    """
    return Product(fresh.letters(6), fresh.letters(6), fresh.number(digits), fresh.number(digits - 1))


async def prove_computed(
    probe: Probe,
    payload: Callable[[Product], str],
    *,
    control: Callable[[Product], str] = lambda product: product.inert,
    digits: int = 6,
    raw: bool = False,
    follow: bool = False,
) -> Proof | None:
    """Show that the target computed a fresh product.

    If the payload carries the product's tokens, the answer must stand between them; a payload without
    them (``expr`` alone) is believed by the bare answer, ten digits or more that nobody sent. It must be
    absent from the baseline and from the response to ``control``. ``follow``: the answer may stand where a
    redirect leads. Costs one request when nothing is found.
    """
    product = fresh_product(probe.fresh, digits)
    value = payload(product)
    attack = await probe.send(value, raw=raw, follow=follow)
    found = _witness(product, value, attack.response.text)
    if found is None or product.answer in value:
        return None
    harmless = await probe.send(control(product), raw=raw, follow=follow)
    if any(product.answer in exchange.response.text for exchange in (probe.baseline, harmless)):
        return None
    return Proof(
        exchange=attack,
        control=harmless,
        payload=value,
        evidence=f"The target computed {product.a} × {product.b} = {product.answer}.",
        marker=found[0],
        confidence=Confidence.CERTAIN,
        again=lambda: prove_computed(probe, payload, control=control, digits=digits, raw=raw, follow=follow),
    )


def _witness(product: Product, value: str, text: str) -> re.Match[str] | None:
    """The answer in ``text``. Most have nothing of it: an expression is made only for those that may."""
    answer = product.answer
    if product.left in value and product.right in value:
        if product.left not in text or answer[-3:] not in text:
            return None
        return re.search(f"{product.left}{_GAP}{_grouped(answer)}{_GAP}{product.right}", text)
    return re.search(rf"(?<!\d){answer}(?!\d)", text) if answer in text else None


def _grouped(digits: str) -> str:
    """A pattern of the number with or without signs between its thousands."""
    return _THOUSANDS.join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", digits))
