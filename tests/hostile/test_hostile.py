"""Whole scans of a hostile server: they end in their budget, with a report, in bounded memory."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from hostile.server import hostile, tricks

GRACE = 12.0
"""Seconds over --max-time that start, report and a busy machine may take."""

MEMORY = 700
"""Megabytes: the interpreter, and a few responses at their cap (8 MB) with their trees. A bomb holds 2000."""


@dataclass
class Ended:
    code: int
    seconds: float
    megabytes: float
    report: dict
    messages: str


def scan(url: str, tmp_path: Path, *options: str) -> Ended:
    """Run the image's entry point as a process of its own, with all plugins."""
    out, err = tmp_path / "out", tmp_path / "err"
    command = [
        sys.executable,
        "-m",
        "s2n.s2nscanner.runner",
        "scan",
        "-u",
        url,
        "--output-format",
        "json",
        *options,
    ]
    began = monotonic()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, kilobytes here
    text = out.read_text()
    return Ended(
        process.returncode,
        monotonic() - began,
        usage.ru_maxrss / scale,
        json.loads(text) if text else {},
        err.read_text(errors="replace"),
    )


def must_be_well(ended: Ended, max_time: float) -> None:
    assert ended.seconds < max_time + GRACE
    assert ended.code in {0, 1, 3}, ended.messages
    assert "Traceback" not in ended.messages
    assert "\x1b" not in ended.messages
    assert ended.megabytes < MEMORY
    if ended.code != 3:
        assert ended.report["scan_id"]
        errors = {result["plugin_name"]: result["errors"] for result in ended.report["plugin_results"]}
        assert not {name: found for name, found in errors.items() if any(e["traceback"] for e in found)}


def test_everything_at_once(tmp_path: Path) -> None:
    with hostile() as url:
        ended = scan(url, tmp_path, "--max-time", "20", "--timeout", "3", "--concurrency", "8")
    must_be_well(ended, 20)
    assert ended.report["metadata"]["status"] in {"COMPLETE", "OUT_OF_BUDGET"}


@pytest.mark.parametrize("name", ["drip", "gzip", "endless", "endlesshead", "continue", "deep"])
def test_a_target_that_is_hostile_from_the_start(name: str, tmp_path: Path) -> None:
    with hostile() as url:
        ended = scan(f"{url}{name}?id=1", tmp_path, "--max-time", "3", "--timeout", "2")
    must_be_well(ended, 3)


def test_what_is_read_to_its_end_is_read_in_bounded_memory(tmp_path: Path) -> None:
    """No budget at all: what does not end by itself is cut by the caps on size, time and pages."""
    names = tuple(
        name for name in tricks() if name in {"gzip", "brotli", "twice", "laughs", "json", "deep", "form"}
    )
    with hostile(names) as url:
        ended = scan(url, tmp_path, "--timeout", "3", "-p", "security_headers", "--max-pages", "20")
    must_be_well(ended, 20)
    assert ended.report["metadata"]["status"] == "COMPLETE"


def test_pages_of_two_megabytes_that_are_made_to_be_slow_to_read(tmp_path: Path) -> None:
    """Each held a reader for a minute or for ever while it took quadratic time, or worse."""
    with hostile(("unclosed", "ids", "doubling", "stylesheet", "elements")) as url:
        ended = scan(url, tmp_path, "--max-time", "10", "--timeout", "3")
    must_be_well(ended, 10)
