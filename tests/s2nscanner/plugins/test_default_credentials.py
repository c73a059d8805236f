from collections import Counter

from corpus.classes import _login as corpus
from corpus.classes.default_credentials import honeypot, says_yes_to_all
from s2n.model import Confidence
from s2n.protocol import ScanRequest
from s2n.s2nscanner.plugins.default_credentials import CREDENTIALS, Plugin
from support.siteplugin import run_site


def found(make, requests=None):
    return run_site(Plugin(), make(), requests or corpus.login())


def test_a_well_known_account():
    (claim,), _ = found(corpus.site(users={"admin": "password"}))
    assert claim.payload == "admin:password"
    assert claim.confidence is Confidence.CERTAIN
    assert claim.control.response.status == 200


def test_the_pair_of_the_scan_itself_is_told_without_naming_it():
    scan = ScanRequest(target_url="http://site.test/", username="admin", password="admin")
    site = corpus.site(users={"admin": "admin", "guest": "guest"})
    own, other = run_site(Plugin(), site(), corpus.login(), scan)[0]
    assert own.evidence.startswith("The user and password that this scan was given")
    assert "admin" not in own.evidence
    assert "'guest' with the password 'guest'" in other.evidence


def test_each_account_once():
    claims, _ = found(corpus.site(users={"admin": "admin", "guest": "guest"}))
    assert [claim.variant for claim in claims] == ["admin", "guest"]


def test_addresses_of_the_site_where_they_are_wanted():
    (claim,), _ = found(corpus.site(corpus.with_json, users={"admin@site.test": "admin"}), corpus.JSON)
    assert claim.payload == "admin@site.test:admin"


def test_three_tries_of_one_account_at_most():
    assert max(Counter(user for user, _ in CREDENTIALS).values()) <= 3
    app = corpus.site()()
    run_site(Plugin(), app, corpus.login())
    assert max(Counter(user for user, _ in app.guesses).values()) <= 3


def test_it_stops_at_a_limit():
    app = corpus.site(limit=corpus.too_many(6), users={"bee": "bug"})()
    claims, _ = run_site(Plugin(), app, corpus.login())
    assert claims == []
    assert len(app.guesses) == 6


def test_silent():
    for make in (corpus.site(), corpus.site(corpus.with_401), says_yes_to_all, honeypot):
        assert found(make)[0] == []


def test_it_is_intrusive_and_needs_a_login_form():
    assert Plugin.info.intrusive
    claims, sender = run_site(Plugin(), corpus.no_login(), corpus.login()[1:])
    assert claims == []
    assert {request.method for request in sender.requests} == {"GET"}
