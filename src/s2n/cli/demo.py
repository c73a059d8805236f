"""``s2n demo``: a real scan of the bundled vulnerable site, held against what is planted there."""

import os
from pathlib import Path

from msgspec.structs import replace

from s2n.cli.main import COMMANDS
from s2n.cli.outputs import plan
from s2n.cli.progress import finding_line
from s2n.cli.runtime import RUNTIME_OPTIONS
from s2n.cli.scan import finish, perform
from s2n.cli.terminal import plain, write_stdout
from s2n.errors import EXIT_FINDINGS, EXIT_OK
from s2n.lab import serve
from s2n.lab.app import Label
from s2n.lab.manifest import PLUGINS, Score, score
from s2n.options import Parser, build_parser, resolve

REPORT = "reports/demo.html"

_OPTIONS = {
    "plugins",
    "concurrency",
    "outputs",
    "quiet",
    "verbose",
    "log_file",
    *RUNTIME_OPTIONS,
    "store",
    "no_store",
}


def parser() -> Parser:
    """The parser of this command."""
    return build_parser("s2n demo", description=COMMANDS["demo"][1], keep=lambda o: o.name in _OPTIONS)


def run(argv: list[str]) -> int:
    """Scan the lab; 0 only if each planted flaw was found, and nothing else."""
    args = parser().parse_args(argv)
    with serve() as lab:
        # A config file of the folder that the demo is tried in has no say: the demo is always the same scan.
        request, host = resolve(args, os.environ, Path.cwd(), target=lab.url, ambient=False)
        if not host.outputs:
            Path(REPORT).parent.mkdir(exist_ok=True)
            host = replace(host, outputs=(REPORT,))
        targets = plan(host, Path.cwd())
        outcome, kept = perform(request, host)
    code = finish(outcome, host, targets, kept=kept)
    if code not in {EXIT_OK, EXIT_FINDINGS}:
        return code
    result = score(outcome.report.findings, request.plugins or PLUGINS)
    write_stdout(summary(result).encode())
    return EXIT_OK if result.perfect else EXIT_FINDINGS


def summary(result: Score) -> str:
    """Found, missed and false, as lines."""
    lines = [f"found {len(result.found)} of {len(result.found) + len(result.missed)} planted flaws"]
    lines += [f"  missed  {_planted(label)}" for label in result.missed]
    lines.append(f"{len(result.false)} false findings on safe pages")
    lines += [f"  false   {finding_line(finding)}" for finding in result.false]
    lines.append("the demo passed" if result.perfect else "THE DEMO FAILED")
    return "".join(f"{line}\n" for line in lines)


def _planted(label: Label) -> str:
    where = f" ({label.location} {label.parameter})" if label.location else ""
    return plain(f"{label.plugin}: {label.variant}  {label.method} {label.path}{where}: {label.why}")
