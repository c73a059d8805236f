"""What ``--api`` names: files, descriptions and endpoints over a real wire."""

import asyncio
import json

import pytest

from s2n.errors import UsageError
from s2n.model import Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.api.load import load_apis
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.site import html
from support.webserver import serving

OPENAPI = json.dumps(
    {
        "openapi": "3.0.0",
        "paths": {
            "/a": {"get": {}, "delete": {}},
            "/b": {"post": {"requestBody": {"content": {"application/json": {"example": {"x": 1}}}}}},
        },
    }
)
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


def site(request):
    match request.method, request.path:
        case "GET", "/api.json":
            return Response(200, headers=(("Content-Type", "application/json"),), body=OPENAPI.encode())
        case "POST", "/graphql" if b"__schema" in request.body:
            return Response(200, body=json.dumps({"data": {"__schema": SCHEMA}}).encode())
        case "GET", "/page":
            return html("a page")
    return html("nothing", 404)


def load(*apis, **settings):
    """What ``apis`` become; ``HERE`` in them is the address of the site."""

    async def go(url):
        scan = ScanRequest(
            target_url=url, apis=tuple(api.replace("HERE", url.rstrip("/")) for api in apis), **settings
        )
        governor = Governor.of(scan)
        client = HttpClient(scan, governor)
        try:
            loaded = await load_apis(scan, client, governor.scope.allows)
        finally:
            await client.close()
        return [f"{each.request.method} {each.request.target}" for each in loaded.operations], loaded.warnings

    with serving(site) as web:
        return asyncio.run(go(web.url))


def test_an_inlined_file_a_file_and_a_url(tmp_path):
    path = tmp_path / "urls.txt"
    path.write_text("/u\n")
    requests, warnings = load("inline:mine.json\n" + OPENAPI, str(path), "HERE/api.json")
    assert requests == ["GET /a", "POST /b", "GET /u", "GET /a", "POST /b"]
    assert len(warnings) == 2
    assert warnings[0].startswith("mine.json: 1 operations were left out")
    assert "/api.json: 1 operations were left out" in warnings[1]


def test_what_deletes_is_left_out_and_named_unless_the_risk_is_accepted():
    requests, (warning,) = load("inline:f\n" + OPENAPI)
    assert requests == ["GET /a", "POST /b"]
    assert (
        warning == "f: 1 operations were left out: DELETE /a: they delete or end the session (-y tests them)"
    )
    requests, warnings = load("inline:f\n" + OPENAPI, accept_risk=True)
    assert requests == ["GET /a", "POST /b", "DELETE /a"]
    assert warnings == []


def test_an_endpoint_that_tells_its_schema():
    requests, warnings = load("HERE/graphql")
    assert requests == ["POST /graphql"]
    assert warnings == []


@pytest.mark.parametrize(
    ("api", "message"),
    [
        (
            "inline:f\nhttp://other.test/a",
            "f: 0 requests imported: GET /a: http://other.test is out of scope",
        ),
        ("inline:f\nopenapi: 3.0.0\npaths: {}", "f: 0 requests imported: it describes none"),
        (
            "inline:f\nopenapi: 3.0.0\npaths: {/a: {delete: {}}}",
            "0 requests imported: DELETE /a: they delete",
        ),
        ("inline:f\nnonsense", "f is in none of the formats"),
        ("http://other.test/api.json", "--api http://other.test/api.json: .*not in the scope"),
        ("HERE/gone", "/gone answers 404, and no GraphQL introspection"),
        ("HERE/page", "/page is in none of the formats"),
        ("no-such-file.json", "no-such-file.json cannot be read"),
        ("http://", "no host in URL"),
    ],
)
def test_nothing_imported_says_why(api, message):
    with pytest.raises(UsageError, match=message) as caught:
        load(api)
    assert caught.value.remedy


def test_a_description_in_several_files():
    files = {
        "paths/a.yaml": "get: {parameters: [{$ref: '../parts.yaml#/Id'}]}",
        "parts.yaml": "Id: {in: query, name: id, schema: {$ref: '#/N'}}\nN: {$ref: './api.yaml#/x-seven'}",
    }
    text = (
        "openapi: 3.0.0\npaths:\n  /a: {$ref: paths/a.yaml}\n  /b: {$ref: gone.yaml}\nx-seven: {minimum: 7}"
    )
    api = "\x1c".join([f"inline:of/api.yaml\n{text}", *(f"{name}\n{part}" for name, part in files.items())])
    requests, warnings = load(api)
    assert requests == ["GET /a?id=7"]
    assert any("'gone.yaml', to which it refers, is not at hand" in warning for warning in warnings)
