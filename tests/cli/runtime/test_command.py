import os
from pathlib import Path

import pytest

from s2n.cli.runtime.command import Settings, run_command
from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.reach import Mount

DOCKER = Engine(name="docker", path="/usr/bin/docker", cpus=8)
PLUGINS = Mount(Path("/home/me/plugins"), "/opt/s2n/plugins")


@pytest.fixture(autouse=True)
def somebody(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(os, "getgid", lambda: 1001)


def words(engine=DOCKER, *, mounts=(), **settings):
    return run_command(engine, Settings(image="s2n:1", **settings), "s2n-x", mounts=mounts)


def after(command, flag):
    return [command[i + 1] for i, word in enumerate(command) if word == flag]


def test_everything_that_is_not_needed_is_switched_off():
    command = words()
    assert command[:5] == ["/usr/bin/docker", "run", "--rm", "--interactive", "--init"]
    assert command[-2:] == ["s2n:1", "run"]
    assert {"--read-only", "--pull=never"} <= set(command)
    assert after(command, "--name") == ["s2n-x"]
    assert after(command, "--cap-drop") == ["ALL"]
    assert after(command, "--security-opt") == ["no-new-privileges"]
    assert after(command, "--user") == ["1000:1001"]
    assert after(command, "--memory") == [str(2 << 30)]
    assert after(command, "--cpus") == ["2"]
    assert after(command, "--pids-limit") == ["1024"]
    assert "noexec" in after(command, "--tmpfs")[0]
    assert "--network" not in command


def test_root_is_not_root_inside(monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert "--user" not in words()


def test_rootless_podman_keeps_the_callers_id_and_rootless_docker_the_images():
    rootless = {"path": "/p", "rootless": True}
    command = words(Engine(name="podman", podman=True, **rootless))
    assert "--userns=keep-id" in command
    assert after(command, "--user") == ["1000:1001"]
    assert "--user" not in words(Engine(name="docker", **rootless))


def test_only_limits_that_the_engine_can_enforce():
    bare = Engine(name="podman", path="/p", podman=True, limits=frozenset())
    assert not {"--memory", "--cpus", "--pids-limit"} & set(words(bare))
    asked = words(bare, memory=1 << 30, cpus=0.5)
    assert after(asked, "--memory") == [str(1 << 30)]
    assert after(asked, "--cpus") == ["0.5"]


def test_no_more_processors_than_there_are():
    assert after(words(Engine(name="docker", path="/p", cpus=1)), "--cpus") == ["1"]


def test_the_users_own_options_come_last():
    command = words(extra=("--dns=10.0.0.2", "--memory=8g"))
    assert command[-4:] == ["--dns=10.0.0.2", "--memory=8g", "s2n:1", "run"]


def test_a_folder_is_mounted_read_only_and_never_created():
    assert after(words(mounts=(PLUGINS,)), "--mount") == [
        "type=bind,source=/home/me/plugins,target=/opt/s2n/plugins,readonly"
    ]


def test_paths_with_commas_colons_and_quotes():
    odd = Mount(Path('C:\\my "own", plugins'), "/opt/s2n/plugins")
    assert after(words(mounts=(odd,)), "--mount") == [
        'type=bind,"source=C:\\my ""own"", plugins",target=/opt/s2n/plugins,readonly'
    ]


def test_selinux_wants_a_label():
    docker = Engine(name="docker", path="/d", selinux=True)
    podman = Engine(name="podman", path="/p", podman=True, selinux=True)
    assert after(words(docker, mounts=(PLUGINS,)), "--volume") == ["/home/me/plugins:/opt/s2n/plugins:ro,z"]
    assert after(words(podman, mounts=(PLUGINS,)), "--mount")[0].endswith("readonly,relabel=shared")


def test_what_belongs_to_the_system_keeps_its_label():
    bundle = Mount(Path("/etc/pki/tls/cert.pem"), "/run/s2n/host-ca.pem")
    docker = Engine(name="docker", path="/d", selinux=True)
    assert after(words(docker, mounts=(bundle,)), "--volume") == []
    assert "relabel" not in after(words(docker, mounts=(bundle,)), "--mount")[0]


def test_labels_environment_and_network():
    command = run_command(
        DOCKER,
        Settings(image="i"),
        "n",
        network="host",
        labels={"a": "1"},
        env={"B": "2"},
        entrypoint="python",
        words=("-c", "0"),
    )
    assert (after(command, "--label"), after(command, "--env")) == (["a=1"], ["B=2"])
    assert after(command, "--network") == ["host"]
    assert after(command, "--entrypoint") == ["python"]
    assert command[-3:] == ["i", "-c", "0"]
