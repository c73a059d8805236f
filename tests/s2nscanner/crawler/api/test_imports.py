"""Descriptions that a crawl meets, and the order in which operations are asked."""

import asyncio
import json

import pytest

from s2n.model import Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler import Crawler
from s2n.s2nscanner.crawler.api.imports import describes
from s2n.s2nscanner.crawler.api.load import load_apis
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html

URL = "http://site.test/"


class Sender:
    """A site in memory."""

    def __init__(self, site):
        self.memory = MemorySender(site)

    async def send(self, request, *, follow=False, learn=False):
        return await self.memory.send(request, follow=follow)


def as_json(value, status=200):
    return Response(status, headers=(("Content-Type", "application/json"),), body=json.dumps(value).encode())


def crawl(site, api="", **settings):
    """The requests that were found, and the crawler, after a crawl that began with ``api``."""
    scan = ScanRequest(**{"target_url": URL, "apis": (f"inline:api\n{api}",) if api else ()} | settings)
    sender, scope = Sender(site), Scope.of(scan)
    crawler = Crawler(sender, scope, scan, Fresh(1))

    async def go():
        if api:
            crawler.adopt(await load_apis(scan, sender, scope.allows))
        return [exchange async for exchange in crawler.crawl()]

    exchanges = asyncio.run(go())
    asked = [f"{each.request.method} {each.request.target}" for each in exchanges]
    return [f"{each.method} {each.target}" for each in crawler.requests], asked, crawler


DESCRIPTION = {
    "openapi": "3.0.0",
    "paths": {
        "/items/{id}": {
            "get": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]},
            "put": {"requestBody": {"content": {"application/json": {"example": {"n": 1}}}}},
            "delete": {},
        },
        "/items": {"post": {"requestBody": {"content": {"application/json": {"example": {"n": 1}}}}}},
    },
}


def shop(request):
    match request.method, request.path:
        case "GET", "/":
            return '<script>SwaggerUIBundle({url: "/docs/openapi.json", dom_id: "#ui"})</script>'
        case "GET", "/docs/openapi.json":
            return as_json(DESCRIPTION)
        case "POST", "/items":
            return as_json({"id": 4711}, 201)
        case "GET", "/items/4711":
            return as_json({"id": 4711})
    return html("nothing", 404)


def test_a_description_that_a_script_names_is_imported_and_its_ids_come_from_what_was_created():
    found, asked, crawler = crawl(shop)
    assert "POST /items" in found
    assert "GET /items/4711" in found
    assert "PUT /items/4711" in found
    assert not any(each.startswith("DELETE") for each in found)
    assert asked[-2:] == ["POST /items", "GET /items/4711"]
    assert {request.path for request in crawler.templated} == {"/items/4711"}
    assert any("DELETE /items/{id}: they delete" in note for note in crawler.notes())


def test_what_changes_a_record_is_asked_at_the_users_risk_and_what_deletes_never():
    found, asked, _ = crawl(shop, accept_risk=True)
    assert "PUT /items/4711" in asked
    assert "DELETE /items/4711" in found
    assert "DELETE /items/4711" not in asked


def test_a_description_that_the_user_gave_needs_no_link():
    found, asked, _ = crawl(
        lambda request: shop(request) if request.path != "/" else "empty", json.dumps(DESCRIPTION)
    )
    assert "GET /items/4711" in found
    assert "POST /items" in asked


def test_without_crawling_only_what_the_user_gave_is_imported():
    found, _, _ = crawl(shop, crawl=False)
    assert found == ["GET /"]
    found, _, _ = crawl(shop, json.dumps(DESCRIPTION), crawl=False)
    assert "POST /items" in found


def test_an_example_of_another_installation_gives_way_to_what_is_there():
    description = {
        "openapi": "3.0.0",
        "paths": {
            "/items": {"get": {}},
            "/items/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": 99}]}},
        },
    }

    def site(request):
        if request.path == "/items":
            return as_json([{"id": 7}])
        return as_json({"id": 7}) if request.path == "/items/7" else html("nothing", 404)

    found, _, _ = crawl(site, json.dumps(description))
    assert "GET /items/7" in found
    assert "GET /items/99" not in found


def test_a_description_of_another_place_is_said():
    paths = {f"/{name}": {"get": {}} for name in "abc"}
    text = json.dumps({"openapi": "3.0.0", "servers": [{"url": "/v1"}], "paths": paths})
    _, _, crawler = crawl(lambda request: html("nothing", 404), text)
    assert any("all 3 described requests" in note for note in crawler.notes())
    _, _, crawler = crawl(lambda request: html("x", 404 if request.path != "/v1/b" else 200), text)
    assert crawler.notes() == []


def test_recorded_pages_are_crawled():
    pages = {"/": "nothing here", "/deep": "<a href=/deeper>x</a>", "/deeper": "end"}
    found, asked, _ = crawl(lambda request: pages.get(request.target, html("no", 404)), "/deep\n")
    assert "GET /deeper" in asked
    assert asked.count("GET /deep") == 1
    assert "GET /deep" in found


SCHEMA = {
    "queryType": {"name": "Q"},
    "types": [
        {
            "kind": "OBJECT",
            "name": "Q",
            "fields": [{"name": "now", "args": [], "type": {"kind": "SCALAR", "name": "String"}}],
        }
    ],
}


@pytest.mark.parametrize("told", [True, False])
def test_a_graphql_endpoint_is_asked_for_its_schema(told):
    def site(request):
        if request.path == "/":
            return '<script>fetch("/api/graphql", {method: "POST", body: "{}"})</script>'
        if request.path != "/api/graphql":
            return html("no", 404)
        if told and b"__schema" in request.body:
            return as_json({"data": {"__schema": SCHEMA}})
        return as_json({"errors": [{"message": "no"}]}, 400)

    _, _, crawler = crawl(site)
    bodies = [request.body for request in crawler.requests if request.path == "/api/graphql"]
    assert any(b"query Now { now }" in body for body in bodies) is told
    assert any("does not tell its GraphQL schema" in note for note in crawler.notes()) is not told


WSDL = """<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/">
<portType name="P"><operation name="Ping"/></portType>
<binding name="B" type="P"><s:binding style="rpc"/><operation name="Ping"/></binding>
<service name="S"><port binding="B"><s:address location="http://site.test/ping.asmx"/></port></service>
</definitions>"""


@pytest.mark.parametrize("link", ["/ping.asmx", "/ping.asmx?wsdl"])
def test_a_web_service_is_asked_for_its_wsdl(link):
    def site(request):
        if request.path == "/":
            return f"<a href={link}>service</a>"
        if request.method == "GET" and request.target == "/ping.asmx?wsdl":
            return Response(200, headers=(("Content-Type", "text/xml"),), body=WSDL.encode())
        return html("service", 200 if request.path == "/ping.asmx" else 404)

    _, _, crawler = crawl(site)
    assert any(b"<m:Ping" in request.body for request in crawler.requests)


def test_a_broken_description_is_said_and_costs_nothing_else():
    def site(request):
        if request.path == "/":
            return "<a href=/api.yaml>api</a><a href=/other?x=1>o</a>"
        if request.path == "/api.yaml":
            return Response(200, headers=(("Content-Type", "text/yaml"),), body=b"openapi: 3.0.0\npaths: [\n")
        return "page"

    found, _, crawler = crawl(site)
    assert "GET /other?x=1" in found
    assert any("http://site.test/api.yaml cannot be used" in note for note in crawler.notes())


@pytest.mark.parametrize(
    ("response", "is_one"),
    [
        (as_json(DESCRIPTION), True),
        (as_json(DESCRIPTION, 404), False),
        (as_json({"swagger": "is nice"}), False),
        (html("openapi: 3.0.0"), False),
        (Response(200, headers=(("Content-Type", "text/xml"),), body=WSDL.encode()), True),
    ],
)
def test_what_describes_an_api(response, is_one):
    assert describes(response) is is_one
