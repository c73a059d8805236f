"""Does the target evaluate a condition? The boolean oracle, whatever language the condition is in."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from s2n.model import Confidence, Exchange
from s2n.s2nscanner.oracles.probe import Fresh, Probe
from s2n.s2nscanner.oracles.proof import Proof
from s2n.s2nscanner.oracles.stability import Stable, learn_page

ROUNDS = 3
"""True and false conditions of each kind: chance agrees with one order of six in 20."""


class Condition(Struct, frozen=True):
    """Makers of values that hold a true, a false and an invalid condition, with fresh numbers each time.

    True and false values should have the same length and shape, so that only their meaning differs.
    """

    true: Callable[[Fresh], str]
    false: Callable[[Fresh], str]
    broken: Callable[[Fresh], str]


class _Seen(Struct, frozen=True):
    exchange: Exchange
    payload: str
    page: int


async def difference(
    probe: Probe, condition: Condition, stable: Stable | None = None, *, like_true: bool = True
) -> Proof | None:
    """A proof that ``condition`` is evaluated, or None: no difference, or a page that cannot be compared.

    ``like_true``: the true condition leaves the page as it was and the false one changes it
    (``… AND true``); otherwise the other way round (``… OR true``). ``stable``: the page if it is known
    already; it is learned anew when the proof is asked for again. Sends one request if the first
    condition speaks against it, eleven if all goes well.

    Method: several true and several false conditions in random order, all trues one page, all falses
    another, the original again, and an invalid condition that must not look true (after sqlmap, Arachni,
    w3af and wapiti).
    """
    stable = stable or await learn_page(probe, anew=True)
    if stable is None:
        return None
    look = _Look(probe, stable)
    true = await look(condition.true)
    if true is None or (true.page == stable.original) is not like_true:
        return None
    false = await look(condition.false)
    if false is None or false.page == true.page or (false.page == stable.original) is like_true:
        return None
    if not await _holds(look, condition, true.page, false.page):
        return None
    return Proof(
        exchange=true.exchange,
        control=false.exchange,
        payload=true.payload,
        evidence=_evidence(true, false, like_true=like_true),
        confidence=Confidence.FIRM,
        again=lambda: difference(probe, condition, like_true=like_true),
    )


async def by_conditions(
    probe: Probe, broken: str, narrower: Iterable[Condition], wider: Iterable[Condition]
) -> Proof | None:
    """A proof by the first condition that is evaluated; None where the page cannot be compared.

    ``narrower`` conditions leave the page as it was where they are true; they are tried only if ``broken``, a
    value that no statement survives, changes the page. ``wider`` ones leave it where they are false.
    """
    page = await learn_page(probe)
    if page is None:
        return None
    close = list(narrower)
    if close and page.same(await probe.send(broken), broken):
        close = []
    for condition, like_true in (*((each, True) for each in close), *((each, False) for each in wider)):
        proof = await difference(probe, condition, page, like_true=like_true)
        if proof is not None:
            return proof
    return None


class _Look:
    """Sends fresh values and sees pages; None where a filter answered."""

    def __init__(self, probe: Probe, stable: Stable) -> None:
        self.probe = probe
        self.stable = stable

    async def __call__(self, make: Callable[[Fresh], str]) -> _Seen | None:
        payload = make(self.probe.fresh)
        exchange = await self.probe.send(payload)
        if self.probe.blocked(exchange):
            return None
        return _Seen(exchange, payload, self.stable.signature(exchange, payload))


async def _holds(look: _Look, condition: Condition, true: int, false: int) -> bool:
    """Does the difference repeat, while the original stays and an invalid condition is not true?"""
    for truth in look.probe.fresh.shuffled([True, False] * (ROUNDS - 1)):
        seen = await look(condition.true if truth else condition.false)
        if seen is None or seen.page != (true if truth else false):
            return False
    if not look.stable.same(await look.probe.original()):
        return False
    broken = await look(condition.broken)
    return broken is not None and broken.page != true and not await _remembers(look)


async def _remembers(look: _Look) -> bool:
    """Does the target answer the same new value differently the second time, as where something is created?

    There a condition that was sent before would look true, whatever it says.
    """
    value = look.probe.fresh.token()
    first, second = [await look(lambda _: value) for _ in range(2)]
    return first is None or second is None or first.page != second.page


def _evidence(true: _Seen, false: _Seen, *, like_true: bool) -> str:
    def page(seen: _Seen) -> str:
        response = seen.exchange.response
        return f"HTTP {response.status}, {len(response.body)} bytes"

    return (
        f"{ROUNDS} true conditions gave one page ({page(true)}, e.g. {true.payload!r}), "
        f"{ROUNDS} false ones another ({page(false)}, e.g. {false.payload!r}); "
        f"the {'true' if like_true else 'false'} page is the original one, an invalid condition is not true"
    )
