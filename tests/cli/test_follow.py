import os
import signal
import threading

import pytest

from s2n.cli.follow import as_error, follow, stopping
from s2n.cli.keep import Keeper
from s2n.cli.progress import Silent
from s2n.errors import ProtocolMismatch, RuntimeFailed
from s2n.model import ScanStatus, now
from s2n.options import HostOptions
from s2n.protocol import Catalogue, Done, Failed, Hello, Phase, Started
from s2n.report.assemble import Assembler


class Played:
    """A session that plays events, may then die, and counts what it is told."""

    def __init__(self, *events, death=None):
        self.told = []
        self._events = events
        self._death = death

    def events(self):
        for event in self._events:
            if callable(event):
                event()
            else:
                yield event
        if self._death:
            raise self._death

    def stop(self):
        self.told.append("stop")

    def kill(self):
        self.told.append("kill")

    def close(self):
        self.told.append("close")


STARTED = Started(scan_id="s-1", target_url="http://h/", time=now())
DONE = Done(status=ScanStatus.COMPLETE, time=now())


def outcome_of(session):
    return follow(session, Assembler(), Silent(), Keeper(HostOptions(no_store=True), print))


def test_a_scan_that_ends_well():
    session = Played(Hello(), Catalogue(), STARTED, DONE)
    outcome = outcome_of(session)
    assert outcome.failure is None
    assert outcome.report.metadata.status is ScanStatus.COMPLETE
    assert session.told == ["close"]


def test_a_scan_that_fails_says_so_with_its_own_code():
    failed = Failed(message="dead", remedy="wake it", exit_code=3)
    outcome = outcome_of(
        Played(Hello(), failed, Done(status=ScanStatus.NOT_TESTED, time=now(), reason="dead"))
    )
    assert (str(outcome.failure), outcome.failure.remedy, outcome.failure.exit_code) == ("dead", "wake it", 3)
    assert outcome.report.metadata.status is ScanStatus.NOT_TESTED


def test_a_runner_that_dies_leaves_what_it_said():
    session = Played(Hello(), STARTED, Phase("crawl"), death=RuntimeFailed("killed by SIGKILL"))
    outcome = outcome_of(session)
    assert isinstance(outcome.failure, RuntimeFailed)
    assert outcome.report.scan_id == "s-1"
    assert outcome.report.metadata.status is ScanStatus.FAILED
    assert outcome.report.metadata.reason == "killed by SIGKILL"
    assert session.told == ["close"]


def test_another_protocol_is_a_failure():
    assert isinstance(outcome_of(Played(Hello(protocol=99))).failure, ProtocolMismatch)


def test_an_interrupted_scan_is_interrupted_however_the_runner_ends():
    for death in (None, RuntimeFailed("killed by SIGKILL")):
        session = Played(Hello(), STARTED, lambda: os.kill(os.getpid(), signal.SIGTERM), DONE, death=death)
        outcome = outcome_of(session)
        assert outcome.failure is None
        assert outcome.report.metadata.status is ScanStatus.INTERRUPTED
        assert session.told == ["stop", "close"]


def test_the_session_is_closed_whatever_happens():
    session = Played(Hello(), STARTED, death=KeyError("a fault of ours"))
    with pytest.raises(KeyError):
        outcome_of(session)
    assert session.told == ["close"]


def test_the_first_signal_asks_and_the_second_kills(capfd):
    session = Played()
    before = signal.getsignal(signal.SIGINT)
    with stopping(session) as interrupted:
        assert not interrupted.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        assert session.told == ["stop"]
        os.kill(os.getpid(), signal.SIGINT)
        assert session.told == ["stop", "kill"]
        assert interrupted.is_set()
    assert signal.getsignal(signal.SIGINT) is before
    assert "again to kill" in capfd.readouterr().err


def test_outside_the_main_thread_signals_stay_as_they_are():
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def work():
        with stopping(Played()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_an_error_of_the_runner_keeps_its_code():
    error = as_error(Failed(message="m", remedy="r", exit_code=2))
    assert (str(error), error.remedy, error.exit_code) == ("m", "r", 2)
