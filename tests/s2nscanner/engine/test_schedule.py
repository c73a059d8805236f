import asyncio
from collections.abc import Awaitable, Callable

import pytest

from s2n.errors import BudgetSpent
from s2n.model import Request, Tested
from s2n.protocol import Covered, Event, ScanRequest
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import BUILT_IN, adopt
from s2n.s2nscanner.engine.plan import Target
from s2n.s2nscanner.engine.schedule import Schedule
from s2n.s2nscanner.sdk import CheckContext, InputPoint, points_of
from support.plugins import info
from support.site import MemorySender

SCAN = ScanRequest(target_url="http://site.test/")
START = Request.from_url(SCAN.target_url)


class Worker:
    """Notes where it is asked; waits where it is told to."""

    def __init__(self, name: str, wait: Callable[[], asyncio.Event | None] = lambda: None) -> None:
        self.info = info(name)
        self.places: list[str] = []
        self.at_once = 0
        self.most = 0
        self.wait = wait
        self.arrived: Callable[[], Awaitable[object]] | None = None

    async def check(self, point: InputPoint, ctx: CheckContext) -> None:
        self.places.append(point.name)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        if self.arrived is not None:
            await self.arrived()
        event = self.wait()
        if event is not None:
            await event.wait()
        await asyncio.sleep(0)
        self.at_once -= 1


class Whole:
    def __init__(self) -> None:
        self.info = info("whole", kind="site")
        self.runs = 0

    async def run(self, ctx: CheckContext) -> None:
        self.runs += 1


def scheduled(
    *plugins: object, names: str = "abcdef", spent: Callable[[], BudgetSpent | None] = lambda: None
) -> tuple[Schedule, list[Event]]:
    events: list[Event] = []
    sender = MemorySender(lambda _: "x")
    members = [Member(adopt(plugin, plugin.info.id, BUILT_IN), SCAN, sender, []) for plugin in plugins]  # type: ignore[attr-defined]
    request = Request.from_url("http://site.test/p?" + "&".join(f"{name}=1" for name in names))
    points = tuple(point for point in points_of(request) if point.location == "query")
    targets = [Target(request, points)]
    crew = Crew(members, SCAN, events.append)
    return Schedule(crew, START, targets, spent, events.append), events


def rows(events: list[Event]) -> dict[str, dict[str, Tested]]:
    return {event.row.parameter: event.row.results for event in events if isinstance(event, Covered)}


def test_every_cell_is_worked_once_and_every_row_reported_once() -> None:
    one, two, whole = Worker("one"), Worker("two"), Whole()

    async def go() -> list[Event]:
        schedule, events = scheduled(one, two, whole)
        assert schedule.total == 13
        await schedule.run(4)
        assert schedule.done == 13
        return events

    events = asyncio.run(go())
    assert sorted(one.places) == sorted(two.places) == list("abcdef")
    assert whole.runs == 1
    assert len([event for event in events if isinstance(event, Covered)]) == 7
    assert rows(events)["a"] == {"one": Tested.TESTED, "two": Tested.TESTED}
    assert rows(events)[""] == {"whole": Tested.TESTED}


def test_as_many_cells_at_a_time_as_there_are_workers() -> None:
    worker = Worker("one")

    async def go() -> None:
        await scheduled(worker)[0].run(3)

    asyncio.run(go())
    assert worker.most == 3


def test_a_spent_budget_ends_it_and_the_ledger_says_what_is_missing() -> None:
    worker = Worker("one")

    def spent() -> BudgetSpent | None:
        return BudgetSpent("--max-requests is used up") if len(worker.places) >= 2 else None

    async def go() -> list[Event]:
        schedule, events = scheduled(worker, spent=spent)
        with pytest.raises(BudgetSpent):
            await schedule.run(1)
        schedule.abandon(Tested.OUT_OF_BUDGET, "used up")
        assert schedule.done == schedule.total == 6
        return events

    events = asyncio.run(go())
    outcomes = [results["one"] for results in rows(events).values()]
    assert outcomes == [Tested.TESTED] * 2 + [Tested.OUT_OF_BUDGET] * 4
    last = [event.row for event in events if isinstance(event, Covered)][-1]
    assert last.reasons == {"one": "used up"}


def test_a_budget_that_is_spent_on_the_last_cell_cuts_nothing() -> None:
    worker = Worker("one")

    def spent() -> BudgetSpent | None:
        return BudgetSpent("spent") if len(worker.places) >= 6 else None

    async def go() -> None:
        await scheduled(worker, spent=spent)[0].run(1)

    asyncio.run(go())
    assert len(worker.places) == 6


def test_cells_that_were_being_worked_when_the_scan_was_stopped_are_not_tested() -> None:
    async def go() -> list[Event]:
        gate, both = asyncio.Event(), asyncio.Barrier(3)
        worker = Worker("one", lambda: gate)
        worker.arrived = both.wait
        schedule, events = scheduled(worker)
        task = asyncio.create_task(schedule.run(2))
        await both.wait()
        assert schedule.current == "one GET http://site.test/p"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        schedule.abandon(Tested.SKIPPED, "stopped")
        return events

    assert [results["one"] for results in rows(asyncio.run(go())).values()] == [Tested.SKIPPED] * 6


def test_nothing_to_do_is_done_at_once() -> None:
    async def go() -> list[Event]:
        schedule, events = scheduled(names="")
        await schedule.run(4)
        assert (schedule.done, schedule.total) == (0, 0)
        return events

    assert asyncio.run(go()) == []
