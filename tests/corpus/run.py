"""Runs cases through the engine as a scan would, re-verification included, and counts."""

import asyncio
import importlib
import pkgutil
import random
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from corpus import classes
from corpus.case import Case
from s2n.model import Finding, PluginStatus, Tested
from s2n.protocol import Event, Found, ScanRequest, Warned
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import BUILT_IN, Loaded, adopt
from s2n.s2nscanner.engine.plan import plan
from s2n.s2nscanner.oracles.callback import Switchboard
from s2n.s2nscanner.oracles.probe import Fresh
from support.callbacks import reachable
from support.site import MemorySender

RECALL = 0.97
PRECISION = 0.995


class Broken(AssertionError):
    """A case could not be run to its end: what it would have shown is unknown."""


@dataclass
class Score:
    """What a plugin made of its class."""

    vulnerable: int = 0
    safe: int = 0
    requests: int = 0
    missed: list[str] = field(default_factory=list)
    """Names of the vulnerable cases without a finding."""
    false: list[str] = field(default_factory=list)
    """Names of the safe cases with one."""

    @property
    def found(self) -> int:
        return self.vulnerable - len(self.missed)

    @property
    def recall(self) -> float:
        return self.found / self.vulnerable if self.vulnerable else 1.0

    @property
    def precision(self) -> float:
        reported = self.found + len(self.false)
        return self.found / reported if reported else 1.0

    def numbers(self) -> dict[str, int]:
        """What the baseline keeps of it."""
        return {
            "vulnerable": self.vulnerable,
            "safe": self.safe,
            "found": self.found,
            "false": len(self.false),
        }

    def faults(self, before: dict[str, int] | None) -> list[str]:
        """Why it does not pass: a bar, or a drop against the numbers ``before``."""
        faults = []
        if self.recall < RECALL:
            faults.append(f"recall {self.recall:.3f} is below {RECALL}")
        if self.precision < PRECISION:
            faults.append(f"precision {self.precision:.3f} is below {PRECISION}")
        if before is not None:
            if len(self.missed) > before["vulnerable"] - before["found"]:
                faults.append(f"more is missed than in the baseline: {'; '.join(self.missed)}")
            if len(self.false) > before["false"]:
                faults.append(f"more is false than in the baseline: {'; '.join(self.false)}")
            if self.vulnerable < before["vulnerable"] or self.safe < before["safe"]:
                faults.append("the corpus has fewer cases than in the baseline")
        return faults


def names() -> list[str]:
    """Every class of the corpus."""
    return sorted(found.name for found in pkgutil.iter_modules(classes.__path__) if found.name[0] != "_")


def cases(name: str) -> list[Case]:
    """The cases of class ``name``."""
    return list(importlib.import_module(f"{classes.__name__}.{name}").CASES)


def score(cases: Sequence[Case]) -> Score:
    """Run every case.

    Raises:
        Broken: a plugin crashed, flooded or ran out of time, or something was seen but not verified.
    """
    total = Score()
    for case in cases:
        findings, requests = run(case)
        total.requests += requests
        if case.vulnerable:
            total.vulnerable += 1
            if not findings:
                total.missed.append(case.name)
        else:
            total.safe += 1
            if findings:
                total.false.append(case.name)
    return total


def run(case: Case) -> tuple[list[Finding], int]:
    """The findings of the case's plugin on a fresh site, and the number of requests they took.

    Raises:
        Broken: the run did not reach its end.
    """
    events: list[Event] = []
    sender = MemorySender(case.make(), **({"latency": case.latency} if case.latency else {}))
    with reachable() if case.callbacks else nullcontext() as board:
        asyncio.run(_work(case, sender, events.append, board))
    if unverified := [event.text for event in events if isinstance(event, Warned)]:
        raise Broken(f"{case.name}: {unverified}")
    return [event.finding for event in events if isinstance(event, Found)], len(sender.requests)


async def _work(case: Case, sender: MemorySender, emit, board: Switchboard | None) -> None:
    scan = ScanRequest(
        target_url=f"{case.requests[0].origin}/", accept_risk=True, username="ann", password="secret"
    )
    seeds = random.Random(case.name)
    member = Member(
        _plugin(case.plugin), scan, sender, case.requests, lambda: Fresh(seeds.getrandbits(32)), board=board
    )
    member.shared.shake = getattr(sender.site, "handshake", None)  # of sites that speak TLS
    member.shared.closed = case.requests
    crew = Crew([member], scan, emit)
    if member.has("inspect"):
        for request in case.requests:
            await crew.inspect(await sender.send(request, follow=True))
    if member.has("run"):
        _must_end(case, *await crew.run(member))
    if member.has("check"):
        for target in plan(case.requests):
            for point in target.points:
                _must_end(case, *await crew.check(member, point))
    crew.report_late()
    await crew.conclude()
    for ended in crew.close():
        if ended.status not in {PluginStatus.SUCCESS, *_SKIPPED[case.vulnerable]}:
            raise Broken(f"{case.name}: {ended.reason} {[error.traceback for error in ended.errors]}")


_SKIPPED: dict[bool, tuple[PluginStatus | Tested, ...]] = {
    True: (),
    False: (PluginStatus.SKIPPED, Tested.SKIPPED),
}
"""Where there is no flaw, a plugin may say that there is nothing for it to do."""


def _must_end(case: Case, result: Tested, reason: str) -> None:
    if result not in {Tested.TESTED, Tested.BLOCKED, *_SKIPPED[case.vulnerable]}:
        raise Broken(f"{case.name}: {result}: {reason}")


def _plugin(name: str) -> Loaded:
    module = importlib.import_module(f"s2n.s2nscanner.plugins.{name}")
    return adopt(module.Plugin(), name, BUILT_IN)
