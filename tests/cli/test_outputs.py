import os
from functools import partial
from pathlib import Path

import pytest

from s2n.cli.outputs import Target, check_writable, plan, write_all, write_file
from s2n.errors import OutputError, UsageError
from s2n.model import ScanReport, now
from s2n.options import HostOptions
from s2n.report import FORMATS, SUFFIXES, render

REPORT = ScanReport(
    scan_id="s-1",
    target_url="http://h/",
    scanner_version="1",
    start_time=now(),
    end_time=now(),
    duration_seconds=0.0,
)


def planned(home, *outputs, output_format=None):
    targets = plan(HostOptions(outputs=outputs, output_format=output_format), home)
    return [(target.path, target.format) for target in targets]


def test_the_option_offers_every_format():
    from s2n.options import options_of

    offered = next(o.choices for o in options_of(HostOptions) if o.name == "output_format")
    assert set(offered) == set(FORMATS)


def test_what_goes_where(home):
    assert planned(home) == []
    assert planned(home, output_format="console") == []
    assert planned(home, output_format="json") == [("-", "json")]
    assert planned(home, "-") == [("-", "console")]
    assert planned(home, "a.json", "b.HTML") == [("a.json", "json"), ("b.HTML", "html")]
    assert planned(home, "a.html", "-", output_format="json") == [("a.html", "html"), ("-", "json")]
    assert planned(home, "a.txt", output_format="csv") == [("a.txt", "csv")]
    assert planned(home, "a.json", "a.json") == [("a.json", "json")]


@pytest.mark.parametrize("path", ["a.pdf", "a", "a.json.bak"])
def test_an_unknown_suffix_lists_the_known(home, path):
    with pytest.raises(UsageError) as caught:
        planned(home, path)
    assert all(suffix in caught.value.remedy for suffix in SUFFIXES)


@pytest.mark.parametrize("path", ["none/a.json", "folder.json", "file/a.json", "/proc/a.json"])
def test_a_place_that_cannot_be_written_is_told_before_the_scan(home, path):
    (home / "folder.json").mkdir()
    (home / "file").touch()
    with pytest.raises(OutputError, match="cannot write") as caught:
        planned(home, path)
    assert caught.value.remedy


def test_planning_leaves_nothing_behind_and_nothing_changed(home):
    (home / "a.json").write_text("old")
    planned(home, "a.json", "b.json")
    assert {path.name: path.read_text() for path in home.iterdir()} == {"a.json": "old"}


def test_a_file_is_replaced_whole_and_keeps_its_mode(home):
    path = home / "a.json"
    path.write_text("old")
    path.chmod(0o640)
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in home.iterdir()] == ["a.json"]


def test_a_new_file_has_the_mode_of_any_new_file(home):
    (home / "other").touch()
    write_file(home / "a.json", b"new")
    assert (home / "a.json").stat().st_mode == (home / "other").stat().st_mode


def test_a_full_disk_loses_neither_the_report_nor_the_other_files(home, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.setattr("tempfile.tempdir", None)
    targets = (Target("/dev/full", "json"), Target("b.json", "json"))
    with pytest.raises(OutputError, match="/dev/full: No space left") as caught:
        write_all(partial(render, REPORT), targets, home)
    assert "make room" in caught.value.remedy
    kept = Path(caught.value.remedy.rpartition(" ")[2])
    assert kept.suffix == ".json"
    assert kept.read_bytes() == (home / "b.json").read_bytes() == render(REPORT, "json")


def test_a_link_stays_a_link(home):
    (home / "there").mkdir()
    (home / "there" / "a.json").touch()
    (home / "link.json").symlink_to("there/a.json")
    write_file(home / "link.json", b"new")
    assert (home / "link.json").is_symlink()
    assert (home / "there" / "a.json").read_bytes() == b"new"


def test_a_device_is_written_to_not_replaced(home):
    check_writable(Path(os.devnull))
    write_file(Path(os.devnull), b"x")
    assert Path(os.devnull).is_char_device()


def test_standard_output_gets_the_bytes_and_nothing_else(home, capfdbinary):
    assert write_all(partial(render, REPORT), (Target("-", "json"),), home) == ()
    assert capfdbinary.readouterr().out == render(REPORT, "json")
