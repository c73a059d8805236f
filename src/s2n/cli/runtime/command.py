"""The command line that starts a hardened container."""

import os
from collections.abc import Mapping

from msgspec import Struct

from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.reach import Mount

DEFAULT_MEMORY = 2 << 30
"""Bytes; the same as the option's default."""

DEFAULT_CPUS = 2.0
"""The scanner is one process with one busy loop; the second is for its threads."""

PIDS = 1024
"""The runner with its threads, and a browser: measured on two processors, 100 threads and 25 more a page."""

TMPFS = "/tmp:rw,noexec,nosuid,nodev,size=256m,mode=1777"  # noqa: S108 -- the container's own

STOP_SECONDS = 10
"""How long the engine waits between SIGTERM and SIGKILL when it stops the container."""


class Settings(Struct, frozen=True, kw_only=True):
    """What the user may choose about the container; ``memory`` in bytes, ``cpus`` 0 for the default."""

    image: str
    network: str = ""
    memory: int = DEFAULT_MEMORY
    cpus: float = 0.0
    extra: tuple[str, ...] = ()


def run_command(
    engine: Engine,
    settings: Settings,
    name: str,
    *,
    words: tuple[str, ...] = ("run",),
    network: str = "",
    mounts: tuple[Mount, ...] = (),
    labels: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    entrypoint: str = "",
) -> list[str]:
    """``docker run …`` with everything that the container must not be able to do switched off.

    ``settings.extra`` comes last, so that it can change what stands before it. ``env`` must hold no secret:
    it can be read by `inspect`.
    """
    command = [engine.path, "run", "--rm", "--interactive", "--init", "--name", name, "--pull=never"]
    for key, value in (labels or {}).items():
        command += ["--label", f"{key}={value}"]
    command += ["--read-only", "--tmpfs", TMPFS, "--cap-drop", "ALL"]
    command += ["--security-opt", "no-new-privileges", *_user(engine), *_limits(engine, settings)]
    command += ["--stop-signal", "SIGTERM", "--stop-timeout", str(STOP_SECONDS)]
    if network:
        command += ["--network", network]
    for mount in mounts:
        command += _mount(engine, mount)
    for key, value in (env or {}).items():
        command += ["--env", f"{key}={value}"]
    if entrypoint:
        command += ["--entrypoint", entrypoint]
    return [*command, *settings.extra, settings.image, *words]


def _user(engine: Engine) -> list[str]:
    """The caller, so that what only the caller may read can be read; never root.

    Rootless docker maps our own id to root and every other to one that owns nothing: there, as for root, the
    image's own user it is.
    """
    if not hasattr(os, "getuid") or os.getuid() == 0 or (engine.rootless and not engine.podman):
        return []
    user = ["--user", f"{os.getuid()}:{os.getgid()}"]
    return ["--userns=keep-id", *user] if engine.podman and engine.rootless else user


def _limits(engine: Engine, settings: Settings) -> list[str]:
    """The limits that the engine can enforce; what was asked for is always passed on, so that it says no."""
    limits = []
    if settings.memory != DEFAULT_MEMORY or "memory" in engine.limits:
        limits += ["--memory", str(settings.memory)]
    if settings.cpus or "cpu" in engine.limits:
        limits += ["--cpus", f"{settings.cpus or min(DEFAULT_CPUS, engine.cpus):g}"]
    if "pids" in engine.limits:
        limits += ["--pids-limit", str(PIDS)]
    return limits


def _mount(engine: Engine, mount: Mount) -> list[str]:
    """A read-only bind mount.

    ``--mount`` fails where the source is missing, while ``-v`` makes a folder that belongs to root; it also
    takes colons, as in Windows paths. Docker has SELinux' relabelling in ``-v`` only. What belongs to the
    system keeps its label: other confined programs need it.
    """
    relabel = (
        engine.selinux and not mount.source.is_relative_to("/etc") and not mount.source.is_relative_to("/usr")
    )
    if relabel and not engine.podman:
        return ["--volume", f"{mount.source}:{mount.target}:ro,z"]
    parts = ["type=bind", f"source={mount.source}", f"target={mount.target}", "readonly"]
    if relabel:
        parts.append("relabel=shared")
    quoted = ('"' + part.replace('"', '""') + '"' if set(part) & set(',"') else part for part in parts)
    return ["--mount", ",".join(quoted)]
