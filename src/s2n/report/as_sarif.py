"""The findings as SARIF 2.1.0, in the form GitHub code scanning accepts.

GitHub refuses results without a physical location and locations with an http URI, so the URL's host and path
stand as a relative URI, and the URL itself in ``webRequest`` (SARIF 2.1.0 §3.46). Method: OASIS SARIF 2.1.0;
GitHub, "SARIF support for code scanning".
"""

import re
from typing import Any
from urllib.parse import quote

import msgspec

from s2n.model import Confidence, Finding, PluginInfo, ScanReport, ScanStatus, Severity
from s2n.report.verdict import not_looked_for

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
"""More results in a run are refused by GitHub."""

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.0",
}
_PRECISION = {Confidence.CERTAIN: "very-high", Confidence.FIRM: "high", Confidence.TENTATIVE: "medium"}


def render(report: ScanReport) -> bytes:
    """One run; rules are the plugins that found something."""
    findings = report.findings[:MAX_RESULTS]
    infos = {result.plugin_name: result.info for result in report.plugin_results}
    names = sorted({finding.plugin for finding in findings})
    driver: dict[str, Any] = {
        "name": "s2n",
        "rules": [_rule(name, infos.get(name), findings) for name in names],
    }
    if report.scanner_version:
        driver |= {"semanticVersion": report.scanner_version, "version": report.scanner_version}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"s2n/{_relative(report.target_url)}/"},
        "columnKind": "utf16CodeUnits",
        "invocations": [_invocation(report)],
        "results": [_result(finding, names.index(finding.plugin)) for finding in findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


def _rule(name: str, info: PluginInfo | None, findings: tuple[Finding, ...]) -> dict[str, Any]:
    own = [finding for finding in findings if finding.plugin == name]
    worst = max((finding.severity for finding in own), key=lambda severity: severity.rank)
    title = info.title if info else own[0].title
    what = (info.what if info else "") or own[0].description or title
    fix = (info.fix if info else "") or own[0].remediation or "See the finding."
    cwe = (info.cwe if info else "") or own[0].cwe_id
    tags = ["security"]
    if cwe:
        tags.append(f"external/cwe/{cwe.lower()}")
    rule: dict[str, Any] = {
        "id": name,
        "name": "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", name)),
        "shortDescription": {"text": title},
        "fullDescription": {"text": what[:1000]},
        "help": {"text": fix, "markdown": _markdown(what, info.why if info else "", fix)},
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {
            "tags": tags,
            "security-severity": _SCORES[worst],
            "precision": _PRECISION[own[0].confidence],
        },
    }
    references = info.references if info else own[0].references
    if absolute := [link for link in references if link.startswith(("https://", "http://"))]:
        rule["helpUri"] = _iri(absolute[0])
    return rule


def _result(finding: Finding, rule_index: int) -> dict[str, Any]:
    where = f" in {finding.location} parameter {finding.parameter}" if finding.parameter else ""
    text = f"{finding.title}{where}: {finding.method} {finding.url}. {finding.evidence}".strip()
    if finding.consequences:
        text += f" It explains: {'; '.join(finding.consequences)}."
    more = [
        {
            "id": number,
            "message": {"text": f"also at {place.method} {place.url}"},
            **_location(place.method, place.url),
        }
        for number, place in enumerate(finding.places, 1)
    ]
    return {
        "ruleId": finding.plugin,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text[:1000]},
        "locations": [_location(finding.method, finding.url)],
        **({"relatedLocations": more} if more else {}),
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "s2n/v1": finding.fingerprint,
        },
        "webRequest": {"protocol": "HTTP", "method": finding.method, "target": _iri(finding.url)},
        "properties": {
            "confidence": finding.confidence.value,
            "severity": finding.severity.value,
            "parameter": finding.parameter,
            "payload": finding.payload,
            "curl": finding.curl,
            "security-severity": _SCORES[finding.severity],
        },
    }


def _location(method: str, url: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _relative(url)},
            "region": {"startLine": 1, "startColumn": 1},
        },
        "logicalLocations": [{"fullyQualifiedName": f"{method} {url}", "kind": "resource"}],
    }


def _invocation(report: ScanReport) -> dict[str, Any]:
    status = report.metadata.status
    notes = [*report.metadata.warnings]
    if status is not ScanStatus.COMPLETE:
        notes.insert(0, f"The scan is partial ({status.value}): {report.metadata.reason}")
    return {
        "executionSuccessful": status in {ScanStatus.COMPLETE, ScanStatus.OUT_OF_BUDGET},
        "startTimeUtc": f"{report.start_time:%Y-%m-%dT%H:%M:%S}Z",
        "endTimeUtc": f"{report.end_time:%Y-%m-%dT%H:%M:%S}Z",
        "toolExecutionNotifications": [
            *({"level": "warning", "message": {"text": note}} for note in notes),
            *(
                {"level": "note", "message": {"text": f"not looked for: {text}"}}
                for text in not_looked_for(report)
            ),
        ],
    }


def _relative(url: str) -> str:
    """``https://shop.example:8443/a?b`` → ``shop.example_8443/a``."""
    rest = url.partition("://")[2].partition("?")[0].partition("#")[0] or "target"
    host, _, path = rest.partition("/")
    parts = [part for part in path.split("/") if part not in {"", ".", ".."}]
    return "/".join(quote(part, safe="-._~") for part in (host.replace(":", "_"), *parts))


def _iri(url: str) -> str:
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _markdown(what: str, why: str, fix: str) -> str:
    return "\n\n".join(part for part in (what, why, f"**How to fix.** {fix}") if part)
