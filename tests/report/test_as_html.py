import re

import pytest
from msgspec.structs import replace

from s2n.model import Coverage, Place, PluginResult, PluginStatus, ScanReport, ScanStatus, Severity, Tested
from s2n.report.as_html import render
from s2n.s2nscanner.html import Document, Element, parse
from support.reports import NASTY, finding, nasty_report, report

URL_ATTRIBUTES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "background")


def page(content: ScanReport) -> Document:
    return parse(render(content).decode())


def every(document: Document) -> list[Element]:
    return document.select("*")


def texts(document: Document, selector: str) -> list[str]:
    return [element.text for element in document.select(selector)]


def test_nothing_of_a_hostile_site_becomes_markup() -> None:
    document = page(nasty_report())
    names = {element.tag for element in every(document)}
    assert not names & {"script", "img", "iframe", "object", "embed", "svg", "math", "base", "form", "link"}
    for element in every(document):
        for name, value in element.attrs.items():
            assert not name.startswith("on"), (element.tag, name)
            if name in URL_ATTRIBUTES:
                assert re.match(r"https?://", str(value)), (element.tag, name, value)
    plain = {element.tag for element in every(page(report(finding())))}
    assert names <= plain | {"ul", "li", "details", "div", "a"}


def test_hostile_text_is_shown_as_it_was() -> None:
    shown = "\n".join(texts(page(nasty_report()), "pre"))
    assert shown.count("</pre><script>alert(1)</script>") >= 7
    assert "{{7*7}}" in shown


def test_references_that_are_no_web_address_are_text_only() -> None:
    links = [element.attrs["href"] for element in page(nasty_report()).select("a")]
    assert len(links) == 1
    assert str(links[0]).startswith("https://e/</pre><script>")
    assert "javascript:alert(4)" in " ".join(texts(page(nasty_report()), "li"))


def test_the_page_forbids_scripts_and_outside_resources_by_its_own_policy() -> None:
    (meta,) = page(report()).select("meta[http-equiv]")
    assert meta.attrs["http-equiv"] == "Content-Security-Policy"
    policy = str(meta.attrs["content"])
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    content = render(nasty_report()).decode()
    style = content[content.index("<style>") : content.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_filter_works_without_script() -> None:
    document = page(report(finding(), finding(severity=Severity.LOW)))
    (style,) = texts(document, "style")
    boxes = {str(box.attrs["id"]) for box in document.select("input[type=checkbox][checked]")}
    assert boxes == {f"show-{severity}" for severity in Severity}
    for severity in Severity:
        rule = f"body:has(#show-{severity}:not(:checked)) details.{severity} {{ display: none; }}"
        assert rule in style
    assert [str(entry.attrs["class"]) for entry in document.select("details.finding")]
    assert len(document.select("details.finding.HIGH")) == 1
    assert len(document.select("details.finding.LOW")) == 1


def test_a_finding_shows_what_proves_it_and_how_to_fix_it() -> None:
    document = page(report(finding()))
    (entry,) = document.select("details.finding")
    text = entry.text
    for part in ("Encode it.", "the payload came back", "curl -i http://shop.example/search?q=1", "CWE-79"):
        assert part in text
    assert entry.attrs["id"] == finding().fingerprint


@pytest.mark.parametrize("status", [status for status in ScanStatus if status is not ScanStatus.COMPLETE])
def test_a_partial_report_says_so_and_why(status: ScanStatus) -> None:
    document = page(report(status=status))
    (banner,) = texts(document, ".partial")
    assert f"Partial report: {status.value}. the reason" in banner
    assert "tested by every plugin" not in document.text


def test_a_complete_report_has_no_such_banner() -> None:
    document = page(report())
    assert document.select(".partial") == []
    assert "Every input point that was found was tested by every plugin." in document.text


def test_what_was_not_tested_is_a_table() -> None:
    document = page(nasty_report())
    row = next(text for text in texts(document, "tr") if "blocked" in text)
    assert NASTY.partition("\x1b")[0] in row
    assert "tested by every plugin" not in document.text


def test_nothing_tested_is_never_called_clean() -> None:
    plain = report()
    document = page(replace(plain, coverage=(), summary=replace(plain.summary, points_tested=0)))
    assert "No input point was tested" in document.text
    assert "not a clean result" in document.text


def test_a_long_ledger_is_cut_and_says_so() -> None:
    rows = tuple(Coverage(endpoint=f"GET http://h/{n}", results={"xss": Tested.FAILED}) for n in range(520))
    document = page(replace(report(), coverage=rows))
    assert "… and 20 more" in document.text


def test_other_places_and_consequences_are_listed() -> None:
    document = page(
        report(
            finding(
                places=(Place("GET", "http://h/b"), Place("POST", "http://h/c")),
                consequences=("Echo (echo, LOW)",),
            )
        )
    )
    shown = texts(document, "details.finding li")
    assert {"GET http://h/b", "POST http://h/c", "Echo (echo, LOW)"} <= set(shown)
    assert "GET http://h/b" not in texts(page(report(finding())), "details.finding li")


def test_what_was_not_looked_for_is_listed() -> None:
    plain = report()
    skipped = PluginResult(plugin_name="one", status=PluginStatus.SKIPPED, reason="needs more")
    told = page(replace(plain, plugin_results=(*plain.plugin_results, skipped)))
    assert "one (one): needs more" in texts(told, "li")
    assert "Not looked for" in texts(told, "h2")
    assert "Not looked for" not in texts(page(plain), "h2")
