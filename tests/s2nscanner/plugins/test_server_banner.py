import pytest

from corpus.classes.server_banner import CASES
from corpus.run import run
from s2n.model import Exchange, Request
from s2n.s2nscanner.plugins.server_banner import Plugin
from support.site import html


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_one_claim_for_each_place():
    answer = html("<meta name=generator content='Drupal 9.1'>", server="nginx/1.2", x_powered_by="PHP/8.1")
    claims = list(Plugin().inspect(Exchange(Request.from_url("http://site.test/"), answer)))
    assert [claim.variant for claim in claims] == ["server", "x-powered-by", "generator"]
    assert claims[0].evidence == "The response names software and version: Server: nginx/1.2."
    assert all(claim.per_site for claim in claims)
