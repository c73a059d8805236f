"""``s2n report``: a report, from a file or from the store, in another format."""

from functools import partial
from pathlib import Path

from s2n.cli.keep import store_path
from s2n.cli.main import COMMANDS
from s2n.cli.outputs import STDOUT, Target, plan, write_all
from s2n.cli.terminal import plain, say
from s2n.errors import UsageError
from s2n.model import ScanReport
from s2n.options import HostOptions, Parser, build_parser
from s2n.report import render
from s2n.report.as_json import parse
from s2n.store import Store

_OPTIONS = {"outputs", "output_format", "store"}


def parser() -> Parser:
    """The parser of this command."""
    parser = build_parser(
        "s2n report",
        [HostOptions],
        COMMANDS["report"][1],
        keep=lambda option: option.name in _OPTIONS,
        usage="FILE|SCAN_ID [OPTIONS]",
    )
    parser.add_argument("source", metavar="FILE|SCAN_ID", help="A JSON report, or a scan that is kept.")
    return parser


def run(argv: list[str]) -> int:
    """Render the report that ``argv`` names, a JSON report's path or a scan's id."""
    args = parser().parse_args(argv)
    host = HostOptions(
        outputs=tuple(getattr(args, "outputs", ())),
        output_format=getattr(args, "output_format", None),
        store=getattr(args, "store", ""),
    )
    targets = plan(host, Path.cwd()) or (Target(STDOUT, "console"),)
    report = load(args.source, store_path(host.store))
    for path in write_all(partial(render, report), targets, Path.cwd()):
        say(f"report: {plain(path)}")
    return 0


def load(source: str, store: Path) -> ScanReport:
    """The report in a JSON file or, if there is no such file, of a scan in the store.

    Raises:
        UsageError: neither, or the file is no report.
    """
    path = Path(source)
    if path.is_file():
        try:
            return parse(path.read_bytes())
        except OSError as problem:
            reason = problem.strerror
            raise UsageError(f"cannot read {source}: {reason}", "check its permissions") from problem
    if not store.is_file():
        raise UsageError(f"there is neither a file nor a scan {source!r}", "`s2n scans` lists what is kept")
    kept = Store(store)
    try:
        return kept.load(source)
    finally:
        kept.close()
