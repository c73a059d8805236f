"""How a scan ended, as an exit code and as a sentence."""

from s2n.errors import (
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_NOT_TESTED,
    EXIT_OK,
    EXIT_RUNTIME,
    S2nError,
)
from s2n.model import PluginStatus, ScanReport, ScanStatus, Severity
from s2n.model.site import Site


def exit_code(report: ScanReport, failure: S2nError | None, fail_on: str) -> int:
    """What a scan means for the shell: interruption counts first, then failure, then what was found."""
    status = report.metadata.status
    if status is ScanStatus.INTERRUPTED:
        return EXIT_INTERRUPTED
    if failure is not None:
        return failure.exit_code
    if status is ScanStatus.FAILED:
        return EXIT_RUNTIME
    if status is ScanStatus.NOT_TESTED or nothing_tested(report):
        return EXIT_NOT_TESTED
    return EXIT_FINDINGS if grave_enough(report, fail_on) else EXIT_OK


def grave_enough(report: ScanReport, fail_on: str) -> int:
    """How many findings are at least as grave as ``fail_on``; none are for ``never``."""
    if fail_on == "never":
        return 0
    least = Severity(fail_on.upper()).rank
    return sum(finding.severity.rank >= least for finding in report.findings)


def nothing_tested(report: ScanReport) -> bool:
    """Was there something to test, or no time to look for it, and nothing was tested?"""
    summary = report.summary
    if summary.points_tested or report.findings:
        return False
    return summary.points_not_tested > 0 or report.metadata.status is ScanStatus.OUT_OF_BUDGET


def not_looked_for(report: ScanReport) -> list[str]:
    """The kinds of flaws that no result says anything of, each with what a look for them takes."""
    return [
        f"{result.info.title if result.info else result.plugin_name} ({result.plugin_name}): {result.reason}"
        for result in report.plugin_results
        if result.status is PluginStatus.SKIPPED and report.metadata.status is not ScanStatus.NOT_TESTED
    ]


def notice(report: ScanReport, *, explained: bool = False) -> str:
    """What the reader of a short or empty result must know first; empty when all is well.

    ``explained``: the reason is told elsewhere.
    """
    status = report.metadata.status
    why = f": {report.metadata.reason}" if report.metadata.reason and not explained else ""
    if status is ScanStatus.NOT_TESTED or (status is not ScanStatus.INTERRUPTED and nothing_tested(report)):
        return f"NOTHING WAS TESTED{why}. This is not a clean result."
    if status is ScanStatus.COMPLETE:
        return ""
    words = {
        ScanStatus.INTERRUPTED: "The scan was interrupted",
        ScanStatus.OUT_OF_BUDGET: "The scan ran out of its limits",
        ScanStatus.FAILED: "The scan failed",
    }[status]
    return f"{words}{why}. The report is partial."


def site_exit_code(site: Site, failure: S2nError | None) -> int:
    """The same for a crawl: a site of which nothing was seen is not a small one."""
    if site.status is ScanStatus.INTERRUPTED:
        return EXIT_INTERRUPTED
    if failure is not None:
        return failure.exit_code
    if site.status is ScanStatus.FAILED:
        return EXIT_RUNTIME
    if site.status is ScanStatus.NOT_TESTED or not any(endpoint.status for endpoint in site.endpoints):
        return EXIT_NOT_TESTED
    return EXIT_OK


def site_notice(site: Site, *, explained: bool = False) -> str:
    """What the reader of a site model must know first; empty when all of the site was seen.

    ``explained``: the reason is told elsewhere.
    """
    why = f": {site.reason}" if site.reason and not explained else ""
    if not any(endpoint.status for endpoint in site.endpoints):
        return f"NOTHING WAS SEEN of the site{why}."
    if site.status is not ScanStatus.COMPLETE:
        words = {
            ScanStatus.INTERRUPTED: "The crawl was interrupted",
            ScanStatus.OUT_OF_BUDGET: "The crawl ran out of its limits",
        }.get(site.status, "The crawl failed")
        return f"{words}{why}. The model is partial."
    if site.pages <= 1:
        return f"Only one page was seen: {_what_stopped(site)}."
    return f"The model is not complete{why}." if not site.complete else ""


def _what_stopped(site: Site) -> str:
    start = next((endpoint for endpoint in site.endpoints if endpoint.status), None)
    if start is not None and start.status >= 400:
        return f"it answered {start.status}"
    if site.left_out.skipped:
        counts = sorted(site.left_out.skipped.items(), key=lambda item: -item[1])
        return "its links were not followed (" + ", ".join(f"{count} {why}" for why, count in counts) + ")"
    if site.reason:
        return site.reason
    return "it links nothing more"
