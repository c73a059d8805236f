"""Every cell (input point × plugin) once, a full pool of them at a time, each entered in the ledger.

The cells come in groups (see `order`), and each begins when the points of the one before are done: what
changes the site disturbs nobody who compares its pages. Checks that were disturbed all the same are repeated
at the end, one at a time, when nobody else is at work; so are those that a server failed that was away.

Cells of a path that refuses requests by itself wait until the others are done, and those that were already
begun don't count as work of the pool: one limit on logging in must not hold up a whole scan.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from s2n.errors import S2nError
from s2n.model import Request, Tested
from s2n.protocol import Covered, Warned
from s2n.s2nscanner.engine.crew import Crew, Emit, Member
from s2n.s2nscanner.engine.ledger import Row
from s2n.s2nscanner.engine.order import groups
from s2n.s2nscanner.engine.plan import Target
from s2n.s2nscanner.http.absence import Absences
from s2n.s2nscanner.sdk import InputPoint

Cell = tuple[Member, InputPoint | None, Row]

MAX_REPEATED = 200
"""Checks that are repeated in a scan; each takes some dozen requests, one after the other."""


class Schedule:
    """The test phase. ``spent`` says why nothing more can be tested: a hard limit, a lost session.

    ``held``: does the request's path refuse by itself? Whoever notices that one does calls `relieve`.
    ``absences``: who was away; cells that the network failed are then repeated.
    """

    def __init__(
        self,
        crew: Crew,
        start: Request,
        targets: Sequence[Target],
        spent: Callable[[], S2nError | None],
        emit: Emit,
        *,
        held: Callable[[Request], bool] = lambda _: False,
        absences: Absences | None = None,
    ) -> None:
        self._crew = crew
        self._spent = spent
        self._emit = emit
        self._held = held
        self._absences = absences
        site = {member.info: member for member in crew.members if member.has("run")}
        active = crew.active()
        whole = Row(start, None, [member.id for member in site.values()])
        self.done = 0
        self.total = len(site) + len(active) * sum(len(target.points) for target in targets)
        self.current = ""
        self._later: deque[Iterator[Cell]] = deque(
            _cells([site[info] for info in infos], whole, active, group)
            for infos, group in groups(list(site), targets, limited=crew.limited)
        )
        self._waiting: Iterator[Cell] = iter(())
        self._aside: deque[Cell] = deque()
        self._open: dict[int, Cell] = {}
        self._disturbed: deque[tuple[Cell, Tested, str]] = deque()
        self._unanswered: deque[tuple[Cell, Tested, str]] = deque()
        self._begins = False
        """Has a group just begun, for which the whole pool is to come back?"""
        self._workers = 0
        self._pool: asyncio.TaskGroup | None = None

    async def run(self, workers: int) -> None:
        """Work through all cells.

        Raises:
            BudgetSpent, LoginFailed: what ``spent`` gave; what was not tested is in the ledger.
        """
        self._workers = workers
        try:
            async with asyncio.TaskGroup() as self._pool:
                self.relieve()
        finally:
            self._pool = None
        await self._ask_again()
        await self._repeat()
        if self.done < self.total and (why := self._spent()) is not None:
            raise why

    def relieve(self) -> None:
        """Put others in the place of those who now wait for a path that refuses."""
        if self._pool is not None:
            for _ in range(self._workers - self._at_work()):
                self._pool.create_task(self._worker())

    def abandon(self, result: Tested, reason: str) -> None:
        """Enter what has not been tested, and why: the ledger is complete however the scan ends."""
        self._leave(self._unanswered)
        self._leave(self._disturbed)
        for member, _, row in chain(self._open.values(), self._aside, self._waiting, *self._later):
            member.account.left += 1
            self._enter(member, row, result, reason)
        self._open.clear()

    async def _worker(self) -> None:
        while self._spent() is None and (cell := self._next()) is not None:
            member, point, row = cell
            self.current = f"{member.id} {row.endpoint}"
            self._open[id(cell)] = cell
            if self._begins:
                self._begins = False
                self.relieve()
            if point is None:
                result, reason = await self._crew.run(member)
            else:
                result, reason = await self._crew.check(member, point)
            del self._open[id(cell)]
            if len(self._unanswered) < MAX_REPEATED and self._crew.was_unanswered(member, point):
                self._unanswered.append((cell, result, reason))
            elif point is not None and self._crew.was_disturbed(member, point):
                self._disturbed.append((cell, result, reason))
            else:
                self._enter(member, row, result, reason)

    async def _ask_again(self) -> None:
        """Once more, alone, where the network failed, if a server was away meanwhile and came back.

        Not what stopped it: that is known, and must not be done twice.
        """
        away = self._absences
        while self._unanswered and self._spent() is None:
            (member, point, row), result, reason = self._unanswered[0]
            self.current = f"{member.id} {row.endpoint}"
            if away is not None and away.returns and not (point is not None and away.stopped(point.request)):
                result, reason = await self._crew.again(member, point)
            self._unanswered.popleft()
            self._enter(member, row, result, reason)

    async def _repeat(self) -> None:
        """Look again, alone, where what was compared changed, unless it does so by itself."""
        repeated = 0
        while self._disturbed and repeated < MAX_REPEATED:
            if self._spent() is not None:
                return
            (member, point, row), result, reason = self._disturbed[0]
            assert point is not None
            self.current = f"{member.id} {row.endpoint}"
            if await self._crew.keeps_still(member, point):
                repeated += 1
                result, reason = await self._crew.check(member, point, anew=True)
            self._disturbed.popleft()
            self._enter(member, row, result, reason)
        if self._disturbed:
            self._emit(
                Warned(
                    f"{len(self._disturbed)} checks met pages that changed meanwhile, and were not repeated: "
                    f"the first {MAX_REPEATED} were"
                )
            )
            self._leave(self._disturbed)

    def _leave(self, cells: deque[tuple[Cell, Tested, str]]) -> None:
        while cells:
            (member, _, row), result, reason = cells.popleft()
            self._enter(member, row, result, reason)

    def _at_work(self) -> int:
        """Open cells that get on."""
        return sum(point is None or not self._held(point.request) for _, point, _ in self._open.values())

    def _next(self) -> Cell | None:
        if self._at_work() >= self._workers:
            return None
        while (cell := self._of_group()) is None and self._later and not self._comparing():
            self._waiting = self._later.popleft()
            self._begins = True
            self._crew.turn()
        if cell is None and self._aside and not self._later and len(self._open) < self._workers:
            return self._aside.popleft()
        return cell

    def _of_group(self) -> Cell | None:
        for cell in self._waiting:
            if cell[1] is None or not self._held(cell[1].request):
                return cell
            self._aside.append(cell)
        return None

    def _comparing(self) -> bool:
        """Are points of this group still being tested? Those that a limit holds up are not waited for."""
        return any(point is not None and not self._held(point.request) for _, point, _ in self._open.values())

    def _enter(self, member: Member, row: Row, result: Tested, reason: str) -> None:
        self.done += 1
        if row.enter(member.id, result, reason):
            self._emit(Covered(row.coverage()))


def _cells(site: list[Member], whole: Row, active: list[Member], targets: Sequence[Target]) -> Iterator[Cell]:
    for member in site:
        yield member, None, whole
    names = [member.id for member in active]
    for target in targets:
        for point in target.points:
            row = Row(target.request, point, names)
            for member in active:
                yield member, point, row
