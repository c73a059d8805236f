import asyncio

import pytest

from s2n.errors import BadResponse, BudgetSpent, PluginFlooded
from s2n.model import Confidence, Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.sdk import Proof, learn_page
from support.plugins import info
from support.site import MemorySender, context, html, point_at

URL = "http://site.test/"


def test_requests_are_counted_up_to_the_plugins_budget() -> None:
    sender = MemorySender(lambda _: "x")
    ctx = context(sender, info("p", max_requests=2))

    async def go() -> None:
        await ctx.get(URL)
        await ctx.send(Request.from_url(URL, "POST"))
        with pytest.raises(PluginFlooded, match="plugin p wants more than its 2 requests") as caught:
            await ctx.get(URL)
        assert "max_requests" in caught.value.remedy
        ctx.allow(1)
        await ctx.get(URL)
        with pytest.raises(PluginFlooded):
            await ctx.get(URL)

    asyncio.run(go())
    assert ctx.requests == len(sender.requests) == 3
    assert [request.method for request in sender.requests] == ["GET", "POST", "GET"]


def test_answers_of_filters_are_counted_by_status() -> None:
    statuses = iter([200, 403, 429, 403, 404])
    ctx = context(lambda _: html("", next(statuses)))

    async def go() -> None:
        for _ in range(5):
            await ctx.get(URL)

    asyncio.run(go())
    assert dict(ctx.refused) == {403: 2, 429: 1}


def test_a_refusal_counts_though_a_redirect_led_elsewhere() -> None:
    def site(request: Request) -> Response:
        return html("", 403) if request.path == "/login" else html("", 302, location="/login")

    ctx = context(site)
    asyncio.run(ctx.get(URL, follow=True))
    assert dict(ctx.refused) == {}


def test_the_baseline_is_asked_once_and_not_charged() -> None:
    sender = MemorySender(lambda _: "x")
    ctx = context(sender)
    point = point_at("http://site.test/?q=1", "q")

    async def go() -> None:
        probes = await asyncio.gather(*(ctx.probe(point) for _ in range(5)))
        assert len({id(probe.baseline) for probe in probes}) == 1

    asyncio.run(go())
    assert len(sender.requests) == 1
    assert ctx.requests == 0


def test_a_claim_takes_over_what_the_proof_says_unless_it_is_told_otherwise() -> None:
    async def again() -> Proof | None:
        return None

    exchange = Exchange(Request.from_url(URL), Response(200))
    proof = Proof(
        exchange=exchange,
        control=exchange,
        payload="p",
        evidence="e",
        confidence=Confidence.CERTAIN,
        again=again,
        marker="m",
    )
    ctx: Context = context(lambda _: "x")
    claim = ctx.finding(proof, evidence="better", title="t")
    assert (claim.payload, claim.evidence, claim.marker, claim.title) == ("p", "better", "m", "t")
    assert (claim.confidence, claim.control, claim.proof) == (Confidence.CERTAIN, exchange, proof)


def test_what_exists_is_told_from_a_soft_404() -> None:
    def site(request: Request) -> str | Response:
        return html("secret") if request.path == "/.env" else html("not here", 404)

    ctx = context(site)

    async def go() -> None:
        assert await ctx.exists(URL + ".env") is not None
        assert await ctx.exists(URL + ".git/config") is None

    asyncio.run(go())


def test_a_glance_that_fails_is_counted_and_no_error_unless_the_budget_is_spent() -> None:
    class Flaky(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            if request.path == "/bad":
                raise BadResponse("no answer")
            if request.path == "/late":
                raise BudgetSpent("used up")
            return await super().send(request, **options)  # type: ignore[arg-type]

    ctx = context(Flaky(lambda _: "x"))

    async def go() -> None:
        assert await ctx.glance(Request.from_url(URL)) is not None
        assert await ctx.glance(Request.from_url(f"{URL}bad")) is None
        with pytest.raises(BudgetSpent):
            await ctx.glance(Request.from_url(f"{URL}late"))

    asyncio.run(go())
    assert ctx.unanswered == 1
    assert ctx.requests == 3


def test_what_a_page_looks_like_is_learned_once_and_anew_for_a_second_run() -> None:
    sender = MemorySender(lambda _: html("<p>a</p><p>b</p>"))
    shared = Shared(ScanRequest(target_url=URL), sender)
    one, two, second = (Context(info("p"), shared, anew=anew) for anew in (False, False, True))
    point = point_at(URL + "?q=1", "q")

    async def go() -> list[int]:
        counts = []
        for ctx in (one, two, second):
            assert await learn_page(await ctx.probe(point)) is not None
            counts.append(len(sender.requests))
        return counts

    assert asyncio.run(go()) == [3, 3, 6]
    assert (one.requests, two.requests, second.requests) == (0, 0, 2)
