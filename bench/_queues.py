"""One way to hold the queue of a crawl, measured for `bench.frontier`; run as a process of its own.

``python -m bench._queues WAY COUNT`` prints JSON: CPU seconds without those of making the entries, the growth
of resident memory to its highest in MiB, and the longest call in milliseconds of CPU.
"""

import json
import sqlite3
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.crawl import resident
from s2n.s2nscanner.crawler.frontier import BLOCK, Entry, Frontier
from s2n.s2nscanner.crawler.hashset import HashSet

LINKS = 30
"""Entries that a page adds until all are known; of ten, one is a guess."""


def entries(count: int) -> Iterator[tuple[Entry, bool]]:
    """``count`` distinct ones as a crawl of pages with `LINKS` links each meets them, breadth first."""
    depth, left, width = 1, LINKS, LINKS
    for number in range(count):
        if not left:
            depth, width = depth + 1, width * LINKS
            left = width
        left -= 1
        url = f"http://shop.example/folder-{number % 300}/page-{number * 7919 % 1_000_003}.html?ref={number}"
        yield Entry(url, depth), number % 10 == 9


def call(function: Callable[..., object], *arguments: object, **options: object) -> None:
    """Call ``function`` unwatched, to take the time."""
    function(*arguments, **options)


Call = Callable[..., None]


SAMPLE = 5000
"""Calls between two looks at the memory."""


class Watch:
    """The highest resident memory above that at the start, and the longest call."""

    def __init__(self) -> None:
        self.base = resident()
        self.highest = self.base
        self.longest = 0.0
        self.calls = 0

    def call(self, function: Callable[..., object], *arguments: object, **options: object) -> None:
        """Call ``function``, and watch it."""
        begin = time.thread_time()
        function(*arguments, **options)
        self.longest = max(self.longest, time.thread_time() - begin)
        self.calls += 1
        if self.calls % SAMPLE == 0:
            self.highest = max(self.highest, resident())


def of_frontier(count: int, call: Call) -> None:
    frontier = Frontier()
    found = entries(count)
    frontier.push(Entry("http://shop.example/"))
    while len(frontier):
        call(frontier.pop)
        for _ in range(LINKS):
            if (one := next(found, None)) is None:
                break
            call(frontier.push, one[0], guess=one[1])
    frontier.close()
    if frontier.trouble:
        raise SystemExit(frontier.trouble)


def of_deque(count: int, call: Call) -> None:
    queue = deque([Entry("http://shop.example/")])
    found = entries(count)
    while queue:
        call(queue.popleft)
        for _ in range(LINKS):
            if (one := next(found, None)) is None:
                break
            call(queue.append, one[0])


def of_sqlite(count: int, call: Call) -> None:
    """Rows in by ``executemany`` and out again, as many at a time as the frontier takes."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "rows", isolation_level=None)
        database.executescript(
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -1024"
        )
        database.execute("CREATE TABLE rows (url, depth, kind, method, type, body, base, hops, start)")
        rows: list[tuple[object, ...]] = []
        for url, depth, *_ in (entry for entry, _ in entries(count)):
            rows.append((url, depth, 0, "GET", "", b"", "", 0, 0))
            if len(rows) == BLOCK:
                database.execute("BEGIN")
                call(database.executemany, f"INSERT INTO rows VALUES ({', '.join('?' * 9)})", rows)
                database.execute("COMMIT")
                rows.clear()
        found = database.execute("SELECT * FROM rows")
        for _ in range(0, count, BLOCK):
            call(found.fetchmany, BLOCK)
        database.close()


def of_hashset(count: int, call: Call) -> None:
    seen = HashSet()
    for number in range(count):
        call(seen.add, hash(("member", number)))


WAYS = {"frontier": of_frontier, "deque": of_deque, "sqlite": of_sqlite, "hashset": of_hashset}


def main(way: str, count: int) -> None:
    watch = Watch()
    WAYS[way](count, watch.call)
    watch.highest = max(watch.highest, resident())
    begin = time.process_time()
    for _ in entries(count):
        pass
    making = time.process_time() - begin
    WAYS[way](count, call)
    seconds = time.process_time() - begin - 2 * making
    print(
        json.dumps({"seconds": seconds, "growth": watch.highest - watch.base, "longest": watch.longest * 1e3})
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
