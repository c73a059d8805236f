from s2n.s2nscanner.crawler.browser import trial


def test_it_names_why_there_is_none(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("S2N_CHROMIUM", raising=False)
    assert trial.main() == 0
    assert capsys.readouterr().out == "none: there is no Chromium on PATH\n"


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
