"""The crawl as a part of a scan: its share of the limits."""

import asyncio

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.sitemodel import SiteModel
from s2n.s2nscanner.engine.crawling import Crawling
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.site import html
from support.webserver import serving


def endless(request):
    """A site of which each page links two more."""
    at = request.path.strip("/") or "a"
    return html(f"<p class=c{len(at)}>{at}</p><a href=/{at}x>x</a><a href=/{at}y>y</a>")


def crawl(site, *, mapped=False, **settings):
    async def go(url):
        scan = ScanRequest(target_url=url, browser="never", **settings)
        client = HttpClient(scan, Governor.of(scan))
        seen, endpoints = [], []
        crawling = Crawling(client, client, scan, SiteModel(scan, endpoints.append) if mapped else None)

        async def inspect(exchange):
            seen.append(exchange.request.path)

        notes = await crawling.run(inspect)
        await crawling.close()
        await client.close()
        return crawling, seen, notes

    with serving(site) as web:
        return asyncio.run(go(web.url))


def test_a_part_of_the_requests_is_left_for_the_test():
    crawling, seen, _ = crawl(endless, max_requests=50, depth=100)
    assert str(crawling.cut) == "crawling ended at 40% of --max-requests"
    assert len(seen) < 25


def test_a_crawl_for_its_own_sake_has_all_of_them():
    crawling, seen, _ = crawl(endless, mapped=True, max_requests=50, depth=100)
    assert "--max-requests is used up" in str(crawling.cut)
    assert len(seen) > 30  # what is in flight at the end is not read


def test_a_crawl_within_its_limits_is_not_cut():
    crawling, seen, notes = crawl(lambda _: html("<p>one page"), max_requests=500)
    assert crawling.cut is None
    assert "/" in seen
    assert notes == []


def test_every_exchange_is_handed_on():
    crawling, seen, _ = crawl(lambda request: html("<a href=/a>a</a>" if request.path == "/" else "x"))
    assert {"/", "/a", "/robots.txt"} <= set(seen)
    assert crawling.current.startswith("http://127.0.0.1")
