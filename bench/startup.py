"""``s2n --help`` against a bare Python start.

Processor time is held to the bar, not the clock: on an idle machine they are the same, and on a busy one only
processor time still compares. Both are measured in turn; the least of each counts.
"""

import os
import subprocess
import sys
from pathlib import Path

from bench.table import Row, Unavailable, bounded

BAR = 2.0
ROUNDS = 30


def processor_ms(command: list[str]) -> float:
    """The processor time of a process from start to end, in milliseconds."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Unavailable(f"{' '.join(command)} ended with exit code {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000


def measure(rounds: int = ROUNDS) -> tuple[float, float]:
    """The quickest bare start and the quickest ``s2n --help``, in milliseconds."""
    script = Path(sys.executable).with_name("s2n")
    if not script.exists():
        raise Unavailable(f"there is no {script}; `make setup` installs it")
    bare, ours = [sys.executable, "-c", ""], [str(script), "--help"]
    pairs = [(processor_ms(bare), processor_ms(ours)) for _ in range(rounds)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def main() -> list[Row]:
    bare, ours = measure()
    return [
        Row("bare Python start", bare, "ms"),
        Row("s2n --help", ours, "ms"),
        bounded("s2n --help / bare Python start", ours / bare, "times", BAR),
    ]
