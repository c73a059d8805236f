"""The crawler on a generated site of 100,000 linked pages: pages a second, CPU a page, memory held.

``S2N_BENCH_PAGES`` sets the pages crawled (default 20,000; 100,000 is the whole site). Memory is what the
process holds more at its highest than after a quarter of the crawl: what grows with the site would show.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.table import Row, Unavailable, bounded
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh

SITE_PAGES = 100_000
PAGES = int(os.environ.get("S2N_BENCH_PAGES", "20000"))
GROWTH_BAR = 16.0
"""MiB; measured: 2.4 at 20,000 pages, 5.3 at 40,000. Ten thousand pages kept whole would be 50."""

CPU_BAR = 2.0
"""Milliseconds to judge 30 links, read a page of 5 kB and make the request; measured: 0.8 to 0.9."""


def resident() -> float:
    """Resident memory in MiB."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except OSError as error:
        raise Unavailable("resident memory is read from /proc, which this system lacks") from error


async def crawl(port: int, pages: int) -> list[Row]:
    scan = ScanRequest(target_url=f"http://127.0.0.1:{port}/", depth=100, max_pages=pages)
    client = HttpClient(scan, Governor.of(scan))
    crawler = Crawler(client, Scope.of(scan), scan, Fresh(1))
    begin, cpu = time.perf_counter(), time.process_time()
    quarter = highest = 0.0
    async for _ in crawler.crawl():
        if crawler.pages % 100 == 0:
            held = resident()
            quarter = quarter or (held if crawler.pages >= pages // 4 else 0.0)
            highest = max(highest, held)
    cpu, elapsed = time.process_time() - cpu, time.perf_counter() - begin
    await client.close()
    if crawler.pages != pages or crawler.failures:
        raise Unavailable(f"{crawler.pages} of {pages} pages came, failures: {crawler.failures}")
    return [
        Row("crawl: pages", crawler.pages, ""),
        Row("crawl: pages a second", crawler.pages / elapsed, "/s"),
        bounded("crawl: CPU a page", cpu / crawler.pages * 1000, "ms", CPU_BAR),
        Row("crawl: resident at the end", resident(), "MiB"),
        bounded("crawl: growth from 25 % to the peak", highest - quarter, "MiB", GROWTH_BAR),
    ]


def main() -> list[Row]:
    with site(SITE_PAGES) as (port, _):
        return asyncio.run(crawl(port, min(PAGES, SITE_PAGES)))


@contextmanager
def site(pages: int) -> Iterator[tuple[int, Callable[[], tuple[int, int]]]]:
    """The site's port, and what ends it and says how many requests came, and for how many pages."""
    command = [sys.executable, str(Path(__file__).with_name("_linked_site.py")), str(pages)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def end() -> tuple[int, int]:
            stdin.close()
            requests, distinct = map(int, stdout.readline().split())
            return requests, distinct

        try:
            yield int(stdout.readline()), end
        finally:
            stdin.close()
            process.wait()
