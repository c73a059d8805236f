import pytest
from msgspec.structs import replace

from s2n.errors import S2nError, Unreachable
from s2n.model import Coverage, Finding, PluginResult, PluginStatus, ScanStatus, Severity, now
from s2n.model import Tested as Outcome
from s2n.model.site import LeftOut
from s2n.protocol import Covered, Done, Found, Started
from s2n.report.assemble import Assembler
from s2n.report.verdict import exit_code, not_looked_for, notice, site_exit_code, site_notice
from support.sites import HOME, partial_site, site


def report(status=ScanStatus.COMPLETE, *severities, outcome=Outcome.TESTED, reason=""):
    assembler = Assembler()
    assembler.feed(Started(scan_id="s", target_url="http://h/", time=now()))
    for severity in severities:
        found = Finding(id="f", plugin="p", severity=severity, title="t", description="d", url="http://h/")
        assembler.feed(Found(found))
    if outcome:
        assembler.feed(Covered(Coverage(endpoint="GET http://h/", results={"p": outcome})))
    assembler.feed(Done(status=status, time=now(), reason=reason))
    return assembler.report()


@pytest.mark.parametrize(
    ("fail_on", "severity", "code"),
    [
        ("low", Severity.LOW, 1),
        ("low", Severity.INFO, 0),
        ("info", Severity.INFO, 1),
        ("high", Severity.MEDIUM, 0),
        ("high", Severity.CRITICAL, 1),
        ("never", Severity.CRITICAL, 0),
    ],
)
def test_findings_decide_from_fail_on_upwards(fail_on, severity, code):
    assert exit_code(report(ScanStatus.COMPLETE, severity), None, fail_on) == code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ScanStatus.COMPLETE, 0),
        (ScanStatus.OUT_OF_BUDGET, 0),
        (ScanStatus.NOT_TESTED, 3),
        (ScanStatus.FAILED, 4),
        (ScanStatus.INTERRUPTED, 130),
    ],
)
def test_how_it_ended_decides_first(status, code):
    assert exit_code(report(status), None, "low") == code


def test_a_failure_brings_its_own_code():
    assert exit_code(report(ScanStatus.FAILED, Severity.HIGH), Unreachable("x"), "low") == 3
    assert exit_code(report(ScanStatus.INTERRUPTED), S2nError("x"), "low") == 130


@pytest.mark.parametrize("outcome", [Outcome.BLOCKED, Outcome.SKIPPED, Outcome.FAILED])
def test_nothing_tested_is_never_clean(outcome):
    empty = report(outcome=outcome)
    assert exit_code(empty, None, "never") == 3
    assert "NOTHING WAS TESTED" in notice(empty)


def test_a_site_without_inputs_is_clean():
    empty = report(outcome=None)
    assert exit_code(empty, None, "low") == 0
    assert notice(empty) == ""


def test_no_time_to_look_is_not_clean():
    empty = report(ScanStatus.OUT_OF_BUDGET, outcome=None, reason="--max-time is used up")
    assert exit_code(empty, None, "low") == 3
    assert "--max-time" in notice(empty)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (ScanStatus.COMPLETE, ""),
        (ScanStatus.INTERRUPTED, "interrupted: why. The report is partial"),
        (ScanStatus.OUT_OF_BUDGET, "limits: why. The report is partial"),
        (ScanStatus.FAILED, "failed: why. The report is partial"),
        (ScanStatus.NOT_TESTED, "NOTHING WAS TESTED: why"),
    ],
)
def test_a_partial_result_says_so(status, words):
    assert words in notice(report(status, reason="why"))
    assert "why" not in notice(report(status, reason="why"), explained=True)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ScanStatus.COMPLETE, 0),
        (ScanStatus.OUT_OF_BUDGET, 0),
        (ScanStatus.NOT_TESTED, 3),
        (ScanStatus.FAILED, 4),
        (ScanStatus.INTERRUPTED, 130),
    ],
)
def test_how_a_crawl_ended(status, code):
    assert site_exit_code(site(status=status), None) == code


def test_a_crawl_that_failed_brings_its_own_code():
    assert site_exit_code(site(status=ScanStatus.FAILED), Unreachable("x")) == 3
    assert site_exit_code(site(status=ScanStatus.INTERRUPTED), S2nError("x")) == 130


def test_a_site_of_which_nothing_was_seen_is_not_a_small_one():
    empty = replace(site(complete=False, reason="no time"), endpoints=(replace(HOME, status=0),))
    assert site_exit_code(empty, None) == 3
    assert site_notice(empty) == "NOTHING WAS SEEN of the site: no time."
    assert site_notice(empty, explained=True) == "NOTHING WAS SEEN of the site."


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (site(), ""),
        (site(complete=False, reason="a limit"), "The model is not complete: a limit."),
        (partial_site(), "The crawl was interrupted: stopped by the user. The model is partial."),
        (site(status=ScanStatus.OUT_OF_BUDGET, reason="no time"), "ran out of its limits: no time."),
        (site(status=ScanStatus.FAILED, reason="fault"), "The crawl failed: fault."),
    ],
)
def test_what_is_missing_of_a_site_is_said_first(given, words):
    assert words in site_notice(given)
    assert bool(site_notice(given)) is bool(words)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (site(replace(HOME, status=403), pages=1), "it answered 403"),
        (
            site(HOME, pages=1, left_out=LeftOut(skipped={"depth": 2, "out of scope": 9})),
            "its links were not followed (9 out of scope, 2 depth)",
        ),
        (site(HOME, pages=1, complete=False, reason="a limit"), "a limit"),
        (site(HOME, pages=1), "it links nothing more"),
    ],
)
def test_one_page_says_what_stopped_the_crawl(given, words):
    assert site_notice(given) == f"Only one page was seen: {words}."


def test_what_was_not_looked_for_has_its_reason() -> None:
    result = PluginResult(plugin_name="idle", status=PluginStatus.SKIPPED, reason="needs a second user")
    busy = PluginResult(plugin_name="busy", status=PluginStatus.PARTIAL, reason="failed once")
    assert not_looked_for(replace(report(), plugin_results=(result, busy))) == [
        "idle (idle): needs a second user"
    ]
    nothing = report(status=ScanStatus.NOT_TESTED)
    assert not_looked_for(replace(nothing, plugin_results=(result,))) == []
