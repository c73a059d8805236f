import json
import socket
import sys
import time

import pytest

from s2n import __version__
from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.image import (
    BROWSER_IMAGE,
    DEFAULT_IMAGE,
    PROTOCOL_LABEL,
    choose_image,
    provide,
    pull_image,
    registry_of,
)
from s2n.errors import ProtocolMismatch, RuntimeFailed
from s2n.protocol import PROTOCOL_VERSION
from support.fake_engine import calls, install

ABSENT = (1, "", "Error response from daemon: No such image: r/s2n:1")


def labelled(protocol):
    return 0, json.dumps({PROTOCOL_LABEL: str(protocol)}), ""


def engine(folder, **answers):
    return Engine(name="docker", path=str(install(folder, "docker", **answers)))


def commands(folder):
    return [words[0] for words in calls(folder / "docker")]


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("ghcr.io/s2n-scanner/s2n:1", "ghcr.io"),
        ("127.0.0.1:5000/s2n/s2n", "127.0.0.1:5000"),
        ("localhost/s2n", "localhost"),
        ("s2n:latest", "docker.io"),
        ("owner/s2n", "docker.io"),
    ],
)
def test_the_registry_is_in_the_name(image, registry):
    assert registry_of(image) == registry


def test_the_default_is_of_this_version():
    assert DEFAULT_IMAGE.endswith(f":{__version__}")
    assert BROWSER_IMAGE.endswith(f":{__version__}-browser")


@pytest.mark.parametrize(
    ("named", "browser", "here", "chosen"),
    [
        ("", "never", True, DEFAULT_IMAGE),
        ("", "auto", True, BROWSER_IMAGE),
        ("", "auto", False, DEFAULT_IMAGE),
        ("", "always", False, BROWSER_IMAGE),
        ("mine:1", "always", True, "mine:1"),
        ("mine:1", "auto", True, "mine:1"),
    ],
)
def test_the_image_with_the_browser_is_taken_where_it_must_be_or_is_here(
    tmp_path, named, browser, here, chosen
):
    docker = engine(tmp_path, image=labelled(PROTOCOL_VERSION) if here else ABSENT)
    assert choose_image(docker, named, browser) == chosen
    asked = [["image", "inspect", "--format", "{{json .Config.Labels}}", BROWSER_IMAGE]]
    assert calls(tmp_path / "docker") == (asked if browser == "auto" and not named else [])


def test_an_engine_that_does_not_answer_is_told_while_choosing(tmp_path):
    docker = engine(tmp_path, image=(1, "", "Cannot connect to the Docker daemon"))
    with pytest.raises(RuntimeFailed, match="daemon does not run"):
        choose_image(docker, "", "auto")


def test_an_image_that_is_here_is_not_pulled(tmp_path):
    docker = engine(tmp_path, image=labelled(PROTOCOL_VERSION))
    assert PROTOCOL_LABEL in provide(docker, "i", "missing", pytest.fail)
    assert commands(tmp_path) == ["image"]


def test_always_pulls(tmp_path):
    said = []
    docker = engine(tmp_path, image=labelled(PROTOCOL_VERSION), pull=(0, "1: Pulling from s2n\n", ""))
    provide(docker, "i", "always", said.append)
    assert commands(tmp_path) == ["pull", "image"]
    assert said == ["pulling i", "pulled i"]


def test_never_pulls(tmp_path):
    with pytest.raises(RuntimeFailed, match="--pull never") as caught:
        provide(engine(tmp_path, image=ABSENT), "r/s2n:1", "never", pytest.fail)
    assert "docker pull r/s2n:1" in caught.value.remedy
    assert commands(tmp_path) == ["image"]


def test_the_layers_are_told_as_they_come(tmp_path):
    layers = ["aa", "bb", "cc", "dd"]
    lines = [f"{layer}: Pulling fs layer" for layer in layers] + [
        f"{layer}: Pull complete" for layer in layers
    ]
    said = []
    pull_image(engine(tmp_path, pull=(0, "\n".join(["1: Pulling from x", *lines]), "")), "i", said.append)
    assert said[1:-1] == [f"pulled {n} of 4 layers" for n in (1, 2, 3, 4)]


def test_a_pull_that_fails_says_why(tmp_path):
    docker = engine(tmp_path, pull=(1, "", "unauthorized: incorrect username or password\n"))
    with pytest.raises(RuntimeFailed, match=r"r\.example does not let you pull") as caught:
        pull_image(docker, "r.example/s2n:1", lambda _: None)
    assert "docker login r.example" in caught.value.remedy


def test_a_pull_that_fails_for_what_nobody_knows(tmp_path):
    with pytest.raises(RuntimeFailed, match="the moon is full"):
        pull_image(engine(tmp_path, pull=(1, "", "the moon is full\n")), "i", lambda _: None)


def test_a_registry_that_never_answers_is_given_up(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        docker = tmp_path / "docker"
        docker.write_text(
            f"#!{sys.executable}\nimport socket\n"
            "print('Trying to pull r/s2n:1...', flush=True)\n"
            f"socket.create_connection({silent.getsockname()!r}).recv(1)\n"
        )
        docker.chmod(0o755)
        began = time.monotonic()
        with pytest.raises(RuntimeFailed, match="registry does not answer"):
            pull_image(Engine(name="docker", path=str(docker)), "r/s2n:1", lambda _: None, patience=0.5)
        assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("protocol", "words"), [(PROTOCOL_VERSION + 1, "--pull always"), (99, "pip install")]
)
def test_an_image_of_another_protocol_is_refused_with_the_way_out(tmp_path, protocol, words):
    with pytest.raises(ProtocolMismatch, match=f"protocol {protocol}") as caught:
        provide(engine(tmp_path, image=labelled(protocol)), "i", "missing", pytest.fail)
    assert words in caught.value.remedy


def test_an_image_of_something_else_is_refused(tmp_path):
    with pytest.raises(ProtocolMismatch, match="no image of s2n"):
        provide(engine(tmp_path, image=(0, "null\n", "")), "alpine", "missing", pytest.fail)


def test_an_image_built_by_hand_tells_its_protocol_later(tmp_path):
    assert provide(engine(tmp_path, image=labelled(0)), "i", "missing", pytest.fail)


def test_an_engine_that_goes_away_is_not_an_image_that_is_missing(tmp_path):
    docker = engine(
        tmp_path, image=(1, "", "Cannot connect to the Docker daemon. Is the docker daemon running?")
    )
    with pytest.raises(RuntimeFailed, match="daemon does not run"):
        provide(docker, "i", "missing", pytest.fail)
