"""Nothing is reported that does not show a second time, with fresh values and a negative control."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from s2n.errors import BudgetSpent, NetworkError
from s2n.model import Confidence, Exchange, PluginInfo
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.engine.evidence import cap_confidence
from s2n.s2nscanner.engine.isolation import Outcome, Stage
from s2n.s2nscanner.sdk import Claim, InputPoint, inject

Rerun = Callable[[Context], Awaitable[Outcome]]

ROUNDS = 2
"""Rounds a proof may take to show again: a busy target misses a beat, and each round has its own control."""

SECONDS = 60.0
"""Seconds a verification round may take: a time-based proof with its controls needs about ten."""


class Verifier:
    """Asks each claim again, in the way the claim allows."""

    def __init__(self, info: PluginInfo, shared: Shared, stage: Stage) -> None:
        self._info = info
        self._shared = shared
        self._stage = stage

    async def confirm(
        self, claim: Claim, rerun: Rerun, point: InputPoint | None, ctx: Context
    ) -> Claim | None:
        """The claim as it may be reported (its confidence perhaps lowered), or None if it does not hold.

        A proof runs a fresh round of its oracle. A claim of the plugin's own is asked ``again``. Any other
        is held against a negative control and a complete second run of the hook (``rerun``): it must come
        up again with the same place and meaning, and it is at most FIRM.

        Raises:
            NetworkError: twice in a row; the flaw was not verified, which is not the same as absent.
        """
        if self._info.kind == "passive":
            return claim
        ctx.allow(max(40, self._info.max_requests))
        try:
            return await self._once(claim, rerun, point)
        except NetworkError:
            return await self._once(claim, rerun, point)

    async def _once(self, claim: Claim, rerun: Rerun, point: InputPoint | None) -> Claim | None:
        if claim.proof is not None:
            for _ in range(ROUNDS):
                if await self._stage.call(claim.proof.again, SECONDS) is not None:
                    return claim
            return None
        if claim.again is not None:
            return claim if await self._stage.call(claim.again, SECONDS) else None
        if point is not None and await self._shows_without_attack(claim, point):
            return None
        second = await rerun(Context(self._info, self._shared, anew=True))
        if any(_meaning(other) == _meaning(claim) for other in second.claims):
            return replace(claim, confidence=cap_confidence(claim, Confidence.FIRM))
        if second.ending in {"network", "session", "withheld", "budget"}:  # not asked is not absent
            raise (BudgetSpent if second.ending == "budget" else NetworkError)(second.reason)
        return None

    async def _shows_without_attack(self, claim: Claim, point: InputPoint) -> bool:
        """The negative control: a harmless value of the same length must not show the marker."""
        ctx = Context(self._info, self._shared)
        marker = claim.marker or claim.evidence
        if not marker:
            return False

        async def ask() -> Exchange:
            return await ctx.send(inject(point, ctx.fresh.token(max(4, len(claim.payload)))))

        control = await self._stage.call(ask, SECONDS)
        return marker in control.response.text


def _meaning(claim: Claim) -> tuple[str, ...]:
    request = claim.point.request if claim.point else claim.exchange.first.request
    return request.path, claim.point.name if claim.point else claim.parameter, claim.variant, claim.title
