import signal
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

COMMAND = [sys.executable, "-W", "error", "-X", "dev", "-m", "s2n.lab"]


def start(*options: str) -> tuple[subprocess.Popen, str]:
    process = subprocess.Popen(
        [*COMMAND, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(number):
    process, first = start()
    assert first.startswith("listening on http://127.0.0.1:")
    assert urlsplit(first.split()[-1]).port
    process.send_signal(number)
    out, errors = process.communicate(timeout=20)
    assert (process.returncode, out, errors) == (0, "", "")


def test_the_lifeline_stops_it_when_its_parent_goes():
    process, first = start("--lifeline")
    assert first.startswith("listening on ")
    out, errors = process.communicate(timeout=20)  # closes its standard input
    assert (process.returncode, out, errors) == (0, "", "")


def test_other_addresses_are_refused():
    process, first = start("--host", "0.0.0.0")
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, first) == (2, "")
    assert errors.startswith("error: the lab listens on loopback only")
    assert "Traceback" not in errors
