"""``s2n --help`` against a bare Python start.

Both are measured in turn, so that whatever else the machine does hits both alike; the fastest of each counts.
"""

import subprocess
import sys
import time
from pathlib import Path

from bench.table import Row, Unavailable, bounded

BAR = 2.0
ROUNDS = 30


def seconds(command: list[str]) -> float:
    """How long a process takes from start to end."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def measure(rounds: int = ROUNDS) -> tuple[float, float]:
    """The fastest bare start and the fastest ``s2n --help``, in seconds."""
    script = Path(sys.executable).with_name("s2n")
    if not script.exists():
        raise Unavailable(f"there is no {script}; `make setup` installs it")
    help_command = [str(script), "--help"]
    pairs = [(seconds([sys.executable, "-c", ""]), seconds(help_command)) for _ in range(rounds)]
    return min(bare for bare, _ in pairs), min(ours for _, ours in pairs)


def main() -> list[Row]:
    bare, ours = measure()
    return [
        Row("bare Python start", bare * 1000, "ms"),
        Row("s2n --help", ours * 1000, "ms"),
        bounded("s2n --help / bare Python start", ours / bare, "times", BAR),
    ]
