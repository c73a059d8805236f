from s2n.s2nscanner.crawler.browser import trial
from support.browser import needs_browser


def test_it_names_why_there_is_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("S2N_CHROMIUM", f"{tmp_path}/none")
    assert trial.main() == 0
    assert capsys.readouterr().out == f"none: S2N_CHROMIUM names {tmp_path}/none, which cannot be run\n"


def test_one_that_does_not_start_is_an_error(monkeypatch, capsys, tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("S2N_CHROMIUM", str(broken))
    assert trial.main() == 4
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith(f"the browser {broken} does not start")
    assert written.err.count("\n") == 1


@needs_browser
def test_one_that_starts_is_named_by_its_version(capsys):
    assert trial.main() == 0
    kind, version = capsys.readouterr().out.split()
    assert kind == "Chromium"
    assert int(version.partition(".")[0]) > 100
