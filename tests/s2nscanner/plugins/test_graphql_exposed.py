import json

import pytest

from corpus.classes import graphql_exposed as corpus
from corpus.run import run
from s2n.s2nscanner.plugins.graphql_exposed import MAX_TRIED, Plugin
from support.sitecheck import run_site


@pytest.mark.parametrize("case", corpus.CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_what_it_says():
    site = corpus.at("/graphql", answer=lambda r: corpus.schema(r, mutation={"name": "Mutation"}))()
    (claim,), requests = run_site(Plugin(), site)
    assert claim.evidence == "/graphql lists its 2 types, mutations among them: Query, User."
    assert len(requests) <= MAX_TRIED + 1


def test_it_only_asks_for_the_schema():
    _, requests = run_site(Plugin(), corpus.at()())
    assert all(json.loads(request.body)["query"].startswith("query Look") for request in requests)
    assert len({json.loads(request.body)["query"] for request in requests}) == len(requests)
