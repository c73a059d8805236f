"""The table of formats, ``src/s2n/report/__init__.py``."""

import pytest

from s2n.errors import UsageError
from s2n.report import FORMATS, SUFFIXES, render
from support.reports import finding, nasty_report, report


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_writes_every_report(fmt: str) -> None:
    for each in (report(), report(finding()), nasty_report()):
        content = render(each, fmt)
        assert content.endswith(b"\n")
        assert content.decode("utf-8")
    assert render(report(), fmt.upper()) == render(report(), fmt)


def test_every_format_has_a_suffix_and_every_suffix_a_format() -> None:
    assert set(SUFFIXES.values()) == set(FORMATS)


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="unknown report format 'pdf'") as caught:
        render(report(), "pdf")
    assert all(fmt in caught.value.remedy for fmt in FORMATS)
