import importlib.util
import io
import json
import tarfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/update_libraries.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("update_libraries", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pack(path, name, data):
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(f"package/{name}")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return path


def test_repository(script, tmp_path):
    data = {"jquery": {"vulnerabilities": []}}
    tarball = pack(tmp_path / "a.tgz", "x/RetireJsVulns.json", json.dumps(data).encode())
    assert script.repository(tarball) == data


def test_another_package(script, tmp_path):
    with pytest.raises(SystemExit, match="no data"):
        script.repository(pack(tmp_path / "a.tgz", "package.json", b"{}"))


def test_a_library(script):
    dropped = []
    entry = {
        "extractors": {
            "uri": ["/(§§version§§)/lib.js"],
            "filecontent": [r"/\*! Lib v(§§version§§)", "(§§version§§)", "(bro(ken"],
            "filecontentreplace": ["/major:([0-9]+),minor:([0-9]+)/$1.$2/"],
        },
        "vulnerabilities": [
            {
                "below": "2.0",
                "atOrAbove": "1.1",
                "severity": "high",
                "identifiers": {"CVE": ["CVE-2020-1"], "summary": "x"},
            }
        ],
    }
    found = script.library_of("lib", entry, dropped)
    assert found["uri"] == [{"looks": r"/([0-9][0-9.a-z_\\-]{0,30})/lib.js", "needle": "/lib"}]
    assert [detector["needle"] for detector in found["code"]] == ["/*! Lib v", ",minor:"]
    assert found["code"][1]["version"] == r"\1.\2"
    assert found["flaws"] == [{"below": "2.0", "severity": "high", "from": "1.1", "ids": ["CVE-2020-1"]}]
    assert dropped == ["(§§version§§)", "(bro(ken"]


def test_needle(script):
    assert script.needle_of(r"ab?cde(f|g)hi") == "cde"


def test_a_slow_pattern_is_left_out(script):
    assert list(script.patterns([(r"abc[\s\S]+?d", "")], [])) == []


def test_bounded(script):
    assert script.bounded(r"a.*[ *]+(x\n)*b.*?\]+\.*") == r"a.{0,2000}[ *]{0,100}(x\n){0,20}b.*?\]+\.*"


def test_a_version_looked_back_at(script):
    (found,) = script.patterns([(r'="(§§version§§)(?<=[0-9]\.[0-9])"abc', "")], [])
    assert found["looks"] == r'="([0-9]\.[0-9])"abc'
