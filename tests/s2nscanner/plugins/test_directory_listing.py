import re

import pytest

from corpus.classes.directory_listing import CASES
from corpus.run import run
from s2n.s2nscanner.plugins.directory_listing import Plugin, servers
from support.site import html
from support.sitecheck import run_site

LISTING = (
    "<html><head><title>Index of {0}</title></head><body><h1>Index of {0}</h1><hr><pre>"
    '<a href="../">../</a>\n<a href="my%20file.txt">x</a>\n<a href="b/">b/</a></pre></body>'
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_one_claim_for_each_folder():
    site = lambda r: html(LISTING.format(r.path)) if r.path in {"/a/", "/a/b/"} else html("no", 404)  # noqa: E731
    claims, requests = run_site(Plugin(), site, "/a/b/x", "/user/42/y")
    assert {claim.exchange.request.path for claim in claims} == {"/a/", "/a/b/"}
    assert "nginx" in claims[0].evidence
    assert "my file.txt, b/" in claims[0].evidence
    assert "/user/42/" not in {request.path for request in requests}


def test_silent_where_everything_is_listed():
    site = lambda r: html(LISTING.format(r.path) if r.path != "/" else "<h1>Shop</h1>")  # noqa: E731
    claims, _ = run_site(Plugin(), site, "/a/x")
    assert claims == []


@pytest.mark.parametrize("server", servers(), ids=lambda server: server.name)
def test_linear(server):
    for text in ("<title>Index of /", "<title>/", "<pre>", "<a href='a'>", " "):
        assert re.search(server.looks, text * (130_000 // len(text))) is None
