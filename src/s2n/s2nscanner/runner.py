"""The entry point of the image: a request in, events or a report out, an exit code.

Two ways in. ``runner run`` is the host's: one `s2n.protocol.Job` as a line of JSON on stdin, one event per
line on stdout. ``runner scan -u URL …``, ``runner crawl -u URL …`` and ``runner plugins list`` are a
person's: the same options as ``s2n scan`` has, the result on stdout (or in ``-o`` files), messages on stderr.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from s2n import __version__
from s2n.errors import (
    EXIT_OK,
    EXIT_RUNTIME,
    OutputError,
    ProtocolMismatch,
    S2nError,
    UsageError,
)
from s2n.model import PluginError, PluginInfo, ScanReport, ScanStatus, now
from s2n.options import HostOptions, Parser, build_crawl_parser, build_parser, crawl_options, resolve
from s2n.protocol import (
    PROTOCOL_VERSION,
    Catalogue,
    Done,
    Event,
    Failed,
    Found,
    Job,
    Phase,
    ScanRequest,
    Warned,
    encode_event,
)
from s2n.report import SUFFIXES, render
from s2n.report.assemble import Assembler
from s2n.report.sites import SiteAssembler, render_site, site_format
from s2n.report.verdict import exit_code, site_exit_code, site_notice
from s2n.s2nscanner.scan_engine import Scanner, failure, hello

ORPHAN_SECONDS = 10.0
"""How long a runner whose host is gone may take to end; its own report-out takes well under a second."""

USAGE = """usage: runner COMMAND [OPTIONS]

  scan           scan a target; the report goes to stdout
  crawl          map a target; the site model goes to stdout
  plugins list   the plugins this image has, and those mounted into it
  run            read a job as JSON on stdin, write events to stdout (what the s2n command line does)
  version        versions of s2n and of its protocol

`runner scan --help` shows the options of a scan, `runner crawl --help` those of a crawl.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit code as in `s2n.errors`."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _command(words.pop(0) if words else "--help", words)
    except S2nError as error:
        _tell(error)
        return error.exit_code
    except BrokenPipeError:  # whoever read our stdout is gone, and so is the reason to go on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_RUNTIME
    except Exception as error:  # noqa: BLE001 -- the last stop: a message for people, the traceback for us
        _say(traceback.format_exc() if os.environ.get("APP_ENV") == "dev" else _fault(error))
        return EXIT_RUNTIME


def _command(name: str, words: list[str]) -> int:
    match name:
        case "run":
            with _own_stdout() as sink:
                return _run_job(sys.stdin.buffer, sink)
        case "scan":
            with _own_stdout() as sink:
                return _scan(words, sink)
        case "crawl":
            with _own_stdout() as sink:
                return _crawl(words, sink)
        case "plugins":
            with _own_stdout() as sink:
                return _plugins(words, sink)
        case "version" | "--version":
            sys.stdout.write(f"s2n {__version__}, protocol {PROTOCOL_VERSION}\n")
        case "--help" | "-h" | "help":
            sys.stdout.write(USAGE)
        case _:
            raise UsageError(f"unknown command {name!r}", "`runner --help` lists the commands")
    return EXIT_OK


def _run_job(source: BinaryIO, sink: BinaryIO) -> int:
    """The host's way: errors are events, and the last event is always `Done`."""

    def emit(event: Event) -> None:
        sink.write(encode_event(event))
        sink.flush()

    try:
        job = _read_job(source.readline())
        _log_to_stderr(job.log_level)
        infos, broken = _known_plugins() if job.request is None else ((), {})
    except S2nError as error:
        emit(hello())
        emit(failure(error))
        emit(Done(status=ScanStatus.FAILED, time=now(), reason=str(error)))
        return error.exit_code
    if job.request is None:
        emit(hello())
        emit(Catalogue(plugins=infos, broken=broken))
        emit(Done(status=ScanStatus.COMPLETE, time=now()))
        return EXIT_OK
    maps = job.command == "crawl"
    scanner = Scanner(job.request, on_event=emit, maps=maps)
    report, fault = _drive(scanner, source if job.lifeline else None)
    if isinstance(fault, S2nError):
        return fault.exit_code
    if isinstance(fault, BrokenPipeError):
        raise fault
    if fault is not None:
        emit(failure(fault))
        emit(Done(status=ScanStatus.FAILED, time=now(), reason=str(fault)))
        return EXIT_RUNTIME
    assert report is not None
    if maps and report.metadata.status is ScanStatus.OUT_OF_BUDGET:
        return EXIT_OK
    return exit_code(report, None, "never")


def _scan(words: list[str], sink: BinaryIO) -> int:
    """A person's way: options in, report out."""
    parser = build_parser(prog="runner scan", keep=lambda option: option.group != "host")
    request, host = resolve(parser.parse_args(words), os.environ, Path.cwd())
    report, error = _followed(request, host, lambda _: None)
    targets = host.outputs or ("-",)
    override = None if "-" in targets else host.output_format
    for target in targets:
        by_suffix = SUFFIXES.get(Path(target).suffix.lower()) if target != "-" else None
        _write(render(report, override or by_suffix or host.output_format or "json"), target, sink)
    if error is not None:
        _tell(error)
    return exit_code(report, error, host.fail_on)


def _crawl(words: list[str], sink: BinaryIO) -> int:
    """A person's way to a site model."""
    parser = build_crawl_parser("runner crawl", "Map a web site.", lambda option: option.group != "host")
    args = parser.parse_args(words)
    request, host = resolve(args, os.environ, Path.cwd())
    wanted = crawl_options(args)
    paths = wanted.site_outputs or ("-",)
    override = None if "-" in paths else wanted.site_format
    formats = {
        path: wanted.site_format or "json" if path == "-" else override or site_format(path) for path in paths
    }
    assembler = SiteAssembler()
    report, error = _followed(request, host, assembler.feed, maps=True)
    site = assembler.site(report)
    for path, fmt in formats.items():
        _write(render_site(site, fmt), path, sink)
    if error is not None:
        _tell(error)
    elif not host.quiet and (notice := site_notice(site)):
        _say(notice)
    return site_exit_code(site, error)


def _followed(
    request: ScanRequest, host: HostOptions, listener: Callable[[Event], None], *, maps: bool = False
) -> tuple[ScanReport, S2nError | None]:
    """Run the scan, and say what happens; a report in any case but wrong use and faults of our own."""
    _log_to_stderr("debug" if host.verbose > 1 else "info" if host.verbose else "warning")
    assembler = Assembler(request.target_url)
    tell = _narrator(quiet=host.quiet)

    def follow(event: Event) -> None:
        for taker in (assembler.feed, listener, tell):
            taker(event)

    report, error = _drive(Scanner(request, on_event=follow, maps=maps), None)
    if error is not None and (isinstance(error, UsageError) or not isinstance(error, S2nError)):
        raise error
    return report or assembler.report(), error


def _plugins(words: list[str], sink: BinaryIO) -> int:
    parser = Parser(prog="runner plugins")
    parser.add_argument("action", choices=["list"])
    parser.add_argument("--output-format", choices=["console", "json"], default="console")
    args = parser.parse_args(words)
    infos, broken = _known_plugins()
    if args.output_format == "json":
        shown = {"plugins": infos, "broken": broken}
        sink.write(msgspec.json.format(msgspec.json.encode(shown), indent=2) + b"\n")
    else:
        lines = [f"{info.id:<20} {info.severity.value:<9} {info.title}  ({info.source})" for info in infos]
        lines += [
            f"{name:<20} BROKEN    {error.error_type}: {error.message}" for name, error in broken.items()
        ]
        sink.write("".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace"))
    return EXIT_OK


def _known_plugins() -> tuple[tuple[PluginInfo, ...], dict[str, PluginError]]:
    catalog = Scanner(ScanRequest(target_url="")).discover_plugins()
    return tuple(loaded.info for _, loaded in sorted(catalog.plugins.items())), catalog.broken


def _drive(scanner: Scanner, lifeline: BinaryIO | None) -> tuple[ScanReport | None, Exception | None]:
    """Run the scan; SIGINT, SIGTERM or the end of the lifeline stop it with a partial report."""

    async def go() -> ScanReport:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, scanner.stop, f"stopped by {signal.Signals(number).name}")
        if lifeline is not None:
            gone = _in_loop(loop, scanner.stop, "the host is gone")
            threading.Thread(target=_watch, args=(lifeline, gone), daemon=True).start()
        return await scanner.scan_async()

    try:
        return asyncio.run(go(), debug=False), None
    except Exception as error:  # noqa: BLE001 -- the one place where whatever happened becomes an event or a message
        return None, error


def _in_loop(loop: asyncio.AbstractEventLoop, call: Callable[[str], None], reason: str) -> Callable[[], None]:
    def later() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(call, reason)

    return later


def _watch(lifeline: BinaryIO, gone: Callable[[], None]) -> None:
    """Nobody is left to kill a runner whose plugin holds the loop, so it ends itself."""
    while os.read(lifeline.fileno(), 512):  # not `read`: its lock, held at exit, would abort the process
        pass
    gone()
    time.sleep(ORPHAN_SECONDS)
    os._exit(EXIT_RUNTIME)


def _read_job(line: bytes) -> Job:
    if not line.strip():
        raise ProtocolMismatch(
            "no job came on stdin", "`runner run` is for the s2n command line; try `runner scan`"
        )
    try:
        version = msgspec.json.decode(line, type=dict[str, msgspec.Raw]).get("protocol")
        spoken = int(bytes(version)) if version is not None else 0
    except (msgspec.DecodeError, ValueError) as error:
        raise ProtocolMismatch(f"the job on stdin is not JSON: {error}", "send one JSON line") from error
    if spoken != PROTOCOL_VERSION:
        raise ProtocolMismatch(
            f"the host speaks protocol {spoken}, this runner (s2n {__version__}) protocol {PROTOCOL_VERSION}",
            "bring both to the same version: `pip install --upgrade s2n`, or pull the image of your version",
        )
    try:
        job = msgspec.json.decode(line, type=Job)
    except msgspec.DecodeError as error:
        raise UsageError(f"the job on stdin is not valid: {error}", "see s2n.protocol.Job") from error
    if job.command == "plugins":
        return replace(job, request=None)
    if job.request is None:
        raise UsageError(f"the job on stdin is a {job.command} without a request", "see s2n.protocol.Job")
    return job


def _narrator(*, quiet: bool) -> Callable[[Event], None]:
    def follow(event: Event) -> None:
        if quiet:
            return
        match event:
            case Phase(name=name):
                _say(f"s2n: {name}")
            case Found(finding=finding):
                where = f" {finding.parameter}" if finding.parameter else ""
                _say(f"s2n: {finding.severity.value} {finding.plugin}: {finding.method} {finding.url}{where}")
            case Warned(text=text):
                _say(f"s2n: warning: {text}")
            case Failed() | _:
                pass

    return follow


def _write(content: bytes, target: str, sink: BinaryIO) -> None:
    if target == "-":
        sink.write(content)
        sink.flush()
        return
    try:
        Path(target).write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"cannot write {target}: {error.strerror}", "write to stdout with -o - and redirect it"
        ) from error


@contextlib.contextmanager
def _own_stdout() -> Iterator[BinaryIO]:
    """Standard output for us alone: what a plugin prints, or what it starts, goes to standard error."""
    sys.stdout.flush()
    ours = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(ours, "wb", closefd=False) as sink:
            yield sink
    finally:
        sys.stdout.flush()
        os.dup2(ours, 1)
        os.close(ours)


def _log_to_stderr(level: str) -> None:
    if os.environ.get("APP_ENV") == "dev" and level == "warning":
        level = "debug"
    logging.basicConfig(
        stream=sys.stderr, level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


def _fault(error: Exception) -> str:
    said = " ".join(str(error).split())
    return f"s2n: error: {type(error).__name__}: {said}\n  → this is a fault of s2n: please report it"


def _tell(error: S2nError) -> None:
    _say(f"s2n: error: {error}" + (f"\n  → {error.remedy}" if error.remedy else ""))


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
