import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from s2n.cli.main import main
from s2n.cli.scan import browser_for
from s2n.protocol import ScanRequest
from s2n.store import Store

from .conftest import STANDIN

CODE = f"""
import sys
from s2n.cli.main import main
from s2n.cli.runtime import local
local.COMMAND = {STANDIN!r}
sys.exit(main())
"""
HOST = [sys.executable, "-c", CODE]
"""``s2n`` as a process of its own, over the stand-in."""


def scan(standin, scene, *words):
    return main(["scan", "-u", f"{standin}/{scene}", *words])


def read(path="out.json"):
    return json.loads(Path(path).read_text())


def test_without_outputs_the_report_for_people_is_on_standard_output(standin, capsys):
    assert scan(standin, "findings") == 1
    out, err = capsys.readouterr()
    assert "flaw one" in out
    assert "HIGH      xss: flaw one  GET http://standin.test/a?q=1 (query q)" in err


def test_a_report_on_standard_output_is_alone_there(standin, capsys):
    assert scan(standin, "findings", "--output-format", "json", "-v") == 1
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert [f["id"] for result in report["plugin_results"] for f in result["findings"]] == ["one", "two"]
    assert "flaw one" in err


def test_reports_go_to_files_and_standard_output_stays_empty(standin, capsys):
    assert scan(standin, "findings", "-o", "out.json", "-o", "out.html", "--fail-on", "critical") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "report: out.json\nreport: out.html\n" in err
    assert read()["summary"]["total_vulnerabilities"] == 2
    assert Path("out.html").stat().st_uid == os.getuid()


def test_quiet_is_quiet(standin, capfd):
    assert scan(standin, "findings", "-q", "-o", "out.json") == 1
    assert capfd.readouterr() == ("", "")
    assert read()["metadata"]["status"] == "COMPLETE"


@pytest.mark.parametrize(
    ("scene", "code", "words"),
    [
        ("quiet", 0, "done"),
        ("untested", 3, "NOTHING WAS TESTED"),
        ("budget", 3, "NOTHING WAS TESTED: --max-time is used up"),
        ("unreachable", 3, "s2n: error: nothing answers at http://standin.test/\n  → is it running?"),
        ("unknown", 2, "s2n: error: no plugin 'xs'\n  → did you mean xss?"),
        ("old", 4, "speaks protocol 99"),
        ("mute", 4, "no module named yesterday"),
        ("crash", 4, "killed by SIGABRT"),
    ],
)
def test_how_a_scan_can_end(standin, capsys, scene, code, words):
    assert scan(standin, scene) == code
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err


@pytest.mark.parametrize("scene", ["crash", "shot"])
def test_a_runner_that_is_killed_leaves_a_correct_partial_report(standin, scene):
    assert scan(standin, scene, "-o", "out.json") == 4
    report = read()
    assert report["metadata"]["status"] == "FAILED"
    assert "ended early: killed by" in report["metadata"]["reason"]
    assert report["summary"]["total_vulnerabilities"] == 1
    assert {r["plugin_name"]: r["status"] for r in report["plugin_results"]}["xss"] == "PARTIAL"


def test_the_scanners_traceback_is_for_those_who_want_everything(standin, capsys):
    assert scan(standin, "unreachable", "-v") == 3
    assert "Traceback" not in capsys.readouterr().err
    assert scan(standin, "unreachable", "-vv") == 3
    assert "Traceback: line 1" in capsys.readouterr().err


def test_wrong_use_writes_no_report(standin):
    assert scan(standin, "unknown", "-o", "out.json") == 2
    assert list(Path().iterdir()) == []


def test_nothing_a_target_says_drives_the_terminal(standin, capfd):
    scan(standin, "escape", "-o", "out.json")
    assert "\x1b" not in capfd.readouterr().err


def bad_config(home):
    (home / "s2n.toml").write_text("depth = 1\ndepht = 2\n")
    return ["-u", "h"]


def unwritable(home):
    (home / "file").touch()
    return ["-u", "h", "-o", "file/out.json"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no target was given"),
        (["-u", "http://"], "no host"),
        (["-u", "gopher://h/"], "unknown scheme 'gopher'"),
        (["-u", "a b"], "white space"),
        (["-u", "h", "--plugin-dir", "none"], "there is no plugin folder"),
        (["-u", "h", "-o", "out.pdf"], "no report format has the suffix '.pdf'"),
        (["-u", "h", "--output-format", "pdf"], "invalid choice: 'pdf'"),
        (["-u", "h", "-c", "none.toml"], "cannot read the config file"),
        (["-u", "h", "--runtime", "lxc"], "invalid choice: 'lxc'"),
        (["-u", "h", "--max-time", "soon"], "--max-time: expected a time"),
        (["-u", "h", "--log-file", "none/log"], "cannot write the log none/log"),
        (["-u", "h", "--wat"], "unknown option --wat"),
        (unwritable, "cannot write"),
        (bad_config, "s2n.toml, line 2: unknown key 'depht'"),
    ],
)
def test_wrong_use_is_told_before_anything_starts(home, standin, capsys, words, message):
    argv = words(home) if callable(words) else words
    assert main(["scan", *argv]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("s2n: error: ")
    assert message in err
    assert "\n  → " in err
    assert "Traceback" not in err
    assert "scanning" not in err


def test_a_disk_that_is_full_at_the_end_loses_nothing(standin, capsys):
    assert scan(standin, "findings", "-o", "/dev/full", "--output-format", "json") == 2
    err = capsys.readouterr().err
    assert "cannot write /dev/full: No space left on device" in err
    assert "`s2n report s-1 -o FILE` writes it again" in err
    kept = Path(err.rpartition("is kept in ")[2].partition(";")[0])
    assert json.loads(kept.read_text())["summary"]["total_vulnerabilities"] == 2
    kept.unlink()
    assert main(["report", "s-1", "-o", "again.json"]) == 0
    assert read("again.json")["summary"]["total_vulnerabilities"] == 2


def test_the_log_goes_where_it_is_wanted(standin, capsys):
    scan(standin, "log")
    assert "INFO requesting" not in capsys.readouterr().err
    scan(standin, "log", "-v", "--log-file", "scan.log")
    assert "INFO requesting /a" in capsys.readouterr().err
    assert Path("scan.log").read_text() == "INFO requesting /a\n"


def test_who_reads_neither_messages_nor_report_still_gets_the_files():
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [*HOST, "scan", "-u", "http://standin.test/findings", "-o", "-", "-o", "out.json"]
    ran = subprocess.run(command, stdout=write_end, stderr=write_end, check=False, timeout=30)
    os.close(write_end)
    assert ran.returncode == 141
    assert read()["metadata"]["status"] == "COMPLETE"


def test_the_scan_is_kept(home, standin):
    scan(standin, "findings", "--store", "mine.db")
    store = Store(home / "mine.db")
    assert [(kept.scan_id, kept.findings) for kept in store.scans()] == [("s-1", 2)]
    store.close()


def test_nothing_is_kept_if_nothing_should(home, standin):
    scan(standin, "findings", "--no-store")
    assert list(home.parent.rglob("*.db")) == []


def test_a_store_that_does_not_work_is_told_and_the_scan_goes_on(standin, capsys):
    Path("mine.db").write_text("this is no database, and long enough to be seen as none\n" * 20)
    assert scan(standin, "findings", "--store", "mine.db", "-o", "out.json") == 1
    assert "this scan is not kept: the store" in capsys.readouterr().err
    assert read()["summary"]["total_vulnerabilities"] == 2


def start_host(scene):
    """``s2n scan`` as a process of its own, over the stand-in; returns when the first finding was shown."""
    command = [*HOST, "scan", "-u", f"http://standin.test/{scene}", "-o", "out.json"]
    host = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    for line in host.stderr:
        if "flaw one" in line:
            return host
    raise AssertionError(f"no finding was shown, exit code {host.wait()}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_scan_with_a_correct_partial_report(number):
    host = start_host("hang")
    os.killpg(host.pid, number)
    _, err = host.communicate(timeout=20)
    assert host.returncode == 130
    report = read()
    assert report["metadata"]["status"] == "INTERRUPTED"
    assert report["summary"]["total_vulnerabilities"] == 2, "what the runner still reported counts"
    assert "The scan was interrupted: stopped by the user. The report is partial." in err
    assert "Traceback" not in err


def test_a_second_signal_kills_a_runner_that_does_not_listen():
    host = start_host("deaf")
    host.send_signal(signal.SIGINT)
    for line in host.stderr:
        if "again to kill" in line:
            break
    host.send_signal(signal.SIGINT)
    host.communicate(timeout=8)
    assert host.returncode == 130
    report = read()
    assert report["metadata"]["status"] == "INTERRUPTED"
    assert report["summary"]["total_vulnerabilities"] == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "auto"),
        ({"browser": "always"}, "always"),
        ({"login_recording": "login.json"}, "always"),
        ({"login_recording": "login.json", "browser": "never"}, "never"),
    ],
)
def test_a_recorded_login_takes_a_runtime_with_a_browser(options, expected):
    assert browser_for(ScanRequest(target_url="http://shop.test/", **options)) == expected
