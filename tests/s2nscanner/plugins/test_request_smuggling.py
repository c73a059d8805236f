import asyncio

from corpus.chain import Server, exact, never, seconds
from s2n.model import Confidence, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.request_smuggling import MAX_ORIGINS, Plugin
from support.site import MemorySender

PAGES = [Request.from_url(f"http://site.test/{name}?id=7", headers=(("Cookie", "a=b"),)) for name in "abc"]


def judge(front, back, pages=PAGES):
    sender = MemorySender(lambda _: "ok", lambda request: seconds(Server(front), Server(back), request))

    async def go():
        scan = ScanRequest(target_url="http://site.test/start")
        ctx = Context(Plugin.info, Shared(scan, sender, pages), Fresh(1))
        claims = []
        async for claim in Plugin().run(ctx):
            ctx.allow(60)
            claims.append((claim, await claim.again()))
        return claims

    return asyncio.run(go()), sender


def test_one_finding_for_an_origin():
    ((claim, again),), sender = judge(never, exact)
    assert again
    assert claim.confidence is Confidence.FIRM
    assert claim.per_site
    assert claim.variant == "CL.TE"
    assert "Content-Length 4" in claim.evidence
    assert claim.control.request.body == claim.exchange.request.body
    assert {request.target for request in sender.requests} == {"/start"}


def test_nothing_of_a_visitor_is_sent():
    _, sender = judge(exact, exact)
    assert all(request.header("cookie") is None for request in sender.requests)
    assert all("s2n" in request.header("user-agent") for request in sender.requests)


def test_agreement_is_silent_and_cheap():
    pages = [Request.from_url(f"http://h{number}.test/") for number in range(9)]
    claims, sender = judge(exact, exact, pages)
    assert claims == []
    assert len({request.origin for request in sender.requests}) == MAX_ORIGINS
    assert len(sender.requests) <= Plugin.info.max_requests
