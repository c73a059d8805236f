import socket
import sys
import time

import pytest

from s2n.cli.runtime import engine as engines
from s2n.cli.runtime.engine import NotInstalled, ask, find_engine, last_line
from s2n.errors import RuntimeFailed
from support.fake_engine import DOCKER, PODMAN, info, install


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(engines, "SELINUX_ENFORCES", tmp_path / "enforce")
    return tmp_path


def test_an_engine_that_answers_is_described(path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    install(path, "docker", info=info())
    engine = find_engine("docker")
    assert (engine.version, engine.cpus, engine.podman, engine.machine) == ("28.0", 4, False, False)
    assert engine.limits == {"memory", "cpu", "pids"}
    assert not engine.rootless
    assert not engine.selinux


def test_podman_is_known_by_its_answer_even_as_docker(path):
    install(path, "docker", info=info(PODMAN))
    engine = find_engine("docker")
    assert engine.podman
    assert engine.rootless
    assert engine.limits == {"memory", "pids"}
    assert engine.host_name == "host.containers.internal"


def test_docker_desktop_is_a_machine_of_its_own(path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    install(path, "docker", info=info(OperatingSystem="Docker Desktop"))
    assert find_engine("docker").machine
    assert find_engine("docker").host_name == "host.docker.internal"


def test_elsewhere_than_on_linux_there_is_always_a_machine(path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    install(path, "docker", info=info())
    assert find_engine("docker").machine


def test_rootless_selinux_and_missing_limits(path):
    options = ["name=rootless", "name=selinux"]
    install(path, "docker", info=info(SecurityOptions=options, MemoryLimit=False, CpuCfsQuota=False))
    engine = find_engine("docker")
    assert engine.rootless
    assert engine.selinux
    assert engine.limits == {"pids"}


@pytest.mark.parametrize(("mode", "on"), [("1", True), ("0", False)])
def test_selinux_counts_when_it_enforces(path, mode, on):
    (path / "enforce").write_text(mode)
    install(path, "docker", info=info())
    assert find_engine("docker").selinux is on


def test_one_that_is_not_there(path):
    with pytest.raises(NotInstalled, match="nerdctl is not installed") as caught:
        find_engine("nerdctl")
    assert "--runtime local" in caught.value.remedy


def test_one_whose_server_does_not_answer_although_it_exits_well(path):
    said = "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?"
    install(path, "docker", info=info(DOCKER, ServerErrors=[said]))
    with pytest.raises(RuntimeFailed, match="daemon does not run"):
        find_engine("docker")


def test_one_that_says_what_nobody_knows(path):
    install(path, "docker", info=(1, "", "the moon is full\n"))
    with pytest.raises(RuntimeFailed, match="docker does not work: the moon is full"):
        find_engine("docker")


def test_one_that_never_answers_is_ended(path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (path / "docker").write_text(
            f"#!{sys.executable}\nimport socket\nsocket.create_connection({silent.getsockname()!r}).recv(1)\n"
        )
        (path / "docker").chmod(0o755)
        began = time.monotonic()
        with pytest.raises(RuntimeFailed, match="does not answer"):
            ask(str(path / "docker"), "info", timeout=0.5)
        assert time.monotonic() - began < 5
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(1) == b"", "the process that was given up still lives"


def test_a_binary_that_cannot_be_run(path):
    (path / "docker").write_text("#!/nonexistent/interpreter\n")
    (path / "docker").chmod(0o755)
    with pytest.raises(RuntimeFailed, match="cannot run"):
        find_engine("docker")


def test_the_line_that_says_why():
    text = "docker: Error response from daemon: no.\n\nRun 'docker run --help' for more information\n"
    assert last_line(text) == "Error response from daemon: no."
    assert last_line("") == "it says nothing"
