import asyncio
import gc

import pytest

from s2n.errors import BadResponse
from s2n.model import Exchange, Request
from s2n.s2nscanner.engine.baselines import AGE, Baselines
from support.site import MemorySender

URL = "http://site.test/"


def test_baselines_are_kept_up_to_their_number_the_oldest_go() -> None:
    sender = MemorySender(lambda _: "x")

    async def go() -> list[int]:
        held = Baselines(sender, size=2)
        counts = []
        for path in ("a", "b", "a", "c", "a", "b"):
            await held.of(Request.from_url(URL + path))
            counts.append(len(sender.requests))
        return counts

    assert asyncio.run(go()) == [1, 2, 2, 3, 3, 4]


def test_a_baseline_that_failed_is_asked_again() -> None:
    class Flaky(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            exchange = await super().send(request)
            if len(self.requests) == 1:
                raise BadResponse("empty")
            return exchange

    sender = Flaky(lambda _: "x")

    async def go() -> None:
        held = Baselines(sender)
        results = await asyncio.gather(
            *(held.of(Request.from_url(URL)) for _ in range(3)), return_exceptions=True
        )
        assert [type(result) for result in results] == [BadResponse] * 3
        assert (await held.of(Request.from_url(URL))).response.text == "x"

    asyncio.run(go())
    assert len(sender.requests) == 2


def test_one_plugin_that_is_stopped_does_not_take_the_baseline_from_the_others() -> None:
    gate: list[asyncio.Event] = []

    class Slow(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            await gate[0].wait()
            return await super().send(request)

    async def go() -> None:
        gate.append(asyncio.Event())
        held = Baselines(Slow(lambda _: "x"))
        first, second = (asyncio.ensure_future(held.of(Request.from_url(URL))) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        gate[0].set()
        assert (await second).response.text == "x"
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(go())


def test_a_baseline_left_pending_by_a_dead_loop_is_asked_again() -> None:
    sender = MemorySender(lambda _: "x")
    held = Baselines(sender)

    class Never(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            await asyncio.Event().wait()
            raise AssertionError

    held._sender = Never(lambda _: "")

    async def abandoned() -> None:
        task = asyncio.ensure_future(held.of(Request.from_url(URL)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(abandoned())
    held._sender = sender
    assert asyncio.run(held.of(Request.from_url(URL))).response.text == "x"


def test_a_baseline_that_fails_when_nobody_waits_any_more_is_not_logged() -> None:
    class Late(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            await asyncio.sleep(0.01)
            raise BadResponse("gone")

    complaints: list[dict[str, object]] = []

    async def go() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, about: complaints.append(about))
        baselines = Baselines(Late(lambda _: ""))
        waiting = asyncio.ensure_future(baselines.of(Request.from_url(URL)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(0.05)
        del baselines
        gc.collect()

    asyncio.run(go())
    assert complaints == []


def test_repeats_are_asked_once_for_all_and_again_when_they_are_old() -> None:
    sender = MemorySender(lambda _: "x")
    now = 0.0
    held = Baselines(sender, clock=lambda: now)
    request = Request.from_url(URL)

    async def go() -> None:
        nonlocal now
        one, two = await asyncio.gather(held.repeats(request), held.repeats(request))
        assert one is two
        assert [len(one), len(sender.requests)] == [2, 2]
        now = AGE
        assert await held.repeats(request) is one
        now = AGE + 1
        assert await held.repeats(request) is not one
        assert len(sender.requests) == 4

    asyncio.run(go())


def test_repeats_are_never_the_baseline_itself() -> None:
    sender = MemorySender(lambda _: "x")
    held = Baselines(sender)
    request = Request.from_url(URL)

    async def go() -> None:
        first = await held.of(request)
        assert not any(one is first for one in await held.repeats(request))
        assert await held.of(request) is first
        assert len(sender.requests) == 3

    asyncio.run(go())
