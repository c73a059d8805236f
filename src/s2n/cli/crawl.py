"""``s2n crawl``: from a command line to a site model and an exit code."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from s2n.cli.main import COMMANDS
from s2n.cli.outputs import STDOUT, Target, check_writable, write_all
from s2n.cli.scan import conduct
from s2n.cli.terminal import plain, say, tell, write_stdout
from s2n.model.site import Site
from s2n.options import CrawlOptions, Parser, build_crawl_parser, crawl_options, for_a_crawl, resolve
from s2n.report.as_tree import Role, lines
from s2n.report.sites import SiteAssembler, render_site, site_format
from s2n.report.verdict import site_exit_code, site_notice

TREE = "tree"

_STYLES: dict[Role, str] = {
    "branch": "dim",
    "path": "bold",
    "method": "cyan",
    "status": "green",
    "bad": "red",
    "parameter": "yellow",
    "note": "dim",
    "head": "bold",
}


def parser() -> Parser:
    """The parser of this command."""
    return build_crawl_parser("s2n crawl", COMMANDS["crawl"][1], usage="-u URL [OPTIONS]")


def run(argv: list[str]) -> int:
    """Crawl as ``argv`` and the other sources of options say."""
    args = parser().parse_args(argv)
    request, host = resolve(args, os.environ, Path.cwd())
    targets = plan(crawl_options(args), Path.cwd())
    assembler = SiteAssembler()
    outcome = conduct("crawl", for_a_crawl(request), host, assembler)
    site = assembler.site(outcome.report)
    written = write_all(partial(render_site, site), [t for t in targets if not _is_drawn(t)], Path.cwd())
    if any(map(_is_drawn, targets)):
        _draw(site)
    if not host.quiet:
        for path in written:
            say(f"site model: {plain(path)}")
        notice = site_notice(site, explained=outcome.failure is not None)
        if notice:
            say(f"\n!! {plain(notice)}")
    if outcome.failure is not None:
        if host.verbose > 1:
            say("\n".join(getattr(outcome.failure, "__notes__", ())))
        tell(outcome.failure)
    return site_exit_code(site, outcome.failure)


def plan(options: CrawlOptions, cwd: Path) -> Sequence[Target]:
    """What to write where, each file shown to be writable.

    Raises:
        UsageError: a suffix that names no format.
        OutputError: a place that cannot be written.
    """
    named = options.site_format
    if not options.site_outputs:
        return (Target(STDOUT, named or TREE),)
    override = None if STDOUT in options.site_outputs else named
    targets: list[Target] = []
    for path in dict.fromkeys(options.site_outputs):
        if path == STDOUT:
            targets.append(Target(path, named or TREE))
        else:
            targets.append(Target(path, override or site_format(path)))
            check_writable(cwd / path)
    return targets


def _is_drawn(target: Target) -> bool:
    """Is it for somebody's eyes, in colours?"""
    return target == Target(STDOUT, TREE) and sys.stdout.isatty() and os.environ.get("TERM", "") != "dumb"


def _draw(site: Site) -> None:
    from rich.console import Console  # noqa: PLC0415 -- 60 ms, only where something is drawn
    from rich.text import Text  # noqa: PLC0415 -- with the console

    console = Console(highlight=False)
    for line in lines(site):
        text = Text.assemble(*((piece, _STYLES.get(role, "")) for piece, role in line))
        console.print(text, soft_wrap=True)
    write_stdout(b"")
