"""A look from inside: what a container of this engine, started as for a scan, sees of this machine."""

import tempfile
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from s2n.cli.runtime.command import run_command
from s2n.cli.runtime.container import ContainerRuntime, new_name
from s2n.cli.runtime.leftovers import own_labels
from s2n.cli.runtime.reach import Mount
from s2n.cli.runtime.trouble import run_trouble
from s2n.errors import RuntimeFailed
from s2n.protocol import EXTERNAL_PLUGIN_DIR

LOOK_SECONDS = 30.0
"""A container starts in under a second; the first of a virtual machine in several."""

MARK = "s2n-doctor.txt"

LOOK = """
import json, os, socket, sys, time
folder, host, port = sys.argv[1:]
try:
    seen = os.listdir(folder)
except OSError:
    seen = []
try:
    open(os.path.join(folder, "written"), "w").close()
    writable = True
except OSError:
    writable = False
try:
    socket.create_connection((host, int(port)), 3).close()
    reached = True
except OSError:
    reached = False
print(json.dumps({"seen": seen, "writable": writable, "reached": reached, "clock": time.time()}))
"""


class Inside(Struct, frozen=True):
    """``seen``: the files of the mounted folder; ``clock``: seconds since the epoch, there.

    ``skew``: by how many seconds that lies outside the time in which it was asked.
    """

    seen: tuple[str, ...]
    writable: bool
    reached: bool
    clock: float
    skew: float = 0.0


def look_inside(runtime: ContainerRuntime, port: int) -> Inside:
    """Start a container that looks at a mounted folder, at ``port`` of our loopback, and at its clock.

    Raises:
        RuntimeFailed: it does not start, or says nothing.
    """
    engine, name = runtime.engine, new_name()
    with tempfile.TemporaryDirectory(prefix="s2n-doctor-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / MARK).write_text("seen\n", encoding="utf-8")
        command = run_command(
            engine,
            runtime.settings,
            name,
            network=runtime.network(to_this_machine=True),
            mounts=(Mount(Path(folder).resolve(), EXTERNAL_PLUGIN_DIR),),
            labels=own_labels(name),
            entrypoint="python",
            words=(
                *("-c", LOOK, EXTERNAL_PLUGIN_DIR),
                *(engine.host_name if engine.machine else "127.0.0.1", str(port)),
            ),
        )
        began = time.time()
        answer = engine.call(*command[1:], timeout=LOOK_SECONDS)
        ended = time.time()
    if not answer.ok:
        raise run_trouble(engine.name, runtime.settings.image, answer.err) or RuntimeFailed(
            f"a container does not start: {answer.said}", f"see what `{engine.name} run` says"
        )
    try:
        inside = msgspec.json.decode(answer.out, type=Inside)
    except msgspec.DecodeError as problem:
        raise RuntimeFailed(
            f"a container said something else than it should: {answer.out[:200]!r}",
            "pull the image again: s2n image pull",
        ) from problem
    return msgspec.structs.replace(inside, skew=inside.clock - min(max(inside.clock, began), ended))
