"""Reports for tests of the renderers: one that holds everything a hostile site could put into it."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from s2n.model import (
    Confidence,
    Coverage,
    Evidence,
    Finding,
    Location,
    Metadata,
    PluginError,
    PluginInfo,
    PluginResult,
    PluginStatus,
    ScanReport,
    ScanStatus,
    Severity,
    Summary,
    Tested,
    fingerprint,
)

TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

NASTY = (
    "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&lt;{{7*7}}{% x %}\x1b[31m\x00\r\n\u2028é"
)
"""Markup, quotes, template syntax, control characters, a line separator, something non-ASCII."""

INFO = PluginInfo(
    id="xss",
    title=f"Cross-site scripting {NASTY}",
    severity=Severity.HIGH,
    cwe="CWE-79",
    owasp=NASTY,
    wstg=NASTY,
    what=NASTY,
    why=NASTY,
    fix=NASTY,
    references=("javascript:alert(3)", "https://owasp.example/xss?a=1&b='\"<>"),
)


def finding(**fields: object) -> Finding:
    """A finding of ``xss`` with nothing odd about it."""
    url = str(fields.get("url", "http://shop.example/search?q=1"))
    parameter = str(fields.get("parameter", "q"))
    plain = Finding(
        id="xss-1",
        plugin="xss",
        severity=Severity.HIGH,
        title="Cross-site scripting",
        description="What it is.",
        url=url,
        parameter=parameter,
        location=Location.QUERY,
        payload="<b>",
        evidence="the payload came back",
        request="GET /search?q=1 HTTP/1.1\r\n\r\n",
        response="HTTP/1.1 200 OK\r\n\r\n<b>",
        curl="curl -i http://shop.example/search?q=1",
        remediation="Encode it.",
        references=("https://owasp.example/",),
        cwe_id="CWE-79",
        cvss_score=6.1,
        cvss_vector="CVSS:3.1/AV:N",
        confidence=Confidence.CERTAIN,
        fingerprint=fingerprint("xss", url, parameter=parameter),
        timestamp=TIME,
    )
    return replace(plain, **fields)


def nasty_finding() -> Finding:
    """A finding with `NASTY` wherever a site or a plugin may put text."""
    return finding(
        url="https://shop.example:8443/a/../\"><script>?q=</title><script>&x='",
        parameter=NASTY,
        title=NASTY,
        description=NASTY,
        payload=NASTY,
        evidence=NASTY,
        request=NASTY,
        response=NASTY,
        control=Evidence(request=NASTY, response=NASTY, elapsed_seconds=0.1),
        curl=NASTY,
        remediation=NASTY,
        references=("javascript:alert(4)", "data:text/html,<script>", f"https://e/{NASTY}", NASTY),
        cwe_id="CWE-79",
        method="POST",
    )


def report(*findings: Finding, status: ScanStatus = ScanStatus.COMPLETE, **fields: object) -> ScanReport:
    """A finished scan in which two cells were tested, with ``findings``."""
    plugins = sorted({found.plugin for found in findings} | {"xss"})
    counts: dict[Severity, int] = {}
    for found in findings:
        counts[found.severity] = counts.get(found.severity, 0) + 1
    plain = ScanReport(
        scan_id="5ca9",
        target_url="http://shop.example/",
        scanner_version="1.0.0",
        start_time=TIME,
        end_time=TIME + timedelta(seconds=2),
        duration_seconds=2.0,
        config={"target_url": "http://shop.example/", "depth": 5},
        plugin_results=tuple(
            PluginResult(
                plugin_name=name,
                status=PluginStatus.SUCCESS,
                findings=tuple(found for found in findings if found.plugin == name),
            )
            for name in plugins
        ),
        coverage=(
            Coverage(
                endpoint="GET http://shop.example/search",
                parameter="q",
                location="query",
                results={"xss": Tested.TESTED, "sqlinjection": Tested.TESTED},
            ),
        ),
        summary=Summary(
            total_vulnerabilities=len(findings),
            severity_counts=counts,
            total_urls_scanned=3,
            total_requests=40,
            points_tested=2,
        ),
        metadata=Metadata(status=status, reason="" if status is ScanStatus.COMPLETE else "the reason"),
    )
    return replace(plain, **fields)


def nasty_report() -> ScanReport:
    """Partial, with a nasty finding, a crashed plugin, a warning and untested cells."""
    plain = report(nasty_finding(), status=ScanStatus.INTERRUPTED)
    crashed = PluginResult(
        plugin_name=f"crash{NASTY}",
        status=PluginStatus.FAILED,
        errors=(PluginError(error_type=NASTY, message=NASTY, traceback=NASTY),),
        reason=NASTY,
    )
    cells = Coverage(
        endpoint=f"GET http://shop.example/{NASTY}",
        parameter=NASTY,
        location="query",
        results={"xss": Tested.BLOCKED, NASTY: Tested.FAILED, "echo": Tested.TESTED},
        reasons={"xss": NASTY},
    )
    return replace(
        plain,
        target_url=f"http://shop.example/{NASTY}",
        plugin_results=(replace(plain.plugin_results[0], info=INFO), crashed),
        coverage=(cells,),
        summary=replace(plain.summary, points_tested=1, points_not_tested=2),
        metadata=replace(plain.metadata, reason=NASTY, warnings=(NASTY,)),
    )
