"""A real container engine, and what the tests ask of it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

BUILD_ARGS = shlex.split(os.environ.get("S2N_IMAGE_BUILD_ARGS", ""))
"""More options for each build, for machines that need some: ``--network host``, an index, a proxy."""

HARDENED = (
    *("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges", "--user", "23456:23456"),
)
"""As the command line starts the image, and under a user id that no file of the image belongs to."""


@dataclass(frozen=True)
class Engine:
    """A docker or podman that answers."""

    path: str

    @property
    def is_podman(self) -> bool:
        return "podman" in Path(self.path).name

    def call(
        self,
        *words: str,
        feed: bytes = b"",
        environment: Mapping[str, str] | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command of the engine, whatever comes of it."""
        return subprocess.run(
            [self.path, *words],
            input=feed,
            capture_output=True,
            env=os.environ | (environment or {}),
            timeout=timeout,
            check=False,
        )

    def text(self, *words: str) -> str:
        """What a command that has to succeed prints."""
        done = self.call(*words)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def run(self, *words: str, timeout: float = 120) -> subprocess.CompletedProcess[bytes]:
        """``run --rm`` on the host's network, so that a site of the test on loopback is reached."""
        return self.call("run", "--rm", "--network", "host", *words, timeout=timeout)

    def has(self, image: str) -> bool:
        return self.call("image", "inspect", image).returncode == 0

    def obtain(self, image: str) -> bool:
        """Whether the image is here, or can be pulled."""
        return self.has(image) or self.call("pull", "--quiet", image, timeout=600).returncode == 0


def find_engine(*names: str) -> Engine | str:
    """The first engine that answers, or why there is none."""
    said = [f"no {' or '.join(names)} on PATH"]
    for name in names:
        path = shutil.which(name)
        if path is None:
            continue
        probe = subprocess.run([path, "info"], capture_output=True, text=True, timeout=60, check=False)
        if probe.returncode == 0:
            return Engine(path)
        said.append(f"{path} does not answer: {(probe.stderr or probe.stdout).strip()[:200]}")
    return said[-1]


def image_script(
    *words: str, root: Path = ROOT, feed: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Call ``scripts/image``."""
    done = subprocess.run(
        [str(root / "scripts" / "image"), *words],
        input=feed,
        capture_output=True,
        env=os.environ | (environment or {}),
        timeout=1500,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )


def base_image(target: str) -> str:
    """The image that a target of the Dockerfile comes from."""
    key = "ARG PYTHON_DEV=" if target == "dev" else "ARG PYTHON_PROD="
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    return next(line.removeprefix(key) for line in lines if line.startswith(key))
