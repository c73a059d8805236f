"""The production image: how much it adds to its base image, and how soon a scan sends its first request.

Both are bounded: at most 60 MB, and at most 1.5 s beyond what the engine itself takes to run
``true`` in the base image. Bare and ours are measured in turn; the least of each counts.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path

from bench.table import Row, Unavailable, bounded

ROOT = Path(__file__).parents[1]
IMAGE = "s2n-bench:prod"
ROUNDS = 5
SIZE_BAR = 60.0  # MB on top of the base image
START_BAR = 1.5  # seconds beyond a bare run


def find_engine() -> str:
    """The engine in ``ENGINE``, or else the first of docker and podman."""
    wanted = os.environ.get("ENGINE")
    for name in [wanted] if wanted else ["docker", "podman"]:
        path = shutil.which(name)
        if path and subprocess.run([path, "info"], capture_output=True, check=False).returncode == 0:
            return path
    raise Unavailable("no container engine answers; start docker or podman, or set ENGINE")


def build(engine: str) -> None:
    extra = shlex.split(os.environ.get("S2N_IMAGE_BUILD_ARGS", ""))
    done = subprocess.run(
        [str(ROOT / "scripts" / "image"), "build", "prod", "--", *extra],
        env=os.environ | {"ENGINE": engine, "IMAGE": IMAGE},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"the image cannot be built: {done.stderr.strip()[-300:]}")


def size(engine: str, image: str) -> float:
    """In MB, as the engine counts."""
    told = subprocess.check_output([engine, "image", "inspect", "--format", "{{.Size}}", image])
    return int(told) / 1e6


def bare_run(engine: str, base: str) -> float:
    """Seconds from the command to its end."""
    began = time.perf_counter()
    subprocess.run([engine, "run", "--rm", "--network", "host", base, "true"], check=True)
    return time.perf_counter() - began


def first_request(engine: str) -> float:
    """Seconds from the command to the first connection that a scan makes."""
    name = f"s2n-bench-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as target:
        target.settimeout(60)
        url = f"http://127.0.0.1:{target.getsockname()[1]}/"
        began = time.perf_counter()
        scan = subprocess.Popen(
            [engine, "run", "--rm", "--network", "host", "--name", name, IMAGE, "scan", "-u", url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = target.accept()
            took = time.perf_counter() - began
            connection.close()
        except TimeoutError as error:
            raise Unavailable("the scan sent no request within a minute") from error
        finally:
            subprocess.run([engine, "rm", "--force", name], capture_output=True, check=False)
            scan.wait()
    return took


def main() -> list[Row]:
    engine = find_engine()
    build(engine)
    named = re.search(r"^ARG PYTHON_PROD=(\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert named
    base = named[1]
    whole, under = size(engine, IMAGE), size(engine, base)
    pairs = [(bare_run(engine, base), first_request(engine)) for _ in range(ROUNDS)]
    bare, ours = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    return [
        Row("prod image", whole, "MB"),
        bounded("prod image beyond its base", whole - under, "MB", SIZE_BAR),
        Row("bare container run", bare, "s"),
        Row("container start to first request", ours, "s"),
        bounded("… beyond a bare run", ours - bare, "s", START_BAR),
    ]
