"""``python -m corpus [--update] [CLASS…]``: precision and recall of each class, held against the baseline."""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter

from corpus.run import Broken, Score, cases, names, score

BASELINE = Path(__file__).with_name("baseline.json")
"""Numbers of each class that may not drop."""


def baseline() -> dict[str, dict[str, int]]:
    """The numbers of each class as they were committed."""
    return json.loads(BASELINE.read_text()) if BASELINE.exists() else {}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m corpus", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the numbers of these classes down")
    parser.add_argument("classes", nargs="*", metavar="CLASS", help="default: all")
    args = parser.parse_args(argv)
    if unknown := sorted(set(args.classes) - set(names())):
        parser.error(f"no such class: {', '.join(unknown)}; there are: {', '.join(names())}")
    before = baseline()
    faults: list[str] = []
    began = perf_counter()
    print(row("class", "vulnerable", "safe", "found", "missed", "false", "recall", "precision", "requests"))
    for name in args.classes or names():
        try:
            got = score(cases(name))
        except Broken as error:
            faults.append(f"{name}: not measured: {error}")
            continue
        print(line(name, got), flush=True)
        listed = [f"  missed: {case}" for case in got.missed] + [f"  false: {case}" for case in got.false]
        print("".join(f"{text}\n" for text in listed), end="")
        faults += [f"{name}: {fault}" for fault in got.faults(None if args.update else before.get(name))]
        before[name] = got.numbers()
    print(f"{perf_counter() - began:.1f} s")
    if args.update:
        kept = {name: before[name] for name in sorted(before) if name in names()}
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(kept[name])}" for name in kept)
        BASELINE.write_text(f"{{\n{lines}\n}}\n")
    elif gone := sorted(set(before) - set(names())):
        faults.append(f"classes of the baseline are gone: {', '.join(gone)}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


def line(name: str, got: Score) -> str:
    """A class as a row of the table."""
    counts = (got.vulnerable, got.safe, got.found, len(got.missed), len(got.false))
    return row(name, *counts, f"{got.recall:.3f}", f"{got.precision:.3f}", got.requests)


def row(name: str, *cells: object) -> str:
    return f"{name:24}" + "".join(f"{cell!s:>11}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
