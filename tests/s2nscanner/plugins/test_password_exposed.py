import json

import pytest

from corpus.classes._members import reply
from corpus.classes.password_exposed import ANN, BCRYPT, BOB, CASES, both
from corpus.run import run
from s2n.model import Exchange, Request, Severity
from s2n.s2nscanner.plugins.password_exposed import Plugin

SECRET = "tea-4-two"


def found(value):
    answer = reply(json.dumps(value), 200, "application/json")
    return list(Plugin().inspect(Exchange(Request.from_url("http://site.test/api"), answer)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    findings, _ = run(case)
    assert bool(findings) is case.vulnerable


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (both(password=SECRET), Severity.CRITICAL),
        (both(password=BCRYPT), Severity.HIGH),
        (ANN | {"password": SECRET}, Severity.HIGH),
        (ANN | {"password": BCRYPT}, Severity.MEDIUM),
        ([ANN | {"password": BCRYPT}, BOB | {"password": SECRET}], Severity.CRITICAL),
    ],
)
def test_many_weigh_more_than_one_and_clear_more_than_hashed(value, severity):
    (claim,) = found(value)
    assert claim.severity is severity


def test_the_report_says_where_and_never_what():
    case = next(case for case in CASES if case.name == "a list of users")
    (finding,) = run(case)[0]
    assert finding.parameter == "password"
    assert "2 records" in finding.evidence
    assert finding.response.count("***") >= 2
    assert "pass1" not in f"{finding}"
    assert "pass2" not in f"{finding}"
