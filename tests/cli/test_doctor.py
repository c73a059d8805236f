import pytest

from s2n.cli import doctor
from s2n.cli.doctor import Check, examine, line
from s2n.cli.main import main
from s2n.cli.runtime.browser import Tried
from s2n.cli.runtime.engine import Engine
from s2n.cli.runtime.inside import MARK, Inside
from s2n.options import HostOptions

GOOD = Inside(seen=(MARK,), writable=False, reached=True, clock=1.0)


def test_a_check_is_a_line_with_its_remedy_below():
    assert line(Check("store", True, "fine")) == "✓ store     fine\n"
    assert line(Check("store", False, "full", "make room")) == "✗ store     full\n    → make room\n"
    assert line(Check("engine", None, "not used")) == "– engine    not used\n"


@pytest.mark.parametrize(
    ("inside", "broken"),
    [
        (GOOD, []),
        (Inside(seen=(), writable=False, reached=True, clock=1.0), ["mount"]),
        (Inside(seen=(MARK,), writable=True, reached=True, clock=1.0), ["mount"]),
        (Inside(seen=(MARK,), writable=False, reached=False, clock=1.0), ["loopback"]),
        (Inside(seen=(MARK,), writable=False, reached=True, clock=1.0, skew=-60.0), ["clock"]),
        (Inside(seen=(MARK,), writable=False, reached=True, clock=1.0, skew=1.0), []),
    ],
)
def test_what_a_container_sees_is_judged(inside, broken):
    checks = list(doctor._seen(Engine(name="docker", path="/d"), inside))
    assert [check.name for check in checks] == ["mount", "loopback", "clock"]
    assert [check.name for check in checks if not check.ok] == broken
    assert all(check.remedy for check in checks if not check.ok)


def test_without_an_engine_a_process_will_do(standin, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    checks = {check.name: check for check in examine(HostOptions(no_store=True), quick=True)}
    assert checks["engine"].ok is None
    assert "no container engine is installed" in checks["engine"].text
    assert checks["python"].ok
    assert checks["store"].ok is None


def test_an_engine_that_was_asked_for_and_is_missing_ends_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    checks = list(examine(HostOptions(runtime="podman"), quick=True))
    assert [check.name for check in checks] == ["python", "engine"]
    assert checks[-1].ok is False
    assert checks[-1].remedy


def test_a_browser_is_welcome_and_not_needed():
    assert line(doctor._browser(Tried(version="Chromium 1.2"), "")) == "✓ browser   Chromium 1.2 starts\n"
    check = doctor._browser(Tried(lacking="there is no Chromium on PATH"), doctor.PULL)
    assert check.ok is None
    assert "there is no Chromium on PATH" in check.text
    assert "s2n image pull --browser" in check.remedy


def test_the_browser_of_this_machine_is_looked_for_and_its_absence_is_no_fault(
    standin, monkeypatch, tmp_path
):
    monkeypatch.setenv("S2N_CHROMIUM", f"{tmp_path}/none")
    checks = {check.name: check for check in examine(HostOptions(runtime="local"), quick=True)}
    assert checks["browser"].ok is None
    assert "apt install chromium" in checks["browser"].remedy


def test_a_browser_that_does_not_start_is_told(standin, monkeypatch, tmp_path):
    (tmp_path / "chromium").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("S2N_CHROMIUM", f"{tmp_path}/chromium")
    checks = {check.name: check for check in examine(HostOptions(runtime="local"), quick=True)}
    assert checks["browser"].ok is False
    assert "does not start" in checks["browser"].text
    assert checks["browser"].remedy


def test_a_library_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: ["msgspec>=0.18", "no-such-library>=1"])
    check = doctor._python()
    assert check.ok is False
    assert check.text.endswith("missing: no-such-library")


def test_the_command_says_it_in_one_word_and_its_exit_code(standin, capsys):
    assert main(["doctor", "--quick"]) == 4  # the stand-in runner has a broken plugin
    out = capsys.readouterr().out
    assert "✗ plugins" in out
    assert "broken: bad" in out
    assert out.endswith("s2n needs mending here\n")


def test_a_self_test_that_misses_something_fails(standin, capsys):
    assert main(["doctor", "--no-store"]) == 4
    assert "✗ self-test found 0 of" in capsys.readouterr().out


def test_a_store_that_cannot_be_opened_is_told(standin, home, capsys):
    (home / "folder").mkdir()
    assert main(["doctor", "--quick", "--store", "folder"]) == 4
    assert "✗ store" in capsys.readouterr().out
