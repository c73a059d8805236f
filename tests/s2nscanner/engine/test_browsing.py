"""A scan's browser: whether there is one, and what its absence means."""

import asyncio

import pytest

from s2n.errors import RuntimeFailed
from s2n.model import ScanStatus
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.browsing import advice, browsing_for
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.scan_engine import Scanner
from support.browser import needs_browser
from support.site import html
from support.webserver import serving

APP = """<!doctype html><title>App</title><div id="app"></div><script>
fetch("/api/" + [..."smeti"].reverse().join("") + "?page=1").then(r => r.json()).then(items => {
  app.innerHTML = items.map(item => `<button>${item}</button>`).join("");
  app.onclick = e => fetch("/api/" + e.target.textContent, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({note: "x"}),
  });
});
</script>"""


def site(request):
    if request.path == "/":
        return html(APP)
    if request.path == "/api/items":
        return type(html(""))(200, headers=(("Content-Type", "application/json"),), body=b'["order"]')
    return html("{}") if request.path == "/api/order" else html("no", 404)


@pytest.fixture
def no_browser(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("S2N_CHROMIUM", raising=False)


def browsing(**settings):
    scan = ScanRequest(target_url="http://127.0.0.1:1/", **settings)
    client = HttpClient(scan, Governor.of(scan))
    return browsing_for(client, client, scan), scan


def scan(**settings):
    with serving(site) as web:
        scanner = Scanner(ScanRequest(target_url=web.url, plugins=("server_banner",), **settings))
        return scanner.scan(), web.requests


def test_never_means_none():
    found, scan = browsing(browser="never")
    assert found is None
    assert "--browser auto" in advice(scan)


@pytest.mark.usefixtures("no_browser")
def test_where_none_is_installed_the_user_hears_what_to_do():
    found, scan = browsing(browser="auto")
    assert found is None
    assert "--browser always" in advice(scan)


@pytest.mark.usefixtures("no_browser")
def test_who_insists_on_one_that_is_not_there_gets_no_scan():
    with pytest.raises(RuntimeFailed, match="--browser always"):
        browsing(browser="always")


@needs_browser
def test_what_a_page_asks_for_is_found_by_a_scan():
    report, requests = scan()
    assert report.metadata.status is ScanStatus.COMPLETE
    asked = {(request.method, request.target) for request in requests}
    assert {("GET", "/api/items?page=1"), ("POST", "/api/order")} <= asked


def test_without_a_browser_the_report_says_what_it_did_not_see():
    report, requests = scan(browser="never")
    assert any("built by scripts" in warning for warning in report.metadata.warnings)
    assert "/api/items" not in {request.path for request in requests}


@needs_browser
@pytest.mark.parametrize("mode", ["auto", "always"])
def test_a_browser_that_does_not_start_is_said_or_ends_the_scan(mode, monkeypatch, tmp_path):
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("S2N_CHROMIUM", str(broken))
    if mode == "always":
        with pytest.raises(RuntimeFailed):
            scan(browser=mode)
        return
    report, _ = scan(browser=mode)
    assert any("does not start" in warning for warning in report.metadata.warnings)


@needs_browser
def test_a_budget_holds_in_the_browser_as_well():
    report, requests = scan(max_requests=12)
    assert report.metadata.status is ScanStatus.OUT_OF_BUDGET
    assert len(requests) <= 12


@needs_browser
def test_closing_before_it_was_needed_does_nothing():
    found, _ = browsing(browser="auto")
    asyncio.run(found.close())
    assert found.notes() == []
