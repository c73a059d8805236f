import pytest

from corpus.classes.source_map import CASES
from corpus.run import run
from s2n.model import Response, Severity
from s2n.s2nscanner.plugins.source_map import MAX_SCRIPTS, Plugin, parse
from support.site import html
from support.sitecheck import run_site

MAP = '{"version":3,"sources":["a.ts"],"sourcesContent":["x"],"mappings":"A"}'
SCRIPT = Response(200, headers=(("Content-Type", "text/javascript"),), body=b"1")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_one_claim_for_each_map_however_many_pages():
    pages = {"/a.js": SCRIPT, "/a.js.map": Response(200, body=MAP.encode())}
    site = lambda r: pages.get(r.path) or html("<script src=/a.js></script>")  # noqa: E731
    (claim,), _ = run_site(Plugin(), site, "/x", "/y")
    assert claim.severity is Severity.LOW
    assert claim.title == "Source map with sources is served"
    assert "back to 1 sources, their text included: a.ts" in claim.evidence


def test_addresses_that_are_none_are_passed_over():
    pages = {
        "/a.js": SCRIPT,
        "/a.js.map": Response(200, body=MAP.encode()),
        "/b.js": Response(200, headers=SCRIPT.headers, body=b"1\n//# sourceMappingURL=http://[/b.map"),
    }
    links = "<script src=http://[></script><script src=/b.js></script><script src=/a.js></script>"
    found, _ = run_site(Plugin(), lambda r: pages.get(r.path) or html(links), "/x")
    assert [claim.exchange.request.path for claim in found] == ["/a.js.map"]


def test_large_sites_stay_within_the_budget():
    def site(request):
        links = "".join(f"<script src='{request.path}{n}.js'></script>" for n in range(30))
        return SCRIPT if request.path.endswith(".js") else html(links)

    _, requests = run_site(Plugin(), site, *(f"/p{n}/" for n in range(50)))
    assert sum(request.path.endswith(".js") for request in requests) == MAX_SCRIPTS


def test_parse():
    assert parse(Response(200, body=MAP.encode())).sources == ("a.ts",)
    assert parse(Response(200, body=MAP.replace("3", "2").encode())) is None
    assert parse(Response(200, body=b"[" * 100_000)) is None
