"""``s2n doctor``: does a scan work on this machine, and if not, what mends it?"""

import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from s2n import __version__
from s2n.cli.keep import store_path
from s2n.cli.main import COMMANDS
from s2n.cli.plugins import discover
from s2n.cli.runtime import RUNTIME_OPTIONS, choose_engine, settings_of
from s2n.cli.runtime.browser import Tried, browser_here, browser_in
from s2n.cli.runtime.container import ContainerRuntime
from s2n.cli.runtime.engine import Engine, NotInstalled
from s2n.cli.runtime.image import BROWSER_IMAGE, choose_image, provide
from s2n.cli.runtime.inside import MARK, Inside, look_inside
from s2n.cli.scan import perform
from s2n.cli.terminal import plain, silent, write_stdout
from s2n.errors import EXIT_OK, EXIT_RUNTIME, S2nError
from s2n.lab import serve
from s2n.lab.manifest import PLUGINS, score
from s2n.model import split_url
from s2n.options import HostOptions, Parser, build_parser, resolve
from s2n.protocol import ScanRequest
from s2n.store import Store

SELF_TEST = ("xss", "open_redirect", "security_headers", "sensitive_files", "cookie_flags")
"""Detections of each kind that need no waiting: together some ten seconds."""

SKEW_SECONDS = 2.0
"""A clock that is further off makes certificates invalid and tokens expire."""

INSTALL = "pip install 's2n[browser]', and install Chromium (Debian: apt install chromium)"
PULL = f"`s2n image pull --browser` gets {BROWSER_IMAGE}, which scans then take by themselves"

_OPTIONS = {"store", "no_store", "plugin_dir", "config", *RUNTIME_OPTIONS}


class Check(Struct, frozen=True):
    """One line: ``ok`` None where there was nothing to check."""

    name: str
    ok: bool | None
    text: str
    remedy: str = ""


def parser() -> Parser:
    """The parser of this command."""
    parser = build_parser(
        "s2n doctor", [HostOptions], COMMANDS["doctor"][1], keep=lambda option: option.name in _OPTIONS
    )
    parser.add_argument("--quick", action="store_true", help="Leave out the scan of the bundled site.")
    return parser


def run(argv: list[str]) -> int:
    """Check everything, one line each; 4 if something needs mending."""
    args = parser().parse_args(argv)
    _, host = resolve(args, os.environ, Path.cwd(), target="http://localhost/")
    healthy = True
    for check in examine(host, quick=args.quick):
        write_stdout(line(check).encode())
        healthy = healthy and check.ok is not False
    write_stdout(b"s2n works here\n" if healthy else b"s2n needs mending here\n")
    return EXIT_OK if healthy else EXIT_RUNTIME


def examine(host: HostOptions, *, quick: bool) -> Iterator[Check]:
    """The checks in their order; what depends on something broken is left out."""
    yield _attempt("python", _python)
    engine: Engine | None = None
    if host.runtime == "local":
        yield Check("engine", None, "not used: --runtime local")
    else:
        try:
            engine = choose_engine(host)
        except NotInstalled as problem:
            needed = host.runtime != "auto"
            instead = "" if needed else ": scans run as a process of this machine"
            yield Check("engine", False if needed else None, f"{problem}{instead}", problem.remedy * needed)
            if needed:
                return
        except S2nError as problem:
            yield Check("engine", False, str(problem), problem.remedy)
            if host.runtime != "auto":
                return
    if engine is not None:
        yield Check("engine", True, f"{engine.name} {engine.version} answers, and this user may use it")
        works = True
        for check in _containers(engine, host):
            works = works and check.ok is not False
            yield check
        if not works:
            return
        host = replace(host, runtime=engine.name)
    else:
        host = replace(host, runtime="local")
        yield _attempt("browser", lambda: _browser(browser_here(os.environ), INSTALL))
    yield _attempt("plugins", lambda: _plugins(host))
    yield _attempt("store", lambda: _store(host))
    if not quick:
        yield _attempt("self-test", lambda: _self_test(host))


def line(check: Check) -> str:
    """How a check is shown, with its remedy below."""
    sign = {True: "✓", False: "✗", None: "–"}[check.ok]
    shown = f"{sign} {check.name:<10}{plain(check.text)}\n"
    return shown + (f"    → {check.remedy}\n" if check.remedy else "")


def _attempt(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except S2nError as problem:
        return Check(name, False, str(problem), problem.remedy)


def _python() -> Check:
    """Is everything installed that s2n was packaged with?"""
    needed = [entry for entry in metadata.requires("s2n") or () if "extra ==" not in entry]
    missing = []
    for entry in needed:
        name = re.split(r"[^A-Za-z0-9._-]", entry, maxsplit=1)[0]
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    text = f"s2n {__version__}, Python {platform.python_version()}, {platform.system()}"
    if missing:
        return Check("python", False, f"{text}; missing: {', '.join(missing)}", "pip install --upgrade s2n")
    return Check("python", True, f"{text}, {len(needed)} libraries")


def _containers(engine: Engine, host: HostOptions) -> Iterator[Check]:
    """The image, and what a container sees of this machine."""
    try:
        image = choose_image(engine, host.image, "auto")
        provide(engine, image, host.pull, silent)
    except S2nError as problem:
        yield Check("image", False, str(problem), problem.remedy)
        return
    yield Check("image", True, f"{image} is here and speaks this protocol")
    runtime = ContainerRuntime(engine, settings_of(host, image), silent)
    try:
        with serve() as lab:
            inside = look_inside(runtime, split_url(lab.url)[0].port)
    except S2nError as problem:
        yield Check("container", False, str(problem), problem.remedy)
        return
    yield from _seen(engine, inside)
    yield _attempt("browser", lambda: _browser(browser_in(runtime), PULL))


def _seen(engine: Engine, inside: Inside) -> Iterator[Check]:
    if MARK not in inside.seen:
        yield Check(
            "mount",
            False,
            "a mounted folder is empty in the container: plugins of your own will not be seen",
            "share the folder with the engine's machine (Docker Desktop: Settings, Resources, File sharing); "
            "with a remote engine use --runtime local",
        )
    elif inside.writable:
        yield Check("mount", False, "a read-only mount can be written to", f"update {engine.name}")
    else:
        yield Check("mount", True, "your plugin folder can be read in the container, and not written")
    if inside.reached:
        yield Check("loopback", True, "sites on this machine's loopback can be reached from the container")
    else:
        yield Check(
            "loopback",
            False,
            "a site on this machine's loopback cannot be reached from the container",
            "use --runtime local for such targets, or let the site listen on another address",
        )
    if abs(inside.skew) > SKEW_SECONDS:
        yield Check(
            "clock", False, f"the container's clock is {inside.skew:+.0f} s off", f"restart {engine.name}"
        )
    else:
        yield Check("clock", True, "the container's clock agrees with this machine's")


def _browser(tried: Tried, remedy: str) -> Check:
    """What pages that are made by scripts would be seen with; a scan works without."""
    if tried.lacking:
        text = f"none ({tried.lacking}): of pages made by scripts only the scripts are read"
        return Check("browser", None, text, remedy)
    return Check("browser", True, f"{tried.version} starts")


def _plugins(host: HostOptions) -> Check:
    """The runner answers, and names its plugins."""
    catalogue = discover(host)
    own = [info.id for info in catalogue.plugins if info.source != "built in"]
    text = f"{len(catalogue.plugins)} plugins, {len(own)} of your own ({host.runtime})"
    if catalogue.broken:
        return Check(
            "plugins",
            False,
            f"{text}; broken: {', '.join(sorted(catalogue.broken))}",
            "`s2n plugins list` says what is wrong with them",
        )
    return Check("plugins", True, text)


def _store(host: HostOptions) -> Check:
    """Can scans be kept?"""
    if host.no_store:
        return Check("store", None, "not used: --no-store")
    path = store_path(host.store)
    Store(path).close()
    return Check("store", True, f"scans are kept in {path}")


def _self_test(host: HostOptions) -> Check:
    """A scan of the bundled site through the same runtime, held against what is planted there."""
    plugins = tuple(plugin for plugin in SELF_TEST if plugin in PLUGINS)
    began = time.monotonic()
    with serve() as lab:
        request = ScanRequest(target_url=lab.url, plugins=plugins)
        outcome, _ = perform(request, replace(host, quiet=True, verbose=0, no_store=True))
    if outcome.failure is not None:
        return Check("self-test", False, str(outcome.failure), outcome.failure.remedy)
    result = score(outcome.report.findings, plugins)
    planted = len(result.found) + len(result.missed)
    text = (
        f"found {len(result.found)} of {planted} planted flaws, {len(result.false)} false, "
        f"in {time.monotonic() - began:.0f} s"
    )
    remedy = "" if result.perfect else "`s2n demo` shows which; report it if the machine is not overloaded"
    return Check("self-test", result.perfect, text, remedy)
