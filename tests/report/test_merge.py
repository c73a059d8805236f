from msgspec.structs import replace

from s2n.model import Finding, Location, PluginInfo, Severity
from s2n.report.merge import merged
from support.plugins import info

INFOS: dict[str, PluginInfo] = {
    "inclusion": replace(info("inclusion"), implies=("request",)),
    "request": info("request"),
}


def finding(plugin: str, url: str = "http://site.test/a?x=1", **fields: object) -> Finding:
    given = {"parameter": "x", "location": Location.QUERY, "fingerprint": plugin} | fields
    return Finding(
        id=plugin,
        plugin=plugin,
        severity=Severity.HIGH,
        title=plugin.title(),
        description="",
        url=url,
        **given,
    )  # type: ignore[arg-type]


def test_what_another_finding_explains_is_told_with_it() -> None:
    (told,) = merged([finding("request", "http://site.test/a?x=2"), finding("inclusion")], INFOS)
    assert told.plugin == "inclusion"
    assert told.consequences == ("Request (request, HIGH)",)


def test_findings_at_other_places_stand_for_themselves() -> None:
    cause = finding("inclusion")
    for other in (
        finding("request", parameter="y"),
        finding("request", "http://site.test/b?x=1"),
        finding("request", "http://other.test/a?x=1"),
        finding("request", location=Location.COOKIE),
        finding("request", method="POST"),
        finding("unknown"),
    ):
        assert merged([cause, other], INFOS) == [cause, other]


def test_findings_for_a_whole_origin_meet_by_what_they_name() -> None:
    cause = finding("inclusion", location=None, per_site=True, parameter="X-Forwarded-Host")
    effect = finding(
        "request", "http://site.test/b", location=None, per_site=True, parameter="x-forwarded-host"
    )
    (told,) = merged([effect, cause], INFOS)
    assert told.plugin == "inclusion"
    nameless = [replace(cause, parameter=""), replace(effect, parameter="")]
    assert merged(nameless, INFOS) == nameless


def test_without_a_cause_nothing_changes() -> None:
    findings = [finding("request"), finding("request", parameter="y")]
    assert merged(findings, INFOS) == findings
    assert merged(findings, {}) == findings
