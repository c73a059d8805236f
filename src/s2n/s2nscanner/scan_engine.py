"""The Scanner: discovers plugins, crawls, schedules every check, and says what was and was not tested."""

import asyncio
import os
import platform
import traceback
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from s2n import __version__
from s2n.errors import BudgetSpent, NotTested, S2nError
from s2n.model import PluginStatus, ScanReport, ScanStatus, Tested, now
from s2n.options import for_a_crawl, masked, normalize_target
from s2n.protocol import (
    EXTERNAL_PLUGIN_DIR,
    PLUGIN_DIR_VARIABLE,
    Catalogue,
    Done,
    Event,
    Failed,
    Hello,
    Mapped,
    Phase,
    PluginEnded,
    Progress,
    ScanRequest,
    Started,
    Warned,
)
from s2n.report.assemble import Assembler
from s2n.s2nscanner.auth.credentials import login_of, out_of_the_url, without_credentials
from s2n.s2nscanner.auth.session import Login
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.crawler.crawl import Crawler
from s2n.s2nscanner.crawler.sitemodel import SiteModel
from s2n.s2nscanner.engine.baselines import Baselines
from s2n.s2nscanner.engine.crawling import MORE_BUDGET, Crawling
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import Catalog, Loaded, discover, select
from s2n.s2nscanner.engine.ledger import lost
from s2n.s2nscanner.engine.loginscript import ScriptLogin
from s2n.s2nscanner.engine.others import meet
from s2n.s2nscanner.engine.plan import plan
from s2n.s2nscanner.engine.schedule import Schedule
from s2n.s2nscanner.engine.screen import Screen
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.engine.timers import ticking, time_limit
from s2n.s2nscanner.engine.tokens import TokenKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.oracles.callback import LAST_CALLS, Switchboard, switchboard
from s2n.s2nscanner.oracles.otherusers import OtherUser
from s2n.s2nscanner.oracles.probe import Sender

PLUGIN_PACKAGE = "s2n.s2nscanner.plugins"
"""The package whose modules are the built-in plugins."""


def external_plugin_dir() -> Path:
    """Where the user's plugins lie: the mount path, or what the local runtime says instead."""
    return Path(os.environ.get(PLUGIN_DIR_VARIABLE) or EXTERNAL_PLUGIN_DIR)


class Scanner:
    """A scan of one target.

    Args:
        config: what to scan and how.
        plugins: plugin instances to use beside the discovered ones; they win on the same id.
        on_event: called with each `s2n.protocol` event, from the scan's event loop.
        maps: crawl only, and tell of each endpoint; nothing is tested.

    ``scan()`` runs to the end and returns the report; ``await scan_async()`` does so in a running loop.
    """

    def __init__(
        self,
        config: ScanRequest,
        plugins: Sequence[object] = (),
        on_event: Callable[[Event], None] | None = None,
        *,
        maps: bool = False,
    ) -> None:
        self.config = for_a_crawl(config) if maps else config
        self._maps = maps
        self._injected = tuple(plugins)
        self._listener = on_event
        self._assembler = Assembler(config.target_url)
        self._work: asyncio.Task[None] | None = None
        self._stop_reason = ""
        self._client: HttpClient | None = None
        self._governor: Governor | None = None
        self._crawling: Crawling | None = None
        self._crawler: Crawler | None = None
        self._crew: Crew | None = None
        self._schedule: Schedule | None = None
        self._keeper: SessionKeeper | None = None
        self._shared = SharedProcess(config)
        self._others: list[OtherUser] = []
        self._cut: BudgetSpent | None = None

    def discover_plugins(self) -> Catalog:
        """All plugins: injected, of the package, of the external folder; and those that are broken."""
        return discover(self._injected, PLUGIN_PACKAGE, external_plugin_dir())

    def scan(self) -> ScanReport:
        """Scan from a script.

        Raises:
            S2nError: the target was not tested, or the configuration is wrong. See `s2n.errors`.
            RuntimeError: called inside a running event loop; await `scan_async` there.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self.scan_async())
        raise RuntimeError(
            "scan() was called in a running event loop; use: report = await scanner.scan_async()"
        )

    def stop(self, reason: str = "interrupted") -> None:
        """End the scan now; its report is partial and says so. Safe to call from a signal handler.

        The first reason counts: a second call must not disturb the closing that the first one began.
        """
        if self._stop_reason:
            return
        self._stop_reason = reason
        if self._work is not None:
            self._work.cancel()

    async def scan_async(self) -> ScanReport:
        """Scan in the running event loop.

        Raises:
            S2nError: as `scan`.
        """
        self._emit(hello())
        self._work = asyncio.ensure_future(self._scan())
        if self._stop_reason:
            self._work.cancel()
        status, reason = ScanStatus.COMPLETE, ""
        try:
            await self._work
        except asyncio.CancelledError:
            if not self._stop_reason:
                self._work.cancel()
                raise
            status, reason = ScanStatus.INTERRUPTED, self._stop_reason
        except BudgetSpent as error:
            status, reason = ScanStatus.OUT_OF_BUDGET, str(error)
        except S2nError as error:
            status = ScanStatus.NOT_TESTED if isinstance(error, NotTested) else ScanStatus.FAILED
            self._emit(failure(error))
            self._close(status, str(error))
            raise
        finally:
            if self._crawling is not None:
                await self._crawling.close()
            await self._shared.close()
            if self._client is not None:
                await self._client.close()
        self._close(status, reason)
        return self._assembler.report()

    async def _scan(self) -> None:
        catalog = Catalog({}, {}) if self._maps else self.discover_plugins()
        infos = tuple(loaded.info for _, loaded in sorted(catalog.plugins.items()))
        self._emit(Catalogue(plugins=infos, broken=catalog.broken))
        chosen, skipped = select(catalog, self.config) if not self._maps else ([], {})
        target = normalize_target(self.config.target_url)
        scan = self.config = out_of_the_url(replace(self.config, target_url=target))
        self._governor = Governor.of(scan)
        login = login_of(scan, self._shared)
        if scan.auth == "script":
            login = ScriptLogin(scan, external_plugin_dir())
        self._client = HttpClient(without_credentials(scan), self._governor)
        self._client.absences.warn = lambda text: self._emit(Warned(text))
        self._emit(
            Started(
                scan_id=uuid.uuid4().hex,
                target_url=scan.target_url,
                time=now(),
                config=masked(scan),
                plugins=tuple(loaded.info.id for loaded in chosen),
                maps=self._maps,
            )
        )
        self._note_absent(catalog, skipped)
        async with switchboard(scan) as board, ticking(self._tick), time_limit(scan.max_time):
            if login is not None:
                scan = await self._log_in(login, scan)
            secrets = self._client.secrets
            site = SiteModel(scan, lambda found: self._emit(Mapped(found)), secrets) if self._maps else None
            self._crawling = Crawling(self._keeper or self._client, self._client, scan, site, self._shared)
            self._crawler = self._crawling.crawler
            self._crew = self._hire(chosen, scan, board)
            await self._crawl()
            if not self._maps:
                await self._meet_others(scan)
                await self._test()
            if board is not None:
                await asyncio.sleep(LAST_CALLS)
        self._emit(Phase("finish"))
        if self._cut is not None:
            raise self._cut

    async def _log_in(self, login: Login, scan: ScanRequest) -> ScanRequest:
        """Log in; the crawl begins at the page that it leads to, too."""
        assert self._client is not None
        self._emit(Phase("login"))
        self._keeper = SessionKeeper(self._client, login, scan, lambda text: self._emit(Warned(text)))
        await self._keeper.begin()
        landing = self._keeper.landing
        return replace(scan, seeds=(*scan.seeds, landing)) if landing else scan

    async def _meet_others(self, scan: ScanRequest) -> None:
        assert self._client is not None
        for user in scan.auth_as:
            other = await meet(self._client, scan, user, lambda text: self._emit(Warned(text)), self._shared)
            if other is not None:
                self._others.append(other)

    def _hire(self, chosen: list[Loaded], scan: ScanRequest, board: Switchboard | None) -> Crew:
        assert self._client is not None
        assert self._crawler is not None
        sender: Sender = TokenKeeper(self._client, self._crawler.sources, self._crawler.redirected)
        if self._keeper is not None:
            self._keeper.through, sender = sender, self._keeper
        members = [Member(loaded, scan, sender, self._crawler.requests, board=board) for loaded in chosen]
        baselines = Baselines(sender)
        for member in members:
            member.shared.closed = self._crawler.closed
            if member.loaded.trusted:
                member.shared.baselines = baselines
                member.shared.shake = self._client.handshake
                member.shared.others = self._others
                member.shared.pages = self._crawling.browsing if self._crawling else None
        return Crew(members, scan, self._emit, Screen(sender), self._client.secrets)

    async def _crawl(self) -> None:
        assert self._crawling is not None
        assert self._crew is not None
        self._emit(Phase("crawl"))
        for text in await self._crawling.run(self._crew.inspect):
            self._emit(Warned(text))
        self._cut = self._crawling.cut
        self._stop_if_outside()

    async def _test(self) -> None:
        assert self._crew is not None
        assert self._crawler is not None
        assert self._client is not None
        assert self._governor is not None
        self._emit(Phase("test"))
        start = self._crawler.start
        targets = plan(self._crawler.requests, self._client.jar.header_for, self._crawler.templated)
        if not targets:
            self._emit(Warned("no input point was found: there was nothing to attack"))
        self._schedule = Schedule(
            self._crew,
            start,
            targets,
            self._spent,
            self._emit,
            held=self._governor.holds,
            absences=self._client.absences,
        )
        self._governor.on_held.append(self._schedule.relieve)
        self._client.on_exchange.append(self._crew.overhear)
        await self._schedule.run(self.config.concurrency)
        self._stop_if_outside()
        await self._crew.conclude()

    def _stop_if_outside(self) -> None:
        if self._keeper is not None and self._keeper.failure is not None:
            raise self._keeper.failure

    def _spent(self) -> S2nError | None:
        assert self._governor is not None
        if self._keeper is not None and self._keeper.failure is not None:
            return self._keeper.failure
        if not self._governor.stopped:
            return None
        return BudgetSpent(f"--{self._governor.stopped} is used up", MORE_BUDGET)

    def _note_absent(self, catalog: Catalog, skipped: dict[str, str]) -> None:
        for name, reason in skipped.items():
            self._emit(PluginEnded(plugin=name, status=PluginStatus.SKIPPED, reason=reason))
        for name, error in catalog.broken.items():
            reason = f"cannot be loaded: {error.message}"
            self._emit(PluginEnded(plugin=name, status=PluginStatus.FAILED, errors=(error,), reason=reason))

    def _tick(self) -> None:
        assert self._governor is not None
        crawler, schedule = self._crawler, self._schedule
        self._emit(
            Progress(
                requests=self._governor.requests,
                failed=self._governor.failed,
                rate=round(self._governor.rate, 1),
                pages=crawler.pages if crawler else 0,
                queued=crawler.queued if crawler else 0,
                done=schedule.done if schedule else 0,
                total=schedule.total if schedule else 0,
                current=schedule.current if schedule else self._crawling.current if self._crawling else "",
            )
        )

    def _close(self, status: ScanStatus, reason: str) -> None:
        reason = self._clean(reason)
        if self._schedule is not None:
            early = Tested.OUT_OF_BUDGET if status is ScanStatus.OUT_OF_BUDGET else Tested.SKIPPED
            if self._keeper is not None and self._keeper.failure is not None:
                early = Tested.SESSION_LOST
            self._schedule.abandon(early, reason)
        for event in self._crawling.told() if self._crawling is not None else ():
            self._emit(event)
        if self._crew is not None:
            self._crew.report_late()
            ended_early = "" if status is ScanStatus.COMPLETE else reason
            for event in self._crew.close(ended_early, crawled=self._schedule is not None):
                self._emit(event)
            if self._crew.unproved:
                self._emit(
                    Warned(
                        f"{self._crew.unproved} suspicions did not show a second time and are not reported"
                    )
                )
        for text in lost(self._assembler.coverage, self._client.absences.gone) if self._client else ():
            self._emit(Warned(text))
        self._emit(
            Done(
                status=status,
                reason=reason,
                time=now(),
                requests=self._governor.requests if self._governor else 0,
                failed=self._governor.failed if self._governor else 0,
                pages=self._crawler.pages if self._crawler else 0,
            )
        )

    def _clean(self, text: str) -> str:
        return self._client.secrets.clean(text) if self._client is not None else text

    def _emit(self, event: Event) -> None:
        if isinstance(event, Warned):  # it quotes what sites say, as the next does
            event = replace(event, text=self._clean(event.text))
        elif isinstance(event, Failed):
            event = replace(event, message=self._clean(event.message))
        self._assembler.feed(event)
        if self._listener is not None:
            self._listener(event)


def hello() -> Hello:
    """Who answers: versions and environment."""
    return Hello(
        version=__version__,
        python_version=platform.python_version(),
        os_info=f"{platform.system()} {platform.release()}",
        app_env=os.environ.get("APP_ENV", ""),
    )


def failure(error: BaseException) -> Failed:
    """The event for an error that ends the scan; tracebacks only in the dev image."""
    known = isinstance(error, S2nError)
    return Failed(
        message=str(error) or type(error).__name__,
        remedy=error.remedy if isinstance(error, S2nError) else "this is a fault of s2n: please report it",
        exit_code=error.exit_code if isinstance(error, S2nError) else 4,
        error_type=type(error).__name__,
        traceback=""
        if known and os.environ.get("APP_ENV") != "dev"
        else "".join(traceback.format_exception(error)),
    )
