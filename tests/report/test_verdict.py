import pytest

from s2n.errors import S2nError, Unreachable
from s2n.model import Coverage, Finding, ScanStatus, Severity, now
from s2n.model import Tested as Outcome
from s2n.protocol import Covered, Done, Found, Started
from s2n.report.assemble import Assembler
from s2n.report.verdict import exit_code, notice


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
