from pathlib import Path

import pytest

from s2n.cli.demo import REPORT, summary
from s2n.cli.main import main
from s2n.lab.manifest import FLAWS, PLUGINS, score
from s2n.model import Finding, Severity


def test_a_scan_that_finds_nothing_fails_the_demo_and_names_what_it_missed(standin, capsys):
    assert main(["demo", "-q", "--runtime", "local"]) == 1
    out = capsys.readouterr().out
    assert f"found 0 of {len(FLAWS)} planted flaws" in out
    assert out.count("  missed  ") == len(FLAWS)
    assert out.endswith("THE DEMO FAILED\n")
    assert Path(REPORT).read_text().startswith("<!doctype html>")


def test_a_config_file_in_the_folder_has_no_say(standin):
    Path("s2n.toml").write_text("depth = 'broken'\n")
    assert main(["demo", "-q", "--runtime", "local", "-o", "mine.json"]) == 1
    assert Path("mine.json").exists()
    assert not Path(REPORT).exists()


@pytest.mark.parametrize("words", [["-u", "http://h/"], ["--depth", "1"]])
def test_what_the_demo_scans_is_not_to_be_chosen(standin, words, capsys):
    assert main(["demo", *words]) == 2
    assert "unknown option" in capsys.readouterr().err


def finding(label):
    return Finding(
        id="f",
        plugin=label.plugin,
        severity=Severity.HIGH,
        title=label.parameter,
        description="d",
        method=label.method,
        url=f"http://lab{label.path.replace('{}', 'x').replace('/*', '/x').replace('*', '/')}",
        parameter=label.parameter,
    )


def test_all_found_and_nothing_else_passes():
    result = score([finding(label) for label in FLAWS], PLUGINS)
    assert summary(result).splitlines() == [
        f"found {len(FLAWS)} of {len(FLAWS)} planted flaws",
        "0 false findings on safe pages",
        "the demo passed",
    ]


def test_one_false_finding_fails():
    wrong = Finding(
        id="f", plugin="xss", severity=Severity.LOW, title="t", description="d", url="http://lab/none"
    )
    text = summary(score([*map(finding, FLAWS), wrong], PLUGINS))
    assert "1 false findings on safe pages\n  false   LOW       xss: t" in text
    assert text.endswith("THE DEMO FAILED\n")
