"""A generated site crawled whole by s2n and by wapiti, one after the other: pages a second, CPU a page.

Each is a program of its own, start included, and opens as many connections as it does by itself (s2n 16,
wapiti 32). wapiti runs without modules, and without its limits on depth and links. What was reached is
counted by the site. ``S2N_BENCH_PEER_PAGES`` sets the pages (default 2,000).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.crawl import site
from bench.scan import LIMIT, peer
from bench.table import Row, Unavailable, bounded

PAGES = int(os.environ.get("S2N_BENCH_PEER_PAGES", "2000"))

CPU_BAR = 0.2
"""Measured: 0.08. wapiti asks after numbered items one by one, twice as many requests as there are pages."""

REQUEST_CPU_BAR = 0.4
"""Measured: 0.17; what it is worth to make fewer requests is left out here."""

SPEED_BAR = 3.0
"""Measured: 5.2; the site, one process on the same machine, is what s2n waits for."""


class Run(NamedTuple):
    """What one crawler did."""

    pages: int
    requests: int
    seconds: float
    cpu: float

    def rows(self, name: str) -> list[Row]:
        return [
            Row(f"crawl, {name}: pages reached of {PAGES:,}", self.pages, ""),
            Row(f"crawl, {name}: requests", self.requests, ""),
            Row(f"crawl, {name}: pages a second", self.pages / self.seconds, "/s"),
            Row(f"crawl, {name}: CPU a page", self.cpu / self.pages * 1000, "ms"),
        ]


def main() -> list[Row]:
    program = peer()
    ours = measured(lambda url, _: [sys.executable, "-m", "bench._crawl_once", url])
    theirs = measured(
        lambda url, folder: [
            str(program), "-u", url, "-m", "", "--scope", "domain", "-d", "100",
            "--max-links-per-page", "1000000", "--flush-session", "--store-session", folder,
            "-f", "json", "-o", f"{folder}/report.json", "--no-bugreport",
        ]
    )  # fmt: skip
    speed = (ours.pages / ours.seconds) / (theirs.pages / theirs.seconds)
    cpu = (ours.cpu / ours.pages) / (theirs.cpu / theirs.pages)
    each = (ours.cpu / ours.requests) / (theirs.cpu / theirs.requests)
    return [
        *ours.rows("s2n"),
        *theirs.rows("wapiti"),
        bounded("s2n ÷ wapiti: CPU a page", cpu, "×", CPU_BAR),
        bounded("s2n ÷ wapiti: CPU a request", each, "×", REQUEST_CPU_BAR),
        Row("s2n ÷ wapiti: pages a second", speed, "×", f"≥ {SPEED_BAR:g} ×", speed >= SPEED_BAR),
        Row("s2n - wapiti: pages reached", ours.pages - theirs.pages, "", "≥ 0", ours.pages >= theirs.pages),
    ]


def measured(command: Callable[[str, str], list[str]]) -> Run:
    with site(PAGES) as (port, end), tempfile.TemporaryDirectory() as folder:
        before, begin = os.times(), time.monotonic()
        ran = subprocess.run(
            command(f"http://127.0.0.1:{port}/", folder),
            capture_output=True, text=True, check=False, timeout=LIMIT, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        seconds, after = time.monotonic() - begin, os.times()
        if ran.returncode:
            raise Unavailable(f"{ran.args[0]} ended with {ran.returncode}: {ran.stderr[-300:]}")
        requests, pages = end()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(pages, requests, seconds, spent)
