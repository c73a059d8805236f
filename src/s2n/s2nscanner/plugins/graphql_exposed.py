"""GraphQL endpoints that describe their whole schema to everybody."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urljoin

import msgspec

from s2n.s2nscanner.sdk import (
    CheckContext,
    Claim,
    Confidence,
    Exchange,
    Places,
    PluginInfo,
    Request,
    Severity,
)

PATHS = ("graphql", "api/graphql", "v1/graphql", "graphql/v1", "query", "gql", "api", "graphql/console")
MAX_TRIED = 24

_LOOKS_LIKE_IT = re.compile(r"(?i)graphql|/gql\b")
_QUERY = "query Look { %s: __schema { queryType { name } mutationType { name } types { name kind } } }"


class Named(msgspec.Struct, frozen=True):
    """A type of the schema."""

    name: str | None = None
    kind: str = ""


class Schema(msgspec.Struct, frozen=True, rename="camel"):
    """What the introspection query asks for."""

    query_type: Named
    types: tuple[Named, ...]
    mutation_type: Named | None = None


class Answer(msgspec.Struct, frozen=True):
    """A GraphQL response."""

    data: dict[str, Schema]


class Plugin:
    """Asks for the schema under a fresh name, which only a GraphQL server gives back."""

    info = PluginInfo(
        id="graphql_exposed",
        title="GraphQL schema is public",
        severity=Severity.INFO,
        cwe="CWE-200",
        owasp="A05:2021",
        wstg="WSTG-APIT-01",
        cvss_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N",
        cvss_score=0.0,
        what="The GraphQL endpoint answers introspection: it lists every type, query and mutation it knows.",
        why="An attacker sees at once which data and which actions exist, also those that no page uses.",
        fix="Switch introspection off in production, unless the API is meant for the public; check access in "
        "every resolver all the same.",
        references=(
            "https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html",
            "https://graphql.org/learn/introspection/",
        ),
        kind="site",
        max_requests=MAX_TRIED * 3,
    )

    async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        """One POST to each endpoint that looks like GraphQL, then to the usual places."""
        places = Places(ctx.scan, ctx.endpoints)
        known = [
            f"{request.origin}{request.path}"
            for request in ctx.endpoints
            if _LOOKS_LIKE_IT.search(request.path) or b"query" in request.body[:2000]
        ]
        usual = [urljoin(root, path) for root in places.roots for path in PATHS]
        for url in list(dict.fromkeys([*known, *usual]))[:MAX_TRIED]:
            if places.allows(url) and (found := await _schema(ctx, url)) is not None:
                yield _claim(ctx, url, *found)


async def _schema(ctx: CheckContext, url: str) -> tuple[Exchange, Schema] | None:
    alias = ctx.fresh.token()
    body = msgspec.json.encode({"query": _QUERY % alias})
    request = Request.from_url(url, "POST").with_body(body, "application/json")
    exchange = await ctx.send(request.with_header("Accept", "application/json"))
    try:
        answer = msgspec.json.decode(exchange.response.body, type=Answer)
    except (ValueError, RecursionError):
        return None
    schema = answer.data.get(alias)
    return None if schema is None or not schema.types else (exchange, schema)


def _claim(ctx: CheckContext, url: str, exchange: Exchange, schema: Schema) -> Claim:
    async def again() -> bool:
        return await _schema(ctx, url) is not None

    own = [kind.name for kind in schema.types if kind.name and not kind.name.startswith("__")]
    changes = ", mutations among them" if schema.mutation_type else ""
    return ctx.claim(
        exchange,
        f"{exchange.request.path} lists its {len(own)} types{changes}: {', '.join(own[:8])}.",
        again,
        confidence=Confidence.CERTAIN,
        marker="queryType",
        variant="introspection",
    )
