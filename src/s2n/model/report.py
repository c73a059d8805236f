"""The report of a scan: what was found, what was tested, and what was not."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from s2n.model.finding import Finding, PluginInfo
from s2n.model.severity import Severity

SCHEMA_VERSION = "1.0"


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


class PluginStatus(StrEnum):
    """How a plugin's run ended. PARTIAL: it failed or was stopped somewhere, and worked elsewhere."""

    SUCCESS = "SUCCESS"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    TIMEOUT = "TIMEOUT"


class ScanStatus(StrEnum):
    """How the scan ended. Anything but COMPLETE means the report is partial and says why."""

    COMPLETE = "COMPLETE"
    OUT_OF_BUDGET = "OUT_OF_BUDGET"
    INTERRUPTED = "INTERRUPTED"
    NOT_TESTED = "NOT_TESTED"
    FAILED = "FAILED"


class Tested(StrEnum):
    """What became of one plugin at one input point."""

    TESTED = "tested"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    SESSION_LOST = "session lost"
    OUT_OF_BUDGET = "out of budget"
    FAILED = "failed"


class PluginError(Struct, frozen=True, kw_only=True):
    """Why a plugin failed. ``count`` is how often the same failure happened."""

    error_type: str
    message: str
    traceback: str = ""
    count: int = 1


class PluginResult(Struct, frozen=True, kw_only=True):
    """What one plugin did and found."""

    plugin_name: str
    status: PluginStatus
    findings: tuple[Finding, ...] = ()
    info: PluginInfo | None = None
    duration_seconds: float = 0.0
    urls_scanned: int = 0
    requests_sent: int = 0
    errors: tuple[PluginError, ...] = ()
    reason: str = ""


class Coverage(Struct, frozen=True, kw_only=True):
    """One row of the ledger: an endpoint's input point and what each plugin did there.

    ``parameter`` and ``location`` are empty for the endpoint as a whole. ``results`` maps plugin id to
    outcome; ``reasons`` says why for those that were not tested.
    """

    endpoint: str
    parameter: str = ""
    location: str = ""
    results: dict[str, Tested] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


class Summary(Struct, frozen=True, kw_only=True):
    """The figures of a scan. ``points_not_tested`` counts ledger cells (point × plugin) not "tested"."""

    total_vulnerabilities: int = 0
    severity_counts: dict[Severity, int] = field(default_factory=dict)
    plugin_counts: dict[str, int] = field(default_factory=dict)
    total_urls_scanned: int = 0
    total_requests: int = 0
    failed_requests: int = 0
    points_tested: int = 0
    points_not_tested: int = 0
    has_critical: bool = False
    has_high: bool = False


class Metadata(Struct, frozen=True, kw_only=True):
    """Where and how the scan ran, and how it ended."""

    status: ScanStatus = ScanStatus.COMPLETE
    reason: str = ""
    runtime: str = "local"
    python_version: str = ""
    os_info: str = ""
    warnings: tuple[str, ...] = ()


class ScanReport(Struct, frozen=True, kw_only=True):
    """The whole report. Times are UTC."""

    scan_id: str
    target_url: str
    scanner_version: str
    start_time: datetime
    end_time: datetime
    duration_seconds: float
    config: dict[str, Any] = field(default_factory=dict)
    plugin_results: tuple[PluginResult, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    summary: Summary = field(default_factory=Summary)
    metadata: Metadata = field(default_factory=Metadata)
    schema_version: str = SCHEMA_VERSION

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, the gravest first."""
        found = [finding for result in self.plugin_results for finding in result.findings]
        return tuple(sorted(found, key=lambda f: (-f.severity.rank, f.plugin, f.url, f.parameter)))
