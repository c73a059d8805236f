import asyncio

import pytest
from msgspec.structs import replace

from corpus.classes.forbidden_bypass import ADMIN, CASES, DENIED, behind, exactly, lenient
from corpus.run import run
from s2n import ScanConfig, Scanner
from s2n.model import Request
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.plugins.forbidden_bypass import MAX_REQUESTS, Plugin, ways
from support.site import MemorySender, html
from support.siteplugin import SCAN
from support.webserver import serving

PAGE = Request.from_url(f"http://site.test{ADMIN}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def driven(site, *closed, scan=SCAN):
    sender = MemorySender(site)

    async def go():
        shared = Shared(scan, sender, closed)
        shared.closed = closed
        return [claim async for claim in Plugin().run(Context(Plugin.info, shared))]

    return asyncio.run(go()), sender


def test_the_ways_of_two_paths_are_the_same_ones():
    ours, theirs = list(ways(PAGE, ADMIN)), list(ways(PAGE, "/admin/xyz"))
    assert len(ours) == len(theirs)
    assert [way.request.method for way in ours] == [way.request.method for way in theirs]
    assert {way.request.method for way in ours} == {"GET", "GETS"}


def test_one_finding_a_page_that_says_which_way():
    claims, _ = driven(behind(exactly, lenient)(), PAGE)
    assert [claim.variant for claim in claims] == [ADMIN]
    assert ADMIN in claims[0].evidence
    assert "as /admin/orders/" in claims[0].evidence


def test_nobody_was_refused():
    claims, sender = driven(behind(exactly, lenient)())
    assert claims == []
    assert sender.requests == []


def test_many_pages_stay_in_the_budget():
    pages = [Request.from_url(f"http://site.test/admin/{number}x") for number in range(100)]
    claims, sender = driven(lambda _: DENIED, *pages)
    assert claims == []
    assert 0 < len(sender.requests) <= MAX_REQUESTS


def test_what_the_user_excluded_is_left_alone():
    claims, sender = driven(behind(exactly, lenient)(), PAGE, scan=replace(SCAN, exclude=("/admin",)))
    assert claims == []
    assert sender.requests == []


def test_a_page_that_the_crawl_is_refused_is_tried():
    def site(request):
        if request.path == "/":
            return html(f"<h1>Shop</h1><a href='{ADMIN}'>Administration</a>")
        return behind(exactly, lenient)()(request)

    with serving(site) as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=("forbidden_bypass",))).scan()
    (finding,) = report.findings
    assert finding.plugin == "forbidden_bypass"
    assert ADMIN in finding.evidence
