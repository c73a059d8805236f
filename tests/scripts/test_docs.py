import importlib.util
import json
from pathlib import Path

import pytest

from s2n.cli.main import COMMANDS
from s2n.model import PluginInfo, Severity
from s2n.options import OWNERS, options_of
from s2n.protocol import Catalogue

PATH = Path(__file__).parents[2] / "scripts" / "docs.py"
INFO = PluginInfo(id="xss", title="Cross-site scripting", severity=Severity.HIGH, cwe="CWE-79", what="Bad.")


@pytest.fixture
def docs(monkeypatch):
    spec = importlib.util.spec_from_file_location("docs_script", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "built_in", lambda: Catalogue(plugins=(INFO,)))
    return module


def test_every_visible_option_and_command_is_documented(docs):
    page = docs.cli_page()
    for option in (option for owner in OWNERS for option in options_of(owner)):
        assert all((f"`{flag}`" in page) != option.hidden for flag in option.flags), option.name
    assert all(f"| `s2n {name}" in page for name in COMMANDS)
    assert "`S2N_MAX_PAGES`" in page


def test_every_plugin_is_described(docs):
    page = docs.plugins_page(docs.built_in())
    assert "## xss" in page
    assert "What: Bad." in page


def test_the_schema_is_one(docs):
    assert json.loads(docs.pages()["report.schema.json"])["$ref"] == "#/$defs/ScanReport"
    assert json.loads(docs.pages()["site.schema.json"])["$ref"] == "#/$defs/Site"


def test_what_a_crawl_takes_is_told(docs):
    own = docs.cli_page().partition("## The options of a crawl")[2]
    assert "`tree\\|json\\|openapi\\|openapi-yaml`" in own
    assert "`--fail-on`" in own
    assert "`--depth`" not in own


def test_check_fails_on_a_stale_page_and_names_the_command(docs, tmp_path, capsys):
    folder = ["--folder", str(tmp_path)]
    assert docs.main(["--check", *folder]) == 1
    assert "make docs" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert docs.main(folder) == 0
    assert docs.main(["--check", *folder]) == 0
    (tmp_path / "cli.md").write_text("old")
    assert docs.main(["--check", *folder]) == 1
    assert "cli.md in" in capsys.readouterr().err
