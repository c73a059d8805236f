import os
import sys

import pytest

from s2n.cli.runtime.process import LAST_WORDS, RunnerProcess, spawn
from s2n.errors import RuntimeFailed
from s2n.model import ScanStatus
from s2n.protocol import Done, Found, Job, ScanRequest
from support import standin_runner

COMMAND = (sys.executable, "-P", standin_runner.__file__)


class Plain(RunnerProcess):
    """Ends as it likes."""

    def _how_it_ended(self):
        return RuntimeFailed(f"exit code {self._process.returncode}", self._told())

    def close(self):
        self._close_lifeline()
        self._process.wait()
        self._close_output()


@pytest.fixture
def start(request):
    def start(scene, log=lambda _: None, command=COMMAND):
        job = Job(request=ScanRequest(target_url=f"http://standin.test/{scene}"), lifeline=True)
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = Plain(spawn(command, env), job, log)
        request.addfinalizer(process.close)
        return process

    return start


def test_the_job_goes_in_and_events_come_out_up_to_the_last(start):
    events = list(start("findings").events())
    assert [event.finding.id for event in events if isinstance(event, Found)] == ["one", "two"]
    assert isinstance(events[-1], Done)


def test_what_is_no_event_is_left_out(start):
    assert list(start("garbage").events())[-1].status is ScanStatus.COMPLETE


def test_the_log_is_drained_while_events_are_read(start):
    lines = []
    process = start("log", lines.append)
    assert list(process.events())
    process.close()
    assert lines == ["INFO requesting /a"]


def test_one_that_ends_without_its_last_event_is_a_failure_with_its_last_words(start):
    script = f"import sys\nfor n in range({LAST_WORDS + 2}): print('line', n, file=sys.stderr)\nsys.exit(3)"
    with pytest.raises(RuntimeFailed, match="exit code 3") as caught:
        list(start("any", command=(sys.executable, "-c", script)).events())
    assert caught.value.remedy.count("line ") == LAST_WORDS
    assert "line 1\n" not in caught.value.remedy


def test_one_that_says_nothing_is_to_be_asked_again(start):
    with pytest.raises(RuntimeFailed) as caught:
        list(start("any", command=(sys.executable, "-c", "")).events())
    assert "-vv" in caught.value.remedy


def test_a_command_that_is_not_there():
    with pytest.raises(OSError, match="nonexistent"):
        spawn(["/nonexistent/python"])


@pytest.mark.skipif(not hasattr(os, "getsid"), reason="about POSIX sessions")
def test_ctrl_c_does_not_reach_it_by_itself(start):
    process = start("any", command=(sys.executable, "-c", "import sys; sys.stdin.read()"))
    assert os.getsid(process._process.pid) != os.getsid(0)
