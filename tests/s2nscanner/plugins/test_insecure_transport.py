import pytest

from corpus.classes import insecure_transport as corpus
from s2n.model import Exchange, Severity
from s2n.s2nscanner.plugins.insecure_transport import Plugin


def found(url, body, **headers):
    (request,), make = (case := corpus.case("x", True, url, body, **headers)).requests, case.make
    return list(Plugin().inspect(Exchange(request, make()(request))))


def test_a_password_over_plain_http():
    (claim,) = found(corpus.CLEAR, corpus.login())
    assert claim.per_site
    assert claim.severity is None
    assert claim.evidence == "The page asks for a password, and itself came over plain HTTP."


def test_a_form_that_leaves_tls_is_named():
    (claim,) = found(corpus.TLS, corpus.login("http://site.test/login") * 2)
    assert "http://site.test/login" in claim.evidence


@pytest.mark.parametrize(
    ("tag", "severity"),
    [
        ("<script src='http://a.test/1.js'></script>", Severity.LOW),
        ("<img src='http://a.test/1.png'>", Severity.INFO),
    ],
)
def test_mixed_content(tag, severity):
    (claim,) = found(corpus.TLS, tag + tag.replace("1.", "2.") + tag)
    assert claim.severity is severity
    assert claim.evidence.count("http://a.test/") == 2


def test_a_long_list_is_cut():
    (claim,) = found(corpus.TLS, "".join(f"<img src='http://a.test/{n}.png'>" for n in range(9)))
    assert claim.evidence.endswith("and 6 more.")


def test_each_kind_once():
    page = (
        corpus.login("http://a.test/")
        + "<script src='http://a.test/1.js'></script><img src='http://a.test/'>"
    )
    assert [claim.variant for claim in found(corpus.TLS, page)] == ["password", "code", "media"]


@pytest.mark.parametrize(
    "reference", ["http://[", "http:///a.js", "http://127.0.0.1/a.js", "http://localhost:3000/a.js"]
)
def test_references_that_lead_nowhere_or_home(reference):
    assert found(corpus.TLS, f"<script src='{reference}'></script>") == []
