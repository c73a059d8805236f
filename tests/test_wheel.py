"""The built wheel, installed into an empty environment, has all its data files and scans."""

import email
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from s2n.lab import serve

ROOT = Path(__file__).parents[1]


def run(*command: object, expected: tuple[int, ...] = (0,), **options: object) -> str:
    words = [str(word) for word in command]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300, **options)  # type: ignore[call-overload]
    assert ran.returncode in expected, f"{words}: {ran.stdout}\n{ran.stderr}"
    return str(ran.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    tracked = run("git", "ls-files", "src/s2n", cwd=ROOT).split()
    missing = {name.removeprefix("src/") for name in tracked} - packed
    assert not missing


def test_the_browser_is_an_extra_and_nobody_elses(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(archive.read(name))
    assert "browser" in metadata.get_all("Provides-Extra", [])
    needed = [entry for entry in metadata.get_all("Requires-Dist", []) if entry.startswith("playwright")]
    assert len(needed) == 1
    assert needed[0].replace('"', "'").endswith("; extra == 'browser'")


@pytest.mark.timeout(400)
def test_it_scans_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.txt")
    run(*pip, "--no-deps", "--no-index", wheel)
    program = tmp_path / "venv" / "bin" / "s2n"
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    with serve() as lab:
        target = f"{lab.url}search?q=tea"
        command = (program, "scan", "-u", target, "--no-crawl", "-p", "xss,sqlinjection,sensitive_files")
        options = ("--runtime", "local", "-o", "report.json", "-o", "report.html", "-q")
        run(*command, *options, expected=(1,), cwd=tmp_path, env=home)
    report = json.loads((tmp_path / "report.json").read_text())
    found = {finding["plugin"] for result in report["plugin_results"] for finding in result["findings"]}
    assert {"sqlinjection", "sensitive_files"} <= found
    assert (tmp_path / "report.html").read_text().startswith("<!doctype html>")
    assert "custom" not in run(program, "plugins", "list", "--runtime", "local", cwd=tmp_path, env=home)
