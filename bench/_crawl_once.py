"""One crawl of the site at the URL that is given, as a program of its own, for `bench.crawl_peer`."""

import asyncio
import sys

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh


async def crawl(url: str) -> None:
    scan = ScanRequest(target_url=url, depth=100, max_pages=1_000_000)
    client = HttpClient(scan, Governor.of(scan))
    async for _ in Crawler(client, Scope.of(scan), scan, Fresh(1)).crawl():
        pass
    await client.close()


if __name__ == "__main__":
    asyncio.run(crawl(sys.argv[1]))
