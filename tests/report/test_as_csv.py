import csv
import io

import pytest

from s2n.model import Place, Severity
from s2n.report.as_csv import COLUMNS, render
from support.reports import NASTY, finding, nasty_finding, report


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_no_finding_is_a_header_line_alone() -> None:
    assert render(report()).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"


def test_one_row_a_finding_the_gravest_first() -> None:
    found = rows(render(report(finding(severity=Severity.LOW), finding(parameter="r"))))
    assert [(row["severity"], row["parameter"]) for row in found] == [("HIGH", "r"), ("LOW", "q")]
    assert found[0]["cvss_score"] == "6.1"
    assert found[0]["timestamp"] == "2026-01-02T03:04:05+00:00"


def test_quotes_commas_and_line_ends_stay_inside_their_cell() -> None:
    text = 'a,"b";\r\nc\nd'
    (row,) = rows(render(report(finding(evidence=text, cvss_score=None))))
    assert row["evidence"] == text
    assert row["cvss_score"] == ""


def test_hostile_text_stays_inside_its_cell() -> None:
    (row,) = rows(render(report(nasty_finding())))
    assert row["evidence"] == NASTY
    assert list(row) == list(COLUMNS)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_a_formula_is_made_text(start: str) -> None:
    formula = start + 'HYPERLINK("http://evil.example","x")'
    (row,) = rows(
        render(report(finding(payload=formula, evidence=formula, parameter=formula, title=formula)))
    )
    for column in ("payload", "evidence", "parameter", "title"):
        assert row[column] == "'" + formula


def test_what_is_no_formula_stays_as_it_is() -> None:
    (row,) = rows(render(report(finding(payload="1=1 -- -"))))
    assert row["payload"] == "1=1 -- -"


def test_other_places_and_consequences_have_their_columns() -> None:
    (row,) = rows(
        render(
            report(
                finding(
                    places=(Place("GET", "http://h/b"), Place("POST", "http://h/c")),
                    consequences=("Echo (echo, LOW)",),
                )
            )
        )
    )
    assert row["places"] == "GET http://h/b POST http://h/c"
    assert row["consequences"] == "Echo (echo, LOW)"
