import os
import sys
import threading
import time

import pytest

from s2n.cli.runtime import local
from s2n.cli.runtime.local import LocalRuntime
from s2n.errors import RuntimeFailed
from s2n.model import ScanStatus
from s2n.protocol import PLUGIN_DIR_VARIABLE, Done, Found, Job, ScanRequest, Warned
from support import standin_runner

COMMAND = (sys.executable, "-P", standin_runner.__file__)


def start(scene, log=lambda _: None, env=None, plugin_dir=None, command=COMMAND, **fields):
    job = Job(request=ScanRequest(target_url=f"http://standin.test/{scene}", **fields), lifeline=True)
    base = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return LocalRuntime(command, base | (env or {})).start(job, plugin_dir, log)


def collect(session):
    try:
        return list(session.events())
    finally:
        session.close()


def follow(session, at_first_finding):
    """All events; when the first finding comes, something is done."""
    events = []
    try:
        for event in session.events():
            events.append(event)
            if isinstance(event, Found) and event.finding.id == "one":
                at_first_finding()
    finally:
        session.close()
    return events


def test_events_come_in_order_up_to_done():
    events = collect(start("findings"))
    assert [e.finding.id for e in events if isinstance(e, Found)] == ["one", "two"]
    assert isinstance(events[-1], Done)


def test_a_line_may_be_larger_than_any_pipe():
    events = collect(start("large"))
    assert [len(e.finding.response) for e in events if isinstance(e, Found)] == [1_000_000]


def test_what_is_no_event_does_not_stop_the_scan():
    assert collect(start("garbage"))[-1].status is ScanStatus.COMPLETE


def test_the_log_is_handed_on_line_by_line():
    lines = []
    collect(start("log", lines.append))
    assert lines == ["INFO requesting /a"]


def test_secrets_are_neither_in_the_environment_nor_on_the_command_line(tmp_path):
    env = {"S2N_PASSWORD": "x", "AWS_SECRET_ACCESS_KEY": "x", "HTTPS_PROXY": "p", "LC_ALL": "C"}
    events = collect(start("environment", env=env, plugin_dir=tmp_path, password="hunter2"))
    names, argv = (event.text for event in events if isinstance(event, Warned))
    assert {"LC_ALL", "PATH", PLUGIN_DIR_VARIABLE} <= set(names.split())
    assert {"S2N_PASSWORD", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY"} & set(names.split()) == set()
    assert "hunter2" not in argv


@pytest.mark.parametrize(
    ("scene", "message", "remedy"),
    [
        ("mute", "exit code 1", "no module named yesterday"),
        ("crash", "killed by SIGABRT", "out of luck"),
        ("shot", "killed by SIGKILL", "memory"),
    ],
)
def test_a_runner_that_dies_is_told_with_its_last_words(scene, message, remedy):
    with pytest.raises(RuntimeFailed, match=message) as caught:
        collect(start(scene))
    assert remedy in caught.value.remedy


def test_a_command_that_is_not_there():
    with pytest.raises(RuntimeFailed, match="cannot start"):
        start("quiet", command=("/nonexistent/python",))


def test_stop_asks_and_the_runner_reports_out():
    session = start("hang")
    events = follow(session, session.stop)
    assert events[-1].status is ScanStatus.INTERRUPTED
    assert [e.finding.id for e in events if isinstance(e, Found)] == ["one", "late"]


def test_a_runner_that_does_not_stop_is_killed_after_the_grace_time(monkeypatch):
    monkeypatch.setattr(local, "GRACE_SECONDS", 0.2)
    session = start("deaf")
    begin = time.monotonic()
    with pytest.raises(RuntimeFailed, match="SIGKILL"):
        follow(session, session.stop)
    assert time.monotonic() - begin < 10


def test_kill_ends_it_at_once():
    session = start("deaf")
    with pytest.raises(RuntimeFailed, match="SIGKILL"):
        follow(session, session.kill)


def test_close_leaves_no_process_and_no_thread(monkeypatch):
    monkeypatch.setattr(local, "EXIT_SECONDS", 0.1)
    before = threading.active_count()
    session = start("hang")
    assert next(iter(session.events()))
    session.close()
    assert session._process.returncode is not None
    assert threading.active_count() == before
