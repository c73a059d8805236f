import asyncio
import heapq

import pytest

from s2n.errors import BudgetSpent, ConnectFailed, OutOfScope, TimedOut, UsageError
from s2n.model import Origin, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope

HERE = Origin("http", "here.test", 80)
THERE = Origin("http", "there.test", 80)
OK = Response(200, ttfb=0.01)


class Time:
    """A monotonic clock that moves when told, and calls back on the way."""

    def __init__(self):
        self.now = 1000.0
        self._calls = []
        self._number = 0

    def clock(self):
        return self.now

    def call_later(self, delay, callback):
        self._number += 1
        entry = [self.now + delay, self._number, callback]
        heapq.heappush(self._calls, entry)
        return Handle(entry)

    async def advance(self, seconds):
        """Move on, running what falls due and letting the tasks it wakes run."""
        end = self.now + seconds
        while self._calls and self._calls[0][0] <= end:
            self.now, _, callback = heapq.heappop(self._calls)
            if callback is not None:
                callback()
            await settle()
        self.now = end
        await settle()

    @property
    def pending(self):
        return sum(1 for entry in self._calls if entry[2] is not None)


class Handle:
    def __init__(self, entry):
        self._entry = entry

    def cancel(self):
        self._entry[2] = None


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def governed(**options):
    time = Time()
    scope = Scope.of(ScanRequest(target_url="http://here.test/"))
    return Governor(scope, clock=time.clock, call_later=time.call_later, **options), time


class Crowd:
    """Requests that take a slot and hold it until told."""

    def __init__(self, governor):
        self.governor = governor
        self.log = []
        self.tasks = {}
        self._gates = {}

    async def start(self, *names, origin=HERE, alone=False):
        for name in names:
            self._gates[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._hold(name, origin, alone))
        await settle()

    async def _hold(self, name, origin, alone):
        async with self.governor.slot(origin, alone=alone) as slot:
            self.log.append(name)
            await self._gates[name].wait()
            slot.response = OK

    async def end(self, *names):
        for name in names:
            self._gates[name].set()
        await settle()

    async def cancel(self, *names):
        for name in names:
            self.tasks[name].cancel()
        await settle()

    async def end_all(self):
        while not all(task.done() for task in self.tasks.values()):
            await self.end(*self._gates)
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)


def run(scenario):
    asyncio.run(scenario())


def test_of_takes_every_limit_of_a_scan():
    governor = Governor.of(
        ScanRequest(target_url="here.test", concurrency=3, rate=5, max_requests=7, max_time=9)
    )
    assert (governor._concurrency, governor._gap, governor._max_requests, governor._max_time) == (
        3,
        0.2,
        7,
        9,
    )
    with pytest.raises(UsageError):
        Governor.of(ScanRequest(target_url="ftp://x"))


def test_the_scope_is_checked():
    governor, _ = governed()
    governor.check(Request("GET", HERE))
    with pytest.raises(OutOfScope, match=r"GET http://there\.test/x: .*not in the scope"):
        governor.check(Request("GET", THERE, "/x"))


def test_who_has_answered_is_known():
    governor, _ = governed()
    assert not governor.answered(HERE)
    governor.leave(governor.enter(HERE, "/a"), ConnectFailed("refused"), "/a")
    assert not governor.answered(HERE)
    governor.leave(governor.enter(HERE, "/a"), Response(404, "", (), b""), "/a")
    assert governor.answered(HERE)
    assert not governor.answered(THERE)


def test_entering_is_free_while_nothing_limits():
    governor, _ = governed(concurrency=2)
    first, second = governor.enter(HERE), governor.enter(HERE)
    assert first is second
    assert governor.enter(HERE) is None
    assert (governor.requests, governor.in_flight) == (2, 2)
    governor.leave(first, OK)
    assert governor.enter(HERE) is not None


def test_entering_minds_the_total_the_silence_and_the_deadline():
    async def scenario():
        governor, time = governed(concurrency=2, per_host=2, max_time=10)
        first, second = governor.enter(HERE), governor.enter(THERE)
        assert governor.enter(HERE) is None
        governor.leave(first, OK)
        governor.leave(second, OK)
        alone = await governor.wait(HERE, alone=True)
        assert governor.enter(THERE) is None
        governor.leave(alone, OK)
        governor.leave(governor.enter(THERE), OK)
        time.now += 10
        assert governor.enter(THERE) is None

    run(scenario)


def test_company_is_the_default():
    async def scenario():
        governor, _ = governed(concurrency=2)
        await governor.wait(HERE)
        async with governor.slot(HERE) as slot:
            assert governor.in_flight == 2
            slot.response = OK

    run(scenario)


def test_concurrency_in_total():
    async def scenario():
        governor, _ = governed(concurrency=2)
        crowd = Crowd(governor)
        await crowd.start(*"abcd")
        assert crowd.log == ["a", "b"]
        await crowd.end("b")
        assert crowd.log == ["a", "b", "c"]
        await crowd.end("a", "c")
        assert governor.in_flight == 1
        await crowd.end_all()
        assert (governor.requests, governor.in_flight, governor.failed) == (4, 0, 0)

    run(scenario)


def test_concurrency_per_host_lets_others_pass():
    async def scenario():
        governor, _ = governed(concurrency=3, per_host=1)
        crowd = Crowd(governor)
        await crowd.start("a", "b")
        await crowd.start("x", "y", origin=THERE)
        assert crowd.log == ["a", "x"]
        await crowd.end("x")
        assert crowd.log == ["a", "x", "y"]
        await crowd.end("a")
        assert crowd.log == ["a", "x", "y", "b"]
        await crowd.end_all()

    run(scenario)


def test_alone_excludes_all_others():
    async def scenario():
        governor, _ = governed(concurrency=4)
        crowd = Crowd(governor)
        await crowd.start("a", "b")
        await crowd.start("alone", alone=True)
        await crowd.start("c")
        await crowd.start("d", origin=THERE)
        assert crowd.log == ["a", "b"], "those behind are held back although there is room"
        await crowd.end("a")
        assert crowd.log == ["a", "b"]
        await crowd.end("b")
        assert crowd.log == ["a", "b", "alone"]
        assert governor.enter(HERE) is None
        await crowd.start("e")
        assert (governor.in_flight, crowd.log[-1]) == (1, "alone")
        await crowd.end("alone")
        assert crowd.log[3:] == ["c", "d", "e"]
        await crowd.end_all()

    run(scenario)


def test_neither_kind_starves_the_other():
    async def scenario():
        governor, _ = governed(concurrency=2)
        crowd = Crowd(governor)
        await crowd.start("a")
        await crowd.start("L1", alone=True)
        await crowd.start("b")
        await crowd.start("L2", alone=True)
        await crowd.start("c")
        for name in ["a", "L1", "b", "L2", "c"]:
            assert crowd.log[-1] == name
            assert governor.in_flight == 1
            await crowd.end(name)
        assert crowd.log == ["a", "L1", "b", "L2", "c"]

    run(scenario)


@pytest.mark.parametrize("alone", [False, True])
def test_a_cancelled_wait_holds_nobody_up(alone):
    async def scenario():
        governor, _ = governed(concurrency=1 if not alone else 2)
        crowd = Crowd(governor)
        await crowd.start("a")
        await crowd.start("gone", alone=alone)
        await crowd.start("b")
        await crowd.cancel("gone")
        await crowd.end("a")
        assert crowd.log == ["a", "b"]
        await crowd.end_all()
        assert (governor.requests, governor.in_flight) == (2, 0)
        assert governor.enter(HERE) is not None

    run(scenario)


def test_cancelling_a_barrier_opens_it_at_once():
    async def scenario():
        governor, _ = governed(concurrency=3)
        crowd = Crowd(governor)
        await crowd.start("a")
        await crowd.start("alone", alone=True)
        await crowd.start("b")
        await crowd.cancel("alone")
        assert crowd.log == ["a", "b"]
        await crowd.end_all()

    run(scenario)


@pytest.mark.parametrize("alone", [False, True])
def test_a_slot_granted_to_a_task_that_is_cancelled_in_the_same_moment(alone):
    async def scenario():
        governor, _ = governed(concurrency=1)
        crowd = Crowd(governor)
        await crowd.start("a")
        await crowd.start("b", alone=alone)
        await crowd.start("c")
        lane = governor._lane(HERE)
        governor.leave(lane, OK)  # as if "a" were done: the slot goes to "b" …
        crowd.tasks["b"].cancel()  # … which is cancelled before it runs
        await settle()
        assert crowd.log == ["a", "c"]
        assert governor.requests == 2
        governor.in_flight += 1  # give "a" back what was taken above
        lane.in_flight += 1
        await crowd.end_all()
        assert governor.in_flight == 0

    run(scenario)


@pytest.mark.parametrize("alone", [False, True])
def test_cancelling_in_flight_frees_the_slot_and_blames_nobody(alone):
    async def scenario():
        governor, _ = governed(concurrency=1)
        crowd = Crowd(governor)
        await crowd.start("a", alone=alone)
        await crowd.start("b")
        await crowd.cancel("a")
        assert crowd.log == ["a", "b"]
        await crowd.end_all()
        assert (governor.in_flight, governor.failed, governor._lane(HERE).window) == (0, 0, 1)

    run(scenario)


def test_exactly_max_requests():
    async def scenario():
        governor, _ = governed(concurrency=2, max_requests=3)
        crowd = Crowd(governor)
        await crowd.start(*"abcde")
        await crowd.end("a")
        results = await asyncio.gather(crowd.tasks["d"], crowd.tasks["e"], return_exceptions=True)
        assert [type(result) for result in results] == [BudgetSpent, BudgetSpent]
        assert "--max-requests" in str(results[0])
        assert (governor.requests, governor.stopped) == (3, "max-requests")
        assert governor.enter(HERE) is None
        await crowd.end_all()
        with pytest.raises(BudgetSpent):
            await governor.wait(HERE, alone=True)
        assert governor.requests == 3

    run(scenario)


def test_max_time_begins_with_the_first_request_and_ends_the_waiting():
    async def scenario():
        governor, time = governed(concurrency=1, max_time=10)
        time.now += 100
        crowd = Crowd(governor)
        await crowd.start("a", "b")
        assert governor.remaining == 10
        await time.advance(9.9)
        assert not crowd.tasks["b"].done()
        await time.advance(0.1)
        with pytest.raises(BudgetSpent, match="--max-time"):
            await crowd.tasks["b"]
        assert (governor.stopped, governor.remaining) == ("max-time", 0)
        await crowd.end_all()
        assert governor.enter(HERE) is None
        assert time.pending == 0

    run(scenario)


def test_no_limit_has_no_deadline():
    governor, _ = governed()
    governor.enter(HERE)
    assert governor.remaining == governor.deadline == float("inf")


def test_stop_refuses_who_waits_and_who_comes():
    async def scenario():
        governor, _ = governed(concurrency=1)
        crowd = Crowd(governor)
        await crowd.start("a", "b")
        governor.stop("interrupted")
        governor.stop("later reason")
        with pytest.raises(BudgetSpent, match="interrupted"):
            await crowd.tasks["b"]
        await crowd.end_all()
        assert governor.enter(HERE) is None
        assert governor.stopped == "interrupted"

    run(scenario)


def test_a_stopped_wait_that_is_cancelled_too_leaves_no_noise(caplog):
    async def scenario():
        governor, _ = governed(concurrency=1)
        crowd = Crowd(governor)
        await crowd.start("a", "b")
        governor.stop("interrupted")
        crowd.tasks["b"].cancel()
        await crowd.end_all()
        assert governor.in_flight == 0

    run(scenario)
    assert not caplog.records


@pytest.mark.parametrize("rate", [0.5, 10.0, 200.0])
def test_the_rate_is_never_exceeded_and_is_reached(rate):
    async def scenario():
        governor, time = governed(rate=rate)
        sent = []

        async def worker():
            async with governor.slot(HERE) as slot:
                sent.append(time.now)
                slot.response = OK

        tasks = [asyncio.create_task(worker()) for _ in range(40)]
        await settle()
        assert len(sent) == 1, "no burst at the start"
        await time.advance(200)
        await asyncio.gather(*tasks)
        assert sent == pytest.approx([1000 + n / rate for n in range(40)])
        assert time.pending == 0

    run(scenario)


def test_a_late_timer_is_made_up_for_but_idle_time_is_not():
    async def scenario():
        governor, time = governed(rate=10)
        governor.leave(governor.enter(HERE), OK)
        time.now += 0.11  # 10 ms late
        governor.leave(governor.enter(HERE), OK)
        time.now += 0.08
        assert governor.enter(HERE) is None
        time.now += 0.0101
        governor.leave(governor.enter(HERE), OK)
        time.now += 60
        governor.leave(governor.enter(HERE), OK)
        assert governor.enter(HERE) is None

    run(scenario)


def test_alone_is_paced_too():
    async def scenario():
        governor, time = governed(rate=1)
        crowd = Crowd(governor)
        await crowd.start("L1", "L2", alone=True)
        await crowd.end("L1")
        assert crowd.log == ["L1"]
        await time.advance(1)
        assert crowd.log == ["L1", "L2"]
        await crowd.end_all()

    run(scenario)


def test_retry_after_pauses_this_host_only():
    async def scenario():
        governor, time = governed(concurrency=4)
        governor.leave(governor.enter(HERE), Response(429, headers=(("retry-after", "5"),)))
        crowd = Crowd(governor)
        await crowd.start("a", "b")
        await crowd.start("x", origin=THERE)
        await crowd.start("L", origin=THERE, alone=True)
        await crowd.end("x")
        assert crowd.log == ["x", "L"], "an alone request of another host need not wait for the pause"
        await crowd.end("L")
        await time.advance(4.9)
        assert crowd.log == ["x", "L"]
        await time.advance(0.1)
        assert crowd.log == ["x", "L", "a", "b"]
        await crowd.end_all()

    run(scenario)


def test_a_path_that_refuses_waits_and_the_others_pass_it():
    async def scenario():
        governor, time = governed()
        told = []
        governor.on_held.append(lambda: told.append("held"))
        for path in ("/a", "/b"):
            governor.leave(governor.enter(HERE, path), OK, path)
        refused = Response(429, headers=(("Retry-After", "5"),))
        governor.leave(governor.enter(HERE, "/login"), refused, "/login")
        assert told == ["held"]
        assert governor.holds(Request("GET", HERE, "/login?again"))
        assert not governor.holds(Request("GET", HERE, "/a"))
        assert not governor.holds(Request("GET", THERE, "/login"))
        assert governor.enter(HERE, "/login") is None
        waiting = asyncio.create_task(governor.wait(HERE, "/login"))
        await settle()
        lane = await governor.wait(HERE, "/a")
        await time.advance(4.9)
        assert not waiting.done()
        await time.advance(0.2)
        part = await waiting
        assert (part.in_flight, lane.in_flight, part.whole is lane) == (1, 2, True)
        governor.leave(part, OK, "/login")
        assert (part.in_flight, lane.in_flight, governor.in_flight) == (0, 1, 1)

    run(scenario)


def test_a_server_that_cannot_be_reached_is_slowed_whatever_was_asked_for():
    async def scenario():
        governor, _ = governed(concurrency=16)
        for path in ("/a", "/b"):
            governor.leave(governor.enter(HERE, path), OK, path)
        lane = governor.enter(HERE, "/x")
        governor.leave(lane, TimedOut("no answer"), "/x")
        assert (lane.window, lane.apart["/x"].window) == (16, 11)
        governor.leave(governor.enter(HERE, "/a"), ConnectFailed("refused"), "/a")
        assert lane.window == 11

    run(scenario)


def test_failures_are_counted_and_slow_the_pace():
    async def scenario():
        governor, _ = governed(concurrency=10)
        with pytest.raises(ConnectFailed):
            async with governor.slot(HERE):
                raise ConnectFailed("refused")
        assert (governor.failed, governor.requests, governor.in_flight) == (1, 1, 0)
        lanes = [governor.enter(HERE) for _ in range(10)]
        assert sum(lane is not None for lane in lanes) == 7

    run(scenario)


def test_what_is_slow_alone_teaches_nothing():
    async def scenario():
        governor, _ = governed(concurrency=4)
        for seconds in [0.01] * 16 + [9.0] * 64:
            lane = await governor.wait(HERE, alone=seconds > 1)
            governor.leave(lane, Response(200, ttfb=seconds))
        governor.leave(await governor.wait(HERE, alone=True), TimedOut("too slow"))
        assert (governor._lane(HERE).window, governor.failed) == (4, 1)
        for _ in range(16):
            governor.leave(governor.enter(HERE), Response(200, ttfb=9.0))
        assert governor._lane(HERE).window < 4

    run(scenario)


def test_the_recent_rate():
    governor, time = governed()
    assert governor.rate == 0
    for _ in range(60):
        governor.leave(governor.enter(HERE), OK)
        time.now += 0.1
    assert governor.rate == pytest.approx(10, rel=0.1)
    time.now += 60
    assert governor.rate == 0


def test_many_at_once_with_cancellations_leak_nothing():
    async def scenario():
        governor, _ = governed(concurrency=5, per_host=3)
        at_once = []

        async def worker(number):
            async with governor.slot(HERE if number % 3 else THERE, alone=number % 7 == 0) as slot:
                at_once.append((governor.in_flight, number % 7 == 0))
                for _ in range(number % 4):
                    await asyncio.sleep(0)
                slot.response = OK

        tasks = [asyncio.create_task(worker(number)) for number in range(300)]
        for number in range(0, 300, 11):
            await asyncio.sleep(0)
            tasks[number].cancel()
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
        assert governor.in_flight == 0
        assert max(count for count, _ in at_once) == 5
        assert {count for count, alone in at_once if alone} == {1}
        assert governor.requests == len(at_once)
        assert len(governor._queue) == 0

    run(scenario)


def test_the_loop_wakes_waiters_when_no_time_is_injected():
    async def scenario():
        governor = Governor(Scope.of(ScanRequest(target_url="http://here.test/")), rate=500)
        for _ in range(5):
            lane = governor.enter(HERE) or await governor.wait(HERE)
            governor.leave(lane, OK)
        assert governor.requests == 5

    run(scenario)
