import asyncio

import pytest

from corpus.classes.cache_poisoning import answer, behind, linking, moved, secure
from s2n.model import Confidence, Request, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.cache_poisoning import MAX_PAGES, Plugin
from support.site import MemorySender

HOME = Request.from_url("http://site.test/")


def judge(site, *pages):
    sender = MemorySender(site)

    async def go():
        shared = Shared(ScanRequest(target_url="http://site.test/"), sender, pages or (HOME,))
        ctx = Context(Plugin.info, shared, Fresh(1))
        return [(claim, await claim.again()) async for claim in Plugin().run(ctx)]

    return asyncio.run(go()), sender


def test_a_word_that_stays_without_its_header():
    ((claim, again),), _ = judge(behind(linking("X-Forwarded-Host"))())
    assert again
    assert (claim.parameter, claim.severity) == ("X-Forwarded-Host", Severity.HIGH)
    assert claim.confidence is Confidence.CERTAIN
    assert claim.marker in claim.exchange.response.text
    assert claim.exchange.request.header("X-Forwarded-Host") is None
    assert claim.marker not in claim.control.response.text


def test_a_redirect_that_stays():
    ((claim, again),), _ = judge(behind(secure("X-Forwarded-Proto"))())
    assert again
    assert (claim.parameter, claim.severity) == ("X-Forwarded-Proto", Severity.MEDIUM)
    assert claim.confidence is Confidence.FIRM
    assert "HTTP 301" in claim.evidence


def test_one_finding_for_a_header_of_all_pages():
    pages = [Request.from_url(f"http://site.test/{name}") for name in "abc"]
    claims, _ = judge(behind(moved)(), *pages)
    assert [claim.parameter for claim, _ in claims] == ["X-Forwarded-Host"]


@pytest.mark.parametrize(
    "site",
    [
        behind(linking("X-Forwarded-Host", control="no-store")),
        behind(linking("X-Forwarded-Host"), keyed=("X-Forwarded-Host",)),
        behind(linking("X-Forwarded-Host", vary="X-Forwarded-Host")),
        behind(secure("X-Forwarded-Proto"), keyed=("X-Forwarded-Proto",)),
    ],
    ids=["not cached", "in the key", "Vary", "redirect in the key"],
)
def test_what_is_not_stored_under_the_plain_address_is_no_flaw(site):
    assert judge(site())[0] == []


def test_no_visitor_is_served_what_was_stored():
    """No header goes out under a plain address; a cache that ignores the query is filled cleanly first."""
    by_path = {}
    app = linking("X-Forwarded-Host")

    def site(request):
        if request.path not in by_path:
            by_path[request.path] = app(request)
        return by_path[request.path]

    claims, sender = judge(site)
    assert claims == []
    assert b"site.test/app.js" in by_path["/"].body
    for request in sender.requests:
        assert "s2n=" in request.query


def test_pages_are_few_and_cheap():
    pages = [Request.from_url(f"http://site.test/{number}?x={number}") for number in range(50)]
    _, sender = judge(lambda _: answer("<p>hi</p>"), *pages)
    assert len(sender.requests) == 3 * MAX_PAGES
    assert len({request.path for request in sender.requests}) == MAX_PAGES


def test_errors_are_left_alone():
    _, sender = judge(lambda _: answer("no", 404))
    assert len(sender.requests) == 1
