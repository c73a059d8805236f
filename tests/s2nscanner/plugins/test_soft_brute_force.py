from corpus.classes import _login as corpus
from s2n.model import Confidence
from s2n.s2nscanner.plugins.soft_brute_force import Plugin
from support.siteplugin import run_site


def found(limit):
    return run_site(Plugin(), corpus.site(limit=limit)(), corpus.login())[0]


def test_a_limit_by_the_forwarded_address():
    (claim,) = found(corpus.too_many(5, by="forwarded"))
    assert claim.confidence is Confidence.CERTAIN
    assert claim.parameter == "X-Forwarded-For"
    assert claim.exchange.request.header("x-forwarded-for").startswith("198.51.100.")
    assert claim.exchange.response.status == 200
    assert claim.control.response.status == 429


def test_silent_where_the_limit_holds_or_there_is_none():
    assert found(corpus.too_many(5)) == []
    assert found(corpus.too_many(5, corpus.stop_locked, "user")) == []
    assert found(None) == []


def test_a_limit_that_ends_by_itself_is_not_evaded():
    serial = []

    def limit(request, guesses):
        serial.append(1)
        return corpus.stop_429(None) if len(serial) == 4 else None

    assert found(limit) == []


def test_it_is_intrusive_and_needs_a_login_form():
    assert Plugin.info.intrusive
    claims, sender = run_site(Plugin(), corpus.no_login(), corpus.login()[1:])
    assert claims == []
    assert {request.method for request in sender.requests} == {"GET"}
