"""scripts/image without an engine: what it says when it cannot go on. tests/containers tries it with one."""

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import s2n
from s2n.protocol import PROTOCOL_VERSION

SCRIPT = Path(__file__).parents[2] / "scripts" / "image"


def call(*words, path=None, **environment):
    if path is not None:
        environment["PATH"] = str(path)
    done = subprocess.run(
        [shutil.which("bash"), str(SCRIPT), *words],
        input="",
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "ENGINE"} | environment,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def tools(tmp_path):
    """A PATH with what the script uses, and no engine; a test adds its own."""
    for name in ("bash", "dirname", "basename", "sed", "git", "cat", "id", "env", "tee", "mktemp", "rm"):
        (tmp_path / name).symlink_to(shutil.which(name))
    return tmp_path


def engine(tools, script):
    """A program in the engine's place, for answers that a real one gives only on a broken machine."""
    path = tools / "docker"
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o755)


def test_it_is_clean_to_shellcheck():
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("shellcheck")),
            str(SCRIPT),
            str(SCRIPT.parents[1] / ".ci" / "run"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_help_names_every_target_and_variable():
    code, out, _ = call("--help")
    assert code == 0
    assert re.findall(r"^  ([A-Z_]+) ", out, re.MULTILINE) == [
        *("ENGINE", "IMAGE", "REGISTRY", "OWNER", "REGISTRY_USER", "VERSION"),
    ]
    for word in ("build", "smoke", "size", "login", "tag", "push", "version", "dev|prod|browser"):
        assert word in out


def test_version_and_protocol_are_those_of_the_source():
    assert call("version") == (0, f"{s2n.__version__}\n", "")
    assert call("protocol") == (0, f"{PROTOCOL_VERSION}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no command"),
        (["bake"], "bake is not a command"),
        (["build"], "no target"),
        (["build", "staging"], "there is no target staging"),
        (["build", "prod", "--network", "host"], "--network is not expected here"),
        (["push", "prod", "--", "--quiet"], "-- is not expected here"),
    ],
)
def test_wrong_use_is_said_with_exit_code_2(words, said):
    code, _, err = call(*words)
    assert code == 2
    assert f"scripts/image: {said}\n  → " in err


def test_no_engine(tools):
    code, _, err = call("build", "prod", path=tools)
    assert code == 1
    assert err == (
        "scripts/image: no container engine found\n"
        "  → install docker or podman, or set ENGINE to the path of one\n"
    )


def test_an_engine_that_is_named_and_is_not_there(tools):
    code, _, err = call("build", "prod", path=tools, ENGINE="/nowhere/docker")
    assert code == 1
    assert "no container engine found at /nowhere/docker" in err


@pytest.mark.parametrize(
    ("said", "message", "remedy"),
    [
        ("permission denied while trying to connect", "docker may not be used by", "usermod -aG docker"),
        ("Cannot connect to the Docker daemon", "docker does not answer: Cannot connect", "start it: "),
    ],
)
def test_an_engine_that_does_not_answer(tools, said, message, remedy):
    engine(tools, f"echo '{said}' >&2; exit 1")
    code, _, err = call("build", "prod", path=tools)
    assert code == 1
    assert message in err
    assert remedy in err


def test_a_docker_without_buildx(tools):
    engine(tools, "case $1 in info) ;; version) echo 28.2.2 ;; *) exit 1 ;; esac")
    code, _, err = call("build", "prod", path=tools)
    assert code == 1
    assert "docker has no buildx\n  → install docker-buildx-plugin" in err


def test_what_the_engine_is_asked_to_build(tools):
    engine(tools, 'case $1 in build) printf "%s\\n" "$@" ;; esac')
    code, out, err = call("build", "dev", "--", "--network", "host", path=tools, VERSION="9.8.7")
    assert code == 0, err
    words = out.split("\n")
    assert words[words.index("--target") + 1] == "dev"
    assert words[words.index("--tag") + 1] == "s2n:dev"
    assert {"BUILD_ENV=dev", "VERSION=9.8.7", f"PROTOCOL={PROTOCOL_VERSION}"} <= set(words)
    assert words[-4:] == ["--network", "host", ".", ""]


def test_an_image_that_is_not_there(tools):
    engine(tools, "[[ $1 != image ]]")
    for command in ("smoke", "size", "tag"):
        code, _, err = call(command, "prod", path=tools)
        assert code == 1
        assert err == "scripts/image: there is no image s2n:latest here\n  → scripts/image build prod\n"


def test_the_password_never_becomes_an_argument(tools, tmp_path):
    engine(tools, 'printf "%s\\n" "$@"; [[ $1 != login ]] || exit 1')
    code, _, err = call("login", path=tools)
    assert code == 1
    assert "login\n--username\ns2n-scanner\n--password-stdin\nghcr.io" in err


def test_a_password_is_not_asked_for_on_a_terminal(tools):
    engine(tools, "exit 0")
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [shutil.which("bash"), str(SCRIPT), "login"],
            stdin=theirs,
            capture_output=True,
            text=True,
            env={"PATH": str(tools)},
            timeout=30,
            check=False,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert "the password is read from standard input" in done.stderr
