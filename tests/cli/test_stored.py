import json
from pathlib import Path

import pytest

from s2n.cli.main import main

URL = "http://standin.test/findings"


@pytest.fixture(autouse=True)
def scanned(standin, capsys):
    main(["scan", "-q", "-u", URL, "-o", "out.json"])
    capsys.readouterr()


@pytest.mark.parametrize("source", ["out.json", "s-1"])
def test_a_report_is_shown_again(source, capsys):
    assert main(["report", source]) == 0
    assert "flaw one" in capsys.readouterr().out


@pytest.mark.parametrize("source", ["out.json", "s-1"])
def test_a_report_is_written_again_in_another_format(source):
    assert main(["report", source, "-o", "again.json", "-o", "again.html"]) == 0
    assert json.loads(Path("again.json").read_text()) == json.loads(Path("out.json").read_text())
    assert "flaw one" in Path("again.html").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["s-2"], "s-2"),
        (["s-1", "--store", "none.db"], "neither a file nor a scan 's-1'"),
        (["other.json"], "not an s2n JSON report"),
        (["out.json", "-o", "x.pdf"], "no report format"),
        ([], "FILE|SCAN_ID"),
    ],
)
def test_wrong_use(words, message, capsys):
    Path("other.json").write_text('{"a": 1}')
    assert main(["report", *words]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert "Traceback" not in err
