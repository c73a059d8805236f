from s2n import ScanConfig, Scanner
from s2n.model import Confidence, PluginStatus, ScanReport
from support.offices import Offices
from support.webserver import serving


def scan(site: Offices, *others: str) -> ScanReport:
    with serving(site) as web:
        config = ScanConfig(
            target_url=web.url,
            plugins=("access_control",),
            auth="basic",
            username="anna",
            password="s3cret",
            auth_as=others,
        )
        return Scanner(config).scan()


def found(report: ScanReport) -> set[tuple[str, str]]:
    return {("/" + finding.url.split("/", 3)[3], finding.cwe_id) for finding in report.findings}


def test_a_page_and_an_object_that_anybody_may_fetch() -> None:
    report = scan(Offices(checks=False), "bob:hunter2")
    assert found(report) == {("/admin/accounts", "CWE-862"), ("/order?id=1", "CWE-639")}
    for finding in report.findings:
        assert finding.confidence is Confidence.FIRM
        assert finding.evidence.startswith("bob gets")
        assert finding.control is not None
        assert " 401 " in finding.control.response
        assert "hunter2" not in finding.request


def test_a_site_that_checks_is_silent() -> None:
    report = scan(Offices(checks=True), "bob:hunter2")
    assert not report.findings
    assert report.summary.points_tested == 1


def test_an_object_that_names_nobody_may_be_for_all_members() -> None:
    assert found(scan(Offices(checks=False, names=False), "bob:hunter2")) == {("/admin/accounts", "CWE-862")}


def test_without_another_user_there_is_nothing_to_compare() -> None:
    report = scan(Offices(checks=False))
    assert not report.findings
    (result,) = report.plugin_results
    assert result.status is PluginStatus.SKIPPED
    assert (
        result.reason
        == "access to what is another's (IDOR, BOLA) takes a second user: name one with --auth-as"
    )
    assert [list(row.reasons.values()) for row in report.coverage] == [[result.reason]]
    assert report.summary.points_tested == 0


def test_another_user_who_cannot_log_in_is_worth_a_warning() -> None:
    report = scan(Offices(checks=False), "bob:wrong")
    assert not report.findings
    assert report.plugin_results[0].reason == "none of the other users could log in"
    assert any("what bob may see is not tested" in text for text in report.metadata.warnings)
