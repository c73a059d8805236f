"""The queue of a crawl with a million distinct URLs: memory against a plain deque, time against bare SQLite.

Each way is a process of its own, and all are given the same entries in the same order. The physical limit is
sqlite3's ``executemany`` of one row an entry, a block at a time, and reading them back. Then the set of what
was seen, with as many members as it may have. ``S2N_BENCH_QUEUE`` sets the entries (default 1,000,000).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.table import Row, Unavailable, bounded

COUNT = int(os.environ.get("S2N_BENCH_QUEUE", "1000000"))
MEMBERS = 2_000_000

GROWTH_BAR = 0.1
"""Measured: 4.5 MiB against 231, a fiftieth; of three million, 5 MiB."""

TIME_BAR = 1.0
"""Measured: 0.65 to 0.7; blocks of a thousand entries cost less than a row each."""

LONGEST_BAR = 20.0
"""Milliseconds of CPU that one call may keep the event loop; measured: 9."""

SEEN_BAR = 48.0
"""MiB; measured: 37. Eight bytes a slot, and up to half of the slots are empty."""


def main() -> list[Row]:
    ours, plain, bare = (measured(way, COUNT) for way in ("frontier", "deque", "sqlite"))
    seen = measured("hashset", MEMBERS)
    return [
        Row("frontier: entries", COUNT, ""),
        Row("frontier: pushed and popped", COUNT / ours["seconds"], "/s of CPU"),
        Row("bare SQLite: rows in and out", COUNT / bare["seconds"], "/s of CPU"),
        bounded("frontier ÷ bare SQLite: CPU", ours["seconds"] / bare["seconds"], "×", TIME_BAR),
        Row("frontier: growth", ours["growth"], "MiB"),
        Row("deque: growth", plain["growth"], "MiB"),
        bounded("frontier ÷ deque: growth", ours["growth"] / plain["growth"], "×", GROWTH_BAR),
        bounded("frontier: longest call", ours["longest"], "ms CPU", LONGEST_BAR),
        bounded(f"set of {MEMBERS:,} seen: growth", seen["growth"], "MiB", SEEN_BAR),
        bounded("set of what was seen: longest call", seen["longest"], "ms CPU", LONGEST_BAR),
    ]


def measured(way: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench._queues", way, str(count)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    if ran.returncode:
        raise Unavailable(f"{way}: {ran.stderr[-300:]}")
    figures: dict[str, float] = json.loads(ran.stdout)
    return figures
