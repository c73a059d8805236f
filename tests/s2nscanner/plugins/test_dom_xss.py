import asyncio

import pytest

from s2n.model import Confidence, Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.plugins.dom_xss import Plugin
from s2n.s2nscanner.scan_engine import Scanner
from support.browser import needs_browser
from support.site import MemorySender, html
from support.webserver import serving

FLOW = "out.innerHTML = unescape(location.hash)"
URL = "http://site.test/a"


def claims(response: Response, now: Response | None = None) -> list:
    """What is claimed without a browser, and holds when it is asked ``now``."""
    plugin = Plugin()
    shared = Shared(ScanRequest(target_url=URL), MemorySender(lambda _: now or response))

    async def go() -> list:
        assert list(plugin.inspect(Exchange(Request.from_url(URL), response))) == []
        found = [claim async for claim in plugin.run(Context(plugin.info, shared))]
        return [claim for claim in found if await claim.again()]

    return asyncio.run(go())


def script(text: str, kind: str = "application/javascript", status: int = 200) -> Response:
    return Response(status, headers=(("Content-Type", kind),), body=text.encode())


def test_a_page_and_a_file_are_read() -> None:
    for response in (html(f"<script>{FLOW}</script>"), script(FLOW), script(FLOW, "text/javascript")):
        (claim,) = claims(response)
        assert claim.confidence is Confidence.FIRM
        assert "location.hash reaches innerHTML" in claim.evidence
        assert claim.marker in response.text


def test_what_browsers_encode_is_tentative() -> None:
    (claim,) = claims(script("document.write(location.search)"))
    assert claim.confidence is Confidence.TENTATIVE
    assert "encode" in claim.description


def test_the_same_statement_is_one_finding_wherever_it_stands_and_two_are_two() -> None:
    first, second = claims(
        html(f"<script>{FLOW}</script><script>{FLOW}; {FLOW.replace('out', 'two')}</script>")
    )
    assert first.per_site
    assert second.per_site
    assert first.variant != second.variant
    assert claims(script(FLOW))[0].variant == first.variant


@pytest.mark.parametrize(
    "response",
    [
        script(FLOW, "text/plain"),
        script(FLOW, status=404),
        html(f"<pre>{FLOW}</pre>"),
        html("<script>out.textContent = unescape(location.hash)</script>"),
    ],
)
def test_silent(response: Response) -> None:
    assert claims(response) == []


def test_a_flow_that_is_gone_when_asked_again_is_none() -> None:
    assert claims(html(f"<script>{FLOW}</script>"), html("<p>mended</p>")) == []


def scan(page: str) -> list:
    with serving(lambda request: html(page) if request.path == "/" else html("no", 404)) as web:
        return list(Scanner(ScanRequest(target_url=web.url, plugins=("dom_xss",))).scan().findings)


@needs_browser
def test_in_the_browser_a_flow_is_confirmed_and_reported_once() -> None:
    (finding,) = scan(
        f"<!doctype html><p id=out></p><script>{FLOW.replace('unescape(', 'unescape(1+')}</script>"
    )
    assert finding.confidence is Confidence.CERTAIN
    assert finding.parameter == "location.hash"
    assert "Element innerHTML" in finding.description


@needs_browser
def test_in_the_browser_as_well_what_does_not_run_is_no_flaw() -> None:
    assert (
        scan("<!doctype html><p id=out></p><script>out.textContent = unescape(location.hash)</script>") == []
    )


def test_a_script_that_lies_nowhere_does_no_harm() -> None:
    (claim,) = claims(html(f"<script src='http://['></script><script>{FLOW}</script>"))
    assert claim.confidence is Confidence.FIRM
