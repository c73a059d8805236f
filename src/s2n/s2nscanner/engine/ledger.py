"""The ledger: what became of each plugin at each input point, and of each plugin as a whole."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from time import monotonic

from s2n.model import Coverage, Origin, PluginError, PluginStatus, Tested
from s2n.protocol import PluginEnded
from s2n.s2nscanner.engine.isolation import Outcome
from s2n.s2nscanner.sdk import InputPoint, Request

FAILURES_ALLOWED = 5
"""After so many crashes or hangs a plugin is not given further input points."""

ENDINGS = {
    "ok": Tested.TESTED,
    "inapplicable": Tested.SKIPPED,
    "network": Tested.FAILED,
    "session": Tested.SESSION_LOST,
    "withheld": Tested.SKIPPED,
    "budget": Tested.OUT_OF_BUDGET,
    "failed": Tested.FAILED,
    "timeout": Tested.FAILED,
    "flood": Tested.FAILED,
}


class PluginAccount:
    """What one plugin did: calls, requests, seconds, failures."""

    def __init__(self, plugin: str) -> None:
        self.plugin = plugin
        self.requests = 0
        self.worked = 0
        self.failures = 0
        self.timeouts = 0
        self.unreached = 0
        self.left = 0
        """Places where it was not at work, or was stopped, because the scan ended."""
        self.inapplicable = ""
        """Why it had nothing to do, the last time that it said so."""
        self.seconds = 0.0
        self.urls: set[int] = set()
        self._errors: dict[tuple[str, str], PluginError] = {}

    @property
    def given_up(self) -> bool:
        """Has it failed so often that going on is pointless?"""
        return self.failures >= FAILURES_ALLOWED

    def note(self, outcome: Outcome, requests: int, began: float, url: str) -> None:
        """Enter the outcome of one call."""
        self.requests += requests
        self.seconds += monotonic() - began
        self.urls.add(hash(url))
        if outcome.ending == "ok":
            self.worked += 1
        elif outcome.ending == "inapplicable":
            self.inapplicable = outcome.reason
        elif outcome.ending in {"network", "session", "withheld", "budget"}:
            self.unreached += 1
            self.left += outcome.ending in {"session", "budget"}
        else:
            self.failures += 1
            self.timeouts += outcome.ending == "timeout"
        if outcome.error is not None:
            self.fail(outcome.error)

    def crashed(self, error: BaseException, when: str) -> None:
        """Enter a failure outside of the plugin's own calls."""
        self.failures += 1
        self.fail(PluginError(error_type=type(error).__name__, message=f"{when}: {error}"))

    def fail(self, error: PluginError) -> None:
        """Keep an error once, counted; only the first traceback of its kind."""
        key = (error.error_type, error.message)
        seen = self._errors.get(key)
        if seen is None and len(self._errors) < 20:
            self._errors[key] = error
        elif seen is not None:
            self._errors[key] = PluginError(
                error_type=seen.error_type,
                message=seen.message,
                traceback=seen.traceback,
                count=seen.count + 1,
            )

    def ended(self, reason: str = "") -> PluginEnded:
        """The event that closes the account; ``reason``: why the scan ended before this plugin did."""
        if self.failures and not self.worked:
            status = PluginStatus.TIMEOUT if self.timeouts == self.failures else PluginStatus.FAILED
        elif self.failures or self.unreached or reason:
            status = PluginStatus.PARTIAL
        elif self.inapplicable and not self.worked:
            status, reason = PluginStatus.SKIPPED, self.inapplicable
        else:
            status = PluginStatus.SUCCESS
        errors = tuple(self._errors.values())
        if not reason and self.given_up:
            reason = f"stopped after {self.failures} failures"
        elif not reason and self.failures:
            reason = (
                f"failed {self.failures} times: {errors[0].message}"
                if errors
                else f"failed {self.failures} times"
            )
        elif not reason and self.unreached:
            reason = f"{self.unreached} input points were not tested: see coverage"
        return PluginEnded(
            plugin=self.plugin,
            status=status,
            duration_seconds=self.seconds,
            urls_scanned=len(self.urls),
            requests_sent=self.requests,
            errors=errors,
            reason=reason,
        )


class Row:
    """The ledger's row of one input point, filled as the plugins finish there."""

    def __init__(self, request: Request, point: InputPoint | None, plugins: list[str]) -> None:
        self.endpoint = f"{request.method} {request.origin}{request.path}"
        self.point = point
        self.waiting = set(plugins)
        self.results: dict[str, Tested] = {}
        self.reasons: dict[str, str] = {}

    def enter(self, plugin: str, result: Tested, reason: str = "") -> bool:
        """Enter one cell; True when the row is complete."""
        self.waiting.discard(plugin)
        self.results[plugin] = result
        if reason and result is not Tested.TESTED:
            self.reasons[plugin] = reason
        return not self.waiting

    def coverage(self) -> Coverage:
        """The row as the report shows it."""
        return Coverage(
            endpoint=self.endpoint,
            parameter=self.point.name if self.point else "",
            location=self.point.location.value if self.point else "",
            results=dict(sorted(self.results.items())),
            reasons=self.reasons,
        )


def blocked_reason(statuses: Counter[int], requests: int) -> str:
    """Why a cell counts as blocked, or nothing: most answers came from a filter, not from the application."""
    refused = sum(statuses.values())
    if requests < 3 or refused * 2 <= requests:
        return ""
    common = ", ".join(f"{status} ×{count}" for status, count in statuses.most_common(3))
    return f"{refused} of {requests} requests were refused ({common})"


def lost(coverage: Iterable[Coverage], gone: Mapping[Origin, datetime]) -> Iterator[str]:
    """A sentence for each server that went away and did not come back: since when, and what that cost."""
    rows = list(coverage)
    for origin, since in gone.items():
        cost = sum(
            outcome is Tested.FAILED
            for row in rows
            if f" {origin}/" in row.endpoint
            for outcome in row.results.values()
        )
        yield f"{origin} stays away since {since:%H:%M:%S} UTC: {cost} checks there failed and are not tested"
