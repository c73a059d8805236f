import time

import pytest

from corpus.classes import _tokens as made
from corpus.classes import jwt as corpus
from s2n.model import Confidence, Severity
from s2n.protocol import ScanRequest
from s2n.s2nscanner.plugins.jwt import Plugin
from support.site import MemorySender
from support.siteplugin import SCAN, run_site

NOW = int(time.time())


ANYBODY = ScanRequest(target_url="http://site.test/")


def found(make, requests, scan=ANYBODY):
    return run_site(Plugin(), make(), requests, scan)


def variants(make, requests, scan=ANYBODY):
    return [claim.variant for claim in found(make, requests, scan)[0]]


def test_a_forged_token_with_its_control():
    (claim,), _ = found(corpus.site(made.takes_none("none")), corpus.with_bearer(made.token()))
    assert claim.variant == "none"
    assert claim.confidence is Confidence.CERTAIN
    assert claim.evidence == (
        "A token with the algorithm 'none' is taken like the real one; the control is refused (HTTP 401)."
    )
    assert claim.payload in claim.exchange.request.header("authorization")


def test_a_well_known_secret_is_found_without_a_request():
    text = made.token(key=b"secret")
    (claim,), sender = found(corpus.showing(text), corpus.HOME)
    assert claim.variant == "secret"
    assert claim.cwe == "CWE-326"
    assert claim.payload == "secret"
    assert len(sender.requests) == 1


def test_public_keys_are_asked_for_once_and_only_if_they_can_help():
    keys = ("/.well-known/jwks.json", made.jwks())
    pem = made.PUBLIC_PEM.encode()
    assert variants(corpus.site(made.confused(pem), keys=keys), corpus.with_bearer(corpus.RS)) == [
        "confusion"
    ]
    _, sender = found(corpus.site(made.strict(), keys=keys), corpus.with_bearer(made.token()))
    assert {request.path for request in sender.requests} == {"/api/me"}


@pytest.mark.parametrize(
    ("claims", "variant", "severity"),
    [
        ({"sub": "ann"}, "expiry", Severity.LOW),
        ({"sub": "ann", "iat": NOW, "exp": NOW + 40 * 86400}, "expiry", Severity.LOW),
        (corpus.CLAIMS | {"password": "x"}, "claims", Severity.MEDIUM),
    ],
)
def test_what_the_token_says(claims, variant, severity):
    (claim,), _ = found(corpus.site(made.strict()), corpus.with_bearer(made.token(claims)))
    assert (claim.variant, claim.severity) == (variant, severity)


def test_the_token_of_a_login_is_tried_where_one_is_wanted():
    assert variants(corpus.issuing(made.token(), made.unverified), corpus.LOGIN, SCAN) == ["signature"]
    assert variants(corpus.issuing(made.token()), corpus.LOGIN, SCAN) == []


def test_nobody_logs_in_without_credentials():
    claims, sender = found(corpus.issuing(made.token(), made.unverified), corpus.LOGIN)
    assert claims == []
    assert {request.method for request in sender.requests} == {"GET"}


def test_one_finding_of_a_kind_for_many_tokens():
    requests = corpus.with_bearer(made.token({"sub": "a"})) + corpus.with_bearer(made.token({"sub": "b"}))
    assert variants(corpus.site(made.strict()), requests) == ["expiry"]


def test_a_token_in_a_page_need_not_end():
    assert variants(corpus.showing(made.token({"role": "anon"})), corpus.HOME) == []


def test_the_start_page_is_asked_for_where_nothing_else_is_known():
    claims, sender = found(corpus.site(made.strict()), [])
    assert claims == []
    assert [request.url for request in sender.requests] == ["http://site.test/"]


def test_forms_are_not_sent():
    sender = MemorySender(corpus.site(made.strict())())
    run_site(Plugin(), sender, [corpus.LOGIN[1]], ANYBODY)
    assert {request.method for request in sender.requests} == {"GET"}
