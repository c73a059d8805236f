import json

import pytest

from s2n.cli.main import main

pytestmark = pytest.mark.usefixtures("standin")


def test_list_shows_external_and_broken_ones(capsys):
    assert main(["plugins", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "custom_scan  LOW       active   Mine  (/plugins/custom_scan.py)",
        "xss          HIGH      active   Cross-site scripting",
        "BROKEN  bad: SyntaxError: line 3: invalid syntax",
    ]


def test_list_is_the_default_and_has_its_old_name(capsys):
    for words in (["plugins"], ["list-plugins"]):
        assert main(words) == 0
        assert "custom_scan" in capsys.readouterr().out


def test_list_as_json(capsys):
    assert main(["plugins", "list", "--output-format", "JSON"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [plugin["id"] for plugin in shown["plugins"]] == ["xss", "custom_scan"]
    assert shown["broken"]["bad"]["error_type"] == "SyntaxError"


def test_show_tells_all(capsys):
    for words in (["plugins", "show", "xss"], ["inspect-plugin", "xss"]):
        assert main(words) == 0
        out = capsys.readouterr().out
        for part in ("CWE-79", "Input becomes code.", "It runs as the visitor.", "Encode it.", "built in"):
            assert part in out


def test_show_names_the_source_of_external_ones(capsys):
    assert main(["plugins", "show", "custom_scan"]) == 0
    assert "/plugins/custom_scan.py" in capsys.readouterr().out


def test_show_as_json(capsys):
    assert main(["plugins", "show", "xss", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["cwe"] == "CWE-79"


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (["show", "xs"], "there is no plugin 'xs'", "did you mean xss?"),
        (["show", "qqq"], "there is no plugin 'qqq'", "s2n plugins list"),
        (["show", "bad"], "bad: SyntaxError: line 3: invalid syntax", "mend the file"),
        (["show"], "required: ID", "--help"),
        (["remove"], "'remove' is neither list nor show", "--help"),
        (["list", "--output-format", "html"], "not shown as html", "json"),
        (["list", "--plugin-dir", "none"], "there is no plugin folder", "create it"),
    ],
)
def test_wrong_use(words, message, remedy, capsys):
    assert main(["plugins", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert remedy in err
