import pytest

from corpus.classes import http_methods as corpus
from corpus.run import run
from s2n.model import Severity
from s2n.s2nscanner.plugins.http_methods import WRITING, Plugin
from support.sitecheck import run_site


@pytest.mark.parametrize("case", corpus.CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_what_it_says():
    site = corpus.site(
        trace=lambda r: corpus.answer(corpus.text_of(r)), dav=corpus.multistatus, allow="PUT, GET"
    )()
    claims, requests = run_site(Plugin(), site)
    assert [(claim.variant, claim.severity) for claim in claims] == [
        ("TRACE", None),
        ("WebDAV", Severity.MEDIUM),
    ]
    assert "it says that it allows PUT" in claims[1].evidence
    assert not {request.method for request in requests} & set(WRITING)
