"""Container engines: finding one that answers, and calling it without ever hanging."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from s2n.cli.runtime.trouble import engine_trouble
from s2n.errors import RuntimeFailed

ENGINES = ("docker", "podman", "nerdctl")
"""By whose name they are called, in the order in which ``auto`` tries them."""

ANSWER_SECONDS = 4.0
"""An engine that runs answers `info` in a tenth of a second; podman on a busy machine in one."""

SELINUX_ENFORCES = Path("/sys/fs/selinux/enforce")

ELSEWHERE = "or scan without a container: --runtime local"


class NotInstalled(RuntimeFailed):
    """There is no such engine on this machine."""


class Answer(Struct, frozen=True):
    """What a command of the engine said."""

    code: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        """Did it succeed?"""
        return self.code == 0

    @property
    def said(self) -> str:
        """What it had to say for itself: standard error, or else standard output."""
        return self.err.strip() or self.out.strip()


class Engine(Struct, frozen=True, kw_only=True):
    """An engine that answers, and what matters of it to us.

    ``machine``: containers live in a virtual machine (Docker Desktop, podman machine), whose loopback is not
    ours. ``limits``: the resource limits it can enforce, of ``memory``, ``cpu``, ``pids``.
    """

    name: str
    path: str
    podman: bool = False
    version: str = ""
    machine: bool = False
    rootless: bool = False
    selinux: bool = False
    cpus: int = 1
    limits: frozenset[str] = frozenset({"memory", "cpu", "pids"})

    def call(self, *words: str, timeout: float = ANSWER_SECONDS) -> Answer:
        """Run one of its commands to the end.

        Raises:
            RuntimeFailed: it did not answer in time.
        """
        return ask(self.path, *words, timeout=timeout)

    @property
    def host_name(self) -> str:
        """The name under which its containers reach this machine, where ``machine`` is set."""
        return "host.containers.internal" if self.podman else "host.docker.internal"


def find_engine(name: str) -> Engine:
    """The engine called ``name``, once it has answered.

    Raises:
        RuntimeFailed: it is not installed, may not be used, or does not answer; the remedy says what to do.
    """
    path = shutil.which(name)
    if path is None:
        raise NotInstalled(f"{name} is not installed: there is no {name} on PATH", f"install it, {ELSEWHERE}")
    answer = ask(path, "info", "--format", "{{json .}}")
    facts = _facts(answer.out)
    if not answer.ok or not facts or facts.get("ServerErrors"):
        said = answer.said if not facts else "\n".join([answer.err, *(facts.get("ServerErrors") or [])])
        raise engine_trouble(name, said.strip()) or RuntimeFailed(
            f"{name} does not work: {last_line(said)}", f"see what `{name} info` says, {ELSEWHERE}"
        )
    return _described(name, path, facts)


def ask(path: str, *words: str, timeout: float = ANSWER_SECONDS) -> Answer:
    """Run ``path`` with ``words`` in a process group of its own, and end that group if it takes too long.

    Raises:
        RuntimeFailed: it cannot be run, or did not answer in time.
    """
    name = Path(path).name
    try:
        process = subprocess.Popen(  # noqa: S603 -- the engine's own command, no shell
            [path, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as problem:
        raise RuntimeFailed(
            f"cannot run {path}: {problem.strerror}", f"reinstall {name}, {ELSEWHERE}"
        ) from problem
    with process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as problem:
            end_group(process)
            raise RuntimeFailed(
                f"{name} does not answer: `{name} {words[0]}` took more than {timeout:g} s",
                f"restart the engine, {ELSEWHERE}",
            ) from problem
        except BaseException:
            end_group(process)
            raise
    return Answer(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was started in a session of its own, with all that it started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):  # it ended in between; macOS says EPERM for a zombie
        pass
    process.wait()


def last_line(text: str) -> str:
    """The line that says why, in what an engine printed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = [line for line in lines if not line.startswith(("Run '", "See '"))]
    return (shown or ["it says nothing"])[-1].removeprefix("docker: ")


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _described(name: str, path: str, facts: Mapping[str, Any]) -> Engine:
    """Podman describes itself in another shape than docker and nerdctl; `docker` may be podman's."""
    native = sys.platform == "linux"
    selinux = _selinux_enforces()
    host = facts.get("host")
    if isinstance(host, dict):
        security = host.get("security") or {}
        controllers = set(host.get("cgroupControllers") or ())
        return Engine(
            name=name,
            path=path,
            podman=True,
            version=str((facts.get("version") or {}).get("Version", "")),
            machine=not native or bool(host.get("serviceIsRemote")),
            rootless=bool(security.get("rootless")),
            selinux=selinux or bool(security.get("selinuxEnabled")),
            cpus=int(host.get("cpus") or 1),
            limits=frozenset(controllers & {"memory", "cpu", "pids"}),
        )
    options = [str(option) for option in facts.get("SecurityOptions") or ()]
    switches = {"memory": "MemoryLimit", "cpu": "CpuCfsQuota", "pids": "PidsLimit"}
    return Engine(
        name=name,
        path=path,
        version=str(facts.get("ServerVersion", "")),
        machine=not native or "Docker Desktop" in str(facts.get("OperatingSystem")),
        rootless=any("name=rootless" in option for option in options),
        selinux=selinux or any("name=selinux" in option for option in options),
        cpus=int(facts.get("NCPU") or 1),
        limits=frozenset(limit for limit, switch in switches.items() if facts.get(switch, True)),
    )


def _selinux_enforces() -> bool:
    try:
        return SELINUX_ENFORCES.read_text(encoding="ascii").strip() == "1"
    except OSError:
        return False
