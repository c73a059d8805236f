import time
from collections import Counter
from datetime import UTC, datetime
from typing import get_args

import pytest

from s2n.model import Coverage, PluginError, PluginStatus, Request, Tested
from s2n.s2nscanner.engine.isolation import Ending, Outcome
from s2n.s2nscanner.engine.ledger import ENDINGS, FAILURES_ALLOWED, PluginAccount, Row, blocked_reason, lost
from support.site import point_at


def account(*endings: Ending) -> PluginAccount:
    made = PluginAccount("p")
    for number, ending in enumerate(endings):
        error = PluginError(error_type="E", message=ending) if ending in {"failed", "timeout"} else None
        made.note(Outcome([], ending, ending, error), 2, time.monotonic(), f"http://h/{number % 2}")
    return made


def test_only_what_ended_well_counts_as_tested() -> None:
    assert set(ENDINGS) == set(get_args(Ending))
    assert [ending for ending, tested in ENDINGS.items() if tested is Tested.TESTED] == ["ok"]


@pytest.mark.parametrize(
    ("endings", "status", "reason"),
    [
        ([], PluginStatus.SUCCESS, ""),
        (["ok", "ok"], PluginStatus.SUCCESS, ""),
        (["ok", "failed"], PluginStatus.PARTIAL, "failed 1 times: failed"),
        (["failed", "timeout"], PluginStatus.FAILED, "failed 2 times: failed"),
        (["timeout", "timeout"], PluginStatus.TIMEOUT, "failed 2 times: timeout"),
        (["flood"], PluginStatus.FAILED, "failed 1 times"),
        (["ok", "network", "budget"], PluginStatus.PARTIAL, "2 input points were not tested: see coverage"),
        (["inapplicable"], PluginStatus.SKIPPED, "inapplicable"),
        (["inapplicable", "ok"], PluginStatus.SUCCESS, ""),
        (["inapplicable", "failed"], PluginStatus.FAILED, "failed 1 times: failed"),
        (["inapplicable", "network"], PluginStatus.PARTIAL, "1 input points were not tested: see coverage"),
        (["network"], PluginStatus.PARTIAL, "1 input points were not tested: see coverage"),
        (["failed"] * FAILURES_ALLOWED, PluginStatus.FAILED, "stopped after 5 failures"),
    ],
)
def test_an_account_says_how_the_plugin_did(endings: list[Ending], status: PluginStatus, reason: str) -> None:
    ended = account(*endings).ended()
    assert (ended.status, ended.reason) == (status, reason)
    assert ended.requests_sent == 2 * len(endings)
    assert ended.urls_scanned == min(2, len(endings))


def test_a_scan_that_ended_early_makes_a_plugin_partial() -> None:
    ended = account("ok").ended("out of time")
    assert (ended.status, ended.reason) == (PluginStatus.PARTIAL, "out of time")


def test_where_the_scan_ended_under_a_plugin_something_is_left() -> None:
    assert account("ok", "network", "failed", "withheld").left == 0
    assert account("ok", "budget", "session").left == 2


def test_a_plugin_is_given_up_after_so_many_failures_but_not_for_the_network() -> None:
    assert not account(*["failed"] * (FAILURES_ALLOWED - 1)).given_up
    assert account(*["failed"] * FAILURES_ALLOWED).given_up
    assert not account(*["network"] * 50).given_up


def test_the_same_error_is_kept_once_and_counted() -> None:
    made = account(*["failed"] * 3, "timeout")
    assert [(error.message, error.count) for error in made.ended().errors] == [("failed", 3), ("timeout", 1)]


def test_errors_that_all_differ_do_not_fill_the_memory() -> None:
    made = PluginAccount("p")
    for number in range(1000):
        made.fail(PluginError(error_type="E", message=str(number)))
    assert len(made.ended().errors) == 20


def test_a_failure_outside_of_its_calls_counts_as_one() -> None:
    made = account("ok")
    made.crashed(ZeroDivisionError("x"), "while verifying")
    ended = made.ended()
    assert ended.status is PluginStatus.PARTIAL
    assert ended.errors[0].message == "while verifying: x"


def test_a_row_is_complete_when_every_plugin_has_been_there() -> None:
    row = Row(Request.from_url("http://h/a?q=1"), point_at("http://h/a?q=1", "q"), ["x", "y"])
    assert not row.enter("y", Tested.TESTED, "not kept")
    assert row.enter("x", Tested.BLOCKED, "why")
    covered = row.coverage()
    assert (covered.endpoint, covered.location, covered.parameter) == ("GET http://h/a", "query", "q")
    assert list(covered.results.items()) == [("x", Tested.BLOCKED), ("y", Tested.TESTED)]
    assert covered.reasons == {"x": "why"}


def test_what_a_server_that_went_away_cost_is_told() -> None:
    rows = [
        Coverage(endpoint="GET http://h/a", results={"x": Tested.FAILED, "y": Tested.TESTED}),
        Coverage(endpoint="POST http://h/b", results={"x": Tested.FAILED, "y": Tested.SKIPPED}),
        Coverage(endpoint="GET http://h:81/a", results={"x": Tested.FAILED}),
    ]
    at = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert list(lost(rows, {Request.from_url("http://h/").origin: at})) == [
        "http://h stays away since 03:04:05 UTC: 2 checks there failed and are not tested"
    ]
    assert list(lost(rows, {})) == []


def test_the_row_of_the_whole_site_names_no_point() -> None:
    covered = Row(Request.from_url("http://h/"), None, []).coverage()
    assert (covered.location, covered.parameter) == ("", "")


@pytest.mark.parametrize(
    ("statuses", "requests", "words"),
    [
        ({}, 10, ""),
        ({403: 2}, 2, ""),
        ({403: 5}, 10, ""),
        ({403: 6}, 10, "6 of 10 requests were refused (403 ×6)"),
        ({403: 2, 429: 4}, 6, "6 of 6 requests were refused (429 ×4, 403 ×2)"),
    ],
)
def test_a_cell_is_blocked_when_most_answers_came_from_a_filter(
    statuses: dict[int, int], requests: int, words: str
) -> None:
    assert blocked_reason(Counter(statuses), requests) == words
