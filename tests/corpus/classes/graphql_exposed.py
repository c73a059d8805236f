"""GraphQL servers that answer introspection, in several places and styles; traps refuse or only echo."""

import json
import re
from collections.abc import Callable

from corpus.case import Case
from s2n.model import Request, Response
from support.site import Site, html

TYPES = [
    {"name": "Query", "kind": "OBJECT"},
    {"name": "User", "kind": "OBJECT"},
    {"name": "__Type", "kind": "OBJECT"},
]


def reply(value, status=200, kind="application/json"):
    return Response(status, headers=(("Content-Type", kind),), body=json.dumps(value).encode())


def alias_of(request):
    match = re.search(r"(\w+): __schema", json.loads(request.body)["query"])
    return match[1]


def schema(request, *, mutation=None, types=TYPES, **options):
    found = {"queryType": {"name": "Query"}, "mutationType": mutation, "types": types}
    return reply({"data": {alias_of(request): found}}, **options)


def at(*paths, answer=schema, otherwise=None) -> Callable[[], Site]:
    def respond(request):
        if request.path in paths and request.method == "POST":
            return answer(request)
        return otherwise(request) if otherwise else html("no", 404)

    return lambda: respond


def error(text, **options):
    return lambda request: reply({"errors": [{"message": text}]}, **options)


VULNERABLE = {
    "apollo: /graphql": at("/graphql"),
    "hasura: /v1/graphql": at("/v1/graphql"),
    "graphene: /api/graphql": at("/api/graphql"),
    "with mutations": at("/graphql", answer=lambda r: schema(r, mutation={"name": "Mutation"})),
    "newer media type": at("/graphql", answer=lambda r: schema(r, kind="application/graphql-response+json")),
    "as text": at("/graphql", answer=lambda r: schema(r, kind="text/plain")),
    "with status 400": at("/graphql", answer=lambda r: schema(r, status=400)),
    "found by the crawl": at("/shop/graphql"),
    "found by the crawl under another name": at("/shop/data"),
    "among a single-page application": at("/graphql", otherwise=lambda r: html("<div id=app></div>")),
    "at the API's root": at("/api"),
    "short name": at("/gql"),
}
SAFE = {
    "no GraphQL": at(),
    "introspection disabled": at(
        "/graphql", answer=error("GraphQL introspection is not allowed", status=400)
    ),
    "introspection disabled, with data null": at(
        "/graphql", answer=lambda r: reply({"data": None, "errors": []})
    ),
    "login wanted": at("/graphql", answer=error("Unauthorized", status=401)),
    "persisted queries only": at("/graphql", answer=error("PersistedQueryNotFound")),
    "REST API under that name": at("/graphql", answer=lambda r: reply({"data": [], "ok": True})),
    "echoes what it gets": at("/graphql", answer=lambda r: reply({"data": json.loads(r.body)})),
    "a canned schema under no alias": at(
        "/graphql",
        answer=lambda r: reply({"data": {"__schema": {"queryType": {"name": "Query"}, "types": TYPES}}}),
    ),
    "an empty schema": at("/graphql", answer=lambda r: schema(r, types=[])),
    "everything answers 200": at(otherwise=lambda r: html("<h1>Shop</h1>")),
    "everything redirects": at(otherwise=lambda r: html("", 302, location="/login")),
    "a page about GraphQL": at("/graphql", answer=lambda r: html("<h1>GraphQL</h1>__schema { queryType }")),
    "a server error": at("/graphql", answer=lambda r: html("boom", 500)),
}
BODY = b'{"query": "{ items { id } }"}'
REQUESTS = (
    Request.from_url("http://shop.test/"),
    Request.from_url("http://shop.test/shop/graphql", "POST", (("Content-Type", "application/json"),), BODY),
    Request.from_url("http://shop.test/shop/data", "POST", (("Content-Type", "application/json"),), BODY),
)

CASES = [
    Case("graphql_exposed", name, flawed, make, REQUESTS)
    for flawed, sites in ((True, VULNERABLE), (False, SAFE))
    for name, make in sites.items()
]
