from s2n.model import Confidence, Severity


def test_severities_are_ranked_from_info_to_critical() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2, 3, 4]
    assert max(Severity, key=lambda severity: severity.rank) is Severity.CRITICAL


def test_the_values_are_those_of_the_reports() -> None:
    assert [str(severity) for severity in Severity] == ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
    assert [str(confidence) for confidence in Confidence] == ["CERTAIN", "FIRM", "TENTATIVE"]
