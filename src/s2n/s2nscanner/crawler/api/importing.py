"""From a text to the operations in it, whatever its format; what it refers to is fetched."""

import asyncio
import codecs
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from s2n.errors import UsageError
from s2n.model import Request, Response
from s2n.s2nscanner.crawler.api.burp import read_burp
from s2n.s2nscanner.crawler.api.curlfile import read_curl
from s2n.s2nscanner.crawler.api.detect import Kind, kind_of
from s2n.s2nscanner.crawler.api.document import parse_document, parse_json
from s2n.s2nscanner.crawler.api.filed import spoken
from s2n.s2nscanner.crawler.api.graphql import graphql_request, read_graphql
from s2n.s2nscanner.crawler.api.graphqlschema import INTROSPECTION, Schema, from_introspection
from s2n.s2nscanner.crawler.api.har import read_har
from s2n.s2nscanner.crawler.api.openapi import is_openapi, read_openapi
from s2n.s2nscanner.crawler.api.operation import Ground, Imported
from s2n.s2nscanner.crawler.api.postman import read_postman
from s2n.s2nscanner.crawler.api.refs import Documents
from s2n.s2nscanner.crawler.api.sdl import from_sdl
from s2n.s2nscanner.crawler.api.sitefile import read_site
from s2n.s2nscanner.crawler.api.urllist import read_urls
from s2n.s2nscanner.crawler.api.wsdl import imports_of, read_wsdl
from s2n.s2nscanner.crawler.api.xmltree import parse_tree
from s2n.s2nscanner.http.urls import Base

MAX_DOCUMENTS = 200
"""Documents that one description may refer to."""

ENDPOINTS = ("/graphql", "/api/graphql", "/graphql/v1", "/v1/graphql", "/gql", "/query")
"""Where GraphQL servers listen, when a schema does not say it."""

FORMATS = (
    "OpenAPI, GraphQL (SDL or introspection), WSDL, Postman, HAR, Burp items, curl commands, a list of URLs, "
    "a site model of s2n crawl"
)

Ask = Callable[[Request], Awaitable[Response | None]]
"""Sends a request; None when it may not be sent or is not answered."""


async def import_text(text: str, name: str, ground: Ground, ask: Ask) -> Imported:
    """The operations that ``text``, called ``name`` in messages, describes.

    Raises:
        UsageError: its format is not known, or it is broken; the message names the line.
    """
    match kind_of(text):
        case "openapi":
            # Megabytes of YAML take seconds: meanwhile the scan goes on.
            document = await asyncio.to_thread(parse_document, text, name)
            imported = await _openapi(document, name, ground, ask)
        case "introspection":
            imported = await _graphql(from_introspection(parse_json(text, name), name), ground, ask)
        case "sdl":
            imported = await _graphql(from_sdl(text, name), ground, ask)
        case "wsdl":
            imported = await _wsdl(text, name, ground, ask)
        case kind:
            imported = _recorded(kind, text, name, ground)
    return imported


def _recorded(kind: Kind, text: str, name: str, ground: Ground) -> Imported:
    match kind:
        case "postman":
            imported = read_postman(parse_json(text, name), ground, name)
        case "har":
            imported = read_har(parse_json(text, name), ground, name)
        case "burp":
            imported = read_burp(parse_tree(text, name), ground)
        case "curl":
            imported = read_curl(text, ground, name)
        case "urls":
            imported = read_urls(text, ground)
        case "site":
            imported = read_site(text, ground, name)
        case _:
            raise _unknown(text, name)
    return imported


def _unknown(text: str, name: str) -> UsageError:
    """Broken JSON and XML say where; what is whole is of another kind."""
    if text.lstrip()[:1] in {"{", "["}:
        parse_json(text, name)
    elif text.lstrip()[:1] == "<":
        parse_tree(text, name)
    return UsageError(f"{name} is in none of the formats that can be read", f"give one of: {FORMATS}")


async def introspect(endpoint: str, ask: Ask) -> Schema | None:
    """The schema a GraphQL endpoint tells of itself; None if it does not."""
    response = await ask(graphql_request(endpoint, INTROSPECTION))
    if response is None or b"__schema" not in response.body:
        return None
    try:
        return from_introspection(msgspec.json.decode(response.body), endpoint)
    except (ValueError, RecursionError, UsageError):
        return None


def text_of_response(response: Response) -> str:
    """A description's text: in UTF-8 with or without its mark, or as the response declares."""
    if response.body.startswith(codecs.BOM_UTF8):
        return response.body.decode("utf-8-sig", "replace")
    return response.text


async def _openapi(document: Any, name: str, ground: Ground, ask: Ask) -> Imported:
    if not is_openapi(document):
        raise UsageError(f"{name} has no 'paths': it is no OpenAPI description", "give the whole description")
    documents = Documents(document, ground.place)
    broken: list[str] = []
    for _ in range(MAX_DOCUMENTS):
        url = next((each for each in documents.missing() if each not in broken), None)
        if url is None:
            break
        response = await ask(Request.from_url(url)) if Base(ground.base).join(url) == url else None
        if response is None or response.status != 200:
            broken.append(url)
            continue
        try:
            documents.add(url, parse_document(text_of_response(response), url))
        except UsageError:
            broken.append(url)
    imported = await asyncio.to_thread(read_openapi, documents, ground)
    if broken:
        names = ", ".join(map(spoken, broken[:5]))
        imported.note(f"it refers to {names}, which could not be read: bundle them into one file")
    return imported


async def _graphql(schema: Schema, ground: Ground, ask: Ask) -> Imported:
    """A schema says not where it is served: at its own location, the target, or a usual place."""
    target = ground.target
    places = [ground.location, target.url, *(f"{target.origin}{path}" for path in ENDPOINTS)]
    for place in dict.fromkeys(filter(None, places)):
        response = await ask(graphql_request(place, "{__typename}"))
        if response is not None and b'"__typename"' in response.body and b'"data"' in response.body:
            return read_graphql(schema, place, ground)
    fallback = target.url if target.path != "/" else f"{target.origin}{ENDPOINTS[0]}"
    imported = read_graphql(schema, fallback, ground)
    imported.note(f"no GraphQL endpoint answered; {fallback} is used: name another with -u")
    return imported


async def _wsdl(text: str, name: str, ground: Ground, ask: Ask) -> Imported:
    trees = [parse_tree(text, name)]
    seen = {ground.place}
    queue = [(ground.place, location) for location in imports_of(trees[0])]
    missing: list[str] = []
    while queue and len(trees) < MAX_DOCUMENTS:
        above, location = queue.pop(0)
        url = Base(above).join(location) if above else location if "://" in location else None
        if url in seen:
            continue
        response = await ask(Request.from_url(url)) if url is not None else None
        if url is None or response is None or response.status != 200:
            missing.append(location)
            continue
        seen.add(url)
        tree = parse_tree(text_of_response(response), url)
        trees.append(tree)
        queue += [(url, each) for each in imports_of(tree)]
    imported = read_wsdl(trees, ground)
    if missing:
        imported.note(f"it imports {', '.join(missing[:5])}, which could not be read")
    return imported
