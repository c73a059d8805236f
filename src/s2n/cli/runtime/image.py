"""The scanner's image: which one, whether it is here, pulling it, and whether it speaks our protocol."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Literal

from s2n import __version__
from s2n.cli.runtime.engine import ELSEWHERE, Engine, end_group, last_line
from s2n.cli.runtime.trouble import engine_trouble, pull_trouble
from s2n.errors import ProtocolMismatch, RuntimeFailed
from s2n.protocol import PROTOCOL_VERSION

REPOSITORY = "ghcr.io/s2n-scanner/s2n"
DEFAULT_IMAGE = f"{REPOSITORY}:{__version__}"
"""Without ``--image``."""

BROWSER_IMAGE = f"{DEFAULT_IMAGE}-browser"
"""The same with a Chromium on top: three times as large, so it is never pulled unasked."""

PROTOCOL_LABEL = "io.s2n.protocol"
UNLABELLED = "0"
"""A plain `docker build` leaves it at this; then the runner's first event tells the version."""

PATIENCE = 30.0
"""Seconds for a registry to begin its answer, when the engine was asked for by name."""

Pull = Literal["missing", "always", "never"]
Browser = Literal["auto", "always", "never"]
Notice = Callable[[str], None]
"""Takes one line for the user."""

_NO_ANSWER_YET = ("Trying to pull", "time=", "Resolving", "Using default tag")
"""How lines begin that podman and docker print before the registry has answered."""


def choose_image(engine: Engine, named: str, browser: Browser) -> str:
    """The image ``named``, or this version's: with the browser where it has to be, or may be and is here.

    Raises:
        RuntimeFailed: the engine does not answer.
    """
    if named:
        return named
    if browser == "always" or (browser == "auto" and labels_of(engine, BROWSER_IMAGE) is not None):
        return BROWSER_IMAGE
    return DEFAULT_IMAGE


def provide(
    engine: Engine, image: str, pull: Pull, notice: Notice, patience: float = PATIENCE
) -> dict[str, str]:
    """Make sure that ``engine`` has ``image`` and that it speaks our protocol; returns the image's labels.

    Raises:
        RuntimeFailed: it is not here and cannot be pulled.
        ProtocolMismatch: it is not of this s2n's version.
    """
    labels = labels_of(engine, image) if pull != "always" else None
    if labels is None:
        if pull == "never":
            raise RuntimeFailed(
                f"the image {image} is not here, and may not be pulled (--pull never)",
                f"{engine.name} pull {image}, {ELSEWHERE}",
            )
        pull_image(engine, image, notice, patience)
        labels = labels_of(engine, image)
    if labels is None:
        raise RuntimeFailed(f"{engine.name} pulled {image}, but does not have it", "run it again")
    _must_agree(image, labels)
    return labels


def labels_of(engine: Engine, image: str) -> dict[str, str] | None:
    """The labels of an image that is here, or None.

    Raises:
        RuntimeFailed: the engine does not answer.
    """
    answer = engine.call("image", "inspect", "--format", "{{json .Config.Labels}}", image)
    if answer.ok:
        try:
            return dict(json.loads(answer.out) or {})
        except ValueError:
            return {}
    if trouble := engine_trouble(engine.name, answer.err):
        raise trouble
    return None


def pull_image(engine: Engine, image: str, notice: Notice, patience: float = PATIENCE) -> None:
    """Pull ``image``, telling how far it is. ``patience`` bounds the wait for the registry's first word only.

    Raises:
        RuntimeFailed: it cannot be pulled; the message says why.
    """
    notice(f"pulling {image}")
    process = subprocess.Popen(  # noqa: S603 -- the engine's own command, no shell
        [engine.path, "pull", image],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    said: list[str] = []
    try:
        _follow(lines, said, notice, patience)
        code = process.wait()
    except BaseException:
        end_group(process)
        raise
    finally:
        reader.join(timeout=1)
    if code == 0:
        notice(f"pulled {image}")
        return
    text = "\n".join(said)
    raise pull_trouble(engine.name, image, registry_of(image), text) or RuntimeFailed(
        f"{engine.name} cannot pull {image}: {last_line(text)}",
        f"see what `{engine.name} pull {image}` says, {ELSEWHERE}",
    )


def registry_of(image: str) -> str:
    """The host an image comes from: ``ghcr.io`` of ``ghcr.io/owner/s2n:1``; Docker Hub if it names none."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"


def _read(process: subprocess.Popen[bytes], lines: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None
    with process.stdout as stream:
        for line in stream:
            lines.put(line.decode(errors="replace").strip())
    lines.put(None)


def _follow(lines: "queue.SimpleQueue[str | None]", said: list[str], notice: Notice, patience: float) -> None:
    """Collect what the pull says; layers as they come are told now and then."""
    limit = time.monotonic() + patience
    answered = False
    layers, done, told = set[str](), set[str](), 0
    while True:
        try:
            line = lines.get(timeout=None if answered else max(0.0, limit - time.monotonic()))
        except queue.Empty:
            raise RuntimeFailed(
                f"the registry does not answer: nothing came within {patience:g} s",
                f"connect this machine to the network, {ELSEWHERE}",
            ) from None
        if line is None:
            return
        said.append(line)
        answered = answered or not line.startswith(_NO_ANSWER_YET)
        layer, _, state = line.partition(": ")
        if state.startswith("Pulling fs layer") or line.startswith("Copying blob"):
            layers.add(layer)
        elif state.startswith(("Pull complete", "Already exists")):
            layers.add(layer)
            done.add(layer)
            if len(done) * 4 // len(layers) > told:
                told = len(done) * 4 // len(layers)
                notice(f"pulled {len(done)} of {len(layers)} layers")


def _must_agree(image: str, labels: dict[str, str]) -> None:
    spoken = labels.get(PROTOCOL_LABEL)
    if spoken is None:
        raise ProtocolMismatch(
            f"{image} is no image of s2n: it has no label {PROTOCOL_LABEL}",
            f"check --image; the default is {DEFAULT_IMAGE}",
        )
    if spoken not in {str(PROTOCOL_VERSION), UNLABELLED}:
        published = BROWSER_IMAGE if image.endswith("-browser") else DEFAULT_IMAGE
        raise ProtocolMismatch(
            f"the image {image} (s2n {labels.get('org.opencontainers.image.version', 'unknown')}) speaks "
            f"protocol {spoken}, this s2n {__version__} speaks {PROTOCOL_VERSION}",
            f"use the image of this version: --image {published} --pull always; "
            "or update s2n: pip install --upgrade s2n",
        )
