from s2n.cli.main import main


def test_no_scans(capsys):
    assert main(["scans"]) == 0
    assert "no scans" in capsys.readouterr().out


def test_the_scans_that_are_kept(standin, capsys):
    main(["scan", "-q", "-u", f"{standin}/findings", "-o", "out.json"])
    assert main(["scans"]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("s-1  2026-01-02 03:04  COMPLETE")
    assert line.endswith("http://standin.test/findings")
    assert main(["scans", "--store", "other.db"]) == 0
    assert "no scans" in capsys.readouterr().out
