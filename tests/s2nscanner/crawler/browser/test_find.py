"""A Chromium is found where there is one, and what is missing is said with its remedy."""

from pathlib import Path

import pytest

from s2n.s2nscanner.crawler.browser import find
from s2n.s2nscanner.crawler.browser.find import VARIABLE, chromium, why_not


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_a_browser_on_path_is_found(tmp_path: Path, name: str) -> None:
    path = program(tmp_path, name)
    assert chromium({"PATH": str(tmp_path)}, "linux") == path


def test_chromium_goes_before_chrome(tmp_path: Path) -> None:
    program(tmp_path, "google-chrome")
    path = program(tmp_path, "chromium")
    assert chromium({"PATH": str(tmp_path)}, "linux") == path


def test_the_variable_goes_before_path(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    named = program(tmp_path, "other")
    assert chromium({"PATH": str(tmp_path), VARIABLE: named}, "linux") == named
    assert chromium({"PATH": str(tmp_path), VARIABLE: "other"}, "linux") == named


def test_a_variable_that_names_nothing_is_not_passed_over(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    environ = {"PATH": str(tmp_path), VARIABLE: str(tmp_path / "none")}
    assert chromium(environ, "linux") == ""
    assert f"{VARIABLE} names {tmp_path / 'none'}" in why_not(environ)


def test_the_apps_of_macos_are_looked_for_there_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = program(tmp_path, "Chromium")
    monkeypatch.setattr(find, "_MAC_APPS", (str(tmp_path / "none"), app))
    assert chromium({"PATH": "/nowhere"}, "darwin") == app
    assert chromium({"PATH": "/nowhere"}, "linux") == ""


def test_nothing_is_missing_where_both_are_there(tmp_path: Path) -> None:
    program(tmp_path, "chromium")
    pytest.importorskip("playwright")
    assert why_not({"PATH": str(tmp_path)}) == ""


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "find_spec", lambda _: None)
    reason = why_not({"PATH": str(tmp_path)})
    assert reason.startswith("Playwright is not installed and there is no Chromium on PATH: pip install")
    program(tmp_path, "chromium")
    assert "Chromium on PATH" not in why_not({"PATH": str(tmp_path)})
