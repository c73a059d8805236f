"""Every cell (input point × plugin) once, a full pool of them at a time, each entered in the ledger."""

import asyncio
from collections.abc import Callable, Iterator, Sequence

from s2n.errors import S2nError
from s2n.model import Request, Tested
from s2n.protocol import Covered
from s2n.s2nscanner.engine.crew import Crew, Emit, Member
from s2n.s2nscanner.engine.ledger import Row
from s2n.s2nscanner.engine.plan import Target
from s2n.s2nscanner.sdk import InputPoint

Cell = tuple[Member, InputPoint | None, Row]


class Schedule:
    """The test phase. ``spent`` says why nothing more can be tested: a hard limit, a lost session."""

    def __init__(
        self,
        crew: Crew,
        start: Request,
        targets: Sequence[Target],
        spent: Callable[[], S2nError | None],
        emit: Emit,
    ) -> None:
        self._crew = crew
        self._spent = spent
        self._emit = emit
        site = [member for member in crew.members if member.has("run")]
        active = crew.active()
        self.done = 0
        self.total = len(site) + len(active) * sum(len(target.points) for target in targets)
        self.current = ""
        self._waiting = _cells(start, site, active, targets)
        self._open: dict[int, Cell] = {}

    async def run(self, workers: int) -> None:
        """Work through all cells.

        Raises:
            BudgetSpent, LoginFailed: what ``spent`` gave; what was not tested is in the ledger.
        """
        async with asyncio.TaskGroup() as pool:
            for _ in range(workers):
                pool.create_task(self._worker())
        if self.done < self.total and (why := self._spent()) is not None:
            raise why

    def abandon(self, result: Tested, reason: str) -> None:
        """Enter what has not been tested, and why: the ledger is complete however the scan ends."""
        for member, _, row in (*self._open.values(), *self._waiting):
            self._enter(member, row, result, reason)
        self._open.clear()

    async def _worker(self) -> None:
        while self._spent() is None and (cell := next(self._waiting, None)) is not None:
            member, point, row = cell
            self.current = f"{member.id} {row.endpoint}"
            self._open[id(cell)] = cell
            if point is None:
                result, reason = await self._crew.run(member)
            else:
                result, reason = await self._crew.check(member, point)
            del self._open[id(cell)]
            self._enter(member, row, result, reason)

    def _enter(self, member: Member, row: Row, result: Tested, reason: str) -> None:
        self.done += 1
        if row.enter(member.id, result, reason):
            self._emit(Covered(row.coverage()))


def _cells(
    start: Request, site: list[Member], active: list[Member], targets: Sequence[Target]
) -> Iterator[Cell]:
    whole = Row(start, None, [member.id for member in site])
    for member in site:
        yield member, None, whole
    names = [member.id for member in active]
    for target in targets:
        for point in target.points:
            row = Row(target.request, point, names)
            for member in active:
                yield member, point, row
