"""Where a scan runs, by the name that ``--runtime`` takes: a container of some engine, or a local process."""

import shutil
import time

from s2n.cli.runtime.base import Runtime
from s2n.cli.runtime.command import Settings
from s2n.cli.runtime.container import ContainerRuntime
from s2n.cli.runtime.engine import ENGINES, Engine, NotInstalled, find_engine
from s2n.cli.runtime.image import PATIENCE, Browser, Notice, choose_image, provide
from s2n.cli.runtime.local import LocalRuntime
from s2n.errors import ProtocolMismatch, RuntimeFailed, UsageError
from s2n.options import HostOptions

RUNTIMES = (*ENGINES, "local")
"""What ``--runtime`` offers, besides ``auto``."""

RUNTIME_OPTIONS = frozenset(
    {"runtime", "image", "pull", "network", "memory", "cpus", "runtime_args"},
)
"""The options, by field, of each command that starts a runner."""

AUTO_SECONDS = 4.0
"""How long `auto` may look for an engine and wait for its registry; a pull that has begun goes on."""

MIN_PATIENCE = 0.5
"""Seconds that even a late engine gives the registry."""

ANOTHER_SECONDS = 0.5
"""``auto`` asks the next engine only if the one before was quick to fail, so that it never takes 5 s."""


def choose_runtime(host: HostOptions, notice: Notice, browser: Browser = "auto") -> Runtime:
    """The runtime that the options ask for, ready to start; ``notice`` takes what the user should know.

    ``auto`` is the first engine that answers and has or can pull the image, else a local process. ``browser``
    is the scan's option of that name, which has a say in the image.

    Raises:
        UsageError: there is no such runtime.
        RuntimeFailed: the one that was asked for cannot work; the remedy says what to do.
        ProtocolMismatch: the image is of another version; ``auto`` does not pass over that.
    """
    if host.runtime == "local":
        return LocalRuntime()
    if host.runtime in ENGINES:
        return _container(host.runtime, host, notice, browser)
    if host.runtime != "auto":
        raise UsageError(f"no runtime {host.runtime!r}", f"choose one of auto, {', '.join(RUNTIMES)}")
    return _first_that_works(host, notice, browser)


def choose_engine(host: HostOptions) -> Engine:
    """The engine that the options ask for, or the first that answers.

    Raises:
        UsageError: a local process was asked for.
        RuntimeFailed: none answers; the first one that is installed says why.
    """
    if host.runtime == "local":
        raise UsageError("--runtime local has no engine", f"choose one of {', '.join(ENGINES)}")
    if host.runtime in ENGINES:
        return find_engine(host.runtime)
    first: RuntimeFailed | None = None
    for name in filter(shutil.which, ENGINES):
        try:
            return find_engine(name)
        except RuntimeFailed as problem:
            first = first or problem
    raise first or NotInstalled(
        f"no container engine is installed: none of {', '.join(ENGINES)} is on PATH",
        "install one, or scan without a container: --runtime local",
    )


def settings_of(host: HostOptions, image: str) -> Settings:
    """What the options say about a container of ``image``."""
    return Settings(
        image=image,
        network=host.network,
        memory=host.memory,
        cpus=host.cpus,
        extra=host.runtime_args,
    )


def _container(
    name: str, host: HostOptions, notice: Notice, browser: Browser, limit: float | None = None
) -> ContainerRuntime:
    """``limit``, on the monotonic clock: when a registry that has not begun to answer is given up."""
    engine = find_engine(name)
    patience = PATIENCE if limit is None else max(MIN_PATIENCE, limit - time.monotonic())
    image = choose_image(engine, host.image, browser)
    provide(engine, image, host.pull, notice, patience)
    return ContainerRuntime(engine, settings_of(host, image), notice)


def _first_that_works(host: HostOptions, notice: Notice, browser: Browser) -> Runtime:
    why = ""
    begin = time.monotonic()
    for name in filter(shutil.which, ENGINES):
        try:
            return _container(name, host, notice, browser, begin + AUTO_SECONDS)
        except ProtocolMismatch:
            raise
        except RuntimeFailed as problem:
            why = why or str(problem)
        if time.monotonic() - begin > ANOTHER_SECONDS:
            break
    notice(f"{why or 'no container engine is installed'}; scanning with a process of this machine (local)")
    return LocalRuntime()
