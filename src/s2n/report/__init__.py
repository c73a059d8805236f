"""Pure functions from a report to bytes, one module a format, imported when it is asked for."""

import importlib

from s2n.errors import UsageError
from s2n.model import ScanReport

FORMATS: tuple[str, ...] = ("console", "json", "html", "sarif", "csv")

SUFFIXES: dict[str, str] = {
    ".json": "json",
    ".html": "html",
    ".htm": "html",
    ".sarif": "sarif",
    ".csv": "csv",
    ".txt": "console",
}
"""File suffix → format."""


def render(report: ScanReport, fmt: str) -> bytes:
    """``report`` in format ``fmt``, one of `FORMATS`, as UTF-8.

    Raises:
        UsageError: no such format.
    """
    name = fmt.lower()
    if name not in FORMATS:
        raise UsageError(f"unknown report format {fmt!r}", f"s2n writes {', '.join(FORMATS)}")
    content: bytes = importlib.import_module(f"s2n.report.as_{name}").render(report)
    return content
