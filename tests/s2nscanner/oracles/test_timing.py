import asyncio
import random

import pytest

from s2n.errors import TimedOut
from s2n.model import Confidence
from s2n.s2nscanner.oracles.timing import delays, fit
from support.site import MemorySender, context, params, point_at


def sleeps(request):
    """Seconds that a value asks for: ``wait(2)``."""
    value = params(request)["q"]
    return int(value[5:-1]) if value.startswith("wait(") else 0


def judge(latency, *, sender=None, seed=1):
    sender = sender or MemorySender(lambda _: "<p>ok</p>", latency)

    async def go():
        probe = await context(sender, seed=seed).probe(point_at("http://site.test/?q=x", "q"))
        proof = await delays(probe, lambda s: f"wait({s})", lambda s: f"wqit({s})")
        return proof, proof and await proof.again()

    return *asyncio.run(go()), sender


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("idle", [0.0, 0.05, 1.5])
@pytest.mark.parametrize("times", [1, 2])
def test_a_target_that_obeys_is_proved(seed, idle, times):
    noise = random.Random(seed)
    proof, again, sender = judge(lambda r: idle + times * sleeps(r) + noise.uniform(0, 0.1), seed=seed)
    assert proof is not None
    assert again is not None
    assert proof.confidence is Confidence.FIRM
    assert proof.payload == "wait(3)"
    assert proof.exchange.response.elapsed >= 3
    assert params(proof.control.request)["q"] == "wqit(3)"
    assert len(sender.requests) <= 1 + 7 + 6


@pytest.mark.parametrize("which", [4, 5, 6, 7])
@pytest.mark.parametrize("late", [0.5, 0.9])
def test_one_late_answer_is_forgiven(which, late):
    asked = []

    def latency(request):
        asked.append(request)
        return sleeps(request) + late * (len(asked) == which)

    assert judge(latency, seed=4)[0] is not None


def test_the_usual_case_costs_one_request():
    proof, _, sender = judge(lambda _: 0.02)
    assert proof is None
    assert len(sender.requests) == 2  # the baseline and the screen


def suspicious(request):
    return 2.5 if "w" in params(request)["q"] else 0.01


def capped(request):
    return min(sleeps(request), 2)


def look_alike(request):
    value = params(request)["q"]
    return int(value[5:-1]) if "(" in value else 0.01


SILENT = {
    "always slow": lambda _: 3.0,
    "slow for suspicious words": suspicious,
    "cannot wait longer": capped,
    "waits for any word": look_alike,
    "half": lambda r: 2.1 if sleeps(r) == 2 else sleeps(r) / 2,
    "too often": lambda r: 9.0 * sleeps(r),
}


@pytest.mark.parametrize("case", SILENT)
def test_silent(case):
    assert judge(SILENT[case])[0] is None


def test_random_slowness_is_not_obedience():
    def attempt(seed):
        chance = random.Random(seed)
        return judge(lambda _: chance.uniform(0, 5), seed=seed)

    assert not any(again for _, again, _ in map(attempt, range(200)))


class Hanging(MemorySender):
    """Never answers what asks for a wait of two seconds or more."""

    async def send(self, request, **options):
        if sleeps(request) >= 2:
            raise TimedOut("no answer")
        return await super().send(request, **options)


def test_a_target_that_hangs_is_not_tested_rather_than_clean():
    with pytest.raises(TimedOut):
        judge(None, sender=Hanging(lambda _: "ok", lambda r: float(sleeps(r))))


def test_a_hanging_screen_is_left_to_the_controls():
    class Once(MemorySender):
        hung = False

        async def send(self, request, **options):
            if sleeps(request) and not self.hung:
                self.hung = True
                raise TimedOut("no answer")
            return await super().send(request, **options)

    proof, _, sender = judge(None, sender=Once(lambda _: "ok", lambda _: 0.01))
    assert proof is None
    assert len(sender.requests) <= 4


def test_delays_are_measured_alone_on_the_wire():
    seen = []

    class Watching(MemorySender):
        async def send(self, request, *, alone=False, **options):
            seen.append((sleeps(request), alone))
            return await super().send(request, **options)

    assert judge(None, sender=Watching(lambda _: "ok", lambda r: float(sleeps(r))))[0] is not None
    assert seen[0] == (0, False)  # the baseline
    assert seen[1] == (2, False)  # the screen
    assert all(alone for _, alone in seen[2:])


def test_the_line_fits_exact_samples():
    line = fit([(0, 0.5), (1, 2.5), (2, 4.5)])
    assert line.slope == pytest.approx(2)
    assert line.intercept == pytest.approx(0.5)
    assert line.residual == pytest.approx(0)
    assert line.obeys
    assert not fit([(0, 0), (1, 1.5), (2, 3)]).obeys
    assert not fit([(0, 0), (1, 0), (2, 2), (3, 4)]).obeys
    assert not fit([(0, 0), (0, 0), (1, 1.9), (2, 2), (3, 3)]).obeys
