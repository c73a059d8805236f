"""Plugins written for s2n 0.x, run through the Scanner of today against a real server."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from s2n import ScanConfig, Scanner
from s2n.model import Confidence, PluginResult, PluginStatus, Request, Response, ScanReport, Severity
from s2n.report import render
from s2n.s2nscanner import interfaces as old
from s2n.s2nscanner.legacy import SyncResponse, is_legacy
from support.plugins import Echo, Title
from support.site import html, params
from support.webserver import Web, serving

OLD_STYLE = """
from s2n.s2nscanner.interfaces import Finding, PluginContext, PluginResult, PluginStatus, Severity

class OldPlugin:
    name = "old_style"
    description = "Looks for the banner."

    def __init__(self, config=None):
        self.config = config

    def run(self, plugin_context: PluginContext):
        client = plugin_context.scan_context.http_client
        target = plugin_context.scan_context.config.target_url
        response = client.get(target, timeout=5)
        findings = []
        if "Apache/2" in response.headers.get("Server", ""):
            findings.append(Finding(
                id="old-1", plugin=self.name, severity=Severity.LOW, title="Banner shown",
                description="The Server header names a version.", url=target, method="GET",
                evidence=response.headers["server"], cwe_id="CWE-200", references=["https://e/"],
            ))
        plugin_context.logger.info("looked")
        return PluginResult(plugin_name=self.name, status=PluginStatus.SUCCESS, findings=findings)

def main(config=None):
    return OldPlugin(config)

Plugin = main
"""


def site(request: Request) -> Response | str:
    match request.path:
        case "/":
            return html("<a href='/item?id=7'>i</a>", server="Apache/2.4.1")
        case "/redirect":
            return html("", 302, location="/landed", set_cookie="seen=1; Path=/")
        case "/away":
            return html("", 302, location="http://127.0.0.2:9/")
        case "/json":
            twice = (("Content-Type", "application/json"), ("Vary", "a"), ("vary", "b"))
            return Response(200, headers=twice, body=b'{"a": [1]}')
    return html(f"<p>{params(request)}</p>")


def scan(url: str, plugin: object = None, **options: object) -> ScanReport:
    name = str(getattr(plugin, "name", "old_style"))
    config = ScanConfig(target_url=url, plugins=(name,), **options)  # type: ignore[arg-type]
    return Scanner(config, [plugin] if plugin else []).scan()


def result_of(report: ScanReport) -> PluginResult:
    (result,) = report.plugin_results
    return result


class Old:
    """A plugin of 0.x around one function from its context to its result."""

    name = "old"

    def __init__(self, work: Callable[[old.PluginContext], object]) -> None:
        self.work = work

    def run(self, plugin_context: old.PluginContext) -> object:
        return self.work(plugin_context)


def with_client(work: Callable[[object, str], object]) -> Old:
    return Old(lambda ctx: work(ctx.scan_context.http_client, ctx.scan_context.target_url))


def test_a_file_of_0_x_runs_unchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old_style.py").write_text(OLD_STYLE)
    monkeypatch.setenv("S2N_EXTERNAL_PLUGIN_DIR", str(tmp_path))
    with serving(site) as web:
        report = scan(web.url)
        (finding,) = report.findings
        assert finding.url == web.url
    assert (finding.plugin, finding.title, finding.severity) == ("old_style", "Banner shown", Severity.LOW)
    assert finding.description == "The Server header names a version."
    assert (finding.evidence, finding.cwe_id, finding.references) == (
        "Apache/2.4.1",
        "CWE-200",
        ("https://e/",),
    )
    assert finding.confidence is Confidence.FIRM
    assert "Apache/2.4.1" in finding.response
    result = result_of(report)
    assert result.status is PluginStatus.SUCCESS
    assert result.info is not None
    assert result.info.what == "Looks for the banner."
    assert result.info.kind == "site"
    assert b"Banner shown" in render(report, "html")


FINDING = old.Finding(id="1", plugin="old", severity=Severity.HIGH, title="T", description="D")
FIELDS = {"title": "T", "severity": "high", "url": "/item?id=7", "parameter": "id", "payload": "p"}


def answered(*findings: object, status: PluginStatus = PluginStatus.SUCCESS) -> old.PluginResult:
    return old.PluginResult(plugin_name="old", status=status, findings=list(findings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (answered(FINDING), 1),
        (answered(), 0),
        (answered(FINDING, status=PluginStatus.PARTIAL), 1),
        (answered(FINDING, status=PluginStatus.FAILED), 1),
        (FINDING, 1),
        (FIELDS, 1),
        ({"findings": [FIELDS, {"description": "other"}]}, 2),
        ({"findings": []}, 0),
        ([FINDING, FIELDS], 2),
        ((FINDING,), 1),
        ([], 0),
        (None, 0),
    ],
)
def test_results_are_taken_in_each_of_the_old_shapes(shape: object, count: int) -> None:
    def work(client: object, url: str) -> object:
        client.get(url)  # type: ignore[attr-defined]
        return shape

    with serving(site) as web:
        report = scan(web.url, with_client(work))
    assert len(report.findings) == count
    assert result_of(report).status is PluginStatus.SUCCESS


def test_no_old_plugin_is_certain() -> None:
    certain = {**FIELDS, "confidence": Confidence.CERTAIN}
    with serving(site) as web:
        (finding,) = scan(web.url, Old(lambda _: certain)).findings
    assert finding.confidence is Confidence.FIRM


def test_a_dict_fills_in_what_it_names() -> None:
    with serving(site) as web:
        (finding,) = scan(web.url, Old(lambda _: FIELDS)).findings
        assert finding.url == f"{web.url}item?id=7"
    assert (finding.severity, finding.parameter, finding.payload) == (Severity.HIGH, "id", "p")
    assert finding.confidence is Confidence.TENTATIVE


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (answered(status=PluginStatus.FAILED), "the plugin says it failed"),
        (
            old.PluginResult(
                plugin_name="old",
                status=PluginStatus.FAILED,
                error=old.PluginError(error_type="E", message="no route"),
            ),
            "no route",
        ),
        (42, "run() returned int; expected a PluginResult"),
        ("text", "run() returned str"),
        (["text"], "a finding needs a title or a description: 'text'"),
        ([1], "a finding needs a title or a description: 1"),
        ({}, "a finding needs a title or a description"),
        ([FINDING, None], "a finding needs a title or a description: None"),
    ],
)
def test_a_failure_or_nonsense_is_reported_as_failed(shape: object, words: str) -> None:
    with serving(site) as web:
        report = scan(web.url, Old(lambda _: shape))
    result = result_of(report)
    assert result.status is PluginStatus.FAILED
    assert words in result.errors[0].message
    assert report.findings == ()


def test_a_crash_is_reported_with_the_plugins_own_lines() -> None:
    def work(_: old.PluginContext) -> object:
        raise KeyError("gone")

    with serving(site) as web:
        result = result_of(scan(web.url, Old(work)))
    assert result.status is PluginStatus.FAILED
    assert "in work" in result.errors[0].traceback


def test_what_does_not_show_in_a_second_run_is_not_reported() -> None:
    rounds = iter([[FINDING], []])
    with serving(site) as web:
        report = scan(web.url, Old(lambda _: next(rounds)))
    assert report.findings == ()
    assert any("did not show a second time" in text for text in report.metadata.warnings)


def seen(work: Callable[[object, str], object]) -> tuple[list[object], Web, ScanReport]:
    """What ``work`` returned in the plugin, the server, and the report."""
    values: list[object] = []

    def keep(client: object, url: str) -> None:
        values.append(work(client, url))

    with serving(site) as web:
        report = scan(web.url, with_client(keep))
    return values, web, report


@pytest.mark.parametrize(
    ("call", "method", "target", "body", "headers"),
    [
        (
            lambda c, u: c.get(u + "x", params={"a": "1 2", "b": ["3", "4"]}),
            "GET",
            "/x?a=1+2&b=3&b=4",
            b"",
            {},
        ),
        (lambda c, _: c.get("/x?a=1", params=[("b", "2")]), "GET", "/x?a=1&b=2", b"", {}),
        (lambda c, _: c.get("/x/../y?q=<>"), "GET", "/y?q=<>", b"", {}),
        (
            lambda c, _: c.post("/x", {"a": "&", "b": "é"}),
            "POST",
            "/x",
            b"a=%26&b=%C3%A9",
            {"content-type": "application/x-www-form-urlencoded"},
        ),
        (
            lambda c, _: c.post("/x", data=b"<a/>", headers={"Content-Type": "text/xml"}),
            "POST",
            "/x",
            b"<a/>",
            {"content-type": "text/xml"},
        ),
        (
            lambda c, _: c.post("/x", data="raw"),
            "POST",
            "/x",
            b"raw",
            {"content-type": "application/x-www-form-urlencoded"},
        ),
        (
            lambda c, _: c.put("/x", json={"a": [1]}),
            "PUT",
            "/x",
            b'{"a": [1]}',
            {"content-type": "application/json"},
        ),
        (
            lambda c, _: c.request("delete", "/x", headers={"X-A": "b"}, cookies={"c": "d"}, verify=False),
            "DELETE",
            "/x",
            b"",
            {"x-a": "b", "cookie": "c=d"},
        ),
        (lambda c, _: c.options("/x"), "OPTIONS", "/x", b"", {}),
        (lambda c, _: c.head("/x"), "HEAD", "/x", b"", {}),
    ],
)
def test_the_client_sends_what_requests_would(
    call: Callable[[object, str], object], method: str, target: str, body: bytes, headers: dict[str, str]
) -> None:
    values, web, _ = seen(call)
    assert isinstance(values[0], SyncResponse)
    sent = [request for request in web.requests if request.path in {"/x", "/y"}]
    assert len(sent) == 1
    assert (sent[0].method, sent[0].target, sent[0].body) == (method, target, body)
    for name, value in headers.items():
        assert sent[0].header(name) == value


def test_a_response_has_the_attributes_that_users_of_requests_know() -> None:
    values, _, _ = seen(lambda c, u: (c.get(u), c.get("/json"), c.get("/redirect")))  # type: ignore[attr-defined]
    page, document, landed = values[0]  # type: ignore[misc]
    assert (page.status_code, page.reason, page.ok) == (200, "X", True)
    assert page.headers["SERVER"] == page.headers.get("server") == "Apache/2.4.1"
    assert "Server" in page.headers
    assert page.headers.get("X-Nothing", "-") == "-"
    assert page.content == page.text.encode()
    assert page.elapsed.total_seconds() >= 0
    assert page.history == []
    assert document.json() == {"a": [1]}
    assert document.headers["Vary"] == "a, b"
    assert landed.url.endswith("/landed")
    assert [(hop.status_code, hop.cookies) for hop in landed.history] == [(302, {"seen": "1"})]


def test_redirects_are_followed_only_when_asked_and_only_inside_the_scope() -> None:
    values, _, _ = seen(
        lambda c, _: (c.get("/redirect", allow_redirects=False), c.get("/away"))  # type: ignore[attr-defined]
    )
    stayed, away = values[0]  # type: ignore[misc]
    assert (stayed.status_code, stayed.history) == (302, [])
    assert (away.status_code, away.headers["location"]) == (302, "http://127.0.0.2:9/")


def test_nothing_is_sent_outside_the_scope() -> None:
    _, _, report = seen(lambda c, _: c.get("http://127.0.0.2:9/"))  # type: ignore[attr-defined]
    (row,) = report.coverage
    assert "OutOfScope" in row.reasons["old"]


def test_the_context_knows_the_scan() -> None:
    contexts: list[old.PluginContext] = []
    with serving(site) as web:
        scan(web.url, Old(contexts.append), depth=3, timeout=7.5, insecure=True)
    (context,) = contexts
    assert context.plugin_name == "old"
    assert context.target_urls[0] == web.url
    assert f"{web.url}item?id=7" in context.target_urls
    shared = context.scan_context
    assert shared.target_url == shared.config.target_url == web.url
    assert shared.crawler.crawl(web.url) == context.target_urls
    settings = shared.config.scanner_config
    assert (settings.crawl_depth, settings.timeout, settings.verify_ssl) == (3, 7, False)
    assert context.plugin_config.custom_params == {}


def test_a_plugin_that_blocks_for_too_long_is_stopped_and_sends_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("s2n.s2nscanner.engine.crew.SITE_SECONDS", 1)
    release, ended = threading.Event(), threading.Event()
    said: list[str] = []

    def work(client: object, url: str) -> None:
        release.wait(30)
        try:
            client.get(url + "late")  # type: ignore[attr-defined]
        except RuntimeError as error:
            said.append(str(error))
        ended.set()

    with serving(site) as web:
        result = result_of(scan(web.url, with_client(work), plugin_timeout=1.5))
        release.set()
        assert ended.wait(10)
        assert all(request.path != "/late" for request in web.requests)
    assert result.status is PluginStatus.TIMEOUT
    assert said == ["the plugin was stopped"]


def test_plugins_of_today_are_not_taken_for_old_ones() -> None:
    class Site:
        async def run(self, ctx: object) -> None:
            del ctx

    class Yielding:
        async def run(self, ctx: object) -> object:
            yield ctx

    assert is_legacy(Old(lambda _: None))
    assert not any(is_legacy(plugin) for plugin in (Site(), Yielding(), Echo(), Title(), object()))
