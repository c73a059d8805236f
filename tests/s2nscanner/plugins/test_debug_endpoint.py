import pytest

from corpus.classes.debug_endpoint import CASES
from corpus.run import run
from s2n.model import Confidence, Severity
from s2n.s2nscanner.plugins.debug_endpoint import MAX_REQUESTS, Plugin, endpoints
from support.site import html
from support.sitecheck import run_site

PPROF = "<html><body>Types of profiles available:</body></html>"


def pages(**answers):
    return lambda request: answers.get(request.path, html("no", 404))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_one_claim_for_each_kind():
    (claim,), requests = run_site(Plugin(), pages(**{"/debug/pprof/": PPROF, "/debug/pprof": PPROF}))
    assert claim.title == "Go profiler is public"
    assert (claim.severity, claim.confidence) == (Severity.MEDIUM, Confidence.CERTAIN)
    assert claim.exchange.request.path == "/debug/pprof/"
    assert len(requests) <= MAX_REQUESTS


def test_a_path_with_two_meanings_is_asked_for_once():
    _, requests = run_site(Plugin(), pages())
    assert len({request.target for request in requests}) == len(requests)


def test_excluded_urls_are_not_requested():
    _, requests = run_site(Plugin(), pages(), exclude=("actuator",))
    assert not any("actuator" in request.target for request in requests)


def test_every_entry_is_sound():
    for endpoint in endpoints():
        assert endpoint.find(html("")) is None
        assert endpoint.find(html("<h1>Welcome</h1>")) is None
        assert all(not path.startswith("/") for path in endpoint.paths)
        assert isinstance(endpoint.severity, Severity)
        for text in ("<title>", '"openapi"', "window.", " ", '"type": "version"'):
            endpoint.find(html(text * (200_000 // len(text))))
