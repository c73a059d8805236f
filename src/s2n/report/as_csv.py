"""The findings as CSV, one row each, safe to open in a spreadsheet."""

import csv
import io

from s2n.model import Finding, ScanReport

COLUMNS = (
    "severity", "confidence", "plugin", "title", "method", "url", "location", "parameter", "payload",
    "evidence", "places", "consequences", "cwe_id", "cvss_score", "cvss_vector", "fingerprint", "timestamp",
    "curl",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""OWASP, "CSV Injection": the signs, their full-width forms, and what a spreadsheet trims before them."""


def render(report: ScanReport) -> bytes:
    """A header line and one line per finding, the gravest first; UTF-8 with a mark that spreadsheets need."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for finding in report.findings:
        writer.writerow([_cell(finding, column) for column in COLUMNS])
    return sheet.getvalue().encode("utf-8-sig", "backslashreplace")


def _cell(finding: Finding, column: str) -> str:
    """The value as text; what a spreadsheet would take for a formula gets a quote in front."""
    value = getattr(finding, column)
    if column == "timestamp":
        return finding.timestamp.isoformat()
    if column == "places":
        value = " ".join(f"{place.method} {place.url}" for place in finding.places)
    elif column == "consequences":
        value = "; ".join(finding.consequences)
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) else text
