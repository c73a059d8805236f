import json

import pytest

from s2n.cli.main import main
from s2n.cli.runtime.image import BROWSER_IMAGE, DEFAULT_IMAGE, PROTOCOL_LABEL
from s2n.protocol import PROTOCOL_VERSION
from support.fake_engine import calls, info, install


@pytest.fixture
def docker(tmp_path, monkeypatch):
    """A scripted docker, alone on PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("S2N_RUNTIME", "docker")
    return lambda **answers: install(tmp_path, "docker", info=info(), **answers)


def test_the_images_that_are_here(docker, capsys):
    rows = f"{DEFAULT_IMAGE}\tsha256:1234\t267MB\n<none>:<none>\tx\t1MB\ns2n:dev\tabc\t600MB\n"
    docker(images=(0, f"{rows}{BROWSER_IMAGE}\tdef\t800MB\n", ""))
    assert main(["image", "ls"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("267MB  (default)")
    assert lines[1].startswith("s2n:dev ")
    assert lines[2].endswith("800MB  (default, with the browser)")
    assert len(lines) == 3


def test_no_image_is_here(docker, capsys):
    docker(images=(0, "", ""))
    assert main(["image", "ls"]) == 0
    assert "s2n image pull" in capsys.readouterr().out


def test_an_engine_that_cannot_list(docker, capsys):
    docker(images=(1, "", "the moon is full"))
    assert main(["image", "ls"]) == 4
    assert "the moon is full" in capsys.readouterr().err


def test_pull_gets_the_named_one_even_if_it_is_here(docker):
    script = docker(image=(0, json.dumps({PROTOCOL_LABEL: str(PROTOCOL_VERSION)}), ""))
    assert main(["image", "pull", "--image", "r.example/s2n:2"]) == 0
    assert ["pull", "r.example/s2n:2"] in calls(script)


@pytest.mark.parametrize(("words", "image"), [([], DEFAULT_IMAGE), (["--browser"], BROWSER_IMAGE)])
def test_pull_gets_this_versions(docker, words, image):
    script = docker(image=(0, json.dumps({PROTOCOL_LABEL: str(PROTOCOL_VERSION)}), ""))
    assert main(["image", "pull", *words]) == 0
    assert ["pull", image] in calls(script)


def test_nothing_to_prune(docker, capsys):
    docker()
    assert main(["image", "prune"]) == 0
    assert capsys.readouterr().out == "nothing was left behind\n"


@pytest.mark.parametrize(
    "words",
    [
        ["image"],
        ["image", "eat"],
        ["image", "ls", "--runtime", "local"],
        ["image", "pull", "--browser", "--image", "r.example/s2n:2"],
    ],
)
def test_wrong_use(docker, words):
    docker()
    assert main(words) == 2


def test_without_an_engine(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["image", "ls", "--runtime", "auto"]) == 4
    assert "no container engine is installed" in capsys.readouterr().err
