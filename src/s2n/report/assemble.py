"""Events → ScanReport, complete or partial: a correct report at any moment of a scan."""

import re
from collections import Counter
from datetime import datetime

from msgspec.structs import replace

from s2n.model import (
    Coverage,
    Finding,
    Metadata,
    Place,
    PluginInfo,
    PluginResult,
    PluginStatus,
    ScanReport,
    ScanStatus,
    Summary,
    Tested,
    now,
)
from s2n.protocol import (
    Also,
    Catalogue,
    Covered,
    Done,
    Event,
    Failed,
    Found,
    Hello,
    PluginEnded,
    Progress,
    Started,
    Warned,
)
from s2n.report.merge import merged

_USERINFO = re.compile(r"(?<=://)[^/?#@\s]+@")
"""``user:password@`` of a target that no `Started` has named without it."""


class Assembler:
    """Keeps what the events say; before `Done` came, `report` says why it is partial."""

    def __init__(self, target_url: str = "", runtime: str = "local") -> None:
        self.coverage: list[Coverage] = []
        self.warnings: list[str] = []
        self.failure: Failed | None = None
        self.done: Done | None = None
        self._target_url = _USERINFO.sub("", target_url)
        self._runtime = runtime
        self._hello = Hello()
        self._started: Started | None = None
        self._began = now()
        self._progress = Progress()
        self._found: list[Finding] = []
        self._places: dict[str, list[Place]] = {}
        self._infos: dict[str, PluginInfo] = {}
        self._ended: dict[str, PluginEnded] = {}

    def feed(self, event: Event) -> None:
        """Take one event in."""
        match event:
            case Hello():
                self._hello = event
            case Catalogue():
                self._infos = {info.id: info for info in event.plugins}
                self.warnings += [
                    f"plugin {name} cannot be loaded: {error.message}" for name, error in event.broken.items()
                ]
            case Started():
                self._started = event
            case Progress():
                self._progress = event
            case Found():
                self._found.append(event.finding)
            case Also():
                self._places.setdefault(event.fingerprint, []).append(event.place)
            case Covered():
                self.coverage.append(event.row)
            case PluginEnded():
                self._ended[event.plugin] = event
            case Warned():
                self.warnings.append(event.text)
            case Failed():
                self.failure = event
            case Done():
                self.done = event
            case _:
                pass

    @property
    def findings(self) -> list[Finding]:
        """What was found as of now, each flaw once."""
        placed = [
            replace(finding, places=tuple(self._places[finding.fingerprint]))
            if finding.fingerprint in self._places
            else finding
            for finding in self._found
        ]
        return merged(placed, self._infos)

    @property
    def scan_id(self) -> str:
        """The scan's id; empty before it started."""
        return self._started.scan_id if self._started else ""

    def report(self, status: ScanStatus | None = None, reason: str = "") -> ScanReport:
        """The report as of now. ``status`` and ``reason`` say how the scan ended if no `Done` came."""
        end = self.done.time if self.done else now()
        start = self._started.time if self._started else self._began
        if status is None:
            status = self.done.status if self.done else ScanStatus.FAILED
        if not reason:
            reason = (self.done.reason if self.done else "") or (self.failure.message if self.failure else "")
        if not reason and self.done is None:
            reason = "the runner ended without a word"
        findings = self.findings
        return ScanReport(
            scan_id=self.scan_id,
            target_url=self._started.target_url if self._started else self._target_url,
            scanner_version=self._hello.version,
            start_time=start,
            end_time=max(start, end),
            duration_seconds=round(max(0.0, _seconds(start, end)), 3),
            config=self._started.config if self._started else {},
            plugin_results=self._results(status, findings),
            coverage=tuple(self.coverage),
            summary=self._summary(findings),
            metadata=Metadata(
                status=status,
                reason=reason,
                runtime=self._runtime,
                python_version=self._hello.python_version,
                os_info=self._hello.os_info,
                warnings=tuple(self.warnings),
            ),
        )

    def _results(self, status: ScanStatus, findings: list[Finding]) -> tuple[PluginResult, ...]:
        by_plugin: dict[str, list[Finding]] = {}
        for finding in findings:
            by_plugin.setdefault(finding.plugin, []).append(finding)
        names = sorted({*self._ended, *by_plugin, *(self._started.plugins if self._started else ())})
        unfinished = PluginStatus.SKIPPED if status is ScanStatus.NOT_TESTED else PluginStatus.PARTIAL
        results = []
        for name in names:
            ended = self._ended.get(name) or PluginEnded(
                plugin=name, status=unfinished, reason="the scan ended before this plugin did"
            )
            results.append(
                PluginResult(
                    plugin_name=name,
                    status=ended.status,
                    findings=tuple(by_plugin.get(name, ())),
                    info=self._infos.get(name),
                    duration_seconds=round(ended.duration_seconds, 3),
                    urls_scanned=ended.urls_scanned,
                    requests_sent=ended.requests_sent,
                    errors=ended.errors,
                    reason=ended.reason,
                )
            )
        return tuple(results)

    def _summary(self, findings: list[Finding]) -> Summary:
        severities = Counter(finding.severity for finding in findings)
        cells = Counter(outcome is Tested.TESTED for row in self.coverage for outcome in row.results.values())
        last: Done | Progress = self.done or self._progress
        return Summary(
            total_vulnerabilities=len(findings),
            severity_counts=dict(sorted(severities.items(), key=lambda item: -item[0].rank)),
            plugin_counts=dict(sorted(Counter(finding.plugin for finding in findings).items())),
            total_urls_scanned=last.pages,
            total_requests=last.requests,
            failed_requests=last.failed,
            points_tested=cells[True],
            points_not_tested=cells[False],
            has_critical=any(severity == "CRITICAL" for severity in severities),
            has_high=any(severity == "HIGH" for severity in severities),
        )


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
