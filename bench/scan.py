"""A whole scan of the lab, s2n against wapiti with the same kinds of checks, one after the other.

Both see the same fresh site. Time is the clock's, requests are counted by the site, and what was found is
held against the lab's own labels, for both by (kind, path, parameter).
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
from urllib.parse import urlsplit

from bench.table import Row, Unavailable
from s2n.lab import serve
from s2n.lab.manifest import FLAWS

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
ACTIVE = frozenset(PEER_NAMES.values()) - {"sensitive_files"}
LIMIT = 1800
"""Seconds either may take."""

Place = tuple[str, str, str]
"""Kind, path, parameter."""


def main() -> list[Row]:
    peer = _peer()
    ours = _measure(_run_s2n)
    theirs = _measure(lambda url, folder: _run_wapiti(peer, url, folder))
    rows = []
    for name, run in (("s2n", ours), ("wapiti", theirs)):
        found, false = _judge(run.places)
        rows += [
            Row(f"scan of the lab, {name}: time", run.seconds, "s"),
            Row(f"scan of the lab, {name}: requests", run.requests, ""),
            Row(f"scan of the lab, {name}: injections found of {_planted()}", found, ""),
            Row(
                f"scan of the lab, {name}: false injections",
                false,
                "",
                "0",
                false == 0 if name == "s2n" else None,
            ),
        ]
    better = _judge(ours.places)[0] > _judge(theirs.places)[0]
    rows.append(Row("more found than the peer", float(better), "", "1", better))
    return rows


class Run:
    """What one scanner did."""

    def __init__(self, seconds: float, requests: int, places: set[Place]) -> None:
        self.seconds = seconds
        self.requests = requests
        self.places = places


def _measure(scan: Callable[[str, Path], set[Place]]) -> Run:
    with serve() as lab, tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        places = scan(lab.url, Path(folder))
        return Run(time.monotonic() - began, lab.requests, places)


def _run_s2n(url: str, folder: Path) -> set[Place]:
    report = folder / "s2n.json"
    command = [
        str(Path(sys.executable).with_name("s2n")),
        "scan",
        "-u",
        url,
        "-o",
        str(report),
        "-q",
        "--no-store",
    ]
    command += [word for plugin in PLUGINS for word in ("-p", plugin)]
    _call([*command, "--runtime", "local"], {0, 1})
    places: set[Place] = set()
    for result in json.loads(report.read_text())["plugin_results"]:
        for finding in result["findings"]:
            places.add((finding["plugin"], urlsplit(finding["url"]).path, finding.get("parameter", "")))
    return places


def _run_wapiti(peer: Path, url: str, folder: Path) -> set[Place]:
    report = folder / "wapiti.json"
    command = [str(peer), "-u", url, "-m", PEER_MODULES, "-f", "json", "-o", str(report), "--no-bugreport"]
    _call([*command, "--flush-session", "--store-session", str(folder)], {0})
    places: set[Place] = set()
    for name, found in json.loads(report.read_text())["vulnerabilities"].items():
        if name in PEER_NAMES:
            places |= {
                (PEER_NAMES[name], urlsplit(one["path"]).path, one.get("parameter") or "") for one in found
            }
    return places


def _judge(places: set[Place]) -> tuple[int, int]:
    """How many planted injections are among ``places``, and how many of those are planted nowhere."""
    flaws = {
        (flaw.plugin, flaw.path, flaw.parameter)
        for flaw in FLAWS
        if flaw.plugin in ACTIVE and "{" not in flaw.path
    }
    seen = {place for place in places if place[0] in ACTIVE}
    found = {flaw for flaw in flaws if flaw in seen}
    pages = {(plugin, path) for plugin, path, _ in flaws}
    false = {place for place in seen if (place[0], place[1]) not in pages and place[2]}
    return len(found), len(false)


def _planted() -> int:
    return len({(f.plugin, f.path, f.parameter) for f in FLAWS if f.plugin in ACTIVE and "{" not in f.path})


def _call(command: list[str], expected: set[int]) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT)
    if ran.returncode not in expected:
        raise Unavailable(f"{Path(command[0]).name} ended with {ran.returncode}: {ran.stderr[-300:]}")


def _peer() -> Path:
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
