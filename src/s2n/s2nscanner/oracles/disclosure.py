"""What a reader gains from something that was not meant to be seen, as CVSS 3.1 puts it."""

from s2n.model import Severity

DISCLOSURE: dict[Severity, tuple[str, float]] = {
    Severity.CRITICAL: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N", 9.1),
    Severity.HIGH: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),
    Severity.MEDIUM: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3),
    Severity.LOW: ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:N/A:N", 3.7),
    Severity.INFO: ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
}
"""Vector and FIRST's base score by severity: keys to the rest, all data, some, some of little use, none."""


def disclosure(severity: Severity) -> dict[str, object]:
    """The fields of a claim that follow from the severity of what is shown."""
    vector, score = DISCLOSURE[severity]
    return {"severity": severity, "cvss_vector": vector, "cvss_score": score}
