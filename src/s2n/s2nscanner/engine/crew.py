"""The plugins at work: each gets its stage, its account, and every claim it makes is verified."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any

from s2n.errors import BudgetSpent, NetworkError
from s2n.model import MAX_PLACES, Exchange, Finding, Place, Request, Tested
from s2n.protocol import Also, Event, Found, PluginEnded, ScanRequest, Warned
from s2n.s2nscanner.engine.context import Context, Shared, Traffic
from s2n.s2nscanner.engine.discovery import Loaded
from s2n.s2nscanner.engine.evidence import Scribe, fingerprint_of
from s2n.s2nscanner.engine.isolation import Outcome, Stage, ThreadStage, run_hook
from s2n.s2nscanner.engine.ledger import ENDINGS, PluginAccount, blocked_reason
from s2n.s2nscanner.engine.mirrors import Mirrors
from s2n.s2nscanner.engine.provoked import Provoked
from s2n.s2nscanner.engine.screen import CLIENT_SIDE, Screen
from s2n.s2nscanner.engine.verify import SECONDS, Verifier
from s2n.s2nscanner.http.secrets import Secrets
from s2n.s2nscanner.legacy import LegacyPlugin, is_legacy
from s2n.s2nscanner.oracles.callback import Switchboard
from s2n.s2nscanner.oracles.probe import Fresh, Sender
from s2n.s2nscanner.sdk import Claim, InputPoint

Emit = Callable[[Event], None]

SITE_SECONDS = 30
"""A site plugin runs once and may take so many times --plugin-timeout."""


ONE_MORE_LOOK = 10
"""What it takes to see whether the pages that a check compared are as they were."""

CONCLUDING_REQUESTS = 1000
"""What a plugin may send in its last look at the whole site."""


class Member:
    """One plugin with all that belongs to it during a scan."""

    def __init__(
        self,
        loaded: Loaded,
        scan: ScanRequest,
        sender: Sender,
        endpoints: Sequence[Request],
        fresh: Callable[[], Fresh] = Fresh,
        *,
        board: Switchboard | None = None,
    ) -> None:
        self.loaded = loaded
        self.info = loaded.info
        self.id = loaded.info.id
        self.plugin: Any = (
            LegacyPlugin(loaded.plugin, loaded.info) if is_legacy(loaded.plugin) else loaded.plugin
        )
        self.stage: Stage = Stage() if loaded.trusted else ThreadStage(f"plugin-{self.id}")
        self.shared = Shared(scan, self.stage.bridge(sender), endpoints, fresh, board=board)
        self.account = PluginAccount(self.id)
        self.verifier = Verifier(self.info, self.shared, self.stage)

    def has(self, hook: str) -> bool:
        """Does the plugin have this hook?"""
        return self.loaded.has(hook)


class Crew:
    """Runs hooks, verifies claims, removes duplicates and reports what remains."""

    def __init__(
        self,
        members: list[Member],
        scan: ScanRequest,
        emit: Emit,
        screen: Screen | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        self.members = members
        self._screen = screen
        self._overhears = any(member.has("overhear") for member in members)
        self._seconds = scan.plugin_timeout
        self._emit = emit
        self._scribe = Scribe(scan, secrets)
        self._reported: dict[str, set[Place]] = {}
        """By fingerprint: where it has been reported."""
        self._mirrors = Mirrors()
        self._provoked = Provoked()
        self._disturbed: set[tuple[str, InputPoint]] = set()
        self._unanswered: set[tuple[str, InputPoint | None]] = set()
        self._still: dict[Request, bool] = {}
        self._concluded: set[str] = set()
        traffic = Traffic()
        for member in members:
            member.shared.traffic = traffic
        self._overhearing: set[asyncio.Task[None]] = set()
        self.limited = bool(scan.max_requests or scan.max_time)
        """May the scan end before all is tested?"""
        self.unproved = 0
        """Claims that did not show a second time."""

    def active(self) -> list[Member]:
        """Those that check input points."""
        return [member for member in self.members if member.has("check")]

    async def inspect(self, exchange: Exchange) -> None:
        """Let the passive hooks read an exchange of the crawl."""
        self._provoked.know(exchange)
        await self._read("inspect", exchange)

    def overhear(self, exchange: Exchange) -> None:
        """Let those who want to read what attacks provoke, where it is worth a look; soon, not at once."""
        if self._overhears and self._provoked.worth(exchange):
            task = asyncio.ensure_future(self._read("overhear", exchange))
            self._overhearing.add(task)
            task.add_done_callback(self._overhearing.discard)

    async def check(self, member: Member, point: InputPoint, *, anew: bool = False) -> tuple[Tested, str]:
        """One cell of the ledger: a plugin at an input point. Returns what became of it, and why.

        ``anew``: a second look, which rests on nothing that was learned before.
        """
        if await self._cannot_show(member, point):
            return Tested.TESTED, ""
        return await self._attend(member, "check", point, self._seconds, anew=anew)

    def was_disturbed(self, member: Member, point: InputPoint) -> bool:
        """Did the page change while it was compared, and was nothing found? Others may have caused it."""
        return (member.id, point) in self._disturbed

    def was_unanswered(self, member: Member, point: InputPoint | None) -> bool:
        """Did the network fail there?"""
        return (member.id, point) in self._unanswered

    async def again(self, member: Member, point: InputPoint | None) -> tuple[Tested, str]:
        """Once more where the network failed, as if that had not been."""
        self._unanswered.discard((member.id, point))
        member.account.unreached -= 1
        return await (self.run(member) if point is None else self.check(member, point, anew=True))

    async def keeps_still(self, member: Member, point: InputPoint) -> bool:
        """Does that page stay as it is, now that nobody else is at work?"""
        if point.request not in self._still:
            ctx = Context(member.info, member.shared, anew=True)
            try:
                still = await member.stage.call(lambda: ctx.keeps_still(point), SECONDS)
            except (NetworkError, TimeoutError):
                still = False
            self._still[point.request] = still
        return self._still[point.request]

    def turn(self) -> None:
        """What pages looked like counts no longer: what was tested may have changed the site."""
        for member in self.members:
            member.shared.baselines.clear()

    async def run(self, member: Member) -> tuple[Tested, str]:
        """The plugin's once-per-scan hook."""
        return await self._attend(member, "run", None, self._seconds * SITE_SECONDS)

    async def conclude(self) -> None:
        """The hook of those that look once more when everything was tested."""
        await asyncio.gather(*self._overhearing)
        for member in self.members:
            if member.has("conclude"):
                result, reason = await self._attend(member, "conclude", None, self._seconds * SITE_SECONDS)
                self._concluded.add(member.id)
                if result is not Tested.TESTED:
                    self._emit(
                        Warned(f"{member.id}: its last look at the site was cut short: {reason or result}")
                    )

    def report_late(self) -> None:
        """Report what called back only after its plugin had stopped waiting; a call needs no second look."""
        for member in self.members:
            if member.shared.callbacks is not None:
                for point, proof in member.shared.callbacks.late():
                    self._report(Context(member.info, member.shared).finding(proof, point), member)

    def close(self, reason: str = "", *, crawled: bool = True) -> list[PluginEnded]:
        """Close the accounts; ``reason`` is given when the scan ended before its time.

        It concerns those who had something left to do; all of them, if the site was not ``crawled`` to the
        end.
        """
        for task in self._overhearing:
            task.cancel()
        for member in self.members:
            member.stage.close()
        return [
            member.account.ended("" if crawled and self._is_done(member) else reason)
            for member in self.members
        ]

    def _is_done(self, member: Member) -> bool:
        return not member.account.left and (member.id in self._concluded or not member.has("conclude"))

    async def _read(self, hook: str, exchange: Exchange) -> None:
        for member in self.members:
            if not member.has(hook) or member.account.given_up:
                continue
            began = monotonic()
            read = member.stage.reading(getattr(member.plugin, hook), len(exchange.response.body))
            outcome = await run_hook(member.stage, read, (exchange,), self._seconds)
            member.account.note(outcome, 0, began, exchange.request.url)
            for claim in outcome.claims:
                self._report(claim, member)

    async def _cannot_show(self, member: Member, point: InputPoint) -> bool:
        if self._screen is None or point.location not in CLIENT_SIDE:
            return False
        if member.info.blind or member.account.given_up:
            return False
        return not await self._screen.reacts(point)

    async def _attend(
        self, member: Member, hook: str, point: InputPoint | None, seconds: float, *, anew: bool = False
    ) -> tuple[Tested, str]:
        if member.account.given_up:
            return Tested.FAILED, f"the plugin was stopped after {member.account.failures} failures"
        began = monotonic()
        ctx = Context(member.info, member.shared, anew=anew)
        if hook == "conclude":
            ctx.allow(CONCLUDING_REQUESTS)

        async def rerun(context: Context) -> Outcome:
            args = (point, context) if point is not None else (context,)
            return await run_hook(member.stage, getattr(member.plugin, hook), args, seconds)

        outcome = await rerun(ctx)
        shown = [await self._verify(claim, member, rerun, point, ctx) for claim in outcome.claims]
        if point is not None and not any(shown) and await self._is_disturbed(member, ctx):
            self._disturbed.add((member.id, point))
        if outcome.ending == "network":
            self._unanswered.add((member.id, point))
        url = point.request.url if point is not None else member.shared.scan.target_url
        member.account.note(outcome, ctx.requests, began, url)
        if outcome.ending == "ok" and ctx.unanswered:
            self._emit(
                Warned(f"{member.id}: {ctx.unanswered} requests were not answered, and not asked again")
            )
        if outcome.ending == "ok" and (reason := blocked_reason(ctx.refused, ctx.requests)):
            return Tested.BLOCKED, reason
        return ENDINGS[outcome.ending], outcome.reason

    async def _verify(
        self,
        claim: Claim,
        member: Member,
        rerun: Callable[[Context], Awaitable[Outcome]],
        point: InputPoint | None,
        ctx: Context,
    ) -> bool:
        """Report the claim if it holds. Is it reported, now or before?"""
        told = self._is_told(claim, member)
        if not told and self._written(claim, member) is None:
            return False
        if told or self._mirrors.knows(member.id, claim):
            return True
        try:
            confirmed = await member.verifier.confirm(claim, rerun, point, ctx)
        except (NetworkError, TimeoutError) as error:
            what = (
                "the budget was spent"
                if isinstance(error, BudgetSpent)
                else f"{type(error).__name__}: {error}"
            )
            where = f"{member.id} at {claim.exchange.first.request.url}"
            self._emit(Warned(f"{where}: something was seen but could not be verified ({what})"))
            return False
        except Exception as error:  # noqa: BLE001 -- a plugin's own `again` may raise anything
            member.account.crashed(error, "while verifying")
            return False
        if confirmed is None:
            self.unproved += 1
            return False
        self._report(confirmed, member)
        return True

    @staticmethod
    async def _is_disturbed(member: Member, ctx: Context) -> bool:
        ctx.allow(ONE_MORE_LOOK)
        try:
            return await member.stage.call(ctx.disturbed, SECONDS)
        except (NetworkError, TimeoutError):
            return False

    def _report(self, claim: Claim, member: Member) -> None:
        if self._is_told(claim, member):
            return
        finding = self._written(claim, member)
        if finding is None:
            return
        mark, place = finding.fingerprint, self._scribe.place(claim)
        if mark in self._reported:
            self._reported[mark].add(place)
            self._emit(Also(mark, place))
        else:
            self._reported[mark] = {place}
            self._mirrors.add(member.id, claim)
            self._emit(Found(finding))

    def _is_told(self, claim: Claim, member: Member) -> bool:
        """Is the flaw reported already, at this place or at enough others?"""
        try:
            places = self._reported.get(fingerprint_of(claim, member.info))
        except Exception:  # noqa: BLE001 -- a claim may hold anything: whoever writes it down will say so
            return False
        return places is not None and (len(places) > MAX_PLACES or self._scribe.place(claim) in places)

    def _written(self, claim: Claim, member: Member) -> Finding | None:
        try:
            return self._scribe.finding(claim, member.info)
        except Exception as error:  # noqa: BLE001 -- a claim may hold anything where text or a number belongs
            member.account.crashed(error, "its finding cannot be written down")
            return None
