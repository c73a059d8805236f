"""``s2n scan --browser always`` on this machine: what it finds, and that no browser outlives it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from support.browser import needs_browser
from support.hostcli import eventually
from support.scripted import MADE, never_answers_behind_it, page_made_by_a_script
from support.webserver import serving

pytestmark = needs_browser

SCAN = ("scan", "--browser", "always", "-p", "cookie_flags", "--no-store", "-o", "out.json", "-u")


@pytest.fixture
def trace(monkeypatch):
    """The folder for temporary files: it is on the command line of each process of the browser.

    Not in pytest's own, whose name is longer than Chromium's sockets may have.
    """
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def start(url):
    return subprocess.Popen(
        [sys.executable, "-m", "s2n", *SCAN, url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def browsers(trace):
    """The processes of browsers that have their profile in ``trace``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes()
        except OSError:  # it ended in between
            continue
        if str(trace).encode() in words:
            found.append(int(process.name))
    return found


@pytest.fixture
def at_work(trace):
    """A scan whose browser has a page open, and waits for the next."""
    with serving(never_answers_behind_it) as web:
        process = start(web.url)
        try:
            assert eventually(lambda: MADE in [request.target for request in web.requests], 60)
            assert browsers(trace)
            yield process
        finally:
            process.kill()
            process.communicate()


def test_a_link_that_a_script_makes_is_followed_and_nothing_is_left(trace):
    with serving(page_made_by_a_script) as web:
        process = start(web.url)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert MADE in [request.target for request in web.requests]
    assert json.loads(Path("out.json").read_text())["metadata"]["status"] == "COMPLETE"
    assert browsers(trace) == []
    assert list(trace.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_scan_takes_its_browser_along(at_work, trace, number):
    os.killpg(at_work.pid, number)
    _, err = at_work.communicate(timeout=30)
    assert at_work.returncode == 130, err
    assert browsers(trace) == []
    assert list(trace.iterdir()) == []


def test_a_host_that_is_killed_takes_its_browser_along(at_work, trace):
    at_work.kill()
    at_work.communicate()
    assert eventually(lambda: not browsers(trace)), "the browser works for a host that is gone"
    assert eventually(lambda: not list(trace.iterdir()))


def test_a_runner_that_is_killed_takes_its_browser_along(at_work, trace):
    (runner,) = Path(f"/proc/{at_work.pid}/task/{at_work.pid}/children").read_text().split()
    os.kill(int(runner), signal.SIGKILL)
    _, err = at_work.communicate(timeout=30)
    assert at_work.returncode == 4, err
    assert eventually(lambda: not browsers(trace)), "the browser works for a runner that is gone"
