"""The report as one HTML file: no script, no outside resource, everything escaped."""

import functools
from importlib import resources

import jinja2

from s2n.model import ScanReport, Severity
from s2n.report.as_console import headline
from s2n.report.verdict import not_looked_for

SEVERITIES = sorted(Severity, key=lambda severity: -severity.rank)


def render(report: ScanReport) -> bytes:
    """A page that can be filtered by severity without any script (and forbids scripts by its own CSP)."""
    untested = [
        (row, plugin, outcome, row.reasons.get(plugin, ""))
        for row in report.coverage
        for plugin, outcome in row.results.items()
        if outcome != "tested"
    ]
    page = _template().render(
        report=report,
        findings=report.findings,
        headline=headline(report),
        not_looked_for=not_looked_for(report),
        severities=SEVERITIES,
        untested=untested[:500],
        untested_total=len(untested),
        infos={result.plugin_name: result.info for result in report.plugin_results if result.info},
    )
    return page.encode("utf-8", "backslashreplace")


@functools.cache
def _template() -> jinja2.Template:
    source = resources.files("s2n.report").joinpath("templates/report.html.j2").read_text("utf-8")
    environment = jinja2.Environment(
        autoescape=True,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.from_string(source)
