import json
import sys
import time

import pytest

from s2n.cli.runtime.command import Settings
from s2n.cli.runtime.container import ContainerRuntime
from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.inside import LOOK, look_inside
from s2n.errors import RuntimeFailed
from support.fake_engine import calls, install


def runtime(folder, answer):
    engine = Engine(name="docker", path=str(install(folder, "docker", run=answer)))
    return ContainerRuntime(engine, Settings(image="i"), pytest.fail)


def saw(**changes):
    seen = {"seen": ["s2n-doctor.txt"], "writable": False, "reached": True, "clock": time.time()}
    return 0, json.dumps(seen | changes), ""


def test_what_was_seen(tmp_path):
    inside = look_inside(runtime(tmp_path, saw(clock=time.time() + 100)), 80)
    assert inside.seen == ("s2n-doctor.txt",)
    assert 90 < inside.skew < 110
    words = calls(tmp_path / "docker")[0]
    assert "--read-only" in words
    assert words[-2:] == ["127.0.0.1", "80"]


@pytest.mark.parametrize("offset", [-100, 100])
def test_a_clock_that_is_off_is_off_by_so_much(tmp_path, offset):
    assert abs(look_inside(runtime(tmp_path, saw(clock=time.time() + offset)), 80).skew - offset) < 10


def test_a_container_that_does_not_start(tmp_path):
    with pytest.raises(RuntimeFailed, match="disk of docker is full"):
        look_inside(runtime(tmp_path, (125, "", "no space left on device")), 80)
    with pytest.raises(RuntimeFailed, match="the moon is full"):
        look_inside(runtime(tmp_path, (125, "", "the moon is full")), 80)


def test_a_container_that_says_something_else(tmp_path):
    with pytest.raises(RuntimeFailed, match="something else"):
        look_inside(runtime(tmp_path, (0, "hello", "")), 80)


def test_the_look_itself(tmp_path, lab_port):
    import subprocess

    folder = tmp_path / "mounted"
    folder.mkdir()
    (folder / "a").touch()
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(folder), "127.0.0.1", str(lab_port)],
        capture_output=True,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert (seen["seen"], seen["writable"], seen["reached"]) == (["a"], True, True)


@pytest.fixture
def lab_port():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
