import asyncio

import pytest

from corpus.classes import csrf as corpus
from corpus.classes._members import MEMBER, get, post
from corpus.run import run
from s2n.model import Confidence, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.csrf import Plugin
from support.site import MemorySender


def claims(site, requests):
    sender = MemorySender(site)
    ctx = Context(
        Plugin.info, Shared(ScanRequest(target_url="http://site.test/"), sender, requests), Fresh(1)
    )

    async def go():
        found = [claim async for claim in Plugin().run(ctx)]
        return [(claim, await claim.again()) for claim in found]

    return asyncio.run(go()), sender


def test_a_change_without_a_token():
    ((claim, holds),), _ = claims(corpus.site(corpus.nothing)(), corpus.PLAIN)
    assert holds
    assert claim.confidence is Confidence.FIRM
    assert claim.exchange.request.header("sec-fetch-site") == "cross-site"
    assert claim.evidence.startswith("Sent from another site, the request is accepted")
    assert claim.control.request.header("cookie") is None


def test_a_token_that_is_not_checked_is_named():
    (case,) = [case for case in corpus.CASES if case.name == "asp.net: any token will do"]
    (finding,) = run(case)[0]
    assert finding.parameter == "__RequestVerificationToken"
    assert finding.title == "Token against request forgery is not checked"
    assert finding.severity is Severity.MEDIUM
    assert MEMBER not in finding.request


def test_it_does_not_hold_once_it_is_mended():
    sender = MemorySender(corpus.site(corpus.nothing)())
    ctx = Context(
        Plugin.info, Shared(ScanRequest(target_url="http://site.test/"), sender, corpus.PLAIN), Fresh(1)
    )

    async def go():
        (claim,) = [claim async for claim in Plugin().run(ctx)]
        sender.site = corpus.site(corpus.origin)()
        return await claim.again()

    assert asyncio.run(go()) is False


@pytest.mark.parametrize(
    "request_", [get("/account"), post("/notes/delete", "id=1"), post("/login", "user=a&password=b")]
)
def test_nothing_is_sent_where_there_is_no_change(request_):
    found, sender = claims(corpus.site(corpus.nothing)(), [request_])
    assert found == []
    assert sender.requests == []
