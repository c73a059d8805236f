import re

import pytest

from corpus.classes.vulnerable_library import CASES
from corpus.run import run
from s2n.model import Exchange, Request, Response, Severity
from s2n.s2nscanner.plugins.vulnerable_library import Plugin, by_code, by_url, key, libraries
from support.site import html


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_corpus(case):
    assert bool(run(case)[0]) is case.vulnerable


def test_one_claim_for_each_version():
    page = "".join(f"<script src='/{n}/jquery-{v}.js'></script>" for n in "ab" for v in ("1.8.3", "3.4.1"))
    claims = list(Plugin().inspect(Exchange(Request.from_url("http://site.test/"), html(page))))
    assert [claim.variant for claim in claims] == ["jquery 1.8.3", "jquery 3.4.1"]
    assert claims[0].per_site
    assert claims[0].severity is Severity.MEDIUM
    assert "CVE-2012-6708" in claims[0].evidence
    assert claims[0].references[0].startswith("https://nvd.nist.gov/vuln/detail/CVE-")


def test_an_address_that_is_none_hides_no_library():
    page = "<script src='http://[/x.js'></script><script src=/jquery-1.8.3.js></script>"
    (claim,) = Plugin().inspect(Exchange(Request.from_url("http://site.test/"), html(page)))
    assert claim.variant == "jquery 1.8.3"


def test_versions_are_ordered():
    ordered = ["1.2", "1.9.0-beta1", "1.9", "1.9.1", "1.10.0", "2.0.0-rc.1", "2.0.0", "10.0"]
    assert sorted(sorted(ordered), key=key) == ordered
    assert key("1.9") == key("1.9.0")


def test_by_url():
    found = {(library.name, version) for library, version, _ in by_url("http://x/jquery-1.8.3.min.js?a", "")}
    assert found == {("jquery", "1.8.3")}
    assert list(by_url("http://x/myjquery-1.8.3.min.jsx", "")) == []


def test_data_is_sound():
    assert len(libraries()) > 50
    for library in libraries():
        assert library.flaws
        for detector in (*library.uri, *library.file, *library.code):
            assert re.compile(detector.looks).groups
            assert detector.find("") is None


@pytest.mark.parametrize("text", ["/*! jQuery v", 'version="1.2.3",', "/*\n * ", "a.b='1.2.3';", "x" * 100])
def test_hostile_scripts_take_no_time(text):
    assert list(by_code(text * (300_000 // len(text)), "")) == []


def test_a_script_without_a_type():
    script = Response(200, body=b"/*! jQuery v1.8.3 */")
    assert list(Plugin().inspect(Exchange(Request.from_url("http://site.test/a.js"), script)))


def test_a_version_of_a_thousand_digits_is_none():
    assert key("9" * 5000)[0] == (999_999_999,)
    page = html(f'<script src="/jquery-3.{"9" * 5000}.js"></script>')
    assert list(Plugin().inspect(Exchange(Request.from_url("http://h/"), page))) == []
