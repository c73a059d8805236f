import pytest

from s2n.model import (
    Coverage,
    Place,
    PluginError,
    PluginInfo,
    PluginStatus,
    ScanReport,
    ScanStatus,
    Severity,
    Tested,
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
    Phase,
    PluginEnded,
    Progress,
    Started,
    Warned,
)
from s2n.report import FORMATS, render
from s2n.report.as_json import parse
from s2n.report.assemble import Assembler
from support.reports import TIME, finding

INFO = PluginInfo(id="xss", title="XSS", severity=Severity.HIGH)
ROW = Coverage(
    endpoint="GET http://h/", parameter="q", results={"xss": Tested.TESTED, "echo": Tested.BLOCKED}
)
STORY: list[Event] = [
    Hello(version="1.2.3", python_version="3.11.9", os_info="Linux 6"),
    Catalogue(plugins=(INFO,), broken={"torn": PluginError(error_type="SyntaxError", message="bad line 1")}),
    Started(scan_id="5ca9", target_url="http://h/", time=TIME, config={"depth": 1}, plugins=("xss", "echo")),
    PluginEnded(plugin="torn", status=PluginStatus.FAILED, reason="cannot be loaded"),
    Phase("crawl"),
    Progress(requests=5, failed=1, pages=2),
    Phase("test"),
    Found(finding(severity=Severity.LOW)),
    Covered(ROW),
    Found(finding(parameter="r", severity=Severity.CRITICAL)),
    Warned("slow"),
    Progress(requests=9, failed=1, pages=3),
    PluginEnded(plugin="xss", status=PluginStatus.SUCCESS, requests_sent=7, duration_seconds=1.23456),
    PluginEnded(plugin="echo", status=PluginStatus.PARTIAL, reason="1 input points were not tested"),
    Done(status=ScanStatus.COMPLETE, time=TIME, requests=10, failed=2, pages=4),
]


def after(events: list[Event]) -> Assembler:
    assembler = Assembler("http://asked/", runtime="docker")
    for event in events:
        assembler.feed(event)
    return assembler


def told(events: list[Event]) -> ScanReport:
    return after(events).report()


@pytest.mark.parametrize("length", range(len(STORY) + 1))
def test_every_prefix_of_a_scan_makes_a_report_that_can_be_written_and_read(length: int) -> None:
    report = told(STORY[:length])
    assert parse(render(report, "json")) == report
    for fmt in FORMATS:
        assert render(report, fmt)
    assert (report.metadata.status is ScanStatus.COMPLETE) is (length == len(STORY))
    assert bool(report.metadata.reason) is (length < len(STORY))
    found = [event.finding for event in STORY[:length] if isinstance(event, Found)]
    assert sorted(report.findings, key=str) == sorted(found, key=str)
    assert report.summary.total_vulnerabilities == len(found)
    assert report.end_time >= report.start_time
    assert report.duration_seconds >= 0


def test_the_whole_story() -> None:
    report = told(STORY)
    assert (report.scan_id, report.target_url, report.scanner_version) == ("5ca9", "http://h/", "1.2.3")
    assert report.config == {"depth": 1}
    results = {result.plugin_name: result for result in report.plugin_results}
    assert {name: result.status for name, result in results.items()} == {
        "xss": PluginStatus.SUCCESS,
        "echo": PluginStatus.PARTIAL,
        "torn": PluginStatus.FAILED,
    }
    assert results["xss"].info == INFO
    assert (results["xss"].requests_sent, results["xss"].duration_seconds) == (7, 1.235)
    summary = report.summary
    assert (summary.total_requests, summary.failed_requests, summary.total_urls_scanned) == (10, 2, 4)
    assert (summary.points_tested, summary.points_not_tested) == (1, 1)
    assert list(summary.severity_counts.items()) == [(Severity.CRITICAL, 1), (Severity.LOW, 1)]
    assert summary.plugin_counts == {"xss": 2}
    assert (summary.has_critical, summary.has_high) == (True, False)
    assert report.metadata.warnings == ("plugin torn cannot be loaded: bad line 1", "slow")
    assert (report.metadata.runtime, report.metadata.python_version) == ("docker", "3.11.9")


def test_a_plugin_that_never_ended_is_partial_and_says_why() -> None:
    report = told(STORY[:12])
    results = {result.plugin_name: result for result in report.plugin_results}
    assert results["xss"].status is PluginStatus.PARTIAL
    assert len(results["xss"].findings) == 2
    assert results["echo"].status is PluginStatus.PARTIAL
    assert "before this plugin did" in results["echo"].reason
    assert report.metadata.status is ScanStatus.FAILED
    assert report.metadata.reason == "the runner ended without a word"
    assert report.summary.total_requests == 9


def test_a_host_that_knows_better_says_how_it_ended() -> None:
    report = after(STORY[:12]).report(ScanStatus.INTERRUPTED, "you pressed Ctrl-C")
    assert (report.metadata.status, report.metadata.reason) == (ScanStatus.INTERRUPTED, "you pressed Ctrl-C")


def test_a_scan_that_never_started_tested_nothing() -> None:
    report = told(
        [
            STORY[0],
            Failed(message="nobody answers", exit_code=3),
            Done(status=ScanStatus.NOT_TESTED, time=TIME),
        ]
    )
    assert report.target_url == "http://asked/"
    assert report.scan_id == ""
    assert report.plugin_results == ()
    assert report.metadata.reason == "nobody answers"
    assert b"NOT TESTED" in render(report, "console")


def test_plugins_of_a_target_that_was_not_tested_are_skipped() -> None:
    report = told([*STORY[:3], Done(status=ScanStatus.NOT_TESTED, time=TIME, reason="dead")])
    assert {result.status for result in report.plugin_results} == {PluginStatus.SKIPPED}
    assert all(result.reason for result in report.plugin_results)


def test_a_password_in_the_target_gets_into_no_report() -> None:
    assert Assembler("http://anna:pass@h/a@b").report().target_url == "http://h/a@b"
    assert Assembler("anna@h").report().target_url == "anna@h"


def test_a_clock_that_runs_backwards_makes_no_negative_duration() -> None:
    late = Started(scan_id="1", target_url="http://h/", time=TIME.replace(year=2030))
    report = told([late, Done(status=ScanStatus.COMPLETE, time=TIME)])
    assert report.duration_seconds == 0.0
    assert report.end_time == report.start_time


def test_a_flaw_that_shows_at_several_places_is_one_finding() -> None:
    told = finding()
    assembler = Assembler("http://h/")
    places = [Place("GET", "http://h/b"), Place("POST", "http://h/c")]
    for event in (
        Found(told),
        Found(finding(parameter="other")),
        *(Also(told.fingerprint, each) for each in places),
    ):
        assembler.feed(event)
    report = assembler.report()
    assert {found.parameter: found.places for found in report.findings} == {
        told.parameter: tuple(places),
        "other": (),
    }
    assert report.summary.total_vulnerabilities == 2


def test_a_consequence_is_told_with_its_cause() -> None:
    causing = PluginInfo(id="xss", title="XSS", severity=Severity.HIGH, implies=("echo",))
    assembler = Assembler("http://h/")
    for event in (Catalogue(plugins=(causing,)), Found(finding(plugin="echo")), Found(finding())):
        assembler.feed(event)
    report = assembler.report()
    (told,) = report.findings
    assert (told.plugin, len(told.consequences)) == ("xss", 1)
    assert report.summary.plugin_counts == {"xss": 1}
