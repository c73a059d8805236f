"""Sites that believe a claimed host; the corpus and the oracle's tests hold the breadth."""

import asyncio

import pytest

from corpus.inputs import form, path, query
from s2n.model import Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.host_header import FORWARDED, MAX_ENDPOINTS, Plugin
from support.site import MemorySender, html

HOME = path("/")


def findings(site, *endpoints):
    """The claims that show again, and what was sent."""
    sender = MemorySender(site)
    plugin = Plugin()
    shared = Shared(ScanRequest(target_url="http://site.test/"), sender, endpoints or (HOME,))

    async def go():
        ctx = Context(plugin.info, shared, Fresh(1))
        claims = [claim async for claim in plugin.run(ctx)]
        ctx.allow(100)
        return [claim for claim in claims if await claim.again()]

    return asyncio.run(go()), sender.requests


def host(request):
    return request.header("host") or "site.test"


@pytest.mark.parametrize("name", ["Host", *FORWARDED])
def test_each_header_is_told_from_the_others(name):
    def site(request):
        claimed = (request.header(name) or "site.test").removeprefix("host=")
        return html("", 302, location=f"http://{claimed}/new")

    (claim,), _ = findings(site)
    assert claim.parameter == name
    assert claim.severity is Severity.MEDIUM
    assert name in claim.evidence
    assert claim.per_site


def test_a_reset_link_is_the_worst():
    def site(request):
        return html(
            f"<a href='http://{host(request)}/reset?token=1'>x</a><base href='http://{host(request)}/'>"
        )

    (claim,), _ = findings(site)
    assert claim.severity is Severity.HIGH
    assert claim.variant == "secret_link"


def test_each_kind_of_place_is_reported_once():
    def site(request):
        if request.path == "/go":
            return html("", 302, location=f"http://{host(request)}/")
        return html(f"<script src='//{host(request)}/a.js'></script>")

    claims, _ = findings(site, HOME, path("/go"), path("/other"), path("/go/2"))
    assert sorted(claim.variant for claim in claims) == ["redirect", "resource"]


def test_links_by_host_count_where_a_cache_keeps_them():
    def site(request, **headers):
        return html(f"<a href='http://{host(request)}/'>x</a>", **headers)

    assert findings(site)[0] == []
    (claim,), _ = findings(lambda request: site(request, age="7"))
    assert claim.severity is Severity.LOW
    assert "aches" in claim.description


def test_a_page_that_believes_any_header_is_not_reported():
    def site(request):
        return html("".join(f"<script src='http://{value}/'></script>" for _, value in request.headers))

    assert findings(site)[0] == []


def test_the_connection_stays_and_no_cache_is_poisoned():
    _, requests = findings(lambda _: html("x"), HOME, query("/a", b="1"))
    assert {str(sent.origin) for sent in requests} == {"http://site.test"}
    assert len({sent.target for sent in requests}) == len(requests)


def test_reset_forms_are_tried_and_other_forms_are_not():
    _, requests = findings(lambda _: html("x"), form("/forgot", mail="a"), form("/pay", sum="1"))
    assert {sent.path for sent in requests if sent.method == "POST"} == {"/forgot"}


def test_a_large_site_costs_no_more():
    pages = [path(f"/page-{chr(97 + number % 26) * (number // 26 + 1)}") for number in range(200)]
    claims, requests = findings(lambda _: html("x"), *pages)
    assert claims == []
    assert len(requests) == 2 * MAX_ENDPOINTS
