from pathlib import Path

from s2n.cli.keep import Keeper, store_path
from s2n.model import ScanStatus, Severity, now
from s2n.options import HostOptions
from s2n.protocol import Done, Hello, Started, Warned
from s2n.report.assemble import Assembler
from s2n.store import Store
from support import standin_runner

STARTED = Started(scan_id="s-1", target_url="http://h/", time=now())
FOUND = standin_runner.finding("one", Severity.HIGH)
EVENTS = [Hello(), STARTED, FOUND, Warned("odd"), Done(status=ScanStatus.COMPLETE, time=now())]


def test_where_the_store_is(home, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert store_path("") == Path("/data/s2n/s2n.db")
    assert store_path("mine.db") == Path("mine.db")
    assert store_path("~/mine.db") == Path.home() / "mine.db"


def test_what_was_found_is_kept_at_once_and_the_report_in_the_end(home):
    said = []
    keeper = Keeper(HostOptions(store="mine.db"), said.append)
    assembler = Assembler()
    for event in EVENTS:
        keeper.feed(event)
        assembler.feed(event)
    with Store(home / "mine.db") as store:
        assert store.events("s-1") == [FOUND]
    assert keeper.save(assembler.report())
    keeper.close()
    with Store(home / "mine.db") as store:
        assert store.load("s-1").metadata.warnings == ("odd",)
    assert said == []


def test_a_scan_that_never_began_is_not_kept(home):
    keeper = Keeper(HostOptions(store="mine.db"), print)
    keeper.feed(Hello())
    assert not keeper.save(Assembler().report())
    keeper.close()
    with Store(home / "mine.db") as store:
        assert list(store.scans()) == []


def test_a_store_that_fails_is_told_once(home):
    said = []
    (home / "folder").mkdir()
    keeper = Keeper(HostOptions(store="folder"), said.append)
    for event in EVENTS:
        keeper.feed(event)
    assert not keeper.save(Assembler().report())
    keeper.close()
    assert len(said) == 1


def test_a_store_that_breaks_in_the_middle_is_told_once(home):
    said = []
    keeper = Keeper(HostOptions(store="mine.db"), said.append)
    keeper.feed(STARTED)
    keeper._store._db.execute("DROP TABLE journal")
    for event in (FOUND, FOUND):
        keeper.feed(event)
    assert not keeper.save(Assembler().report())
    keeper.close()
    assert len(said) == 1
    assert "the store" in said[0]
