"""The report as JSON: every field of `s2n.model.ScanReport`, checked against docs/report.schema.json."""

from typing import Any

import msgspec

from s2n.errors import UsageError
from s2n.model import ScanReport


def render(report: ScanReport) -> bytes:
    """Indented JSON, times in UTC as ISO 8601."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def parse(content: bytes) -> ScanReport:
    """A report that was written before.

    Raises:
        UsageError: it is not a report of this schema.
    """
    try:
        return msgspec.json.decode(content, type=ScanReport)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"not an s2n JSON report: {error}", "name a file written with -o FILE.json"
        ) from error


def schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | msgspec.json.schema(ScanReport)
