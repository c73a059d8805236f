import asyncio

import pytest

from corpus.classes import _login as logins
from corpus.classes import csrf as corpus
from corpus.classes._members import MEMBER, get, post
from corpus.run import run
from s2n.model import Confidence, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.csrf import Plugin
from support.site import MemorySender, html
from support.siteplugin import run_site


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


def test_a_session_cookie_that_was_never_seen_set_makes_it_less_sure():
    def site(request):
        answer = inner(request)
        kept = tuple(pair for pair in answer.headers if pair[0].lower() != "set-cookie")
        return type(answer)(answer.status, headers=kept, body=answer.body)

    inner = corpus.site(corpus.nothing)()
    ((claim, holds),), _ = claims(site, corpus.PLAIN)
    assert holds
    assert claim.confidence is Confidence.TENTATIVE
    assert claim.evidence.endswith("Whether the session cookie has SameSite is not known.")


def test_the_login_tells_what_the_session_cookie_is_like():
    """The start page sets none; the login sets it with SameSite, so that nothing can be forged."""
    account = corpus.site(corpus.nothing)()

    def site(request):
        if request.path == "/login":
            return (
                logins.with_page("")
                if request.method == "GET"
                else html("", 302, location="/", set_cookie=LAX)
            )
        answer = account(request)
        kept = tuple(pair for pair in answer.headers if pair[0].lower() != "set-cookie")
        return type(answer)(answer.status, headers=kept, body=answer.body)

    requests = (*corpus.PLAIN, *logins.login())
    assert run_site(Plugin(), site, requests)[0] == []
    assert len(run_site(Plugin(), site, corpus.PLAIN, ANYBODY)[0]) == 1


LAX = f"sessionid={MEMBER}; Path=/; HttpOnly; SameSite=Lax"
ANYBODY = ScanRequest(target_url="http://site.test/")
