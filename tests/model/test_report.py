from datetime import UTC

from s2n.model import Finding, PluginResult, PluginStatus, ScanReport, Severity, now


def finding(plugin: str, severity: Severity, url: str, parameter: str = "") -> Finding:
    return Finding(
        id="i", plugin=plugin, severity=severity, title="t", description="d", url=url, parameter=parameter
    )


def test_the_gravest_finding_comes_first_whoever_found_it() -> None:
    low = finding("a", Severity.LOW, "http://h/")
    info = finding("b", Severity.INFO, "http://h/")
    high = [
        finding("a", Severity.HIGH, "http://h/", "p"),
        finding("a", Severity.HIGH, "http://h/", "q"),
        finding("b", Severity.HIGH, "http://h/"),
    ]
    results = (
        PluginResult(plugin_name="b", status=PluginStatus.SUCCESS, findings=(info, high[2])),
        PluginResult(plugin_name="a", status=PluginStatus.SUCCESS, findings=(high[1], low, high[0])),
    )
    time = now()
    report = ScanReport(
        scan_id="1",
        target_url="http://h/",
        scanner_version="1",
        start_time=time,
        end_time=time,
        duration_seconds=0.0,
        plugin_results=results,
    )
    assert report.findings == (*high, low, info)


def test_times_are_utc() -> None:
    assert now().tzinfo is UTC
