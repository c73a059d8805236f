from datetime import UTC, datetime

import s2n.model
from s2n.s2nscanner import interfaces


def test_the_scales_are_those_of_today() -> None:
    for name in ("Confidence", "PluginStatus", "Severity"):
        assert getattr(interfaces, name) is getattr(s2n.model, name)
        assert name in interfaces.__all__


def test_everything_that_is_promised_is_there() -> None:
    for name in interfaces.__all__:
        assert getattr(interfaces, name).__doc__


def test_a_finding_needs_only_what_it_needed_in_0_x() -> None:
    finding = interfaces.Finding("1", "p", interfaces.Severity.LOW, "t", "d")
    assert finding.confidence is interfaces.Confidence.FIRM
    assert finding.timestamp.tzinfo is UTC
    assert finding.references == []


def test_the_scan_context_gives_the_target_where_plugins_look_for_it() -> None:
    config = interfaces.ScanConfig("http://h/")
    context = interfaces.ScanContext("1", datetime.now(UTC), config, http_client=None)
    assert context.target_url == "http://h/"
    assert context.discovered_urls == set()
    assert interfaces.PluginContext("p", context).plugin_config.custom_params == {}
