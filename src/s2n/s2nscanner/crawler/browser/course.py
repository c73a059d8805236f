"""The walk from one start: state by state, action by action."""

from collections import deque
from collections.abc import AsyncGenerator

from msgspec import Struct
from msgspec.structs import replace

from s2n.errors import BrowserFailed, NetworkError
from s2n.s2nscanner.crawler.browser.actions import Action, actions_on, objection
from s2n.s2nscanner.crawler.browser.interest import Alike
from s2n.s2nscanner.crawler.browser.memory import Gap, Memory
from s2n.s2nscanner.crawler.browser.snapshot import Candidate, Snapshot, View
from s2n.s2nscanner.crawler.browser.states import same, unchanged
from s2n.s2nscanner.crawler.browser.visit import Visit
from s2n.s2nscanner.crawler.sights import Heard, Shown, Sight, Withheld

MAX_DEPTH = 5
"""Actions that lead to a state at most: each is done again whenever the walk returns to it."""

MAX_ACTIONS = 200
"""Actions in one state; more are found where a page makes them up."""

PRESSES = 4
"""Times an element is pressed in a row whose first press changed no more than texts: "more", "next slide"."""

FAILURES = 3
"""Times a page may hang or crash before it is left."""


class Node(Struct, frozen=True):
    """A state, and what leads to it from the start."""

    actions: tuple[Action, ...]
    state: Snapshot


class Course:
    """Walks from ``url`` in the tab of ``visit``."""

    def __init__(self, visit: Visit, url: str, memory: Memory, *, risk: bool) -> None:
        self._visit = visit
        self._url = url
        self._memory = memory
        self._risk = risk
        self._queue: deque[Node] = deque()
        self._sights: list[Sight] = []

    def take(self) -> list[Sight]:
        """What was seen since the last call."""
        sights, self._sights = self._sights, []
        return sights

    async def run(self) -> AsyncGenerator[None, None]:
        """Walk; comes back after each action, when there may be something to `take`."""
        failures = 0
        try:
            await self._begin()
        except NetworkError:
            failures = FAILURES
            self._memory.miss(Gap.FAILED)
        self._hear()
        yield
        while self._queue and failures < FAILURES and not self._memory.spent:
            node = self._queue.popleft()
            try:
                async for _ in self._try_all(node):
                    yield
            except BrowserFailed:
                failures += 1
                self._memory.miss(Gap.FAILED)
            except NetworkError:
                failures = FAILURES
                self._memory.miss(Gap.FAILED)
            self._hear()
            yield
        await self._visit.leave()
        self._hear()
        yield

    async def _begin(self) -> None:
        view = await self._visit.open()
        self._hear()
        if view.is_web and self._memory.states.add(view.state):
            await self._show(view, ())

    async def _try_all(self, node: Node) -> AsyncGenerator[None, None]:
        """All that is worth doing in one state."""
        if not await self._reach(node):
            return
        begun = self._visit.view
        assert begun is not None
        if begun.state.cut:
            self._memory.miss(Gap.MANY)
        alike = Alike()
        done = 0
        for action, candidate in self._in_order(begun):
            if self._memory.spent:
                return
            if not alike.wants(action) or not self._memory.interest.wants(action, candidate):
                continue
            if candidate is not None and self._withhold(candidate, begun):
                continue
            if done >= MAX_ACTIONS:
                self._memory.miss(Gap.MANY)
                return
            if self._visit.view is None and not await self._reach(node):
                return
            done += 1
            new, left = await self._try(action, candidate, node)
            self._memory.interest.result(action, candidate, new=new, left=left)
            alike.result(action, new=new)
            yield

    def _in_order(self, view: View) -> list[tuple[Action, Candidate | None]]:
        """What can be done: first what was done in no other state, then in the order of the document."""
        return sorted(actions_on(view), key=lambda each: self._memory.interest.tried(*each) > 0)

    def _withhold(self, candidate: Candidate, view: View) -> bool:
        reason = objection(candidate, view, risk=self._risk)
        if reason and reason not in self._memory.withheld:
            self._memory.withheld.add(reason)
            group = view.state.groups[candidate.group] if candidate.group >= 0 else None
            method = "POST" if group is not None and group.method == "post" else "GET"
            self._sights.append(Withheld(method, view.state.url, reason))
        return bool(reason)

    async def _try(self, action: Action, candidate: Candidate | None, node: Node) -> tuple[bool, bool]:
        """Do it, again where that goes on changing the page. Did it bring something new; did it lead away?"""
        fresh = self._memory.interest.fresh(action, candidate)
        for times in range(1, PRESSES + 1):
            before = self._visit.view
            assert before is not None
            after = await self._visit.do(action)
            if after is None:
                return False, False
            self._memory.actions += 1
            asked, posted = self._hear()
            if not after.is_web or (after.state.born != before.state.born and not posted):
                self._visit.view = None
                return asked, True
            if not unchanged(before.state, after.state):
                self._visit.view = None
                new = self._memory.states.add(after.state)
                if new:
                    await self._show(after, (*node.actions, replace(action, times=times)))
                return new or asked, False
            if asked or not fresh or action.kind != "click" or before.state.content == after.state.content:
                return asked, False
        return False, False

    async def _show(self, view: View, actions: tuple[Action, ...]) -> None:
        self._memory.left -= 1
        html = await self._visit.html()
        self._sights.append(Shown(view.state.url, self._url, html, tuple(map(str, actions))))
        if len(actions) < MAX_DEPTH:
            self._queue.append(Node(actions, view.state))
        else:
            self._memory.miss(Gap.DEEP)

    async def _reach(self, node: Node) -> bool:
        """Bring the page into the state of ``node``; False where it is not to be had again."""
        view = self._visit.view
        if view is not None and view.state is node.state:
            return True
        view = await self._visit.open()
        self._memory.states.reopened(view.state)
        for action in node.actions:
            for _ in range(action.times):
                there = await self._visit.do(action)
                if there is None:
                    break
                view = there
        self._hear()
        if same(node.state, view.state):
            return True
        self._memory.miss(Gap.LOST)
        self._visit.view = None
        return False

    def _hear(self) -> tuple[bool, bool]:
        """Take what was seen. Was a request of a new kind in it, and is the document a form's answer?

        Such a document is nobody else's to open, so that the walk goes on in it.
        """
        sights = self._visit.tab.take()
        self._sights += sights
        new = posted = False
        for sight in sights:
            if isinstance(sight, Heard):
                new |= self._memory.requests.add(sight.exchange.request)
                if sight.kind == "document":
                    posted = sight.exchange.request.method != "GET"
        return new, posted
