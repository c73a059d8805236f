import json
from datetime import datetime

import jsonschema
import pytest

from s2n.errors import UsageError
from s2n.report.as_json import parse, render, schema
from support.reports import finding, nasty_report, report

REPORTS = [report(), report(finding(), finding(parameter="r")), nasty_report()]


@pytest.mark.parametrize("index", range(len(REPORTS)))
def test_a_report_comes_back_as_it_was(index: int) -> None:
    assert parse(render(REPORTS[index])) == REPORTS[index]


@pytest.mark.parametrize("index", range(len(REPORTS)))
def test_a_report_keeps_to_its_own_schema(index: int) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    written = json.loads(render(REPORTS[index]))
    assert list(validator.iter_errors(written)) == []
    del written["scan_id"]
    assert len(list(validator.iter_errors(written))) == 1


def test_the_top_level_keys_are_the_promised_ones() -> None:
    assert list(json.loads(render(report()))) == [
        "scan_id",
        "target_url",
        "scanner_version",
        "start_time",
        "end_time",
        "duration_seconds",
        "config",
        "plugin_results",
        "coverage",
        "summary",
        "metadata",
        "schema_version",
    ]


def test_times_are_iso_8601_in_utc() -> None:
    text = json.loads(render(report()))["start_time"]
    assert text == "2026-01-02T03:04:05Z"
    assert datetime.fromisoformat(text).utcoffset() is not None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b'{"scan_id": 1}', b"<html>"])
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="not an s2n JSON report"):
        parse(content)
