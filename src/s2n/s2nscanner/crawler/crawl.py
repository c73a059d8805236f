"""The crawler: fetches what the site links, in a fixed order, and keeps what is worth testing.

Pages are *requested* several at a time but *read* in the order in which they were requested, and a new one
is requested only after one was read. So what is found, and what is passed over, depends on the site alone
and not on which answer came first.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence, Set
from contextlib import aclosing

from s2n.errors import BudgetSpent, NetworkError, Unreachable
from s2n.model import Exchange, Request, Response
from s2n.model.site import How, Sighting
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import hearing, ledger
from s2n.s2nscanner.crawler.afterthoughts import Afterthoughts
from s2n.s2nscanner.crawler.api.imports import Imports, describes
from s2n.s2nscanner.crawler.api.load import Loaded
from s2n.s2nscanner.crawler.catalogue import Catalogue, Chart
from s2n.s2nscanner.crawler.dependents import Dependents
from s2n.s2nscanner.crawler.discover import Found, Known, complete, discover
from s2n.s2nscanner.crawler.fetching import Fetch, Fetcher, Sender
from s2n.s2nscanner.crawler.forms import Submission
from s2n.s2nscanner.crawler.frontier import Entry, Frontier, Kind
from s2n.s2nscanner.crawler.ledger import Ledger
from s2n.s2nscanner.crawler.menus import Menus
from s2n.s2nscanner.crawler.novelty import Novelty
from s2n.s2nscanner.crawler.recognise import Shape, Variety, shape_of
from s2n.s2nscanner.crawler.rendering import Explorer, Rendering
from s2n.s2nscanner.crawler.sights import Heard, Held, Message, Shown
from s2n.s2nscanner.crawler.strangers import page_for_strangers
from s2n.s2nscanner.crawler.triage import Scope, Triage
from s2n.s2nscanner.oracles.probe import Fresh

__all__ = ["Crawler", "Sender"]

READ_AHEAD = 2
"""Requests that may wait to be read, as a multiple of the concurrency: a slow page holds up less."""

LARGE = 100_000
"""Bytes of a body beyond which it is read in a thread: a bundle takes its time, other work goes on."""

MAX_KEPT = 1000
"""States of pages and WebSocket messages that are remembered."""

_HTML = (("Content-Type", "text/html; charset=utf-8"),)


class Crawler:
    """Walks a site from its start URLs, robots.txt and sitemaps.

    ``pages`` and ``queued`` are figures for progress. ``skipped`` counts, by reason, links that were not
    followed; ``failures`` requests that failed, by kind of error, and ``failed`` names the first of them.
    ``states`` (without their documents) and ``messages`` are what the ``explorer``, a browser, saw of pages.
    ``cut_short``: the crawl ended because there was ``enough`` of it.
    """

    def __init__(
        self,
        sender: Sender,
        scope: Scope,
        settings: ScanRequest,
        fresh: Fresh,
        *,
        explorer: Explorer | None = None,
        without_browser: str = "crawl with --browser always",
        enough: Callable[[], bool] = lambda: False,
        chart: Chart | None = None,
    ) -> None:
        self.pages = 0
        self._settings = settings
        self._frontier = Frontier()
        self._ledger = Ledger()
        self._catalogue = Catalogue(chart)
        self._novelty = Novelty()
        self._triage = Triage(scope, settings, self._frontier, self._novelty, self._ledger)
        self._known = Known(fresh)
        self._dependents = Dependents()
        self._menus = Menus()
        self._imports = Imports(sender, scope.allows, settings)
        self.states: list[Shown] = []
        self.messages: list[Message] = []
        self.cut_short = False
        self._explorer = explorer
        self._without_browser = without_browser
        self._enough = enough
        self._rendering = Rendering(settings.browser)
        self._afterthoughts = Afterthoughts(active=explorer is not None and settings.crawl)
        self._fetcher = Fetcher(sender, settings.concurrency, fresh)
        self._asked = 0
        self._spent = False

    @property
    def start(self) -> Request:
        """The request for the target URL."""
        return Request.from_url(self._triage.target)

    @property
    def closed(self) -> Sequence[Request]:
        """Pages that were refused to us, of which there may be any number more."""
        return self._catalogue.closed

    @property
    def requests(self) -> Sequence[Request]:
        """The distinct requests worth testing, in the order in which they were found."""
        return self._catalogue.requests

    @property
    def templated(self) -> Set[Request]:
        """Requests whose paths are known to hold parameters."""
        return self._imports.templated()

    @property
    def sources(self) -> Mapping[Request, Request]:
        """For each form's request, the page on which the form was found."""
        return self._catalogue.sources

    @property
    def redirected(self) -> Mapping[Request, Request]:
        """For pages that forms redirected to, the forms' requests."""
        return self._catalogue.redirected

    @property
    def queued(self) -> int:
        """Requests that are waiting to be made, and pages that wait for the browser."""
        waiting = len(self._frontier) + len(self._dependents) + len(self._triage.mentions)
        return waiting + (len(self._rendering) if self._explorer is not None else 0)

    @property
    def skipped(self) -> dict[str, int]:
        """How many links were not followed, by reason."""
        return self._ledger.skipped

    @property
    def failures(self) -> dict[str, int]:
        """How many requests failed, by kind of error."""
        return self._ledger.failures

    @property
    def failed(self) -> list[tuple[str, str]]:
        """The first requests that failed: URL and message."""
        return self._ledger.failed

    def adopt(self, loaded: Loaded) -> None:
        """Take in the operations of API descriptions and recordings; call it before `crawl`."""
        self._imports.adopt(loaded)

    def notes(self) -> list[str]:
        """What the user should know of the crawl's gaps, a sentence each."""
        dropped = self._catalogue.dropped
        many = [f"{dropped} more distinct requests were found than are tested"] if dropped else []
        return self._ledger.notes() + many + self._frontier.notes() + self._imports.notes + self._unseen()

    def _unseen(self) -> list[str]:
        """What only a browser would have seen."""
        if self._explorer is not None:
            return self._explorer.notes()
        built = self._rendering.built
        if not built:
            return []
        pages = f"{built} pages are" if built > 1 else "a page is"
        seen = f"first {self._rendering.first}, and not seen as a visitor sees it"
        return [f"{pages} built by scripts, {seen}: {self._without_browser}"]

    async def crawl(self) -> AsyncGenerator[Exchange, None]:
        """Each exchange as it is read, at most ``settings.concurrency`` requests in flight.

        Raises:
            Unreachable: the target URL does not answer.
        """
        self._triage.begin(self._imports.pages())
        try:
            async with aclosing(self._fetched()) as fetched:
                async for exchange in fetched:
                    yield exchange
            while (page := self._next_to_render()) is not None or self._remember():
                if page is not None:
                    async with aclosing(self._explored(page)) as explored:
                        async for exchange in explored:
                            yield exchange
                async with aclosing(self._fetched()) as fetched:
                    async for exchange in fetched:
                        yield exchange
            async for exchange in self._imports.ask_all():
                yield exchange
        finally:
            self._remember()  # what was not asked is tested all the same
            self._frontier.close()
            for operation, answer in self._imports.operations():
                self._catalogue.add_operation(operation, answer)

    async def _fetched(self) -> AsyncGenerator[Exchange, None]:
        """Fetch until nothing is queued."""
        ahead: deque[Fetch] = deque()
        try:
            while self._fill(ahead):
                fetch = ahead.popleft()
                try:
                    exchange = await fetch.task
                except BudgetSpent:
                    self._spent = True
                    self._ledger.skip(ledger.BUDGET)
                    continue
                except NetworkError as error:
                    self._fail(fetch.entry, error)
                    continue
                if fetch.entry.doubted:
                    self._triage.mentions.tell(there=exchange is not None)
                if exchange is None:
                    continue
                self._read(fetch, exchange, await self._discover(fetch.entry, exchange))
                await self._meet_stranger(fetch.entry, exchange)
                await self._imports.look(exchange, fetch.request)
                yield exchange
                del exchange, fetch
        finally:
            for fetch in ahead:
                fetch.task.cancel()
            await asyncio.gather(*(fetch.task for fetch in ahead), return_exceptions=True)

    async def _meet_stranger(self, entry: Entry, start: Exchange) -> None:
        """Read the page for logging in, which somebody who is logged in may never be shown."""
        if not (entry.start and entry.url == self._triage.target and self._settings.crawl):
            return
        page = await page_for_strangers(self._fetcher, start, self._settings)
        if page is not None:
            there = Entry(page.request.url, entry.depth + 1, page=entry.url)
            self._take_in(there, page, await self._discover(there, page))

    def _next_to_render(self) -> Entry | None:
        if self._explorer is None or self._spent or not self._settings.crawl:
            return None
        if len(self._rendering) and self._enough():
            self.cut_short = True
            self._ledger.skip(ledger.BUDGET, len(self._rendering))
            return None
        return self._rendering.next()

    async def _explored(self, page: Entry) -> AsyncGenerator[Exchange, None]:
        """Look at ``page`` in the browser; yields what it asked the server for, where that is new."""
        assert self._explorer is not None
        async with aclosing(self._explorer.explore(page.url)) as sights:
            async for sight in sights:
                if isinstance(sight, Heard):
                    if await self._hear(page, sight):
                        yield sight.exchange
                elif isinstance(sight, Shown):
                    await self._look(page, sight)
                elif isinstance(sight, Held):
                    self._afterthoughts.hear(sight.request)
                    if hearing.keep_held(self._catalogue, sight, page.request):
                        self._ledger.skip(ledger.SENSITIVE)
                elif isinstance(sight, Message):
                    if len(self.messages) < MAX_KEPT:
                        self.messages.append(sight)
                else:
                    self._withhold(sight.method, sight.url, Sighting(How.BROWSER, page.url))
                if self._enough():
                    self.cut_short = True
                    break

    def _remember(self) -> bool:
        """Queue the calls of scripts that no page has made itself; False if there is none."""
        late = self._afterthoughts.release()
        for entry, made in late:
            self._submit(entry, made)
        return bool(late)

    async def _hear(self, page: Entry, heard: Heard) -> bool:
        """Take in a request that a page made; False if nothing about it is new."""
        entry = hearing.entry_of(heard, page.depth + 1)
        new = self._triage.meet(entry)
        if hearing.is_resource(heard) and not new:
            return False
        found = await self._discover(entry, heard.exchange)
        if not hearing.is_resource(heard):
            self._afterthoughts.hear(heard.exchange.request)
            hearing.keep(self._catalogue, heard, page.request, found.skeleton)
        if not new:
            return False
        self._take_in(entry, heard.exchange, found)
        await self._imports.look(heard.exchange)
        if heard.kind == "document" and entry.method == "GET":
            self.pages += 1
            self._rendering.consider(entry, heard.exchange.response, shape_of(entry.url), found.skeleton)
        return True

    async def _look(self, page: Entry, shown: Shown) -> None:
        """Read a page as it stands in the browser."""
        url = shown.url.partition("#")[0]
        entry = Entry(url if url.startswith("http") else page.url, page.depth)
        if len(self.states) < MAX_KEPT:
            self.states.append(shown._replace(html=""))
        response = Response(200, headers=_HTML, body=shown.html.encode("utf-8", "replace"))
        exchange = Exchange(entry.request, response)
        self._take_in(entry, exchange, await self._discover(entry, exchange))

    def _fill(self, ahead: deque[Fetch]) -> bool:
        """Start requests until enough are under way; False when there is nothing left to wait for."""
        if self._spent:
            self._ledger.skip(ledger.BUDGET, self._frontier.clear())
        while not ahead and not len(self._frontier) and len(self._dependents) and not self._spent:
            self._release()
        if not ahead and not len(self._frontier) and not self._spent:
            self._triage.release()
        while len(ahead) < READ_AHEAD * self._settings.concurrency and len(self._frontier):
            if self._asked >= self._settings.max_pages:
                self._ledger.skip(ledger.MAX_PAGES, self._frontier.clear())
                break
            entry, postponed = self._frontier.pop()
            shape = shape_of(entry.url)
            kind = Variety.FIXED if entry.start else self._novelty.judge(shape)
            if self._novelty.exhausted(shape, kind):
                self._ledger.skip(ledger.TEMPLATE)
                continue
            if (
                kind is Variety.FIXED
                and not postponed
                and not entry.start
                and self._novelty.monotonous(shape)
            ):
                self._frontier.postpone(entry)
                continue
            self._novelty.begin(shape, kind)
            if entry.kind in {Kind.PAGE, Kind.SCRIPT}:
                self._asked += 1
            ahead.append(self._fetcher.start(entry, shape, kind))
        return bool(ahead)

    async def _discover(self, entry: Entry, exchange: Exchange) -> Found:
        if len(exchange.response.body) <= LARGE:
            return discover(entry, exchange.response, self._known)
        return await asyncio.to_thread(discover, entry, exchange.response, self._known)

    def _read(self, fetch: Fetch, exchange: Exchange, found: Found) -> None:
        entry = fetch.entry
        if entry.kind in {Kind.PAGE, Kind.SCRIPT}:
            self.pages += 1
        if entry.kind is Kind.PAGE and entry.method == "GET":
            self._catalogue.add_page(
                fetch.request, exchange.response, found.skeleton, entry.found, start=entry.start
            )
            self._rendering.consider(entry, exchange.response, fetch.shape, found.skeleton)
        elif entry.kind is Kind.PAGE:
            self._catalogue.add_answer(fetch.request, exchange.response, entry.found)
        shapes = self._take_in(entry, exchange, found)
        self._novelty.end(fetch.shape, fetch.kind, found.skeleton, shapes)

    def _take_in(self, entry: Entry, exchange: Exchange, found: Found) -> list[Shape]:
        """Queue what was found; the shapes of links that were not seen before."""
        if not self._settings.crawl or describes(exchange.response):
            found = Found(redirect=found.redirect)
        for held in found.held:
            if not self._dependents.hold(held):
                self._queue(entry, exchange.response, complete(held, self._known))
        return self._queue(entry, exchange.response, found)

    def _release(self) -> None:
        """Queue what waited for values that are known by now."""
        for held in self._dependents.release(self._known.seen):
            self._queue(held.entry, Response(200), complete(held, self._known))

    def _queue(self, entry: Entry, response: Response, found: Found) -> list[Shape]:
        shapes = self._triage.take(entry, response, found)
        self._triage.leave_out(found.left_out)
        for url in found.withheld:
            self._withhold("DELETE", url, Sighting(How.SCRIPT, entry.url))
        if found.redirect and entry.method != "GET":
            self._catalogue.add_redirect(entry.request, found.redirect)
            for option in self._menus.follow(entry, found.redirect):
                self._triage.queue(option)
        for made in found.submissions:
            if not self._afterthoughts.keep(entry, made):
                self._submit(entry, made)
        return shapes

    def _submit(self, entry: Entry, made: Submission) -> None:
        candidate = self._triage.submission(entry, made)
        if candidate is not None and self._catalogue.add_submission(candidate.request, made, entry.request):
            if made.sensitive:
                self._ledger.skip(ledger.SENSITIVE)
            else:
                self._menus.keep(candidate, made.form)
                self._triage.queue(candidate)

    def _withhold(self, method: str, url: str, found: Sighting) -> None:
        """Count what must not be sent; what deletes is an endpoint all the same."""
        if self._triage.withhold(method, url) and method == "DELETE":
            self._catalogue.add_withheld(Request.from_url(url, method), found)

    def _fail(self, entry: Entry, error: NetworkError) -> None:
        if entry.start and entry.url == self._triage.target:
            raise Unreachable(str(error), error.remedy) from error
        if entry.kind in {Kind.PAGE, Kind.SCRIPT}:
            self._ledger.fail(entry.url, error)
        if entry.kind is Kind.PAGE and entry.method == "GET":
            self._catalogue.add_unanswered(entry.request, entry.found)
