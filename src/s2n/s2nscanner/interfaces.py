"""The types that plugins of s2n 0.x import; kept so that those plugins run unchanged."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from s2n.model import Confidence, PluginStatus, Severity

__all__ = [
    "Confidence",
    "Finding",
    "HTTPRequest",
    "HTTPResponse",
    "PluginConfig",
    "PluginContext",
    "PluginError",
    "PluginResult",
    "PluginStatus",
    "ScanConfig",
    "ScanContext",
    "ScannerConfig",
    "Severity",
]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class ScannerConfig:
    """How the engine behaves, as plugins of 0.x look it up."""

    crawl_depth: int = 2
    timeout: int = 30
    user_agent: str = ""
    follow_redirects: bool = True
    verify_ssl: bool = True


@dataclass(frozen=True)
class ScanConfig:
    """The configuration as plugins of 0.x look it up."""

    target_url: str
    scanner_config: ScannerConfig = field(default_factory=ScannerConfig)
    accept_risk: bool = False


@dataclass(frozen=True)
class PluginConfig:
    """Settings of one plugin; 0.x plugins read ``custom_params``."""

    enabled: bool = True
    timeout: int = 30
    max_payloads: int | None = None
    skip_patterns: list[str] = field(default_factory=list)
    custom_params: dict[str, Any] = field(default_factory=dict)


@dataclass
class ScanContext:
    """What a scan shares. ``http_client`` is `s2n.s2nscanner.legacy.SyncClient`."""

    scan_id: str
    start_time: datetime
    config: ScanConfig
    http_client: Any
    crawler: Any = None
    session_data: dict[str, Any] = field(default_factory=dict)
    discovered_urls: set[str] = field(default_factory=set)
    visited_urls: set[str] = field(default_factory=set)

    @property
    def target_url(self) -> str:
        """The target, where some 0.x plugins look for it."""
        return self.config.target_url


@dataclass
class PluginContext:
    """What ``run(plugin_context)`` gets."""

    plugin_name: str
    scan_context: ScanContext
    plugin_config: PluginConfig = field(default_factory=PluginConfig)
    target_urls: list[str] = field(default_factory=list)
    logger: Any = None


@dataclass(frozen=True)
class HTTPRequest:
    """A request as evidence of 0.x."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HTTPResponse:
    """A response as evidence of 0.x."""

    status_code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    elapsed_ms: float = 0.0


@dataclass(frozen=True)
class Finding:
    """A finding of 0.x; the engine turns it into `s2n.model.Finding`."""

    id: str
    plugin: str
    severity: Severity
    title: str
    description: str
    url: str | None = None
    parameter: str | None = None
    method: str | None = None
    payload: str | None = None
    evidence: str | None = None
    request: HTTPRequest | None = None
    response: HTTPResponse | None = None
    remediation: str | None = None
    references: list[str] = field(default_factory=list)
    cwe_id: str | None = None
    cvss_score: float | None = None
    cvss_vector: str | None = None
    confidence: Confidence = Confidence.FIRM
    timestamp: datetime = field(default_factory=_now)


@dataclass(frozen=True)
class PluginError:
    """Why a plugin of 0.x says it failed."""

    error_type: str
    message: str
    traceback: str | None = None
    timestamp: datetime = field(default_factory=_now)
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PluginResult:
    """What ``run(plugin_context)`` of 0.x returns."""

    plugin_name: str
    status: PluginStatus
    findings: list[Finding] = field(default_factory=list)
    start_time: datetime = field(default_factory=_now)
    end_time: datetime | None = None
    duration_seconds: float = 0.0
    urls_scanned: int = 0
    requests_sent: int = 0
    error: PluginError | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
