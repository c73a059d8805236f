"""With a scripted engine: what a real one does is in tests/containers."""

import json
import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from s2n.cli.runtime.command import Settings
from s2n.cli.runtime.container import ContainerRuntime
from s2n.cli.runtime.engine import Engine
from s2n.errors import RuntimeFailed
from s2n.model import PluginInfo, ScanStatus, Severity
from s2n.protocol import EXTERNAL_PLUGIN_DIR, Catalogue, Done, Job, ScanRequest
from support import standin_runner
from support.fake_engine import calls

STANDIN = f'exec "{sys.executable}" -P "{standin_runner.__file__}"'

NOTE = "import json, sys; sys.stdout.write(json.dumps(sys.argv[1:]) + chr(10))"


def runtime(folder, *, run=STANDIN, others="exit 0", env=None, notice=pytest.fail, engine=None, **settings):
    """A runtime whose engine notes its words and runs the stand-in runner instead of a container."""
    script = folder / "docker"
    script.write_text(
        f'#!/bin/sh\n"{sys.executable}" -c "{NOTE}" "$@" >> "{script}.calls"\n'
        f'case "$1" in run) {run};; *) {others};; esac\n'
    )
    script.chmod(0o755)
    made = Engine(name="docker", path=str(script), **(engine or {}))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return ContainerRuntime(
        made,
        Settings(image="s2n:1", **settings),
        notice,
        env=environment if env is None else environment | env,
    )


def words_of(folder):
    return next(words for words in calls(folder / "docker") if words[0] == "run")


def events_of(session):
    try:
        return list(session.events())
    finally:
        session.close()


def job(target="http://127.0.0.1/findings", **fields):
    return Job(request=ScanRequest(target_url=target, **fields), lifeline=True)


def after(words, flag):
    return [words[i + 1] for i, word in enumerate(words) if word == flag]


def test_events_come_and_the_container_is_removed(tmp_path):
    events = events_of(runtime(tmp_path).start(job(), None, lambda _: None))
    assert isinstance(events[-1], Done)
    assert events[-1].status is ScanStatus.COMPLETE
    name = after(words_of(tmp_path), "--name")[0]
    assert ["rm", "--force", name] in calls(tmp_path / "docker")


@pytest.mark.parametrize(
    ("target", "engine", "network"),
    [
        ("http://127.0.0.1/findings", {}, ["host"]),
        ("http://127.0.0.1/findings", {"machine": True}, []),
        ("http://192.0.2.1/findings", {}, []),
        ("http://192.0.2.1/findings", {"podman": True}, []),
    ],
)
def test_the_network_follows_the_target(tmp_path, target, engine, network):
    events_of(runtime(tmp_path, engine=engine).start(job(target), None, lambda _: None))
    assert after(words_of(tmp_path), "--network") == network


def test_a_network_of_ones_own_counts_first(tmp_path):
    events_of(runtime(tmp_path, network="mine").start(job(), None, lambda _: None))
    assert after(words_of(tmp_path), "--network") == ["mine"]


def test_an_engine_without_its_bridge_leaves_the_hosts_network(tmp_path):
    said = []
    lacking = 'echo "Error response from daemon: network bridge not found" >&2; exit 1'
    made = runtime(tmp_path, others=lacking, notice=said.append)
    events_of(made.start(job("http://192.0.2.1/findings"), None, lambda _: None))
    assert after(words_of(tmp_path), "--network") == ["host"]
    assert "no bridge network" in said[0]


def test_a_listing_needs_no_network(tmp_path):
    events_of(runtime(tmp_path).start(Job(command="plugins"), None, lambda _: None))
    assert after(words_of(tmp_path), "--network") == ["none"]


def test_a_target_that_calls_back_finds_the_scanner_at_our_address(tmp_path):
    events_of(
        runtime(tmp_path).start(job("http://192.0.2.1/findings", callback="192.0.2.9"), None, lambda _: None)
    )
    assert after(words_of(tmp_path), "--network") == ["host"]


def test_plugins_and_certificates_are_mounted(tmp_path):
    plugins, bundle = tmp_path / "plugins", tmp_path / "ca.pem"
    plugins.mkdir()
    bundle.touch()
    made = runtime(tmp_path, env={"SSL_CERT_FILE": str(bundle)})
    events_of(made.start(job(), plugins, lambda _: None))
    assert after(words_of(tmp_path), "--mount") == [
        f"type=bind,source={plugins},target={EXTERNAL_PLUGIN_DIR},readonly",
        f"type=bind,source={bundle},target=/run/s2n/host-ca.pem,readonly",
    ]
    assert after(words_of(tmp_path), "--env") == ["SSL_CERT_FILE=/run/s2n/host-ca.pem"]


def test_secrets_go_by_stdin_alone(tmp_path):
    made = runtime(tmp_path, run=f'env > "{tmp_path}/env"; {STANDIN}', env={"S2N_PASSWORD": "hunter2"})
    events_of(made.start(job(password="hunter2", proxy="http://u:hunter2@p:1"), None, lambda _: None))
    assert "hunter2" not in json.dumps(calls(tmp_path / "docker"))
    assert "hunter2" not in (tmp_path / "env").read_text()


@pytest.mark.parametrize(
    ("run", "message", "remedy"),
    [
        ('echo "mkdir /x: no space left on device" >&2; exit 125', "disk of docker is full", "system prune"),
        ('echo "the moon is full" >&2; exit 125', "cannot start the container: the moon", "the moon is full"),
        ('echo "out of luck" >&2; exit 3', "ended early: exit code 3", "out of luck"),
        ("exit 137", "was killed", "memory"),
    ],
)
def test_a_container_that_ends_before_its_time(tmp_path, run, message, remedy):
    session = runtime(tmp_path, run=run).start(job(), None, lambda _: None)
    with pytest.raises(RuntimeFailed, match=message) as caught:
        events_of(session)
    assert remedy in caught.value.remedy


def test_one_that_ran_out_of_memory_is_told_by_its_engine(tmp_path):
    made = runtime(tmp_path, run="exit 137", others="echo oom", memory=1 << 30)
    with pytest.raises(RuntimeFailed, match="out of memory, its limit is 1G") as caught:
        events_of(made.start(job(), None, lambda _: None))
    assert "--memory" in caught.value.remedy


def test_an_engine_that_vanishes(tmp_path):
    made = runtime(tmp_path)
    Path(made.engine.path).unlink()
    with pytest.raises(RuntimeFailed, match="cannot run"):
        made.start(job(), None, lambda _: None)


def test_a_second_ctrl_c_removes_the_container(tmp_path):
    """The stand-in is deaf to SIGTERM; removing is what ends it, as the engine's client then returns."""
    ended = f'kill -9 "$(cat {tmp_path}/pid)" 2>/dev/null; exit 0'
    run = f'echo $$ > "{tmp_path}/pid"; {STANDIN}'
    others = f'case "$1" in rm) {ended};; *) exit 0;; esac'
    session = runtime(tmp_path, run=run, others=others).start(
        job("http://127.0.0.1/deaf"), None, lambda _: None
    )
    stream = session.events()
    next(stream)
    session.stop()
    session.kill()
    with pytest.raises(RuntimeFailed, match="ended early"):
        list(stream)
    session.close()
    verbs = [words[0] for words in calls(tmp_path / "docker")]
    assert "rm" in verbs


def test_a_plugin_of_ones_own_is_where_it_lies_on_this_machine(tmp_path):
    info = PluginInfo(id="mine", title="Mine", severity=Severity.LOW)
    inside = replace(info, source=f"{EXTERNAL_PLUGIN_DIR}/mine/__init__.py")
    folder = tmp_path / "plugins"
    folder.mkdir()
    session = runtime(tmp_path).start(Job(command="plugins"), folder, lambda _: None)
    session.close()
    seen = session._on_this_machine(Catalogue(plugins=(replace(info, source="built in"), inside)))
    assert [each.source for each in seen.plugins] == ["built in", f"{folder}/mine/__init__.py"]
