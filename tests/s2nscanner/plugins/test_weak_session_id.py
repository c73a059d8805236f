import hashlib

from corpus.classes import weak_session_id as corpus
from s2n.model import Confidence, Request, Severity
from s2n.s2nscanner.plugins.weak_session_id import LOOK, SAMPLE, Plugin
from support.site import html
from support.siteplugin import run_site


def found(make, requests=corpus.HOME):
    return run_site(Plugin(), make(), requests)


def test_ids_that_are_counted():
    (claim,), sender = found(corpus.site(corpus.counting(1000), "PHPSESSID"))
    assert claim.parameter == "PHPSESSID"
    assert claim.confidence is Confidence.FIRM
    assert "Among them: 1001, 1002, 1003." in claim.evidence
    assert all(request.header("cookie") is None for request in sender.requests)
    assert len(sender.requests) <= 1 + SAMPLE + SAMPLE // 2


def test_digests_are_certain():
    (claim,), _ = found(corpus.site(corpus.hashed(hashlib.md5)))
    assert claim.confidence is Confidence.CERTAIN


def test_short_ids_are_less_bad():
    (claim,), _ = found(corpus.site(corpus.chars(corpus.HEX, 12)))
    assert (claim.severity, claim.cwe) == (Severity.MEDIUM, "CWE-334")


def test_a_long_life_is_a_finding_of_its_own():
    claims, _ = found(corpus.site(corpus.counting(), attributes=corpus.YEAR))
    assert [(claim.variant, claim.cwe) for claim in claims] == [
        ("sessionid life", "CWE-613"),
        ("sessionid", ""),
    ]


def test_a_constant_is_noticed_early():
    claims, sender = found(corpus.site(corpus.constant("guest")))
    assert claims == []
    assert len(sender.requests) == 2 + LOOK


def test_a_site_without_cookies_costs_a_request_for_each_page():
    claims, sender = found(lambda: lambda request: html("<h1>Hello</h1>"), corpus.LOGIN)
    assert claims == []
    assert len(sender.requests) == 3


def test_a_button_without_fields_may_give_ids_as_well():
    def make():
        counted = corpus.site(corpus.counting(), "weakSession")()
        return lambda request: counted(request) if request.method == "POST" else html("<h1>Hi</h1>")

    button = Request.from_url("http://site.test/generate", "POST", (("Cookie", "sid=1"),))
    (claim,), _ = found(make, [button])
    assert claim.parameter == "weakSession"
    assert claim.exchange.request.header("cookie") == "sid=1"
    full = Request.from_url("http://site.test/save", "POST", body=b"a=1")
    assert all(request.method == "GET" for request in found(make, [full])[1].requests)


def led_to(place, make):
    """A site whose start page leads a stranger to ``place``, where the ids are given out."""

    def site():
        counted = make()

        def app(request):
            if request.path == "/login":
                return counted(request)
            return html("", 302, location=place)

        return app

    return site


def test_ids_that_only_the_login_gives_out_to_a_stranger():
    (claim,), sender = found(led_to("/login", corpus.site(corpus.counting(1000), "PHPSESSID")), [])
    assert claim.parameter == "PHPSESSID"
    assert claim.exchange.request.path == "/login"
    assert [request.path for request in sender.requests[:3]] == ["/", "/", "/login"]


def test_redirects_to_elsewhere_and_in_circles_are_not_followed():
    for place in ("http://other.test/login", "/", "http://[", "/a"):
        claims, sender = found(led_to(place, corpus.site(corpus.counting())), [])
        assert claims == []
        assert {request.origin.host for request in sender.requests} == {"site.test"}
        assert len(sender.requests) <= 3


def test_other_origins_are_left_alone():
    other = Request.from_url("http://other.test/")
    _, sender = found(corpus.site(corpus.counting()), [other])
    assert {request.origin.host for request in sender.requests} == {"site.test"}


def test_it_is_taken_back_if_it_does_not_show_again():
    def make():
        counted, chance = corpus.site(corpus.counting())(), corpus.site(corpus.chars(corpus.HEX, 32))()
        seen = []

        def app(request):
            seen.append(request)
            return (counted if len(seen) <= SAMPLE + 1 else chance)(request)

        return app

    assert found(make)[0] == []
