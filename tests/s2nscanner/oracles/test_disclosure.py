from s2n.model import Severity
from s2n.s2nscanner.oracles.disclosure import DISCLOSURE, disclosure


def test_scores_follow_severity():
    """FIRST's scale: low below 4, medium below 7, high below 9."""
    bounds = {"CRITICAL": (9, 10), "HIGH": (7, 8.9), "MEDIUM": (4, 6.9), "LOW": (0.1, 3.9), "INFO": (0, 0)}
    for severity in Severity:
        low, high = bounds[severity.value]
        assert low <= DISCLOSURE[severity][1] <= high


def test_the_fields_of_a_claim():
    assert disclosure(Severity.INFO) == {
        "severity": Severity.INFO,
        "cvss_vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
        "cvss_score": 0.0,
    }
