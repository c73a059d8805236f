"""The walk from one start: state by state, action by action."""

from collections.abc import AsyncGenerator, Iterator

from msgspec.structs import replace

from s2n.errors import BrowserFailed, NetworkError
from s2n.s2nscanner.crawler.browser.actions import ESCAPE, Action, actions_on, back, objection
from s2n.s2nscanner.crawler.browser.agenda import TURN, Agenda, Node, Way
from s2n.s2nscanner.crawler.browser.memory import Gap, Memory
from s2n.s2nscanner.crawler.browser.snapshot import Candidate, Snapshot
from s2n.s2nscanner.crawler.browser.states import (
    holds,
    is_followed,
    kind_of,
    leads_to,
    routed,
    same,
    unchanged,
)
from s2n.s2nscanner.crawler.browser.visit import Visit
from s2n.s2nscanner.crawler.danger import url_endangers
from s2n.s2nscanner.crawler.sights import Heard, Shown, Sight, Withheld

MAX_DEPTH = 5
"""Actions that lead to a state at most: each is done again whenever the walk returns to it."""

MAX_ACTIONS = 200
"""Actions in one state; more are found where a page makes them up."""

PRESSES = 4
"""Times an element is pressed in a row whose first press changed no more than texts: "more", "next slide"."""

FAILURES = 3
"""Times a page may hang or crash before it is left."""


STUCK = 3
"""Times in a row that the Escape key closes nothing, before it is not pressed any more."""

DRIFT = 10
"""Actions in a row before a page is opened anew, if the next element is there all the same."""


class Course:
    """Walks from ``url`` in the tab of ``visit``."""

    def __init__(self, visit: Visit, url: str, memory: Memory) -> None:
        self._visit = visit
        self._url = url
        self._memory = memory
        self._agenda = Agenda(memory.turns, memory.states.knows)
        self._sights: list[Sight] = []
        self._at_node = False
        self._way = Way(url, ())
        self._roundabout: set[int] = set()
        self._failures = 0
        self._held: Node | None = None
        self._there: Snapshot | None = None
        self._stuck = 0

    def take(self) -> list[Sight]:
        """What was seen since the last call."""
        sights, self._sights = self._sights, []
        return sights

    async def run(self) -> AsyncGenerator[None, None]:
        """Walk; comes back after each action, when there may be something to `take`."""
        try:
            await self._begin()
            yield
            while self._agenda and self._failures < FAILURES and not self._memory.spent:
                async for _ in self._try_all(self._agenda.next()):
                    yield
            await self._visit.leave()
        except NetworkError:  # it does not open, or not any more
            self._memory.miss(Gap.FAILED)
        self._hear()
        yield

    async def _begin(self) -> None:
        view = await self._visit.open()
        if view.state.is_web and self._memory.states.add(view.state):
            await self._show(view.state, (), (self._way,), frozenset())
        self._hear()

    async def _try_all(self, node: Node) -> AsyncGenerator[None, None]:
        """All that is worth doing in one state."""
        if not any(self._wants(*each, node) for each in actions_on(node.state)):
            return
        if not await self._reach(node):
            return
        assert self._visit.view is not None
        begun = self._visit.view.state
        if begun.cut:
            self._memory.miss(Gap.MANY)
        for done, (action, candidate) in enumerate(self._chosen(begun, node)):
            if len(node.tried) >= MAX_ACTIONS:
                self._memory.miss(Gap.MANY)
                return
            if done >= TURN and self._agenda:
                self._agenda.add(node)
                return
            if not self._is_there(action, candidate, node) and not await self._reach(node):
                return
            node.tried.add(action)
            new, left = await self._try_or_ban(action, candidate, node)
            self._memory.interest.result(action, candidate, new=new, left=left)
            node.alike.result(action, candidate, new=new)
            yield

    def _chosen(self, begun: Snapshot, node: Node) -> Iterator[tuple[Action, Candidate | None]]:
        """What is worth doing, judged when its turn comes, as long as the walk goes on."""
        for action, candidate in self._in_order(begun, node):
            if self._memory.spent or self._failures >= FAILURES:
                return
            if action in node.tried or not node.alike.wants(action, candidate):
                continue
            if self._wants(action, candidate, node) and not self._withhold(candidate, begun):
                yield action, candidate

    async def _try_or_ban(self, action: Action, candidate: Candidate | None, node: Node) -> tuple[bool, bool]:
        """As `_try`; what makes the page hang or crash is one action less."""
        try:
            return await self._try(action, candidate, node)
        except BrowserFailed:
            self._memory.miss(Gap.FAILED)
            self._memory.interest.ban(action, candidate)
            self._failures += 1
            return False, False

    def _wants(self, action: Action, candidate: Candidate | None, node: Node) -> bool:
        """Is it worth doing? What led to this state may lead further: "next", "more"."""
        interest = self._memory.interest
        if node.led_by(action):
            return not interest.led(action, candidate)
        inherited = candidate is not None and candidate.does in node.inherited
        return interest.wants(action, candidate, inherited=inherited)

    def _is_there(self, action: Action, candidate: Candidate | None, node: Node) -> bool:
        """May it be done in the state that the page is in now, whichever that is?

        In another one than the node's, only what does not belong to that state: an element of the state
        before as well, or the next one of a menu.
        """
        view, trail = self._visit.view, self._visit.trail
        if view is None or self._at_node:
            return view is not None
        if candidate is None or node.led_by(action) or len(trail) > len(self._way.actions) + DRIFT:
            return False
        alike = bool(trail) and (trail[-1].kind, trail[-1].path) == (action.kind, action.path)
        if not (alike or self._is_more(node, view.state) or candidate.does in node.inherited):
            return False
        found = action.find(view.state)
        return found is not None and found.does == candidate.does and found.hidden <= candidate.hidden

    def _is_more(self, node: Node, now: Snapshot) -> bool:
        """Is all of the state of ``node`` still there, beside a menu or a dialog that opened?"""
        there = self._there
        return (
            self._held is node
            and there is not None
            and (now.born, now.url) == (there.born, there.url)
            and now.looks > there.looks
        )

    def _in_order(self, state: Snapshot, node: Node) -> list[tuple[Action, Candidate | None]]:
        """What can be done: first what names a new address, is the state's own, and was done in no other."""
        known = self._memory.states.knows

        def order(each: tuple[Action, Candidate | None]) -> tuple[bool, bool, bool]:
            action, candidate = each
            leads = leads_to(state, candidate) if candidate is not None else 0
            inherited = candidate is not None and candidate.does in node.inherited
            return (
                not leads or known(leads),
                inherited and not node.led_by(action),
                self._memory.interest.tried(*each) > 0,
            )

        return sorted(actions_on(state), key=order)

    def _withhold(self, candidate: Candidate | None, state: Snapshot) -> bool:
        if candidate is None:
            return False
        reason = objection(candidate, state)
        if reason and reason not in self._memory.withheld:
            self._memory.withheld.add(reason)
            group = state.groups[candidate.group] if candidate.group >= 0 else None
            method = "POST" if group is not None and group.method == "post" else "GET"
            self._sights.append(Withheld(method, state.url, reason))
        return bool(reason)

    async def _try(self, action: Action, candidate: Candidate | None, node: Node) -> tuple[bool, bool]:
        """Do it, again where that goes on changing the page. Did it bring something new; did it lead away?"""
        fresh = node.led_by(action) or self._memory.interest.fresh(action, candidate)
        for times in range(1, PRESSES + 1):
            before = self._visit.view
            assert before is not None
            after = await self._visit.do(action)
            if after is None:
                return False, False
            self._memory.actions += 1
            asked, posted = self._hear()
            if candidate is not None and is_followed(candidate.url, before.state, after.state):
                self._memory.interest.leads(action, candidate)
            if not after.state.is_web or (after.state.born != before.state.born and not posted):
                self._visit.view = None
                return asked, True
            if not unchanged(before.state, after.state):
                self._at_node = False
                new = self._memory.states.add(after.state, asked=asked)
                if new:
                    done = replace(action, times=times)
                    ways = self._ways(done, before.state, after.state)
                    inherited = frozenset(each.does for each in node.state.candidates)
                    await self._show(after.state, (*node.actions, done), ways, inherited)
                return new or asked, False
            if asked or not fresh or action.kind != "click" or before.state.content == after.state.content:
                return asked, False
        return False, False

    def _ways(self, done: Action, before: Snapshot, after: Snapshot) -> tuple[Way, ...]:
        """To a new state: by its own address, as from the state before, and as it was found."""
        ways = [Way(self._way.url, (*self._way.actions, done)), Way(self._visit.opened, self._visit.trail)]
        if after.born == before.born and routed(after.url) != routed(self._way.url):
            ways.insert(0, Way(after.url, ()))
        return tuple(dict.fromkeys(ways))

    async def _show(
        self, state: Snapshot, actions: tuple[Action, ...], ways: tuple[Way, ...], inherited: frozenset[int]
    ) -> None:
        self._memory.left -= 1
        html = await self._visit.html()
        self._sights.append(Shown(state.url, self._url, html, tuple(map(str, actions))))
        if len(actions) < MAX_DEPTH:
            leads = frozenset(leads_to(state, each) for each in state.candidates) - {0}
            self._agenda.add(Node(actions, state, ways, inherited, leads=leads))
        else:
            self._memory.miss(Gap.DEEP)

    async def _reach(self, node: Node) -> bool:
        """Bring the page into the state of ``node``; False where it is not to be had again."""
        view = self._visit.view
        self._at_node = view is not None and (
            view.state is node.state or await self._go_back(node, view.state)
        )
        self._way = next((way for way in node.ways if way.actions), node.ways[0])
        for way in node.ways:
            if self._at_node:
                return self._hold(node)
            if way.actions or not self._is_roundabout(way.url, node):
                self._way = way
                self._at_node = await self._replay(way, node)
        if self._at_node:
            return self._hold(node)
        self._visit.view = None
        if node.again:
            self._memory.miss(Gap.LOST)
        else:
            self._agenda.add(replace(node, again=True))
        return False

    def _hold(self, node: Node) -> bool:
        """Keep where in the tab's history the state of ``node`` is, so that the walk may go back there."""
        assert self._visit.view is not None
        self._held, self._there = node, self._visit.view.state
        return True

    async def _go_back(self, node: Node, now: Snapshot) -> bool:
        """Go back to the state of ``node`` in the same document, if that knows a way."""
        there = self._there
        if self._held is not node or there is None or now.born != there.born:
            return False
        if now.step > there.step >= 0 and now.url != there.url:
            view = await self._visit.do(back(now.step - there.step))
            self._hear()
            return view is not None and view.state.url == there.url and same(node.state, view.state)
        if self._is_more(node, now) and self._stuck < STUCK:
            view = await self._visit.do(ESCAPE)
            self._hear()
            closed = view is not None and view.state.url == there.url and view.state.looks == there.looks
            self._stuck = 0 if closed else self._stuck + 1
            return closed
        return False

    def _is_roundabout(self, url: str, node: Node) -> bool:
        """Is it known that this kind of address, when opened, does not show what it stood for?"""
        return bool(node.actions) and (kind_of(url) in self._roundabout or url_endangers(url))

    async def _replay(self, way: Way, node: Node) -> bool:
        view = await self._visit.open(way.url)
        if not way.actions:
            self._memory.states.reopened(view.state)
        for action in way.actions:
            for _ in range(action.times):
                there = await self._visit.do(action)
                if there is None:
                    break
                view = there
        self._hear()
        if not node.actions:
            return True
        if way.actions:
            return same(node.state, view.state)
        direct = holds(node.state, view.state)
        if not direct:
            self._roundabout.add(kind_of(way.url))
        return direct

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
