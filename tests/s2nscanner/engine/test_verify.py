import asyncio
from collections.abc import Awaitable, Callable

import pytest

from s2n.errors import BadResponse, BudgetSpent, NetworkError
from s2n.model import Confidence, Exchange, PluginInfo, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.engine.isolation import Outcome, Stage
from s2n.s2nscanner.engine.verify import Verifier
from s2n.s2nscanner.sdk import Claim, InputPoint, Proof, report
from support.plugins import info
from support.site import MemorySender, Site, params, point_at

POINT = point_at("http://site.test/?q=1", "q")
EXCHANGE = Exchange(Request.from_url("http://site.test/?q=evil"), Response(200, body=b"marked"))
CLAIM = Claim(exchange=EXCHANGE, point=POINT, evidence="seen", marker="marked", payload="evil")


def confirm(
    claim: Claim,
    *seconds: Outcome,
    site: Site = lambda _: "plain",
    point: InputPoint | None = POINT,
    about: PluginInfo | None = None,
) -> tuple[Claim | None, int, MemorySender]:
    """The verified claim, how often the hook was run again, and what was sent."""
    sender = MemorySender(site)
    described = about or info("own")
    shared = Shared(ScanRequest(target_url="http://site.test/"), sender)
    reruns = list(seconds)

    async def rerun(_: Context) -> Outcome:
        return reruns.pop(0)

    async def go() -> Claim | None:
        verifier = Verifier(described, shared, Stage())
        return await verifier.confirm(claim, rerun, point, Context(described, shared))

    found = asyncio.run(go())
    return found, len(seconds) - len(reruns), sender


def proof(again: Callable[[], Awaitable[Proof | None]]) -> Proof:
    return Proof(
        exchange=EXCHANGE,
        control=None,
        payload="evil",
        evidence="e",
        confidence=Confidence.CERTAIN,
        again=again,
    )


def answers(*values: object) -> Callable[[], Awaitable[object]]:
    left = list(values)

    async def again() -> object:
        value = left.pop(0)
        if isinstance(value, Exception):
            raise value
        return value

    again.left = left  # type: ignore[attr-defined]
    return again


def proved(*values: object) -> Claim:
    return Claim(exchange=EXCHANGE, point=POINT, proof=proof(answers(*values)), confidence=Confidence.CERTAIN)  # type: ignore[arg-type]


def asked(*values: object) -> Claim:
    return Claim(exchange=EXCHANGE, point=POINT, again=answers(*values), confidence=Confidence.CERTAIN)  # type: ignore[arg-type]


ANOTHER = proof(answers())  # type: ignore[arg-type]


@pytest.mark.parametrize("claim", [proved(ANOTHER), proved(None, ANOTHER), asked(True)])
def test_what_shows_again_is_kept_as_it_was(claim: Claim) -> None:
    found, reruns, sender = confirm(claim)
    assert found is claim
    assert reruns == 0
    assert sender.requests == []


@pytest.mark.parametrize("claim", [proved(None, None), asked(False)])
def test_what_does_not_show_again_is_dropped(claim: Claim) -> None:
    assert confirm(claim)[0] is None


@pytest.mark.parametrize("claim", [proved(BadResponse("empty"), ANOTHER), asked(BadResponse("empty"), True)])
def test_one_network_error_is_asked_again(claim: Claim) -> None:
    assert confirm(claim)[0] is claim


@pytest.mark.parametrize("make", [proved, asked])
def test_two_network_errors_are_not_an_absence(make: Callable[..., Claim]) -> None:
    with pytest.raises(BadResponse, match="second"):
        confirm(make(BadResponse("first"), BadResponse("second")))


def test_an_error_of_the_plugins_own_is_not_caught_here() -> None:
    with pytest.raises(ZeroDivisionError):
        confirm(asked(ZeroDivisionError()))


def test_a_plain_claim_needs_a_second_run_and_is_at_most_firm() -> None:
    found, reruns, sender = confirm(CLAIM, Outcome([CLAIM]))
    assert reruns == 1
    assert found is not None
    assert found.confidence is Confidence.FIRM
    (control,) = sender.requests
    value = params(control)["q"]
    assert len(value) == len("evil")
    assert value != "evil"


def test_a_plain_claim_keeps_a_lower_confidence() -> None:
    tentative = Claim(exchange=EXCHANGE, point=POINT, evidence="e", confidence=Confidence.TENTATIVE)
    found = confirm(tentative, Outcome([tentative]))[0]
    assert found is not None
    assert found.confidence is Confidence.TENTATIVE


def test_a_plain_claim_that_its_control_shows_too_is_dropped() -> None:
    found, reruns, _ = confirm(CLAIM, site=lambda _: "always marked")
    assert found is None
    assert reruns == 0


def other(**fields: object) -> Claim:
    base = {"exchange": EXCHANGE, "point": POINT, "evidence": "seen", "marker": "marked"}
    return Claim(**{**base, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "second",
    [
        [],
        [other(point=point_at("http://site.test/?r=1", "r"))],
        [other(variant="another")],
        [other(title="another")],
        [other(point=point_at("http://site.test/b?q=1", "q"))],
    ],
)
def test_a_plain_claim_must_come_up_again_with_the_same_place_and_meaning(second: list[Claim]) -> None:
    assert confirm(CLAIM, Outcome(second))[0] is None


def test_another_payload_is_the_same_claim() -> None:
    again = other(
        exchange=Exchange(Request.from_url("http://site.test/?q=other"), Response(200)), payload="other"
    )
    assert confirm(CLAIM, Outcome([other(variant="v"), again]))[0] is not None


def test_a_claim_about_a_path_segment_comes_up_again_though_its_url_differs() -> None:
    point = point_at("http://site.test/item/7", "2")

    def at(payload: str) -> Claim:
        return other(
            exchange=Exchange(Request.from_url(f"http://site.test/item/{payload}"), Response(200)),
            point=point,
        )

    assert confirm(at("aaa"), Outcome([at("bbb")]), point=point)[0] is not None


def test_a_second_run_that_the_network_broke_is_asked_again_and_then_told() -> None:
    broken = Outcome([], "network", "BadResponse: empty")
    assert confirm(CLAIM, broken, Outcome([CLAIM]))[0] is not None
    with pytest.raises(NetworkError, match="BadResponse: empty"):
        confirm(CLAIM, broken, broken)
    with pytest.raises(BudgetSpent, match="used up"):
        confirm(CLAIM, *[Outcome([], "budget", "used up")] * 2)


def test_a_claim_that_came_up_before_the_second_run_broke_counts() -> None:
    assert confirm(CLAIM, Outcome([CLAIM], "network", "late"))[0] is not None


def test_a_site_claim_has_no_point_to_control() -> None:
    claim = Claim(exchange=EXCHANGE, evidence="seen")
    found, reruns, sender = confirm(claim, Outcome([claim]), point=None)
    assert (found is not None, reruns, sender.requests) == (True, 1, [])


def test_a_passive_claim_is_what_it_read() -> None:
    claim = report(EXCHANGE, "read")
    found, reruns, sender = confirm(claim, about=info("passive", kind="passive"))
    assert (found is claim, reruns, sender.requests) == (True, 0, [])


def test_verifying_has_a_budget_of_its_own() -> None:
    sender = MemorySender(lambda _: "x")
    described = info("poor", max_requests=1)
    shared = Shared(ScanRequest(target_url="http://site.test/"), sender)

    async def go() -> Claim | None:
        ctx = Context(described, shared)
        await ctx.send(EXCHANGE.request)

        async def again() -> bool:
            for _ in range(40):
                await ctx.send(EXCHANGE.request)
            return True

        claim = ctx.claim(EXCHANGE, "e", again, point=POINT)
        return await Verifier(described, shared, Stage()).confirm(claim, None, POINT, ctx)  # type: ignore[arg-type]

    assert asyncio.run(go()) is not None
