"""Heads that a value writes into; the corpus holds the breadth."""

import re
from urllib.parse import unquote

import pytest

from corpus.inputs import query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.header_injection import Plugin
from s2n.s2nscanner.sdk import points_of
from support.heads import answered
from support.site import MemorySender, html, run_check

ASK = query("/go", to="/home")


def redirect(write=str):
    return lambda request: answered("302 Found", f"Location: {write(taken(request, 'to'))}")


def findings(site, request=ASK):
    sender = MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[-1]), sender.requests


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda v: v.replace("\r", ""),
        lambda v: unquote(re.sub(r"[\r\n]", "", v)),
        lambda v: re.sub(r"[\r\n]|%", "", v),
        lambda v: re.sub(r"(?<![\r\n])\n|%|[\u560a-\u560d]", "", v.replace("\r\n", "")),
    ],
    ids=["as it is", "no CR", "decoded twice", "low bytes", "removed once"],
)
def test_the_header_is_among_those_of_the_response(write):
    (claim,), _ = findings(redirect(write))
    assert claim.confidence is Confidence.CERTAIN
    assert claim.marker in [value for _, value in claim.exchange.response.headers]
    assert claim.marker not in [value for _, value in claim.control.response.headers]


def test_a_value_that_no_header_holds_costs_two_requests():
    claims, requests = findings(lambda request: html(f"<p>{taken(request, 'to')}</p>"))
    assert claims == []
    assert len(requests) == 3  # the baseline is one of them


def test_a_value_that_is_encoded_stays_silent():
    claims, requests = findings(redirect(lambda v: re.sub(r"[^ -~]", "", v)))
    assert claims == []
    assert len(requests) <= 8


def test_a_site_that_makes_headers_of_what_looks_like_one_stays_silent():
    def site(request):
        value = taken(request, "to")
        fields = [f"{name}: {text}" for name, text in re.findall(r"(x-\w+):(\w+)", value)]
        return answered("200 OK", f"X-Asked: {re.sub(r'[^ -~]', '', value)}", *fields)

    assert findings(site)[0] == []


def test_only_the_start_of_a_header_counts():
    """A header that says what was refused, and only then, is none of ours."""

    def site(request):
        value = taken(request, "to")
        clean = re.sub(r"[^ -~]", "", value)
        name = (re.findall(r"x-[a-z]+", value) or ["x-a"])[0]
        refused = [f"{name}: refused {clean}"] if clean != value else []
        return answered("200 OK", f"X-Asked: {clean}", *refused)

    assert findings(site)[0] == []
