import pytest

from corpus.classes import unsigned_session as corpus
from corpus.classes._members import cookies
from corpus.run import run
from s2n.errors import NotApplicable
from s2n.model import Confidence
from s2n.protocol import ScanRequest
from s2n.s2nscanner.plugins.unsigned_session import Plugin
from support.site import MemorySender
from support.siteplugin import run_site


def found(make, requests, **scan):
    sender = MemorySender(make())
    request = ScanRequest(**{"target_url": "http://site.test/", "username": "ann"} | scan)
    return run_site(Plugin(), sender, requests, request)[0], sender


@pytest.mark.parametrize("case", corpus.CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_the_page_is_somebody_elses_who_is_nobody():
    case = corpus.CASES[0]
    (claim,), _ = found(case.make, case.requests)
    (value,) = cookies(claim.exchange.request).values()
    name = corpus.from_json(value)
    assert name not in {"", "ann"}
    assert f"Hello {name}" in claim.exchange.response.text
    assert claim.parameter == "user"
    assert claim.confidence is Confidence.CERTAIN
    assert claim.control.response.header("location") == "/login?next=/account"


def test_without_a_user_there_is_nothing_to_change():
    with pytest.raises(NotApplicable, match="there is no name") as caught:
        found(corpus.CASES[0].make, corpus.CASES[0].requests, username="")
    assert caught.value.remedy == "give --username and --password"


def test_another_name_than_the_cookies_changes_nothing():
    claims, sender = found(corpus.CASES[0].make, corpus.CASES[0].requests, username="bob")
    assert claims == []
    assert len(sender.requests) == 1
