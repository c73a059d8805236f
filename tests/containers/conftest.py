"""A container engine, the images and a registry for the tests here.

Where one is missing the tests are skipped, with the reason; with ``S2N_REQUIRE_CONTAINERS=1``, as CI sets it,
they fail instead. Images are built once for all workers of a run. The variables are in docs/images.md.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from s2n.lab import serve
from support.container_engine import BUILD_ARGS, Engine, base_image, find_engine, image_script
from support.hostcli import Host, endless
from support.webserver import Web, serving

HERE = Path(__file__).parent

NOT_HERE = (
    "has no buildx",
    "network bridge not found",
    "Temporary failure in name resolution",
    "NewConnectionError",
)
"""What a build says that fails because of the machine: no builder, no network, no way to a package index."""


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.containers)
            item.add_marker(pytest.mark.timeout(1800))  # the first build downloads what later ones have


def unavailable(reason: str) -> NoReturn:
    """Skip, or fail where containers have to be tested."""
    if os.environ.get("S2N_REQUIRE_CONTAINERS") == "1":
        pytest.fail(f"S2N_REQUIRE_CONTAINERS is set, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The engine in ``ENGINE``, or else the first of docker and podman that answers."""
    named = os.environ.get("ENGINE")
    found = find_engine(named) if named else find_engine("docker", "podman")
    return found if isinstance(found, Engine) else unavailable(found)


@pytest.fixture(scope="session")
def podman() -> Engine:
    found = find_engine("podman")
    return found if isinstance(found, Engine) else unavailable(found)


@pytest.fixture(scope="session")
def prod_image(engine, tmp_path_factory) -> str:
    """The tag of a prod image of this checkout."""
    return _built(engine, "prod", tmp_path_factory)


@pytest.fixture(scope="session")
def dev_image(engine, tmp_path_factory) -> str:
    """The tag of a dev image of this checkout."""
    return _built(engine, "dev", tmp_path_factory)


@pytest.fixture(scope="session")
def browser_image(engine, prod_image, tmp_path_factory) -> str:
    """The tag of an image of this checkout with the browser, on top of the prod image."""
    return _built(engine, "browser", tmp_path_factory)


def _built(engine: Engine, target: str, tmp_path_factory) -> str:
    import fcntl

    tag = f"s2n-test:{target}"
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / f"{target}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != "built":
            for base in {base_image("dev"), base_image(target)}:  # dev's base is what prod is built with
                if not engine.obtain(base):
                    unavailable(f"the base image {base} is not here and cannot be pulled")
            earlier = engine.call("image", "inspect", "--format", "{{.Id}}", tag).stdout.decode().strip()
            done = image_script(
                "build", target, "--", *BUILD_ARGS, environment={"ENGINE": engine.path, "IMAGE": tag}
            )
            if any(sign in done.stderr for sign in NOT_HERE):
                unavailable(f"{engine.path} cannot build here (see docs/images.md): {done.stderr[-400:]}")
            assert done.returncode == 0, done.stderr
            if earlier and earlier != engine.text("image", "inspect", "--format", "{{.Id}}", tag):
                engine.call("image", "rm", earlier)  # stays where a container still runs from it
            lock.write("built")
    return tag


@dataclass(frozen=True)
class Registry:
    """A registry that wants a password."""

    host: str
    user: str
    password: str

    @property
    def environment(self) -> dict[str, str]:
        """For ``scripts/image``: everything but the password."""
        return {"REGISTRY": self.host, "OWNER": "s2n-test", "REGISTRY_USER": self.user}


@pytest.fixture(scope="session")
def registry() -> Registry:
    values = [os.environ.get(f"S2N_TEST_REGISTRY{part}", "") for part in ("", "_USER", "_PASSWORD")]
    if not all(values):
        unavailable(
            "S2N_TEST_REGISTRY, S2N_TEST_REGISTRY_USER and S2N_TEST_REGISTRY_PASSWORD name no registry"
        )
    return Registry(*values)


@pytest.fixture(scope="session")
def lab():
    """The vulnerable site, on loopback."""
    with serve() as running:
        yield running


@pytest.fixture
def open_folder(tmp_path) -> Path:
    """An empty folder that the container's user may look into."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == tmp_path.owner() and folder.stat().st_mode & 0o077 == 0:
            folder.chmod(0o711)
    tmp_path.chmod(0o755)
    return tmp_path


@pytest.fixture
def host(engine, prod_image, open_folder) -> Host:
    """The command line, in a folder of its own."""
    return Host(engine, prod_image, open_folder)


@pytest.fixture
def endless_site() -> Iterator[Web]:
    """A site whose scan does not end by itself."""
    with serving(endless) as web:
        yield web
