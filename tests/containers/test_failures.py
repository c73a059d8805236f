"""Each way in which a container cannot work: its message, its remedy, its exit code, and how soon."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from s2n.protocol import PROTOCOL_VERSION
from support.hostcli import eventually

SOON = 5.0 * (2 if os.environ.get("PYTEST_XDIST_WORKER") else 1)
"""Seconds in which the user is told: five, and beside another worker on two cores half the speed."""

TARGET = ("-u", "127.0.0.1:9", "--no-store")


@contextmanager
def soon():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON


@pytest.fixture
def docker(host):
    if host.engine.is_podman:
        pytest.skip("about docker's client")
    return host


def fails(host, *words, code=4, **options):
    with soon():
        done = host.run("scan", *TARGET, *words, code=code, **options)
    assert "s2n: error: " in done.stderr
    assert "  → " in done.stderr
    return done.stderr


def test_no_binary(host, tmp_path):
    empty = {"PATH": str(tmp_path)}
    said = fails(host, "--runtime", "docker", env=empty)
    assert "docker is not installed" in said
    assert "--runtime local" in said


def test_the_daemon_does_not_run(docker):
    said = fails(docker, env={"DOCKER_HOST": f"unix://{docker.folder}/nobody.sock"})
    assert "its daemon does not run" in said
    assert "systemctl start docker" in said


def test_the_daemon_does_not_answer(docker):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        done = docker.run("scan", *TARGET, code=4, env={"DOCKER_HOST": f"tcp://127.0.0.1:{port}"})
        assert time.monotonic() - began < SOON + 1
        assert "docker does not answer" in done.stderr
        words = ("--runtime", "auto", "--plugin", "cookie_flags")
        began = time.monotonic()
        lone = {"PATH": str(docker.folder / "bin"), "DOCKER_HOST": f"tcp://127.0.0.1:{port}"}
        (docker.folder / "bin").mkdir()
        (docker.folder / "bin" / "docker").symlink_to(docker.engine.path)
        done = docker.run("scan", *TARGET, *words, code=3, env=lone)
        assert time.monotonic() - began < SOON + 2
    assert "docker does not answer" in done.stderr
    assert "(local)" in done.stderr


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be somebody else")
def test_no_permission(docker):
    for path in (docker.folder, *docker.folder.rglob("*")):
        os.chown(path, 23456, 23456)
    said = fails(docker, as_user=23456)
    assert "no permission to use docker" in said
    assert "usermod -aG docker" in said


def test_an_image_that_is_not_here_and_may_not_be_pulled(host):
    said = fails(host, "--image", "127.0.0.1:5000/none/s2n:1", "--pull", "never")
    assert "--pull never" in said
    assert "pull 127.0.0.1:5000/none/s2n:1" in said


def test_an_image_that_is_not_here_while_offline(docker):
    with socket.socket() as held:  # bound and not listening: refuses, and nobody else gets it
        held.bind(("127.0.0.1", 0))
        image = f"127.0.0.1:{held.getsockname()[1]}/none/s2n:1"
        said = fails(docker, "--image", image)
    assert f"{image} is not here, and" in said
    assert "cannot be reached" in said
    assert "docker load" in said


def test_auto_scans_on_this_machine_instead_and_says_so_in_one_line(docker):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        image = f"127.0.0.1:{held.getsockname()[1]}/none/s2n:1"
        path = {"PATH": str(Path(docker.engine.path).parent), "CONTAINERS_CONF": ""}
        with soon():
            done = docker.run("scan", *TARGET, "--runtime", "auto", "--image", image, code=3, env=path)
    assert len([line for line in done.stderr.splitlines() if "(local)" in line]) == 1
    assert "Unreachable" not in done.stderr


@pytest.mark.parametrize("password", ["wrong", None], ids=["wrong password", "no password"])
def test_a_registry_that_does_not_let_us_in(docker, registry, password):
    image = f"{registry.host}/none/s2n:{uuid4().hex}"
    if password:
        import base64
        import json

        token = base64.b64encode(f"{registry.user}:{password}".encode()).decode()
        config = docker.folder / "home/docker/config.json"
        config.write_text(json.dumps({"auths": {registry.host: {"auth": token}}}))
    said = fails(docker, "--image", image)
    assert f"{registry.host} does not let you pull {image}" in said
    assert f"docker login {registry.host}" in said
    assert "wrong" not in said.replace("wrong password", "")


def test_an_image_that_the_registry_does_not_have(docker, registry):
    docker.engine.call(
        *("login", registry.host, "--username", registry.user, "--password-stdin"),
        feed=registry.password.encode(),
        environment={"DOCKER_CONFIG": docker.env["DOCKER_CONFIG"]},
    )
    said = fails(docker, "--image", f"{registry.host}/none/s2n:1")
    assert "has no image" in said


@pytest.fixture
def relabelled(host):
    """The same image, but it says that it speaks another protocol, or is none of ours."""
    made = []

    def relabel(change):
        name = f"s2n-test:{uuid4().hex[:8]}"
        container = host.engine.text("create", "--network", "host", host.image, "run")
        try:
            host.engine.text("commit", "--change", change, container, name)
        finally:
            host.engine.call("rm", "--force", container)
        made.append(name)
        return name

    yield relabel
    for name in made:
        host.engine.call("image", "rm", "--force", name)


def test_an_image_of_another_protocol(host, relabelled):
    image = relabelled(f"LABEL io.s2n.protocol={PROTOCOL_VERSION + 1}")
    said = fails(host, "--image", image)
    assert f"speaks protocol {PROTOCOL_VERSION + 1}" in said
    assert "--pull always" in said
    assert "speaks protocol" in fails(host, "--runtime", "auto", "--image", image)


def test_an_image_that_is_not_ours(host, relabelled):
    image = relabelled("LABEL io.s2n.protocol=0")
    broken = relabelled('ENTRYPOINT ["/no/such/program"]')
    assert "cannot be run here" in fails(host, "--image", broken)
    assert "speaks protocol" not in host.run("plugins", "--image", image, code=0).stderr


def test_a_plugin_folder_that_is_not_there(host):
    said = fails(host, "--plugin-dir", "nowhere", code=2)
    assert "there is no plugin folder" in said


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="about root's own files")
def test_a_plugin_folder_that_only_root_may_read(host):
    host.plugin().chmod(0o700)
    assert "only root may read" in fails(host, code=2)


def test_a_network_that_is_not_there(host):
    said = fails(host, "--network", "no-such-network")
    assert "has no network of that name" in said
    assert "network ls" in said


def test_limits_that_cannot_be_given(docker):
    assert "--memory and --cpus" in fails(docker, "--cpus", "9999")


def test_an_option_that_the_engine_does_not_know(host):
    assert "--runtime-arg" in fails(host, "--runtime-arg=--no-such-option")


@pytest.mark.skipif(shutil.which("mount") is None, reason="nothing to mount a small disk with")
def test_a_report_that_the_disk_has_no_room_for(host, lab):
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    (host.folder / "out.json").symlink_to("/dev/full")
    done = host.run("scan", "-u", lab.url, "-p", "cookie_flags", "--no-crawl", "-o", "out.json", code=2)
    assert "No space left on device" in done.stderr
    assert "s2n report" in done.stderr


def test_a_dead_target_is_not_clean(host):
    with soon():
        done = host.run("scan", *TARGET, "-o", "out.json", code=3)
    assert "NOTHING WAS TESTED" in done.stderr
    assert host.report()["metadata"]["status"] == "NOT_TESTED"


def test_a_container_that_is_killed_leaves_a_partial_report(host, endless_site):
    process = host.scanning(endless_site.url)
    (container,) = host.containers(process)
    with soon():
        host.engine.text("kill", container)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 4, err
    assert "was killed" in err
    report = host.report()
    assert report["metadata"]["status"] == "FAILED"
    assert "was killed" in report["metadata"]["reason"]
    assert report["summary"]["total_vulnerabilities"] >= 1
    assert host.containers(process) == []


GREEDY = """
class Plugin:
    def run(self, ctx):
        self.held = bytearray(512 << 20)
        self.held[::4096] = b"x" * len(self.held[::4096])
"""


def test_a_container_that_runs_out_of_memory_says_so(host, lab):
    host.plugin(GREEDY)
    words = ("-u", lab.url, "-p", "custom_scan", "--no-crawl", "--memory", "128M")
    done = host.run("scan", *words, "-o", "out.json", code=4)
    assert host.report()["metadata"]["status"] == "FAILED"
    if not host.engine.is_podman:  # podman does not note why
        assert "out of memory, its limit is 128M" in done.stderr
        assert "--memory" in done.stderr


def test_stopping_while_the_container_is_still_being_made_leaves_none(host, endless_site):
    process = host.start("scan", "-u", endless_site.url, "--no-store", "-o", "out.json")
    assert eventually(lambda: client_of(process))
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert eventually(lambda: not host.containers(process)), "the container outlives the scan"


def client_of(process: subprocess.Popen[str]) -> bool:
    """Has the engine's `run` begun?"""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    try:
        lines = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children.read_text().split()]
    except FileNotFoundError:
        return False
    return any(b"\0run\0" in line for line in lines)
