"""The crawl of a scan: its share of the budget, its browser, and what it did not see."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing

from s2n.errors import BudgetSpent
from s2n.model import Exchange
from s2n.protocol import Crawled, Event, ScanRequest, Seen, Spoke
from s2n.s2nscanner.crawler import ledger
from s2n.s2nscanner.crawler.api.load import load_apis
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.crawler.catalogue import MAX_REQUESTS
from s2n.s2nscanner.crawler.crawl import Crawler, Sender
from s2n.s2nscanner.crawler.sitemodel import SiteModel
from s2n.s2nscanner.engine.browsing import Browsing, advice, browsing_for
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.probe import Fresh

CRAWL_SHARE = 0.4
"""The part of --max-time and --max-requests that crawling may use: what was found must also be tested."""

MORE_BUDGET = "allow more, or narrow the scan with -p, --scope or --depth"


class Crawling:
    """Crawls once. ``share`` of the scan's limits is for it; ``cut`` says that it ended at one of them.

    ``sender`` is who sends the crawl's requests: ``client``, or who keeps it logged in. ``site`` is told of
    the endpoints; a crawl for its sake has all of the limits.

    Raises:
        RuntimeFailed: the user insists on a browser, and there is none.
    """

    def __init__(
        self,
        sender: Sender,
        client: HttpClient,
        scan: ScanRequest,
        site: SiteModel | None = None,
        shared: SharedProcess | None = None,
    ) -> None:
        self.cut: BudgetSpent | None = None
        self.current = ""
        self.browsing: Browsing | None = browsing_for(sender, client, scan, shared) if scan.crawl else None
        self.crawler = Crawler(
            sender,
            client.governor.scope,
            scan,
            Fresh(),
            explorer=self.browsing,
            without_browser="" if self.browsing else advice(scan),
            enough=self._enough,
            chart=site,
        )
        self._outside = sender.outside if isinstance(sender, SessionKeeper) and site is None else None
        self._client = client
        self._scan = scan
        self._site = site
        self._share = CRAWL_SHARE if site is None else 1.0
        self._began = 0.0

    async def run(self, inspect: Callable[[Exchange], Awaitable[None]]) -> list[str]:
        """Crawl, handing each exchange to ``inspect``; what the user should know, a sentence each.

        With a session, those of the login and of a stranger's visit are handed on as well.

        Raises:
            Unreachable: the target URL does not answer.
            UsageError: an API's description cannot be used.
        """
        self._began = asyncio.get_running_loop().time()
        if self._scan.apis:
            self.crawler.adopt(await load_apis(self._scan, self._client, self._client.governor.scope.allows))
        async with aclosing(self.crawler.crawl()) as exchanges:
            async for exchange in exchanges:
                self.current = exchange.request.url
                await inspect(exchange)
                if self._enough():
                    self.crawler.cut_short = True
                    break
        if self._outside is not None:
            for exchange in await self._outside.exchanges(self._scan.target_url):
                await inspect(exchange)
        if self._site is not None and (self.crawler.cut_short or ledger.BUDGET in self.crawler.skipped):
            self.cut = BudgetSpent(f"{self._limit() or '--max-time'} is used up", MORE_BUDGET)
        elif self.crawler.cut_short:
            self.cut = BudgetSpent(f"crawling ended at {self._share:.0%} of {self._limit()}", MORE_BUDGET)
        return self.crawler.notes()

    def told(self) -> Iterator[Event]:
        """What of the site model is known only in the end, for a crawl that makes one."""
        if self._site is None:
            return
        for shown in self.crawler.states:
            yield Seen(self._site.state(shown))
        for message in self.crawler.messages:
            yield Spoke(self._site.message(message))
        full = (f"the {MAX_REQUESTS} requests that are kept",) * (len(self.crawler.requests) >= MAX_REQUESTS)
        counts = self.crawler.skipped, self.crawler.failures, self.crawler.failed
        yield Crawled(self._site.left_out(*counts, full))

    async def close(self) -> None:
        """End the browser."""
        if self.browsing is not None:
            await self.browsing.close()

    def _enough(self) -> bool:
        limit = self._limit()
        # With all of the requests for it, those that are on their way are still read: no more will be sent.
        return bool(limit) and (self._site is None or limit != "--max-requests")

    def _limit(self) -> str:
        """The option whose share is used up."""
        scan = self._scan
        if scan.max_time and asyncio.get_running_loop().time() - self._began > scan.max_time * self._share:
            return "--max-time"
        if scan.max_requests and self._client.governor.requests >= scan.max_requests * self._share:
            return "--max-requests"
        return ""
