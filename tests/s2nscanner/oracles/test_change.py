import asyncio
from collections import Counter

import pytest

from corpus.classes import csrf as corpus
from corpus.classes._members import MEMBER, cookies, get, post
from s2n.s2nscanner.oracles.change import Change, same_site
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html

CHANGE = "/account/email"


def forge(site, requests, known=None):
    sender = MemorySender(site)
    change = Change(sender, Fresh(1), requests[0], requests, {} if known is None else known)
    return asyncio.run(change.forge()), sender


@pytest.mark.parametrize("case", corpus.CASES, ids=lambda case: case.name)
def test_a_change_is_sent_six_times_at_most(case):
    _, sender = forge(case.make(), case.requests)
    sent = Counter((request.method, request.path) for request in sender.requests)
    first = case.requests[0]
    assert sent[first.method, first.path] - (first.method == "GET") <= 6


def test_what_was_forged_is_told():
    forged, _ = forge(corpus.site(corpus.token_there())(), corpus.with_token())
    assert forged.how == "with a made-up token"
    assert forged.tokens == ("csrf_token",)
    assert forged.stranger.response.status == 302
    assert cookies(forged.exchange.request)["sessionid"] == MEMBER
    assert forged.exchange.request.header("origin").endswith(".example")
    assert forged.accepted.same(forged.exchange)
    assert not forged.accepted.same(forged.stranger)


def test_nothing_is_asked_of_a_request_without_session():
    forged, sender = forge(corpus.site(corpus.nothing)(), [post(CHANGE, "email=a", cookie="")])
    assert forged is None
    assert len(sender.requests) == 1


@pytest.mark.parametrize(("known", "found"), [("", True), ("none", True), ("lax", False), ("strict", False)])
def test_same_site_keeps_the_session_at_home(known, found):
    forged, _ = forge(corpus.site(corpus.nothing)(), corpus.PLAIN, {"sessionid": known, "theme": ""})
    assert (forged is not None) is found


def test_a_token_that_the_sender_renews_needs_no_page():
    """The engine's sender does so; a page that is not among the endpoints is no reason to give up."""

    class Renewing(MemorySender):
        async def send(self, request, **options):
            stale = request.body.replace(corpus.STALE.encode(), corpus.token_of(MEMBER).encode())
            return await super().send(type(request)(request.method, request.origin, request.target,
                                                    request.headers, stale), **options)  # fmt: skip

    request = corpus.with_token("csrf_token", corpus.STALE)[0]
    site = corpus.site(corpus.token_if_present())()
    change = Change(Renewing(site), Fresh(1), request, [request], {})
    assert asyncio.run(change.forge()).how == "without a token"
    change = Change(MemorySender(site), Fresh(1), request, [request], {})
    assert asyncio.run(change.forge()) is None


def test_same_site_of_each_cookie():
    sender = MemorySender(lambda _: html("", set_cookie="sid=1; SameSite=Strict"))
    assert same_site(asyncio.run(sender.send(get("/")))) == {"sid": "strict"}
