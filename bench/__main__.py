"""Runs the bench modules that are named (default: all) and prints one table.

A bench module is ``bench/NAME.py`` with ``main() -> list[Row]``; it raises `Unavailable` where it cannot
measure. Exit code 1: a bar was missed, or something could not be measured.
"""

import importlib
import pkgutil
import sys

import bench
from bench.table import Row, Unavailable, render


def names() -> list[str]:
    """Every bench module."""
    found = [m.name for m in pkgutil.iter_modules(bench.__path__) if not m.name.startswith("_")]
    return [name for name in found if hasattr(importlib.import_module(f"bench.{name}"), "main")]


def main(wanted: list[str]) -> int:
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no such bench: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    missing = False
    for name in wanted or known:
        print(f"… {name}", file=sys.stderr)
        try:
            rows += importlib.import_module(f"bench.{name}").main()
        except Unavailable as error:
            print(f"{name}: not measured: {error}", file=sys.stderr)
            missing = True
    if rows:
        print(render(rows))
    return int(missing or any(row.ok is False for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
