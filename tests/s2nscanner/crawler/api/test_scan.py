"""Whole scans of APIs that no page links, over a real wire."""

import json

import msgspec
import pytest

from s2n.errors import UsageError
from s2n.model import Response
from s2n.options import masked
from s2n.protocol import ScanRequest
from s2n.s2nscanner.scan_engine import Scanner
from support.plugins import Echo
from support.site import html
from support.webserver import serving

LINE = {
    "type": "object",
    "required": ["note", "count"],
    "properties": {"note": {"type": "string"}, "count": {"type": "integer", "minimum": 1}},
}
ORDER = {
    "type": "object",
    "required": ["email", "lines"],
    "properties": {
        "email": {"type": "string", "format": "email"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
    },
}
OPENAPI = {
    "openapi": "3.1.0",
    "paths": {
        "/hidden/orders": {"post": {"requestBody": {"content": {"application/json": {"schema": ORDER}}}}},
    },
    "components": {"schemas": {"Line": LINE}},
}


def orders(request):
    """Answers only to an order that is valid; the flaw is in a leaf of it."""
    if request.path == "/":
        return "welcome"
    if (request.method, request.path) != ("POST", "/hidden/orders"):
        return html("nothing", 404)
    order = msgspec.json.decode(request.body)
    line = order["lines"][0]
    if "@" not in order["email"] or not isinstance(line["count"], int):
        return Response(422, body=b"invalid")
    return Response(200, headers=(("Content-Type", "text/plain"),), body=f"{line['note']}!".encode())


def graph(request):
    """A GraphQL server with one flawed argument."""
    if request.path == "/":
        return "welcome"
    if request.path != "/graphql" or request.method != "POST":
        return html("nothing", 404)
    asked = msgspec.json.decode(request.body)
    if asked["query"] == "{__typename}":
        return Response(200, body=b'{"data":{"__typename":"Query"}}')
    greeting = asked.get("variables", {}).get("name")
    if "greet(name: $name)" not in asked["query"]:
        return Response(400, body=b'{"errors":[]}')
    return Response(200, body=json.dumps({"data": {"greet": f"{greeting}!"}}).encode())


@pytest.mark.parametrize(
    ("site", "text", "parameter"),
    [
        (orders, json.dumps(OPENAPI), "lines[0].note"),
        (graph, "type Query { greet(name: String!): String }", "variables.name"),
    ],
)
def test_a_flaw_in_a_leaf_of_an_operation_that_nothing_links(site, text, parameter):
    with serving(site) as web:
        scan = ScanRequest(target_url=web.url, apis=(f"inline:mine\n{text}",), plugins=("echo",))
        report = Scanner(scan, plugins=[Echo()]).scan()
    assert [finding.parameter for finding in report.findings] == [parameter]
    assert report.config["apis"] == ["mine"]


def test_without_the_description_the_flaw_is_out_of_reach():
    with serving(orders) as web:
        report = Scanner(ScanRequest(target_url=web.url, plugins=("echo",)), plugins=[Echo()]).scan()
    assert report.findings == ()


def test_a_broken_description_ends_the_scan_before_it_begins():
    with serving(orders) as web:
        scan = ScanRequest(target_url=web.url, apis=("inline:mine\nopenapi: [",), plugins=("echo",))
        with pytest.raises(UsageError, match="mine, line 1: not YAML"):
            Scanner(scan, plugins=[Echo()]).scan()


def test_a_report_names_a_file_and_holds_none_of_it():
    scan = ScanRequest(target_url="http://h/", apis=("inline:mine.har\nsecret",))
    assert masked(scan)["apis"] == ["mine.har"]
