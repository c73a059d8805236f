from s2n import ScanConfig, Scanner
from s2n.model import Confidence, ScanReport
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
    assert not scan(Offices(checks=False)).findings


def test_another_user_who_cannot_log_in_is_worth_a_warning() -> None:
    report = scan(Offices(checks=False), "bob:wrong")
    assert not report.findings
    assert any("what bob may see is not tested" in text for text in report.metadata.warnings)
