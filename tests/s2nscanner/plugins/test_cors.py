import pytest

from corpus.classes import cors as corpus
from corpus.classes._members import get, post
from s2n.model import Confidence, Request, Severity
from s2n.s2nscanner.plugins.cors import MAX_ENDPOINTS, Plugin
from support.siteplugin import run_site


def found(make, requests=corpus.API):
    return run_site(Plugin(), make(), requests)


def test_an_echoed_origin():
    (claim,), sender = found(corpus.cors(corpus.echo))
    assert claim.title == "CORS trusts any origin"
    assert claim.severity is None
    assert claim.confidence is Confidence.CERTAIN
    assert claim.payload == claim.exchange.request.header("origin")
    assert claim.payload.endswith(".example")
    assert "with the visitor's session" in claim.evidence
    assert len({request.header("origin") for request in sender.requests}) == len(sender.requests)


def test_without_credentials_it_is_low():
    (claim,), _ = found(corpus.cors(corpus.echo, credentials=""))
    assert claim.severity is Severity.LOW
    (claim,), _ = found(corpus.cors(corpus.echo, credentials="True"))
    assert claim.severity is Severity.LOW


@pytest.mark.parametrize(
    ("allow", "title"),
    [
        (corpus.only("null"), "CORS trusts the origin null"),
        (corpus.matching("^http://site.test"), "CORS trusts names that begin with site.test"),
        (corpus.matching("site.test$"), "CORS trusts names that end with site.test"),
    ],
)
def test_what_is_overlooked(allow, title):
    assert [claim.title for claim in found(corpus.cors(allow))[0]] == [title]


def test_any_character_for_a_dot():
    (claim,), _ = found(corpus.cors(corpus.matching(r"^http://www.shop\.test$")), corpus.SHOP)
    assert claim.title == "CORS trusts names like www.shop.test with any character for a dot"


def test_one_finding_for_many_endpoints():
    claims, sender = found(corpus.cors(corpus.echo), [get(f"/api/{n}") for n in range(40)])
    assert len(claims) == 1
    assert len(sender.requests) == MAX_ENDPOINTS + 1


def test_interfaces_come_first():
    _, sender = found(corpus.cors(corpus.only()), [*(get(f"/page/{n}") for n in range(40)), get("/api/me")])
    assert sender.requests[0].path == "/api/me"


def test_a_change_is_never_sent():
    _, sender = found(corpus.cors(corpus.echo), [post("/api/me", "a=1"), post("/b", "a=1", method="DELETE")])
    assert {request.method for request in sender.requests} == {"GET", "OPTIONS"}


def test_no_names_are_made_of_addresses():
    request = Request.from_url("http://127.0.0.1:8000/api/me")
    _, sender = found(corpus.cors(corpus.only("http://127.0.0.1:8000")), [request])
    sent = [each.header("origin") for each in sender.requests if each.origin.host == "127.0.0.1"]
    assert any(origin.startswith("http://127.0.0.1.") for origin in sent)
    assert not any(origin.endswith("127.0.0.1") for origin in sent)


@pytest.mark.parametrize(
    "allow", [corpus.only(corpus.OWN), corpus.always("*"), corpus.always("https://partner.test")]
)
def test_silent(allow):
    assert found(corpus.cors(allow))[0] == []


def test_it_must_show_twice():
    assert found(corpus.once)[0] == []


def test_credentials_must_be_allowed_twice_as_well():
    def make():
        first, then = corpus.cors(corpus.echo)(), corpus.cors(corpus.echo, credentials="")()
        seen = []

        def site(request):
            seen.append(request)
            return (first if len(seen) == 1 else then)(request)

        return site

    assert found(make, [])[0] == []
