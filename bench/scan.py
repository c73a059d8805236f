"""A whole scan of the lab, s2n against wapiti with the same kinds of checks, one after the other.

Both see the same fresh site. Time is the clock's, requests are counted by the site, and what was found is
held against the lab's own labels.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from bench.table import Row, Unavailable, bounded
from s2n.lab import serve
from s2n.lab.manifest import FLAWS, Score, score
from s2n.model import Finding, Severity
from s2n.report.as_json import parse

PEER_HOME = Path.home() / ".cache" / "s2n-bench" / "wapiti"
PEER_MODULES = "sql,timesql,xss,permanentxss,exec,file,redirect,backup,cookieflags,http_headers"
PEER_NAMES = {
    "SQL Injection": "sqlinjection",
    "Blind SQL Injection": "sqlinjection",
    "Reflected Cross Site Scripting": "xss",
    "Stored Cross Site Scripting": "xss",
    "Command execution": "oscommand",
    "Path Traversal": "path_traversal",
    "Open Redirect": "open_redirect",
    "Backup file": "sensitive_files",
}
PLUGINS = sorted({*PEER_NAMES.values(), "cookie_flags", "security_headers"})
INJECTIONS = frozenset(PEER_NAMES.values()) - {"sensitive_files"}
LIMIT = 1800
"""Seconds either may take."""


def main() -> list[Row]:
    program = peer()
    runs = {
        "s2n": _measure(_run_s2n),
        "wapiti": _measure(lambda url, folder: _run_wapiti(program, url, folder)),
    }
    planted = sum(flaw.plugin in INJECTIONS for flaw in FLAWS)
    rows = []
    for name, run in runs.items():
        clean = not run.score.false if name == "s2n" else None
        rows += [
            Row(f"scan of the lab, {name}: time", run.seconds, "s"),
            Row(f"scan of the lab, {name}: requests", run.requests, ""),
            Row(f"scan of the lab, {name}: injections found of {planted}", len(run.score.found), ""),
            Row(
                f"scan of the lab, {name}: false injections",
                len(run.score.false),
                "",
                "0" * (name == "s2n"),
                clean,
            ),
        ]
    ours, theirs = runs.values()
    rows += [
        bounded("s2n / wapiti: time", ours.seconds / theirs.seconds, "×", 1),
        bounded("s2n / wapiti: requests", ours.requests / theirs.requests, "×", 1),
        Row(
            "s2n - wapiti: found",
            len(ours.score.found) - len(theirs.score.found),
            "",
            "> 0",
            len(ours.score.found) > len(theirs.score.found),
        ),
    ]
    return rows


class Run(NamedTuple):
    """What one scanner did."""

    seconds: float
    requests: int
    score: Score


def _measure(scan: Callable[[str, Path], list[Finding]]) -> Run:
    with serve() as lab, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        findings = scan(lab.url, Path(folder))
        return Run(time.monotonic() - began, lab.requests, score(findings, INJECTIONS))


def _run_s2n(url: str, folder: Path) -> list[Finding]:
    report = folder / "s2n.json"
    program = Path(sys.executable).with_name("s2n")
    command = [str(program), "scan", "-u", url, "-o", str(report), "-q", "--no-store", "--runtime", "local"]
    _call([*command, *(word for plugin in PLUGINS for word in ("-p", plugin))], {0, 1})
    return list(parse(report.read_bytes()).findings)


def _run_wapiti(program: Path, url: str, folder: Path) -> list[Finding]:
    report = folder / "wapiti.json"
    command = [str(program), "-u", url, "-m", PEER_MODULES, "-f", "json", "-o", str(report), "--no-bugreport"]
    _call([*command, "--flush-session", "--store-session", str(folder)], {0})
    return [
        Finding(
            id=name,
            plugin=PEER_NAMES[name],
            severity=Severity.HIGH,
            title=name,
            description="",
            url=urljoin(url, one["path"]),
            method=one["method"],
            parameter=one.get("parameter") or "",
        )
        for name, found in json.loads(report.read_text())["vulnerabilities"].items()
        if name in PEER_NAMES
        for one in found
    ]


def _call(command: list[str], expected: set[int]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    if ran.returncode not in expected:
        raise Unavailable(f"{Path(command[0]).name} ended with {ran.returncode}: {ran.stderr[-300:]}")


def peer() -> Path:
    """wapiti in an environment of its own, installed once. Version 3.3 needs Python 3.12 or newer."""
    program = PEER_HOME / "bin" / "wapiti"
    if not program.exists():
        python = next(filter(None, map(shutil.which, ("python3.13", "python3.12"))), None)
        if python is None:
            venv.create(PEER_HOME, with_pip=True)
        else:
            subprocess.run([python, "-m", "venv", str(PEER_HOME)], check=True)
        installed = subprocess.run([str(PEER_HOME / "bin" / "pip"), "install", "-q", "wapiti3"], check=False)
        if installed.returncode:
            raise Unavailable("wapiti cannot be installed: is there a package index?")
    return program
