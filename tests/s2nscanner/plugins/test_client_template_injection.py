"""Pages that a framework compiles; the corpus and the oracle's tests hold the breadth."""

import html as codec

import pytest

from corpus.inputs import header, query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.client_template_injection import Plugin
from s2n.s2nscanner.sdk import points_of
from support.site import MemorySender, html, run_check

ASK = query("/search", q="tea")
NG = '<!doctype html><script src="/angular.min.js"></script><div ng-app>@</div>'


def page(template=NG, write=codec.escape, status=200):
    return lambda request: html(template.replace("@", write(taken(request, "q"))), status)


def findings(site, request=ASK):
    sender = MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[-1]), sender.requests


def test_an_expression_in_a_compiled_page_is_found():
    (claim,), _ = findings(page())
    assert claim.confidence is Confidence.FIRM
    assert "AngularJS evaluates {{" in claim.evidence
    assert claim.marker in claim.exchange.response.text
    assert claim.control is not None


def test_a_framework_that_is_only_guessed_is_tentative():
    (claim,), _ = findings(page(NG.replace("angular.min", "bundle")))
    assert claim.confidence is Confidence.TENTATIVE


def test_a_value_that_must_stand_alone_is_replaced():
    def site(request):
        value = taken(request, "q")
        return html(NG.replace("@", "" if value.startswith("tea") else codec.escape(value)))

    assert findings(site)[0]


def test_own_delimiters_are_used():
    own = NG + "<script>p.startSymbol('[[').endSymbol(']]')</script>"
    (claim,), _ = findings(page(own))
    assert "[[" in claim.payload


@pytest.mark.parametrize("template", ["<p>@</p>", "<p>{{@}}</p>", NG.replace("ng-app", "")])
def test_nothing_is_sent_without_a_framework(template):
    claims, requests = findings(page(template))
    assert claims == []
    assert len(requests) <= 2  # without an own script the baseline alone


def test_braces_that_are_removed_stay_silent():
    claims, requests = findings(page(write=lambda v: v.replace("{", "")))
    assert claims == []
    assert len(requests) == 3


def test_a_filter_s_page_is_no_answer():
    def site(request):
        return page(status=403 if "{" in taken(request, "q") else 200)(request)

    assert findings(site)[0] == []


def test_a_header_nobody_sent_is_left_alone():
    assert findings(page(), header("/", "X-City", "")) == ([], [])
