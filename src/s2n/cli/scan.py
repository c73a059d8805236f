"""``s2n scan``: from a command line to reports and an exit code."""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Literal, TextIO

from s2n.cli.folders import plugin_folder
from s2n.cli.follow import Listener, Outcome, follow
from s2n.cli.keep import Keeper
from s2n.cli.outputs import STDOUT, Target, plan, write_all
from s2n.cli.progress import Display, choose_display
from s2n.cli.proxies import with_host_proxy
from s2n.cli.runtime import choose_runtime
from s2n.cli.terminal import inform, plain, say, silent, tell, write_stdout
from s2n.errors import EXIT_USAGE, OutputError
from s2n.options import HostOptions, Parser, build_parser, resolve
from s2n.protocol import Job, ScanRequest
from s2n.report import render
from s2n.report.assemble import Assembler
from s2n.report.verdict import exit_code, notice

LogLevel = Literal["debug", "info", "warning"]


def parser() -> Parser:
    """The parser of this command."""
    return build_parser(usage="-u URL [OPTIONS]")


def run(argv: list[str]) -> int:
    """Scan as ``argv`` and the other sources of options say."""
    request, host = resolve(parser().parse_args(argv), os.environ, Path.cwd())
    targets = plan(host, Path.cwd())
    outcome, kept = perform(request, host)
    return finish(outcome, host, targets, kept=kept)


def perform(request: ScanRequest, host: HostOptions) -> tuple[Outcome, bool]:
    """Run the scan, show it, keep it; also says whether the store has it.

    Raises:
        S2nError: it could not begin: wrong use, or no runtime.
    """
    keeper = Keeper(host, inform)
    try:
        outcome = conduct("scan", request, host, keeper)
        return outcome, keeper.save(outcome.report)
    finally:
        keeper.close()


def conduct(
    command: Literal["scan", "crawl"], request: ScanRequest, host: HostOptions, listener: Listener
) -> Outcome:
    """Have a runner do ``command``, and show it; ``listener`` gets each event.

    Raises:
        S2nError: it could not begin: wrong use, or no runtime.
    """
    folder = plugin_folder(host.plugin_dir, os.environ, Path.cwd())
    tell_user = silent if host.quiet else inform
    request, variable = with_host_proxy(request, os.environ)
    if variable:
        tell_user(f"through the proxy that {variable} names; --proxy or NO_PROXY chooses otherwise")
    runtime = choose_runtime(host, tell_user, browser_for(request))
    log = RunnerLog(host)
    try:
        job = Job(command=command, request=request, lifeline=True, log_level=log.level)
        session = runtime.start(job, folder, log)
        log.display = choose_display(quiet=host.quiet)
        outcome = follow(session, Assembler(request.target_url, runtime.name), log.display, listener)
        if outcome.failure is not None and outcome.failure.exit_code == EXIT_USAGE:
            raise outcome.failure
        return outcome
    finally:
        log.close()


def finish(outcome: Outcome, host: HostOptions, targets: tuple[Target, ...], *, kept: bool) -> int:
    """Write the reports, sum up for people, and decide the exit code.

    Raises:
        OutputError: a report could not be written; the remedy says where it is.
    """
    report = outcome.report
    try:
        written = write_all(partial(render, report), targets, Path.cwd())
    except OutputError as problem:
        store = f"; `s2n report {report.scan_id} -o FILE` writes it again" if kept else ""
        raise OutputError(str(problem), f"{problem.remedy}{store}") from problem
    finally:
        if not host.quiet:
            _sum_up(outcome, targets)
    if not host.quiet:
        for path in written:
            say(f"report: {plain(path)}")
    if outcome.failure is not None:
        if host.verbose > 1:
            say("\n".join(getattr(outcome.failure, "__notes__", ())))
        tell(outcome.failure)
    return exit_code(report, outcome.failure, host.fail_on)


def browser_for(request: ScanRequest) -> Literal["auto", "always", "never"]:
    """Whether the runtime is to have a browser: a recorded login is played in one."""
    if request.login_recording and request.browser == "auto":
        return "always"
    return request.browser


class RunnerLog:
    """Where the scanner's log goes: a file, the terminal with -v, or nowhere."""

    def __init__(self, host: HostOptions) -> None:
        self.display: Display | None = None
        self._verbose = host.verbose > 0
        self._file: TextIO | None = None
        self.level: LogLevel = "debug" if host.verbose > 1 else "warning"
        if host.verbose == 1 or (host.log_file and host.verbose == 0):
            self.level = "info"
        if host.log_file:
            try:
                self._file = Path(host.log_file).expanduser().open("a", encoding="utf-8", buffering=1)
            except OSError as problem:
                raise OutputError(
                    f"cannot write the log {host.log_file}: {problem.strerror}",
                    "choose another place with --log-file",
                ) from problem

    def __call__(self, line: str) -> None:
        """Take one line; called from another thread."""
        if self._file is not None:
            try:
                self._file.write(f"{line}\n")
            except OSError as problem:
                self._file = None
                say(f"s2n: the log ends here: {problem.strerror}")
        if self._verbose and self.display is not None:
            self.display.log(line)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def _sum_up(outcome: Outcome, targets: tuple[Target, ...]) -> None:
    """The console report: on standard output if no other report is wanted, else on standard error."""
    warning = notice(outcome.report, explained=outcome.failure is not None)
    if not any(target.path == STDOUT and target.format == "console" for target in targets):
        content = render(outcome.report, "console")
        if targets:
            say(content.decode().rstrip("\n"))
        else:
            write_stdout(content)
    sys.stdout.flush()
    if warning:
        say(f"\n!! {plain(warning)}")
