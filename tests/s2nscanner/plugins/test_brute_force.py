from corpus.classes import _login as corpus
from s2n.model import Confidence
from s2n.s2nscanner.plugins.brute_force import AGAIN, Plugin
from support.siteplugin import run_site


def test_a_login_without_a_limit():
    (claim,), sender = run_site(Plugin(), corpus.site()(), corpus.login())
    assert claim.confidence is Confidence.TENTATIVE
    assert claim.parameter == "password"
    assert claim.evidence.startswith("12 wrong passwords for ")
    assert len(sender.requests) == 2 + 12 + AGAIN


def test_it_is_intrusive():
    assert Plugin.info.intrusive


def test_a_limit_that_shows_only_later_takes_the_claim_back():
    claims, _ = run_site(Plugin(), corpus.site(limit=corpus.too_many(13))(), corpus.login())
    assert claims == []


def test_silent_with_a_limit():
    for limit in (
        corpus.too_many(5),
        corpus.too_many(3, corpus.stop_page),
        corpus.too_many(4, corpus.stop_captcha),
    ):
        claims, _ = run_site(Plugin(), corpus.site(limit=limit)(), corpus.login())
        assert claims == []


def test_without_a_login_form_it_only_looks_for_one():
    claims, sender = run_site(Plugin(), corpus.no_login(), corpus.login()[1:])
    assert claims == []
    assert {request.method for request in sender.requests} == {"GET"}
    assert len(sender.requests) <= 10


def test_a_form_that_the_crawl_has_not_met():
    (claim,), _ = run_site(Plugin(), corpus.site()(), corpus.login()[1:])
    assert claim.exchange.request.path == "/login"
