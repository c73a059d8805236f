"""Whose a container is: the labels that say so, and the containers whose host process is gone."""

import json
import os
import platform
import subprocess
from pathlib import Path

from msgspec import Struct

from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.trouble import engine_trouble
from s2n.errors import RuntimeFailed

SCAN_LABEL = "io.s2n.scan"
HOST_LABEL = "io.s2n.host"
PID_LABEL = "io.s2n.host-pid"
STARTED_LABEL = "io.s2n.host-started"
"""When that process began, in whatever form the system tells: process ids are used again."""

REMOVE_SECONDS = 20.0
"""Removing a container that still runs waits for its end."""


class Leftover(Struct, frozen=True):
    """A container of ours. ``orphan``: its host process is gone, so nobody will remove it."""

    name: str
    state: str
    created: str
    orphan: bool


def own_labels(name: str) -> dict[str, str]:
    """The labels of a container that this process starts."""
    pid = os.getpid()
    return {
        SCAN_LABEL: name,
        HOST_LABEL: platform.node(),
        PID_LABEL: str(pid),
        STARTED_LABEL: began(pid) or "",
    }


def leftovers(engine: Engine) -> list[Leftover]:
    """Every container of ours that the engine has.

    Raises:
        RuntimeFailed: the engine does not answer.
    """
    listed = engine.call("ps", "--all", "--quiet", "--filter", f"label={SCAN_LABEL}")
    if not listed.ok:
        raise engine_trouble(engine.name, listed.err) or RuntimeFailed(
            f"{engine.name} cannot list its containers: {listed.said}", f"see what `{engine.name} ps` says"
        )
    ids = listed.out.split()
    if not ids:
        return []
    answer = engine.call("inspect", "--type", "container", *ids)
    # One that was removed in between is an error of the whole command; the others are described all the same.
    return [_leftover(entry) for entry in json.loads(answer.out or "[]")]


def prune(engine: Engine) -> list[str]:
    """Remove the containers whose host process is gone, and nothing else; returns their names.

    Raises:
        RuntimeFailed: the engine does not answer, or cannot remove one.
    """
    removed = []
    for container in leftovers(engine):
        if not container.orphan:
            continue
        answer = engine.call("rm", "--force", container.name, timeout=REMOVE_SECONDS)
        if not answer.ok and "no such container" not in answer.err.lower():
            raise RuntimeFailed(
                f"{engine.name} cannot remove {container.name}: {answer.said}", "try again in a moment"
            )
        removed.append(container.name)
    return removed


def began(pid: int) -> str | None:
    """When the process ``pid`` began, or None if there is none (or the system does not tell)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]  # starttime, proc(5) field 22
    except FileNotFoundError:
        pass
    if Path("/proc/self").exists() or os.name != "posix":
        return None
    shown = subprocess.run(  # noqa: S603 -- a number is all that varies
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 -- wherever the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip() or None


def _leftover(entry: dict[str, object]) -> Leftover:
    config, state = entry.get("Config"), entry.get("State")
    labels = config.get("Labels") if isinstance(config, dict) else None
    status = state.get("Status") if isinstance(state, dict) else None
    return Leftover(
        name=str(entry.get("Name", "")).lstrip("/"),
        state=str(status or "unknown"),
        created=str(entry.get("Created", ""))[:19],
        orphan=_orphan(labels or {}),
    )


def _orphan(labels: dict[str, str]) -> bool:
    """Only of what this machine started can we tell; another machine's containers are never touched."""
    pid, started = labels.get(PID_LABEL, ""), labels.get(STARTED_LABEL, "")
    if labels.get(HOST_LABEL) != platform.node() or not pid.isdigit() or not started:
        return False
    return began(int(pid)) != started
