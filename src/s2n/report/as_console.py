"""The report as plain text for a terminal or a log."""

import textwrap

from s2n.model import Finding, Place, PluginStatus, ScanReport, ScanStatus, Severity
from s2n.report.verdict import not_looked_for

WIDTH = 100
PLACES_SHOWN = 5


def render(report: ScanReport) -> bytes:
    """What was found, what was not tested, and how the scan ended."""
    figures = (
        f"{report.start_time:%Y-%m-%d %H:%M:%S} UTC, {report.duration_seconds:.1f} s, "
        f"{report.summary.total_requests} requests, {report.summary.total_urls_scanned} pages"
    )
    lines = [f"s2n {report.scanner_version}  {report.target_url}", figures, ""]
    lines += _ending(report)
    for finding in report.findings:
        lines += _finding(finding)
    lines += [
        headline(report),
        *_untested(report),
        *(f"warning: {text}" for text in report.metadata.warnings),
    ]
    return ("\n".join(_printable(line) for line in lines) + "\n").encode("utf-8", "backslashreplace")


def headline(report: ScanReport) -> str:
    """One line: how many findings of which severity; never clean when nothing was tested."""
    counts = ", ".join(
        f"{report.summary.severity_counts[severity]} {severity.value}"
        for severity in sorted(Severity, key=lambda severity: -severity.rank)
        if report.summary.severity_counts.get(severity)
    )
    total = report.summary.total_vulnerabilities
    if report.metadata.status in {ScanStatus.NOT_TESTED, ScanStatus.FAILED} and not total:
        return "NOT TESTED: this report says nothing about the target."
    if not total and not report.summary.points_tested:
        return "No finding, but no input point was tested either: this is not a clean result."
    if not total and report.metadata.status is not ScanStatus.COMPLETE:
        return "No finding in what was tested, but not all was: this is not a clean result."
    missing = len(not_looked_for(report)) if not total else 0
    kinds = (
        f"; {missing} kind{'s' * (missing != 1)} of flaws {'were' if missing != 1 else 'was'} not looked for"
    )
    return f"{total} finding{'s' * (total != 1)}" + (f": {counts}" if counts else kinds if missing else "")


def _ending(report: ScanReport) -> list[str]:
    if report.metadata.status is ScanStatus.COMPLETE:
        return []
    return [f"PARTIAL REPORT ({report.metadata.status.value}): {report.metadata.reason}", ""]


def _finding(finding: Finding) -> list[str]:
    where = f"{finding.method} {finding.url.partition('?')[0]}"
    if finding.parameter:
        where += f"  [{finding.location or 'parameter'}: {finding.parameter}]"
    lines = [
        f"{finding.severity.value:<8} {finding.title}  ({finding.plugin}, {finding.confidence.value})",
        f"  {where}",
    ]
    for label, text in (
        ("payload", finding.payload),
        ("evidence", finding.evidence),
        ("replay", finding.curl),
    ):
        if text:
            wrapped = textwrap.wrap(
                f"{label}: {text}", WIDTH, subsequent_indent="    ", break_long_words=False
            )
            lines += ["  " + line for line in (wrapped if label != "replay" else [f"{label}: {text}"])]
    if finding.consequences:
        lines.append(f"  explains: {'; '.join(finding.consequences)}")
    if finding.places:
        lines.append(f"  also at: {', '.join(_place(place) for place in finding.places[:PLACES_SHOWN])}")
        if len(finding.places) > PLACES_SHOWN:
            lines[-1] += f" and {len(finding.places) - PLACES_SHOWN} more"
    return [*lines, ""]


def _place(place: Place) -> str:
    return f"{place.method} {place.url}"


def _untested(report: ScanReport) -> list[str]:
    lines = []
    missing = report.summary.points_not_tested
    if missing:
        planned = missing + report.summary.points_tested
        lines.append(f"not tested: {missing} of {planned} checks (see coverage in the JSON report)")
    skipped = not_looked_for(report)
    lines += [f"not looked for: {text}" for text in skipped]
    alike: dict[tuple[PluginStatus, str], list[str]] = {}
    for result in report.plugin_results:
        if result.status is not PluginStatus.SUCCESS and not (
            skipped and result.status is PluginStatus.SKIPPED
        ):
            alike.setdefault((result.status, result.reason), []).append(result.plugin_name)
    lines += [
        f"plugin{'s' * (len(names) > 1)} {', '.join(names)}: {status.value}: {reason}"
        for (status, reason), names in alike.items()
    ]
    return lines


def _printable(line: str) -> str:
    """Control characters of the target must not drive the terminal."""
    return "".join(ch if ch.isprintable() else repr(ch)[1:-1] for ch in line)
