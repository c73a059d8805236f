"""Whole crawls for the sake of the site model, over a real wire."""

import asyncio

import pytest

from s2n.errors import Unreachable
from s2n.model import Location, Response, ScanStatus
from s2n.model.site import How, ValueType
from s2n.protocol import Crawled, Done, Found, Mapped, Phase, PluginEnded, ScanRequest, Started
from s2n.report.as_openapi import render as as_openapi
from s2n.report.as_site_json import render as as_json
from s2n.report.assemble import Assembler
from s2n.report.sites import SiteAssembler
from s2n.s2nscanner.scan_engine import Scanner
from support.plugins import Echo
from support.site import html, params
from support.webserver import serving

PLAIN = (("Content-Type", "text/plain"),)
HOME = """
<a href=/about>About</a> <a href="/items/1">1</a> <a href="/items/2">2</a> <a href="/old">Old</a>
<a href="/private">Private</a> <a href="/logout">Log out</a> <a href="/pic.png">P</a>
<form action=/find><input name=q value=tea required><select name=n><option>10<option>20</select></form>
<form method=post action=/note><input type=hidden name=csrf value=t0ken-1><textarea name=text></textarea>
</form>
<form method=post action=/enter><input name=user><input type=password name=pw></form>
<script>fetch("/api/rate", {method: "POST", headers: {"Content-Type": "application/json"},
  body: JSON.stringify({stars: 5, word: "fine"})})</script>
<!-- /hidden/page -->
"""


def shop(request):
    """A small shop; its search and its notes show what they are given."""
    given = params(request)
    match request.path:
        case "/":
            return HOME
        case "/about" | "/hidden/page" | "/secret/area":
            return f"<h1>{request.path}</h1>"
        case "/items/1" | "/items/2":
            return "<p>item</p>"
        case "/robots.txt":
            return Response(200, headers=PLAIN, body=b"User-agent: *\nDisallow: /secret/area\n")
        case "/old":
            return Response(301, headers=(("Location", "/about"),))
        case "/private":
            return html("no", 401)
        case "/find":
            return f"<p>{given.get('q', '')}"
        case "/note" if given.get("csrf") == "t0ken-1":
            return f"<p>noted: {given.get('text', '')}"
        case "/note":
            return html("bad token", 403)
        case "/api/rate" if request.method == "POST":
            return Response(200, headers=PLAIN, body=b"thanks")
        case "/enter":
            return "<p>wrong password"
    return html("nothing", 404)


def mapped(url, on_event=lambda _: None, **settings):
    """The site model of the crawl, and its events."""
    events, sites, report = [], SiteAssembler(), Assembler(url)

    def follow(event):
        events.append(event)
        sites.feed(event)
        report.feed(event)
        on_event(event)

    scan = ScanRequest(**{"target_url": url, "browser": "never"} | settings)
    Scanner(scan, on_event=follow, maps=True).scan()
    return sites.site(report.report()), events


@pytest.fixture(scope="module")
def crawled():
    with serving(shop) as web:
        site, events = mapped(web.url)
    return site, events, web.url.rstrip("/")


def by_path(site):
    return {(each.method, each.template): each for each in site.endpoints}


def test_every_endpoint_is_in_it_with_the_place_where_it_was_found(crawled):
    site, _, url = crawled
    found = {
        key: [(seen.how, seen.page.removeprefix(url)) for seen in each.found]
        for key, each in by_path(site).items()
    }
    assert found == {
        ("GET", "/"): [(How.START, "")],
        ("GET", "/about"): [(How.LINK, "/")],
        ("GET", "/items/{id}"): [(How.LINK, "/")],
        ("GET", "/old"): [(How.LINK, "/")],
        ("GET", "/private"): [(How.LINK, "/")],
        ("GET", "/find"): [(How.FORM, "/")],
        ("POST", "/note"): [(How.FORM, "/")],
        ("POST", "/enter"): [(How.FORM, "/")],
        ("POST", "/api/rate"): [(How.SCRIPT, "/")],
        ("GET", "/hidden/page"): [(How.MENTION, "/")],
        ("GET", "/secret/area"): [(How.ROBOTS, "/robots.txt")],
    }


def test_answers_and_parameters(crawled):
    endpoints = by_path(crawled[0])
    statuses = {template: each.status for (_, template), each in endpoints.items()}
    assert statuses["/"] == statuses["/note"] == statuses["/find"] == statuses["/api/rate"] == 200
    assert (statuses["/old"], statuses["/private"], statuses["/enter"]) == (301, 401, 0)
    assert endpoints["GET", "/private"].login is True
    assert endpoints["GET", "/about"].login is False
    find = {each.name: each for each in endpoints["GET", "/find"].parameters}
    assert (find["q"].type, find["q"].values, find["q"].required) == (ValueType.STRING, ("tea",), True)
    assert (find["n"].type, find["n"].choices) == (ValueType.ENUM, ("10", "20"))
    rate = {each.name: (each.location, each.type) for each in endpoints["POST", "/api/rate"].parameters}
    assert rate == {"stars": (Location.JSON, ValueType.INTEGER), "word": (Location.JSON, ValueType.STRING)}
    (enter,) = (each for each in endpoints["POST", "/enter"].parameters if each.name == "pw")
    assert enter.type is ValueType.PASSWORD


def test_what_was_left_out_and_that_it_is_complete(crawled):
    site = crawled[0]
    assert (site.status, site.complete) == (ScanStatus.COMPLETE, True)
    assert site.left_out.skipped["ends the session or destroys"] == 1
    assert site.left_out.skipped["static file"] == 1
    assert site.pages > 5


def test_nothing_is_tested(crawled):
    kinds = [type(event) for event in crawled[1]]
    assert not {Found, PluginEnded} & set(kinds)
    assert [event.name for event in crawled[1] if isinstance(event, Phase)] == ["crawl", "finish"]
    assert kinds[-2:] == [Crawled, Done]
    (started,) = (event for event in crawled[1] if isinstance(event, Started))
    assert (started.maps, started.plugins) == (True, ())


def test_endpoints_are_told_as_they_become_known(crawled):
    kinds = [type(event) for event in crawled[1]]
    assert kinds.index(Mapped) < len(kinds) - kinds[::-1].index(Mapped) - 5


def test_what_only_a_test_needs_has_no_say():
    with serving(lambda _: "hello") as web:
        site, _ = mapped(web.url, plugins=("no-such-plugin",), callback="127.0.0.1:1", auth_as=("bob:x",))
    assert site.status is ScanStatus.COMPLETE


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({"depth": 0}, "--depth"),
        ({"max_pages": 2}, "--max-pages"),
    ],
)
def test_a_limit_that_cut_it_short_is_named(settings, limit):
    with serving(shop) as web:
        site, _ = mapped(web.url, **settings)
    assert not site.complete
    assert limit in site.reason
    assert site.status is ScanStatus.COMPLETE


def test_it_may_use_up_all_requests_and_says_so():
    with serving(shop) as web:
        site, _ = mapped(web.url, max_requests=6)
    assert len(web.requests) == 6
    assert (site.status, site.complete) == (ScanStatus.OUT_OF_BUDGET, False)
    assert "--max-requests is used up" in site.reason
    assert site.endpoints


def test_an_interrupted_crawl_has_told_what_it_knew():
    with serving(shop) as web:
        scan = ScanRequest(target_url=web.url, browser="never")
        sites, report = SiteAssembler(), Assembler(web.url)

        def follow(event):
            sites.feed(event)
            report.feed(event)
            if isinstance(event, Mapped):
                scanner.stop("by hand")

        scanner = Scanner(scan, on_event=follow, maps=True)
        asyncio.run(scanner.scan_async())
    site = sites.site(report.report())
    assert (site.status, site.reason, site.complete) == (ScanStatus.INTERRUPTED, "by hand", False)
    assert ("GET", "/") in by_path(site)


def test_a_target_that_does_not_answer_is_no_empty_site():
    events = []
    with serving(shop) as web:
        url = web.url
    with pytest.raises(Unreachable):
        Scanner(ScanRequest(target_url=url), on_event=events.append, maps=True).scan()
    assert events[-1].status is ScanStatus.NOT_TESTED


def findings(report):
    return {(each.method, each.url.partition("?")[0], each.parameter) for each in report.findings}


def test_a_scan_of_the_saved_model_finds_what_a_full_scan_finds(crawled, tmp_path):
    path = tmp_path / "site.json"
    with serving(shop) as web:
        site, _ = mapped(web.url)
        path.write_bytes(as_json(site))
        settings = {"target_url": web.url, "plugins": ("echo",), "browser": "never"}
        full = Scanner(ScanRequest(**settings), plugins=[Echo()]).scan()
        web.requests.clear()
        again = Scanner(ScanRequest(**settings, apis=(str(path),), crawl=False), plugins=[Echo()]).scan()
        asked = {request.path for request in web.requests}
    assert findings(full) == findings(again)
    assert {(method, parameter) for method, _, parameter in findings(full)} == {
        ("GET", "q"),
        ("POST", "text"),
    }
    assert "/robots.txt" not in asked
    tested = {(row.endpoint, row.parameter, row.location) for row in full.coverage}
    assert tested <= {(row.endpoint, row.parameter, row.location) for row in again.coverage}


def test_without_a_crawl_each_request_is_made_once_and_nothing_is_followed(tmp_path):
    path = tmp_path / "site.json"

    def described(request):
        if request.path == "/about":
            return Response(200, headers=PLAIN, body=b'{"openapi": "3.1.0", "paths": {"/more": {"get": {}}}}')
        return shop(request)

    with serving(described) as web:
        site, _ = mapped(web.url)
        path.write_bytes(as_json(site))
        web.requests.clear()
        again, _ = mapped(web.url, crawl=False, apis=(str(path),))
        asked = [(request.method, request.target, request.body) for request in web.requests]
    assert len(asked) == len(set(asked))
    assert ("GET", "/more") in by_path(site)
    assert {key for key in by_path(again) if key != ("GET", "/about")} <= set(by_path(site))
    assert not {"/robots.txt", "/openapi.json", "/sitemap.xml"} & {target for _, target, _ in asked}


def test_a_scan_can_start_from_the_openapi_description_as_well(tmp_path):
    path = tmp_path / "site.openapi.json"
    with serving(shop) as web:
        site, _ = mapped(web.url)
        path.write_bytes(as_openapi(site))
        scan = ScanRequest(
            target_url=web.url, plugins=("echo",), browser="never", apis=(str(path),), crawl=False
        )
        report = Scanner(scan, plugins=[Echo()]).scan()
    assert ("GET", f"{web.url}find", "q") in findings(report)
