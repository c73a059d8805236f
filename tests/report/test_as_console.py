import pytest
from msgspec.structs import replace

from s2n.model import Place, PluginResult, PluginStatus, ScanReport, ScanStatus, Severity
from s2n.report.as_console import headline, render
from support.reports import finding, nasty_report, report


def lines(content: bytes) -> list[str]:
    return content.decode().split("\n")


def test_a_finding_says_what_where_and_how_to_replay_it() -> None:
    text = render(report(finding())).decode()
    assert "HIGH     Cross-site scripting  (xss, CERTAIN)" in text
    assert "GET http://shop.example/search  [query: q]" in text
    assert "  replay: curl -i http://shop.example/search?q=1\n" in text
    assert "1 finding: 1 HIGH" in text
    assert "PARTIAL" not in text


def test_a_replay_line_is_never_wrapped() -> None:
    curl = "curl -i " + "-H 'X: yyyyyyyy' " * 30 + "http://h/"
    assert f"  replay: {curl}" in lines(render(report(finding(curl=curl))))


def test_control_characters_of_the_target_do_not_reach_the_terminal() -> None:
    text = render(nasty_report()).decode()
    assert "\\x1b[31m\\x00\\r\\n\\u2028" in text
    assert not [ch for ch in text if not ch.isprintable() and ch != "\n"]


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, "0 findings"),
        ({Severity.LOW: 1}, "1 finding: 1 LOW"),
        ({Severity.INFO: 2, Severity.CRITICAL: 1}, "3 findings: 1 CRITICAL, 2 INFO"),
    ],
)
def test_the_headline_counts(counts: dict[Severity, int], words: str) -> None:
    findings = [finding(severity=severity) for severity, n in counts.items() for _ in range(n)]
    assert headline(report(*findings)) == words


@pytest.mark.parametrize("status", [ScanStatus.NOT_TESTED, ScanStatus.FAILED])
def test_what_was_not_tested_is_never_clean(status: ScanStatus) -> None:
    assert headline(report(status=status)).startswith("NOT TESTED")
    assert headline(report(finding(), status=status)) == "1 finding: 1 HIGH"


@pytest.mark.parametrize("status", list(ScanStatus))
def test_nothing_tested_and_nothing_found_is_never_clean(status: ScanStatus) -> None:
    plain = report(status=status)
    text = headline(replace(plain, summary=replace(plain.summary, points_tested=0)))
    assert "NOT TESTED" in text or "not a clean result" in text


@pytest.mark.parametrize("status", [ScanStatus.INTERRUPTED, ScanStatus.OUT_OF_BUDGET])
def test_a_partial_scan_without_finding_is_never_clean(status: ScanStatus) -> None:
    partial = report(status=status)
    assert "not a clean result" in headline(partial)
    assert f"PARTIAL REPORT ({status.value}): the reason" in lines(render(partial))


def test_what_was_not_tested_is_told() -> None:
    plain = report()
    failed = PluginResult(plugin_name="bad", status=PluginStatus.FAILED, reason="it crashed")
    told = lines(
        render(
            replace(
                plain,
                plugin_results=(*plain.plugin_results, failed),
                summary=replace(plain.summary, points_not_tested=3),
                metadata=replace(plain.metadata, warnings=("mind the gap",)),
            )
        )
    )
    assert "not tested: 3 of 5 checks (see coverage in the JSON report)" in told
    assert "plugin bad: FAILED: it crashed" in told
    assert "warning: mind the gap" in told
    assert not any(line.startswith("plugin xss") for line in told)


def test_plugins_that_share_a_reason_share_a_line() -> None:
    plain = report()
    results = [
        PluginResult(plugin_name=name, status=PluginStatus.PARTIAL, reason=reason)
        for name, reason in (("a", "no time"), ("b", "it crashed"), ("c", "no time"))
    ]
    told = lines(render(replace(plain, plugin_results=(*plain.plugin_results, *results))))
    assert "plugins a, c: PARTIAL: no time" in told
    assert "plugin b: PARTIAL: it crashed" in told
    assert len([line for line in told if line.startswith("plugin")]) == 2


def test_other_places_and_consequences_are_told() -> None:
    text = render(
        report(
            finding(
                places=(Place("GET", "http://h/b"), Place("POST", "http://h/c")),
                consequences=("Echo (echo, LOW)",),
            )
        )
    ).decode()
    assert "  also at: GET http://h/b, POST http://h/c\n" in text
    assert "  explains: Echo (echo, LOW)\n" in text
    assert "also at" not in render(report(finding())).decode()


def test_many_places_are_counted() -> None:
    places = tuple(Place("GET", f"http://h/{number}") for number in range(12))
    assert "http://h/4 and 7 more\n" in render(report(finding(places=places))).decode()


def skipping(*names: str) -> ScanReport:
    plain = report()
    results = [
        PluginResult(plugin_name=name, status=PluginStatus.SKIPPED, reason="needs more") for name in names
    ]
    return replace(plain, plugin_results=(*plain.plugin_results, *results))


def test_what_was_not_looked_for_is_told_and_an_empty_result_counts_it() -> None:
    assert headline(skipping("one")) == "0 findings; 1 kind of flaws was not looked for"
    assert headline(skipping("one", "two")) == "0 findings; 2 kinds of flaws were not looked for"
    told = lines(render(skipping("one")))
    assert "not looked for: one (one): needs more" in told
    assert not [line for line in told if line.startswith("plugin one")]


def test_with_findings_the_headline_counts_them_alone() -> None:
    found = report(finding())
    skipped = PluginResult(plugin_name="one", status=PluginStatus.SKIPPED, reason="needs more")
    told = replace(found, plugin_results=(*found.plugin_results, skipped))
    assert headline(told) == "1 finding: 1 HIGH"
    assert "not looked for: one (one): needs more" in lines(render(told))
