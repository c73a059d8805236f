import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from s2n.errors import BadResponse, BudgetSpent, NotApplicable, PluginFlooded, SessionLost, Withheld
from s2n.model import Exchange, Request, Response
from s2n.s2nscanner.engine.isolation import LARGE, MAX_CLAIMS, Outcome, Stage, ThreadStage, run_hook
from s2n.s2nscanner.sdk import Claim, report
from support.site import MemorySender

EXCHANGE = Exchange(Request.from_url("http://h/"), Response(200))


def claim(text: str = "x") -> Claim:
    return report(EXCHANGE, text)


@pytest.fixture(params=["own loop", "thread"])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    made: Stage = Stage() if request.param == "own loop" else ThreadStage("plugin-test")
    yield made
    made.close()


def outcome_of(stage: Stage, hook: object, seconds: float = 5.0) -> Outcome:
    return asyncio.run(run_hook(stage, hook, (), seconds))  # type: ignore[arg-type]


async def async_generator() -> AsyncIterator[Claim]:
    yield claim("1")
    await asyncio.sleep(0)
    yield claim("2")


async def coroutine_of_a_list() -> list[Claim]:
    return [claim("1"), claim("2")]


async def coroutine_of_a_generator() -> AsyncIterator[Claim]:
    return async_generator()


def generator() -> Iterator[Claim | None]:
    yield claim("1")
    yield None
    yield claim("2")


@pytest.mark.parametrize(
    "hook",
    [
        async_generator,
        coroutine_of_a_list,
        coroutine_of_a_generator,
        generator,
        lambda: [claim("1"), claim("2")],
        lambda: (claim("1"), claim("2")),
    ],
)
def test_claims_are_taken_in_whatever_form_they_come(stage: Stage, hook: object) -> None:
    outcome = outcome_of(stage, hook)
    assert (outcome.ending, [found.evidence for found in outcome.claims]) == ("ok", ["1", "2"])


async def nothing() -> None:
    return None


async def one() -> Claim:
    return claim("1")


@pytest.mark.parametrize(("hook", "count"), [(nothing, 0), (one, 1), (list, 0), (claim, 1)])
def test_one_claim_or_none_will_do(stage: Stage, hook: object, count: int) -> None:
    outcome = outcome_of(stage, hook)
    assert (outcome.ending, len(outcome.claims), outcome.error) == ("ok", count, None)


@pytest.mark.parametrize("value", [42, "text", b"bytes", {"title": "x"}, [1], [claim(), "x"], EXCHANGE, True])
def test_a_wrong_return_is_told(stage: Stage, value: object) -> None:
    outcome = outcome_of(stage, lambda: value)
    assert outcome.ending == "failed"
    assert "a hook yields ctx.finding(), ctx.claim() or report(), not " in outcome.reason
    assert outcome.error is not None
    assert outcome.error.error_type == "WrongReturn"


def test_a_crash_keeps_what_came_before_and_shows_where(stage: Stage) -> None:
    async def hook() -> AsyncIterator[Claim]:
        yield claim("1")
        raise ZeroDivisionError("a\n b")

    outcome = outcome_of(stage, hook)
    assert (outcome.ending, len(outcome.claims)) == ("failed", 1)
    assert outcome.error is not None
    assert outcome.error.message == "a b"
    assert "in hook" in outcome.error.traceback


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (BadResponse("empty"), "network"),
        (SessionLost("out"), "session"),
        (Withheld("ends it"), "withheld"),
        (NotApplicable("nobody"), "inapplicable"),
        (BudgetSpent("max"), "budget"),
        (PluginFlooded("more"), "flood"),
        (TimeoutError(), "timeout"),
        (asyncio.CancelledError(), "failed"),
        (RuntimeError("x"), "failed"),
        (SystemExit(3), "failed"),
    ],
)
def test_each_error_has_its_ending(stage: Stage, error: BaseException, ending: str) -> None:
    async def hook() -> None:
        raise error

    began = time.monotonic()
    outcome = outcome_of(stage, hook)
    assert outcome.ending == ending
    assert outcome.reason
    assert time.monotonic() - began < 2.0
    assert outcome_of(stage, one).ending == "ok"


def test_a_plugin_with_nothing_to_do_says_why_and_what_to_do(stage: Stage) -> None:
    async def hook() -> AsyncIterator[Claim]:
        yield claim()
        raise NotApplicable("nobody to log in as", "give --username")

    outcome = outcome_of(stage, hook)
    assert outcome.reason == "nobody to log in as: give --username"
    assert outcome.error is None
    assert len(outcome.claims) == 1


def test_a_hook_with_the_wrong_signature_is_its_own_failure(stage: Stage) -> None:
    def hook(point: object) -> None:
        del point

    assert outcome_of(stage, hook).reason.startswith("TypeError")


def test_a_hook_that_waits_too_long_is_stopped(stage: Stage) -> None:
    async def hook() -> AsyncIterator[Claim]:
        yield claim()
        await asyncio.sleep(60)

    outcome = outcome_of(stage, hook, 0.1)
    assert (outcome.ending, len(outcome.claims)) == ("timeout", 1)
    assert outcome.reason == "stopped after 0.1 s (--plugin-timeout)"
    assert outcome.error is not None
    assert outcome.error.error_type == "timeout"


def test_a_hook_that_never_stops_finding_is_a_flood(stage: Stage) -> None:
    async def hook() -> AsyncIterator[Claim]:
        while True:
            yield claim()

    outcome = outcome_of(stage, hook)
    assert (outcome.ending, len(outcome.claims)) == ("flood", MAX_CLAIMS)


def test_cancelling_the_scan_is_not_the_plugins_failure() -> None:
    async def main() -> None:
        task = asyncio.create_task(run_hook(Stage(), lambda: asyncio.sleep(60), (), 60))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


@pytest.mark.parametrize(("stage", "alive"), [(ThreadStage("plugin-blocks"), True), (Stage(), False)])
def test_a_blocking_call_in_a_thread_does_not_stop_the_scan(stage: Stage, alive: bool) -> None:
    async def main() -> Outcome:
        loop, answered = asyncio.get_running_loop(), threading.Event()

        async def hook() -> Claim | None:
            loop.call_soon_threadsafe(answered.set)
            return claim("the scan's loop answered") if answered.wait(10 if alive else 0.1) else None

        return await run_hook(stage, hook, (), 20)

    assert bool(asyncio.run(main()).claims) is alive
    stage.close()


def test_a_stuck_thread_is_given_up_and_the_next_call_works() -> None:
    stage = ThreadStage("plugin-stuck")
    threads: list[threading.Thread] = []

    def hook() -> None:
        threads.append(threading.current_thread())
        while True:
            pass

    async def main() -> tuple[Outcome, Outcome]:
        return await run_hook(stage, hook, (), 0.1), await run_hook(stage, one, (), 5)

    stuck, after = asyncio.run(main())
    assert stuck.ending == "timeout"
    assert (after.ending, len(after.claims)) == ("ok", 1)
    threads[0].join(5)
    assert not threads[0].is_alive()
    stage.close()


def test_what_waits_behind_a_stuck_call_does_not_get_stuck_as_well() -> None:
    stage = ThreadStage("plugin-stuck-thrice")
    threads: list[threading.Thread] = []

    def hook() -> None:
        threads.append(threading.current_thread())
        while True:
            pass

    async def main() -> list[Outcome]:
        return await asyncio.gather(*(run_hook(stage, hook, (), seconds) for seconds in (0.1, 0.2, 5)))

    assert [outcome.ending for outcome in asyncio.run(main())] == ["timeout"] * 3
    threads[0].join(5)
    assert len(threads) == 1
    assert not threads[0].is_alive()
    stage.close()


def test_a_thread_that_is_late_but_not_stuck_is_kept() -> None:
    stage = ThreadStage("plugin-late")
    threads: set[int] = set()

    async def slow() -> None:
        threads.add(threading.get_ident())
        await asyncio.sleep(60)

    async def main() -> None:
        for _ in range(2):
            assert (await run_hook(stage, slow, (), 0.05)).ending == "timeout"

    asyncio.run(main())
    assert len(threads) == 1
    stage.close()


def test_what_reads_much_is_read_beside_the_scan() -> None:
    """The scan's own loop goes on; what was found before a crash is kept."""
    stage, there = Stage(), threading.get_ident()

    def reads() -> Iterator[Claim]:
        yield claim(str(threading.get_ident() == there))
        raise LookupError("in the middle")

    little = outcome_of(stage, stage.reading(reads, LARGE))
    much = outcome_of(stage, stage.reading(reads, LARGE + 1))
    assert [each.evidence for each in (*little.claims, *much.claims)] == ["True", "False"]
    assert little.reason == much.reason == "LookupError: in the middle"
    assert "in reads" in much.error.traceback


def test_a_plugin_in_its_own_thread_reads_there() -> None:
    stage = ThreadStage("plugin-test")
    try:
        assert stage.reading(generator, LARGE + 1) is generator
    finally:
        stage.close()


def test_close_ends_the_thread_and_what_runs_there() -> None:
    stage = ThreadStage("plugin-closed")
    seen: list[threading.Thread] = []
    cancelled = threading.Event()

    async def hook() -> None:
        async def stray() -> None:
            try:
                await asyncio.sleep(60)
            finally:
                cancelled.set()

        seen.append(threading.current_thread())
        asyncio.get_running_loop().stray = asyncio.create_task(stray())  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    assert outcome_of(stage, hook).ending == "ok"
    assert seen[0] is not threading.main_thread()
    assert seen[0].daemon
    stage.close()
    seen[0].join(5)
    assert not seen[0].is_alive()
    assert cancelled.is_set()
    stage.close()


def test_requests_from_a_thread_are_sent_in_the_scans_loop() -> None:
    stage = ThreadStage("plugin-bridge")
    sender = MemorySender(lambda _: "hello")
    loops: list[object] = []

    class Noting(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            loops.append(asyncio.get_running_loop())
            return await sender.send(request, follow=bool(options.get("follow")))

    async def main() -> None:
        bridged = stage.bridge(Noting(lambda _: ""))

        async def hook() -> list[Claim]:
            loops.append(asyncio.get_running_loop())
            return [report(await bridged.send(EXCHANGE.request, follow=True), "x")]

        outcome = await run_hook(stage, hook, (), 5)
        assert outcome.claims[0].exchange.response.text == "hello"
        assert loops[0] is not asyncio.get_running_loop()
        assert loops[1] is asyncio.get_running_loop()

    asyncio.run(main())
    stage.close()
