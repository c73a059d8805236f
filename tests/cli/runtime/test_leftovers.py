import json
import os
import platform
import subprocess
import sys

import pytest

from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.leftovers import (
    HOST_LABEL,
    PID_LABEL,
    STARTED_LABEL,
    began,
    leftovers,
    own_labels,
    prune,
)
from s2n.errors import RuntimeFailed
from support.fake_engine import calls, install


def engine(folder, *labels, **answers):
    described = [
        {"Name": f"/s2n-{n}", "State": {"Status": "running"}, "Config": {"Labels": each}}
        for n, each in enumerate(labels)
    ]
    answers = {"ps": (0, "a\nb\n" * bool(labels), ""), "inspect": (0, json.dumps(described), "")} | answers
    return Engine(name="docker", path=str(install(folder, "docker", **answers)))


def test_a_container_of_a_process_that_lives_is_left_alone(tmp_path):
    docker = engine(tmp_path, own_labels("s2n-0"))
    assert [entry.orphan for entry in leftovers(docker)] == [False]
    assert prune(docker) == []
    assert "rm" not in [words[0] for words in calls(tmp_path / "docker")]


def test_a_container_whose_process_is_gone_is_removed(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    labels = own_labels("s2n-1") | {PID_LABEL: str(process.pid), STARTED_LABEL: "1"}
    process.wait()
    docker = engine(tmp_path, own_labels("s2n-0"), labels)
    assert prune(docker) == ["s2n-1"]
    assert ["rm", "--force", "s2n-1"] in calls(tmp_path / "docker")


def test_a_process_id_that_was_given_out_again_is_another_process(tmp_path):
    docker = engine(tmp_path, own_labels("s2n-0") | {STARTED_LABEL: "1"})
    assert [entry.orphan for entry in leftovers(docker)] == [True]


@pytest.mark.parametrize(
    "change", [{HOST_LABEL: f"not-{platform.node()}"}, {PID_LABEL: ""}, {STARTED_LABEL: ""}]
)
def test_what_cannot_be_told_is_left_alone(tmp_path, change):
    gone = {PID_LABEL: "999999999", STARTED_LABEL: "1"}
    docker = engine(tmp_path, own_labels("s2n-0") | gone | change)
    assert [entry.orphan for entry in leftovers(docker)] == [False]


def test_nothing_to_remove(tmp_path):
    assert prune(engine(tmp_path)) == []


def test_one_that_cannot_be_removed_is_told(tmp_path):
    labels = own_labels("s2n-0") | {PID_LABEL: "999999999"}
    with pytest.raises(RuntimeFailed, match="cannot remove s2n-0"):
        prune(engine(tmp_path, labels, rm=(1, "", "device or resource busy")))


def test_an_engine_that_cannot_list(tmp_path):
    with pytest.raises(RuntimeFailed, match="cannot list"):
        leftovers(engine(tmp_path, ps=(1, "", "the moon is full")))


def test_when_a_process_began():
    assert began(os.getpid()) == began(os.getpid())
    assert began(999999999) is None
