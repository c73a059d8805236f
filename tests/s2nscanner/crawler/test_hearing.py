"""Requests made in a browser, as the crawl keeps them."""

import pytest

from s2n.model import Exchange, Request, Response
from s2n.model.site import How
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.catalogue import Catalogue
from s2n.s2nscanner.crawler.frontier import Kind
from s2n.s2nscanner.crawler.hearing import entry_of, is_resource, keep
from s2n.s2nscanner.crawler.sights import Heard
from s2n.s2nscanner.crawler.sitemodel import SiteModel

PAGE = Request.from_url("http://a.test/app")
JSON = (("Content-Type", "application/json"),)


def heard(url, kind="fetch", *, method="GET", body=b"", headers=(), status=200):
    request = Request.from_url(url, method, headers, body)
    return Heard(Exchange(request, Response(status, headers=JSON, body=b"{}")), kind, PAGE.url)


def kept(*all_heard):
    catalogue = Catalogue()
    for each in all_heard:
        keep(catalogue, each, PAGE, 0)
    return catalogue


def test_a_call_is_kept_with_its_headers_and_body():
    call = heard("http://a.test/api", method="PUT", body=b'{"a":1}', headers=(*JSON, ("X-Shop", "7")))
    assert kept(call).requests == [call.exchange.request]


def test_the_page_that_made_it_is_remembered():
    call = heard("http://a.test/api", method="POST", body=b"a=1", headers=(("Content-Type", "x-form"),))
    assert kept(call).sources == {call.exchange.request: PAGE}


def test_calls_of_one_handler_are_kept_once():
    calls = [
        heard("http://a.test/api", method="POST", body=b'{"a":%d}' % number, headers=JSON)
        for number in range(3)
    ]
    assert len(kept(*calls).requests) == 1


def test_other_parameters_are_another_handler():
    bodies = (b'{"a":1}', b'{"b":1}')
    calls = [heard("http://a.test/api", method="POST", body=body, headers=JSON) for body in bodies]
    assert len(kept(*calls).requests) == 2


def test_a_get_that_was_refused_is_no_endpoint():
    assert kept(heard("http://a.test/none", status=404)).requests == []


@pytest.mark.parametrize(("kind", "expected"), [("script", True), ("style", True), ("fetch", False)])
def test_scripts_and_styles_are_read_only(kind, expected):
    assert is_resource(heard("http://a.test/x", kind)) is expected


def test_a_script_s_references_are_its_page_s():
    entry = entry_of(heard("http://a.test/js/x.js", "script"), 3)
    assert (entry.kind, entry.base, entry.depth) == (Kind.SCRIPT, PAGE.url, 3)


def test_a_call_s_entry_would_repeat_it():
    entry = entry_of(heard("http://a.test/x", method="POST", body=b"{}", headers=JSON), 2)
    assert (entry.method, entry.content_type, entry.body) == ("POST", "application/json", b"{}")


def test_the_site_model_is_told_that_a_browser_found_it():
    told = []
    catalogue = Catalogue(SiteModel(ScanRequest(target_url="http://a.test/"), told.append))
    keep(catalogue, heard("http://a.test/list?page=1"), PAGE, 0)
    keep(
        catalogue,
        heard("http://a.test/api", method="POST", body=b'{"a":1}', headers=JSON, status=201),
        PAGE,
        0,
    )
    assert {(seen.how, seen.page) for each in told for seen in each.found} == {(How.BROWSER, PAGE.url)}
    assert [(each.template, each.status) for each in told] == [("/list", 200), ("/api", 0), ("/api", 201)]
