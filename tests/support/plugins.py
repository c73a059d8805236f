"""Plugins for tests of the engine."""

from collections.abc import AsyncIterator

from s2n.model import Confidence, Exchange, PluginInfo, Severity
from s2n.s2nscanner.sdk import CheckContext, Claim, InputPoint, Proof, report


def info(name: str, **fields: object) -> PluginInfo:
    """A minimal description."""
    return PluginInfo(id=name, title=name, severity=Severity.HIGH, what="w.", fix="f.", **fields)  # type: ignore[arg-type]


class Echo:
    """Finds a value that comes back as it was sent, with a proof that can be asked again."""

    info = info("echo", max_requests=10)

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        probe = await ctx.probe(point)

        async def once() -> Proof | None:
            value = ctx.fresh.token()
            exchange = await probe.send(value)
            control = await probe.original()
            if value not in exchange.response.text:
                return None
            return Proof(
                exchange=exchange,
                control=control,
                payload=value,
                evidence=f"{value} came back",
                confidence=Confidence.CERTAIN,
                again=once,
                marker=value,
            )

        if (proof := await once()) is not None:
            yield ctx.finding(proof, point)


class Once:
    """A suspicion that never shows twice."""

    info = info("once")

    async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
        exchange = await (await ctx.probe(point)).send("x")

        async def again() -> bool:
            return False

        yield ctx.claim(exchange, "seen once", again, point=point)


class Title:
    """Passive: reports pages with a title."""

    info = info("title", kind="passive")

    def inspect(self, exchange: Exchange) -> list[Claim]:
        return [report(exchange, "it has a title")] if "<title>" in exchange.response.text else []
