"""What engines and registries say when something fails, as messages with a remedy."""

import re
from collections.abc import Sequence

from msgspec import Struct

from s2n.errors import RuntimeFailed


class Trouble(Struct, frozen=True):
    """A failure known by what is said of it. ``{engine}``, ``{image}`` and ``{registry}`` are filled in."""

    sign: str
    message: str
    remedy: str

    def told(self, **names: str) -> RuntimeFailed:
        """The error for the user."""
        return RuntimeFailed(self.message.format(**names), self.remedy.format(**names))


_ENGINE = (
    Trouble(
        r"permission denied.*(socket|connect|sock)",
        "no permission to use {engine}: this user may not open the engine's socket",
        "sudo usermod -aG docker $USER and log in again, use rootless podman, or --runtime local",
    ),
    Trouble(
        r"cannot connect to|is the docker daemon running|unable to connect to podman|connection refused"
        r"|cannot access containerd|rootless containerd not running|no such file or directory.*\.sock"
        r"|\.sock.*no such file|error during connect",
        "{engine} is installed but its daemon does not run",
        "start it (sudo systemctl start docker, Docker Desktop, or podman machine start), or --runtime local",
    ),
)

_DISK = Trouble(
    r"no space left on device|disk quota exceeded|not enough space",
    "the disk of {engine} is full",
    "`{engine} system df` shows what takes the room, `{engine} system prune` frees some; or --runtime local",
)

_PULL = (
    _DISK,
    Trouble(
        r"toomanyrequests|rate limit",
        "{registry} lets nobody pull {image} just now: too many requests",
        "`{engine} login {registry}` raises the limit, or try again later",
    ),
    Trouble(
        r"incorrect username or password|unauthorized|authentication required|no basic auth|denied"
        r"|invalid username/password|forbidden",
        "{registry} does not let you pull {image}",
        "check the image's name, then log in: {engine} login {registry}",
    ),
    Trouble(
        r"manifest.* unknown|manifest for .* not found|name unknown|repository .* not found"
        r"|does not exist",
        "{registry} has no image {image}",
        "check --image; the images that are here: s2n image ls",
    ),
    Trouble(
        r"no matching manifest|image operating system .* cannot be used",
        "{image} is not made for this machine's architecture",
        "build it here (docs/images.md), or --runtime local",
    ),
    Trouble(
        r"http: server gave http response to https client|x509|certificate|tls:",
        "{registry} cannot be trusted: its certificate is missing or not accepted",
        "make {engine} trust the registry's certificate, or list the registry as an insecure one",
    ),
    Trouble(
        r"no such host|name resolution|i/o timeout|client\.timeout|deadline exceeded|network is unreachable"
        r"|no route to host|connection refused|connection reset|handshake timeout|\bEOF\b|server misbehaving",
        "{image} is not here, and {registry} cannot be reached",
        "connect this machine to the network, bring the image here (docker save | docker load), "
        "or --runtime local",
    ),
)

_RUN = (
    _DISK,
    Trouble(
        r"bind source path does not exist|statfs .*no such file|not shared from|mounts denied"
        r"|error while creating mount source",
        "{engine} cannot see a folder that it should mount",
        "share the folder with the engine's machine (Docker Desktop: Settings, Resources, File sharing); "
        "with a remote engine use --runtime local",
    ),
    Trouble(
        r"network .* not found|no such network|could not find plugin bridge|unable to find network",
        "{engine} has no network of that name",
        "choose one that is there (`{engine} network ls`), or --network host",
    ),
    Trouble(
        r"no such image|image .* not (known|found)|not found locally|reference does not exist",
        "{image} was removed while the scan was starting",
        "run it again",
    ),
    Trouble(
        r"range of cpus|nanocpus|minimum memory limit|cgroup|invalid (size|memory)",
        "{engine} cannot give the container what --memory and --cpus ask for",
        "choose other values for --memory and --cpus",
    ),
    Trouble(
        r"unknown flag|unknown shorthand|flag provided but not defined|invalid argument .* flag",
        "{engine} does not know one of the options it was given",
        "check --runtime-arg, or update {engine}",
    ),
    Trouble(
        r"fatal tini|exec format error|executable file not found|no such file or directory: unknown",
        "{image} cannot be run here: it is no s2n image, or made for another architecture",
        "check --image, or pull it again with --pull always",
    ),
)

TROUBLES = tuple(dict.fromkeys((*_ENGINE, *_PULL, *_RUN)))
"""All that can be explained; docs/containers.md has each of them."""


def engine_trouble(engine: str, said: str) -> RuntimeFailed | None:
    """Why the engine itself does not answer, if ``said`` tells."""
    return _first(_ENGINE, said, engine=engine)


def pull_trouble(engine: str, image: str, registry: str, said: str) -> RuntimeFailed | None:
    """Why an image was not pulled, if ``said`` tells."""
    return _first(_PULL, said, engine=engine, image=image, registry=registry)


def run_trouble(engine: str, image: str, said: str) -> RuntimeFailed | None:
    """Why a container did not start, if ``said`` tells."""
    return _first((*_ENGINE, *_RUN), said, engine=engine, image=image)


def _first(troubles: Sequence[Trouble], said: str, **names: str) -> RuntimeFailed | None:
    for trouble in troubles:
        if re.search(trouble.sign, said, re.IGNORECASE):
            error = trouble.told(**names)
            error.add_note(said)
            return error
    return None
