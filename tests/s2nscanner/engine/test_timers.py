import asyncio

import pytest

from s2n.errors import BudgetSpent
from s2n.s2nscanner.engine.timers import ticking, time_limit


def test_it_ticks_meanwhile_and_once_at_the_end() -> None:
    async def go() -> int:
        ticks: list[int] = []
        thrice = asyncio.Event()

        def tick() -> None:
            ticks.append(1)
            if len(ticks) == 3:
                thrice.set()

        async with ticking(tick, 0.001):
            await thrice.wait()
            before = len(ticks)
        return len(ticks) - before

    assert asyncio.run(go()) == 1


def test_it_ticks_at_the_end_of_what_fails() -> None:
    async def go(ticks: list[int]) -> None:
        async with ticking(lambda: ticks.append(1)):
            raise KeyError

    ticks: list[int] = []
    with pytest.raises(KeyError):
        asyncio.run(go(ticks))
    assert ticks == [1]


def test_the_time_limit_ends_what_hangs() -> None:
    async def go(seconds: float, hangs: bool) -> str:
        async with time_limit(seconds):
            if hangs:
                await asyncio.Event().wait()
        return "done"

    with pytest.raises(BudgetSpent, match=r"--max-time 0\.01 s is used up"):
        asyncio.run(go(0.01, hangs=True))
    assert asyncio.run(go(60.0, hangs=False)) == "done"
    assert asyncio.run(go(0.0, hangs=False)) == "done"
