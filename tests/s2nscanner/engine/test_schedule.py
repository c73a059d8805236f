import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from msgspec.structs import replace

from s2n.errors import BadResponse, BudgetSpent
from s2n.model import Location, PluginStatus, Request, Tested
from s2n.protocol import Covered, Event, ScanRequest
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import BUILT_IN, adopt
from s2n.s2nscanner.engine.plan import Target
from s2n.s2nscanner.engine.schedule import Schedule
from s2n.s2nscanner.http.absence import Absences
from s2n.s2nscanner.sdk import CheckContext, InputPoint, learn_page, points_of
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
    *plugins: object,
    names: str = "abcdef",
    spent: Callable[[], BudgetSpent | None] = lambda: None,
    paths: Sequence[str] = ("p",),
    held: Callable[[Request], bool] = lambda _: False,
    targets: Sequence[Target] = (),
    site: Callable[[Request], str] = lambda _: "x",
    scan: ScanRequest = SCAN,
    absences: Absences | None = None,
) -> tuple[Schedule, list[Event]]:
    events: list[Event] = []
    sender = MemorySender(site)
    members = [Member(adopt(plugin, plugin.info.id, BUILT_IN), scan, sender, []) for plugin in plugins]  # type: ignore[attr-defined]
    query = "&".join(f"{name}=1" for name in names)
    requests = [Request.from_url(f"http://site.test/{path}?{query}") for path in paths]
    targets = targets or whole_plan(requests)
    crew = Crew(members, scan, events.append)
    return Schedule(crew, START, targets, spent, events.append, held=held, absences=absences), events


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


def test_what_was_left_is_counted_for_the_plugin_that_left_it() -> None:
    worker, whole = Worker("one"), Whole()

    async def go() -> dict[str, int]:
        schedule, _ = scheduled(
            worker, whole, spent=lambda: BudgetSpent("spent") if len(worker.places) >= 2 else None
        )
        with pytest.raises(BudgetSpent):
            await schedule.run(1)
        schedule.abandon(Tested.OUT_OF_BUDGET, "used up")
        return {member.id: member.account.left for member in schedule._crew.members}

    assert asyncio.run(go()) == {"one": 4, "whole": 0}


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


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


class Gated:
    """Waits on the path ``slow`` until told; counts what is done on each path."""

    def __init__(self) -> None:
        self.info = info("gated")
        self.gate = asyncio.Event()
        self.begun: list[str] = []
        self.waiting = 0
        self.most = 0

    async def check(self, point: InputPoint, ctx: CheckContext) -> None:
        self.begun.append(point.request.path)
        if point.request.path == "/slow":
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            await self.gate.wait()
            self.waiting -= 1


def test_a_path_that_refuses_holds_nobody_up_and_is_done_last() -> None:
    held: list[str] = []

    async def go() -> None:
        gated = Gated()
        schedule, _ = scheduled(gated, paths=("slow", "fast"), held=lambda request: request.path in held)
        running = asyncio.create_task(schedule.run(2))
        await settle()
        held.append("/slow")
        for _ in range(3):
            schedule.relieve()
        await settle()
        assert gated.begun.count("/slow") == 2
        gated.gate.set()
        await running
        assert gated.begun.count("/slow") == 6
        assert gated.most == 2
        assert schedule.done == schedule.total == 12
        schedule.relieve()

    asyncio.run(asyncio.wait_for(go(), 5))


def test_no_more_work_than_workers_when_the_path_is_well_again() -> None:
    held: list[str] = []

    async def go() -> None:
        gated, busy = Gated(), Worker("busy")
        schedule, _ = scheduled(
            gated, busy, paths=("slow", "fast"), held=lambda request: request.path in held
        )
        running = asyncio.create_task(schedule.run(2))
        await settle()
        held.append("/slow")
        schedule.relieve()
        await asyncio.sleep(0)
        held.clear()
        gated.gate.set()
        await running
        assert busy.most <= 3
        assert schedule.done == schedule.total

    asyncio.run(asyncio.wait_for(go(), 5))


def test_what_was_put_aside_is_in_the_ledger_when_the_scan_ends_early() -> None:
    async def go() -> list[Event]:
        gated = Gated()
        schedule, events = scheduled(gated, paths=("slow",), held=lambda _: True)
        running = asyncio.create_task(schedule.run(1))
        await settle()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        schedule.abandon(Tested.OUT_OF_BUDGET, "no time")
        assert schedule.done == 6
        return events

    assert len(rows(asyncio.run(asyncio.wait_for(go(), 5)))) == 6


class Recorder:
    """Notes which requests are tested at the same time, and what runs for the site beside them."""

    def __init__(self) -> None:
        self.info = info("recorder")
        self.now: list[str] = []
        self.together: set[tuple[str, ...]] = set()
        self.order: list[str] = []

    async def check(self, point: InputPoint, ctx: CheckContext) -> None:
        method = point.request.method
        self.order.append(method)
        self.now.append(method)
        self.together.add(tuple(sorted(set(self.now))))
        for _ in range(3):
            await asyncio.sleep(0)
        self.now.remove(method)


FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
ADD = Request.from_url("http://site.test/add", method="POST", headers=FORM, body=b"a=1&b=1&c=1")
ASK = Request.from_url("http://site.test/ask?a=1&b=1&c=1")


def whole_plan(requests: Sequence[Request]) -> list[Target]:
    return [
        Target(request, tuple(point for point in points_of(request) if point.location in {"query", "form"}))
        for request in requests
    ]


def test_what_changes_something_begins_when_all_was_read_with_the_whole_pool() -> None:
    recorder = Recorder()

    async def go() -> None:
        schedule, _ = scheduled(recorder, targets=whole_plan([ADD, ASK]))
        await schedule.run(2)
        assert schedule.done == schedule.total == 6

    asyncio.run(asyncio.wait_for(go(), 5))
    assert recorder.order == ["GET"] * 3 + ["POST"] * 3
    assert recorder.together == {("GET",), ("POST",)}


def test_a_plugin_for_the_site_holds_no_group_up() -> None:
    recorder, whole = Recorder(), Whole()
    gate = asyncio.Event()

    async def run(ctx: CheckContext) -> None:
        await gate.wait()
        whole.runs += 1

    whole.run = run  # type: ignore[method-assign]

    async def go() -> None:
        schedule, _ = scheduled(whole, recorder, targets=whole_plan([ASK, ADD]))
        running = asyncio.create_task(schedule.run(2))
        await settle()
        assert (schedule.done, whole.runs) == (6, 0)
        gate.set()
        await running
        assert schedule.done == schedule.total == 7

    asyncio.run(asyncio.wait_for(go(), 5))


class Disturbed:
    """Compares a page; the site's other form adds a row each time that it is sent."""

    def __init__(self) -> None:
        self.info = info("disturbed")
        self.looks: list[tuple[str, bool]] = []
        self.beside = 0

    async def check(self, point: InputPoint, ctx: CheckContext) -> None:
        self.beside += 1
        probe = await ctx.probe(point)
        page = await learn_page(probe)
        known = page is not None and page.settled and page.same(await probe.original())
        await probe.send("attack")
        self.looks.append((point.request.path, known and self.beside == 1))
        self.beside -= 1


def notebook() -> Callable[[Request], str]:
    """``/list`` shows as many rows as were added."""
    rows = ["a", "b", "c"]

    def site(request: Request) -> str:
        if request.path == "/add":
            rows.append("x")
        return "".join(f"<li>{row}</li>" for row in rows)

    return site


LIST = Request.from_url("http://site.test/list", method="POST", headers=FORM, body=b"a=1")


def test_a_check_whose_page_changed_meanwhile_is_repeated_alone() -> None:
    plugin = Disturbed()

    async def go() -> list[Event]:
        schedule, events = scheduled(plugin, targets=whole_plan([LIST, ADD]), site=notebook())
        await schedule.run(4)
        assert schedule.done == schedule.total == 4
        return events

    events = asyncio.run(asyncio.wait_for(go(), 5))
    assert len([event for event in events if isinstance(event, Covered)]) == 4
    assert ("/list", False) in plugin.looks[:4]
    assert ("/list", True) in plugin.looks[4:]


def test_a_page_that_changes_by_itself_is_not_compared_again() -> None:
    plugin, serial = Disturbed(), iter(range(1, 1000))

    async def go() -> None:
        schedule, _ = scheduled(plugin, targets=whole_plan([ASK]), site=lambda _: "<li>x</li>" * next(serial))
        await schedule.run(4)
        assert schedule.done == schedule.total == 3

    asyncio.run(asyncio.wait_for(go(), 5))
    assert len(plugin.looks) == 3


def test_rows_that_a_get_request_adds_disturb_as_well() -> None:
    plugin, site = Disturbed(), notebook()
    adding = Request.from_url("http://site.test/add?a=1&b=1&c=1")

    async def go() -> None:
        schedule, _ = scheduled(plugin, targets=whole_plan([ASK, adding]), site=site)
        await schedule.run(4)

    asyncio.run(asyncio.wait_for(go(), 5))
    assert ("/ask", True) in plugin.looks[6:]
    assert "/add" not in {path for path, _ in plugin.looks[6:]}


def test_what_was_learned_before_a_group_does_not_count_in_the_next() -> None:
    plugin = Disturbed()

    late = Target(ASK, (InputPoint(ASK, Location.HEADER, "Referer"),))

    async def go() -> None:
        limited = replace(SCAN, max_requests=1000)
        schedule, _ = scheduled(
            plugin, targets=[late, *whole_plan([ASK, ADD])], site=notebook(), scan=limited
        )
        await schedule.run(1)

    asyncio.run(asyncio.wait_for(go(), 5))
    assert [path for path, _ in plugin.looks] == ["/ask"] * 3 + ["/add"] * 3 + ["/ask"]
    assert plugin.looks[-1] == ("/ask", True)


def test_a_page_that_nobody_disturbs_is_compared_once() -> None:
    plugin = Disturbed()

    async def go() -> None:
        schedule, _ = scheduled(plugin, targets=whole_plan([ASK]), site=notebook())
        await schedule.run(4)

    asyncio.run(asyncio.wait_for(go(), 5))
    assert len(plugin.looks) == 3


def test_disturbed_checks_are_in_the_ledger_when_there_is_no_time_to_repeat_them() -> None:
    plugin = Disturbed()

    def spent() -> BudgetSpent | None:
        return BudgetSpent("--max-time is used up") if len(plugin.looks) >= 4 else None

    async def go() -> list[Event]:
        schedule, events = scheduled(plugin, targets=whole_plan([LIST, ADD]), site=notebook(), spent=spent)
        with pytest.raises(BudgetSpent):
            await schedule.run(4)
        schedule.abandon(Tested.OUT_OF_BUDGET, "used up")
        assert schedule.done == schedule.total
        return events

    results = rows(asyncio.run(asyncio.wait_for(go(), 5))).values()
    assert [row["disturbed"] for row in results] == [Tested.TESTED] * 3  # both requests have an "a"
    assert len(plugin.looks) == 4


class Broken(Worker):
    """The network fails it at ``c``, so many ``times``."""

    def __init__(self, times: int) -> None:
        super().__init__("one")
        self.times = times

    async def check(self, point: InputPoint, ctx: CheckContext) -> None:
        await super().check(point, ctx)
        if point.name == "c" and self.places.count("c") <= self.times:
            raise BadResponse("the server closed the connection")


async def away(_: object) -> bool:
    return False


@pytest.mark.parametrize(
    ("returns", "times", "asked", "becomes", "status"),
    [
        (1, 1, 2, Tested.TESTED, PluginStatus.SUCCESS),
        (1, 9, 2, Tested.FAILED, PluginStatus.PARTIAL),
        (0, 1, 1, Tested.FAILED, PluginStatus.PARTIAL),
    ],
)
def test_what_the_network_failed_is_asked_once_more_if_a_server_came_back(
    returns: int, times: int, asked: int, becomes: Tested, status: PluginStatus
) -> None:
    worker, absences = Broken(times), Absences(away)
    absences.returns = returns

    async def go() -> list[Event]:
        schedule, events = scheduled(worker, absences=absences)
        await schedule.run(2)
        assert schedule.done == schedule.total
        assert schedule._crew.members[0].account.ended().status is status
        return events

    events = asyncio.run(go())
    assert worker.places.count("c") == asked
    assert worker.places[-1] == "c" if asked == 2 else worker.places[-1] != "c"
    assert rows(events)["c"] == {"one": becomes}
    assert rows(events)["a"] == {"one": Tested.TESTED}


def test_what_the_network_failed_is_entered_when_the_scan_ends_first() -> None:
    worker, absences = Broken(1), Absences(away)
    absences.returns = 1

    async def go() -> list[Event]:
        schedule, events = scheduled(
            worker,
            absences=absences,
            spent=lambda: BudgetSpent("spent") if len(worker.places) >= 6 else None,
        )
        with pytest.raises(BudgetSpent):
            await schedule.run(1)
        schedule.abandon(Tested.OUT_OF_BUDGET, "used up")
        assert schedule.done == schedule.total
        return events

    assert rows(asyncio.run(go()))["c"] == {"one": Tested.FAILED}


def test_what_stopped_a_server_is_not_asked_again() -> None:
    worker, absences = Broken(1), Absences(away)
    absences.returns = 1

    async def go() -> list[Event]:
        schedule, events = scheduled(worker, absences=absences)
        absences.broke(Request.from_url("http://site.test/p"))
        await absences.over(START.origin, 0.0)
        await schedule.run(2)
        return events

    events = asyncio.run(go())
    assert worker.places.count("c") == 1
    assert rows(events)["c"] == {"one": Tested.FAILED}
