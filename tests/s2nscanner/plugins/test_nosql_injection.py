"""Document queries by operator and by script; the corpus holds the breadth."""

import re

import pytest

from corpus.inputs import form, header, json_body, query, taken
from s2n.model import Confidence
from s2n.s2nscanner.plugins.nosql_injection import Plugin
from s2n.s2nscanner.sdk import points_of
from support.mongo import Collection, MongoError, bracketed
from support.site import MemorySender, html, run_check

ASK = query("/goods", q="cup")


def goods():
    return Collection({"name": "cup", "id": 1}, {"name": "crate", "id": 2})


def shop(find, errors="<h1>Error</h1>"):
    def site(request):
        try:
            return html(f"<p>{[document['name'] for document in find(goods(), request)]}</p>")
        except MongoError as error:
            return html(errors.replace("@", str(error)), 500)

    return site


def by_operator(db, request):
    return db.find({"name": bracketed(request.query).get("q", "")})


def findings(site, request=ASK, latency=None):
    sender = MemorySender(site, latency) if latency else MemorySender(site)
    return run_check(Plugin(), sender, points_of(request)[-1]), sender.requests


def test_operators_are_shown_by_conditions():
    (claim,), _ = findings(shop(by_operator))
    assert claim.confidence is Confidence.FIRM
    assert "$regex" in claim.payload
    assert "$regex" in claim.exchange.request.url
    assert claim.control is not None


def test_an_operator_that_is_complained_about():
    (claim,), _ = findings(
        shop(lambda db, r: by_operator(db, r)[:0], errors="<pre>MongoServerError: @</pre>")
    )
    assert "unknown operator" in claim.evidence


@pytest.mark.parametrize("script", ["this.name == '@'", 'this.name == "@"', "var n='@';return this.name==n"])
def test_scripts_are_shown_by_conditions(script):
    (claim,), _ = findings(shop(lambda db, r: db.where(script.replace("@", taken(r, "q")))))
    assert "==" in claim.payload


def test_a_script_that_shows_nothing_waits():
    def waited(request):
        db = goods()
        try:
            db.where(f"this.name == '{taken(request, 'q')}'")
        except MongoError:
            return 0.01
        return 0.01 + db.waited

    (claim,), _ = findings(lambda _: html("ok"), latency=waited)
    assert "sleep" in claim.payload


def test_a_request_that_may_write_never_gets_a_condition_that_takes_everything():
    _, requests = findings(lambda _: html("saved"), form("/goods/rename", q="cup"))
    assert not [sent for sent in requests if re.search(r"\.%2A|\$ne|%7C%7C", sent.body.decode())]


def test_a_login_is_asked_for_anybody():
    def site(request):
        given = bracketed(request.body.decode())
        users = Collection({"user": "ada", "password": "x7"})
        try:
            found = users.find({"user": given["user"], "password": given["password"]})
        except MongoError:
            found = []
        return html("welcome" if found else "wrong user or password")

    assert findings(site, form("/login", user="eve", password="pw"))[0]


def test_values_that_are_made_texts_stay_silent():
    assert findings(shop(lambda db, r: db.find({"name": str(bracketed(r.query).get("q"))})))[0] == []


def test_names_that_lose_their_brackets_stay_silent():
    def flat(db, request):
        value = bracketed(request.query)["q"]
        return db.find({"name": next(iter(value.values())) if isinstance(value, dict) else value})

    assert findings(shop(flat))[0] == []


@pytest.mark.parametrize(
    "request_", [ASK, form("/f", q="cup"), json_body("/j", {"q": "cup"}), query("/", q="7")]
)
def test_a_blank_point_costs_few_requests(request_):
    claims, requests = findings(lambda _: html("<p>Hi</p>"), request_)
    assert claims == []
    assert len(requests) <= 12


def test_a_header_nobody_sent_is_left_alone():
    request = header("/", "X-Store", "")
    assert findings(lambda _: html("x"), request) == ([], [])
