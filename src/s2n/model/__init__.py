"""The frozen values everything speaks in."""

from s2n.model.exchange import (
    READ_ONLY,
    Exchange,
    Headers,
    Origin,
    Request,
    Response,
    set_header,
    split_url,
)
from s2n.model.finding import MAX_PLACES, Evidence, Finding, Place, PluginInfo, fingerprint
from s2n.model.report import (
    SCHEMA_VERSION,
    Coverage,
    Metadata,
    PluginError,
    PluginResult,
    PluginStatus,
    ScanReport,
    ScanStatus,
    Summary,
    Tested,
    now,
)
from s2n.model.severity import Confidence, Location, Severity

__all__ = [
    "MAX_PLACES",
    "READ_ONLY",
    "SCHEMA_VERSION",
    "Confidence",
    "Coverage",
    "Evidence",
    "Exchange",
    "Finding",
    "Headers",
    "Location",
    "Metadata",
    "Origin",
    "Place",
    "PluginError",
    "PluginInfo",
    "PluginResult",
    "PluginStatus",
    "Request",
    "Response",
    "ScanReport",
    "ScanStatus",
    "Severity",
    "Summary",
    "Tested",
    "fingerprint",
    "now",
    "set_header",
    "split_url",
]
