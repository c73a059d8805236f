import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from s2n.errors import RuntimeFailed, UsageError
from s2n.model import Coverage, Finding, PluginResult, PluginStatus, ScanReport, Severity, now
from s2n.protocol import Covered, Found, Phase
from s2n.store import Store, default_path

FINDING = Finding(
    id="xss-1",
    plugin="xss",
    severity=Severity.HIGH,
    title="t",
    description="d",
    url="http://h/",
    fingerprint="f",
)


def report(scan_id: str, age: int = 0) -> ScanReport:
    start = now() - timedelta(days=age)
    result = PluginResult(plugin_name="xss", status=PluginStatus.SUCCESS, findings=(FINDING,))
    return ScanReport(
        scan_id=scan_id,
        target_url="http://h/",
        scanner_version="1",
        start_time=start,
        end_time=start,
        duration_seconds=0.0,
        plugin_results=(result,),
    )


def test_a_saved_report_comes_back_as_it_was(tmp_path: Path) -> None:
    saved = report("abc123")
    with Store(tmp_path / "deep" / "s2n.db") as store:
        store.begin("abc123", "http://h/", {"depth": 5})
        store.save(saved)
    with Store(tmp_path / "deep" / "s2n.db") as store:
        assert store.load("abc123") == saved
        assert store.load("abc") == saved
        assert [(scan.scan_id, scan.status, scan.findings) for scan in store.scans()] == [
            ("abc123", "COMPLETE", 1)
        ]


def test_the_newest_scan_is_listed_first(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        for name, age in (("old", 2), ("new", 0), ("middle", 1)):
            store.save(report(name, age))
        assert [scan.scan_id for scan in store.scans()] == ["new", "middle", "old"]
        assert len(store.scans(limit=1)) == 1


def test_a_killed_scan_leaves_its_findings_and_coverage(tmp_path: Path) -> None:
    events = [Found(FINDING), Covered(Coverage(endpoint="GET http://h/"))]
    store = Store(tmp_path / "s.db")
    store.begin("killed", "http://h/", {})
    for event in (Phase("crawl"), *events):
        store.journal(event)
    with Store(tmp_path / "s.db") as other:  # while the first is still open, as after kill -9
        assert other.events("killed") == events
        assert other.scans()[0].status == "RUNNING"
        with pytest.raises(UsageError, match="has no report"):
            other.load("killed")
    store.save(report("killed"))
    assert store.events("killed") == []
    store.close()


@pytest.mark.parametrize(
    ("name", "message"), [("zzz", "no scan"), ("", "no scan"), ("a", "several scans"), ("%", "no scan")]
)
def test_a_scan_that_cannot_be_named_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with Store(tmp_path / "s.db") as store:
        store.save(report("aa"))
        store.save(report("ab"))
        with pytest.raises(UsageError, match=message):
            store.load(name)


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    Store(tmp_path / "s.db").close()
    assert stat.S_IMODE((tmp_path / "s.db").stat().st_mode) == 0o600


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are my notes, " * 100)
    with pytest.raises(RuntimeFailed, match=r"cannot be used") as caught:
        Store(path)
    assert "--store" in caught.value.remedy
    assert path.read_text().startswith("these are my notes")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeFailed):
        Store(tmp_path)


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "s.db").close()
    db = sqlite3.connect(tmp_path / "s.db")
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    with pytest.raises(RuntimeFailed, match="newer"):
        Store(tmp_path / "s.db")


def test_the_default_place_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "s2n" / "s2n.db"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert default_path() == Path("/home/someone/.local/share/s2n/s2n.db")
