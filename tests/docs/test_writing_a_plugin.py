"""The code on docs/writing-a-plugin.md is what a reader will copy, so it is run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from s2n import ScanConfig, Scanner
from s2n.model import PluginStatus, Request, Response
from support.site import html, params
from support.webserver import serving

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-plugin.md"
FILES = dict(re.findall(r'```python title="([\w.]+)"\n(.*?)```', PAGE.read_text("utf-8"), re.DOTALL))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, code in FILES.items():
        (tmp_path / name).write_text(code)
    monkeypatch.setenv("S2N_EXTERNAL_PLUGIN_DIR", str(tmp_path))
    return tmp_path


def found(url: str, plugin: str) -> list[str]:
    report = Scanner(ScanConfig(target_url=url, plugins=(plugin,))).scan()
    return [finding.evidence for finding in report.findings]


def test_the_page_has_the_files_this_test_knows() -> None:
    examples = {"custom_scan.py", "generator_tag.py", "debug_switch.py", "profile_leak.py"}
    assert set(FILES) == examples | {"test_custom_scan.py"}


def test_the_pages_own_test_passes(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_custom_scan.py"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    ran = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    assert ran.returncode == 0, ran.stdout
    assert "2 passed" in ran.stdout


@pytest.mark.usefixtures("folder")
def test_the_passive_example_fires_and_stays_silent() -> None:
    with serving(lambda _: html('<meta name="generator" content="Tea 1.0">')) as web:
        assert found(web.url, "generator_tag") == ["generator: Tea 1.0"]
    with serving(lambda _: html('<meta name="author" content="Ada">')) as web:
        assert found(web.url, "generator_tag") == []


@pytest.mark.usefixtures("folder")
def test_the_site_example_fires_and_stays_silent() -> None:
    def talkative(request: Request) -> Response | str:
        return "DEBUG: 42" if params(request).get("debug") else "hello"

    with serving(talkative) as web:
        assert found(web.url, "debug_switch") == ["the page shows debug output"]
    with serving(lambda _: "hello") as web:
        assert found(web.url, "debug_switch") == []


@pytest.mark.usefixtures("folder")
def test_the_example_that_needs_a_user_says_so_and_works_with_one() -> None:
    def shop(request: Request) -> Response | str:
        return "password_hash: 1" if request.path == "/users/ann" else "hello"

    with serving(shop) as web:
        (result,) = Scanner(ScanConfig(target_url=web.url, plugins=("profile_leak",))).scan().plugin_results
        assert (result.status, result.reason) == (
            PluginStatus.SKIPPED,
            "nobody to look up: give --username",
        )
        config = ScanConfig(target_url=web.url, plugins=("profile_leak",), auth="basic")
        users = {name: replace(config, username=name, password="x") for name in ("ann", "bob")}
        assert len(Scanner(users["ann"]).scan().findings) == 1
        assert not Scanner(users["bob"]).scan().findings


def test_every_hook_and_oracle_the_page_names_is_there() -> None:
    from s2n.s2nscanner import sdk

    named = set(re.findall(r"^\| `(\w+)\(probe", PAGE.read_text("utf-8"), re.MULTILINE))
    assert named
    assert named <= set(dir(sdk))
