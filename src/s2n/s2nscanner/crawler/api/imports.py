"""The crawl's part of APIs: descriptions met on the way, and every described request asked once."""

from collections.abc import AsyncGenerator, Callable

from s2n.errors import BudgetSpent, NetworkError, UsageError
from s2n.model import Exchange, Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.api.access import Access
from s2n.s2nscanner.crawler.api.detect import kind_of
from s2n.s2nscanner.crawler.api.graphql import read_graphql
from s2n.s2nscanner.crawler.api.harvest import Harvest, in_order
from s2n.s2nscanner.crawler.api.importing import import_text, introspect, text_of_response
from s2n.s2nscanner.crawler.api.load import Loaded, Sender, asking
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation

MAX_ASKED = 1000
"""Operations that are asked before the test; the others are tested all the same."""

MANY = 3
"""Answers alike that are no accident."""

MAX_FOUND = 20
"""Descriptions that one crawl takes in by itself."""

_MARKS = (b'"openapi"', b'"swagger"', b"openapi:", b"swagger:", b"schemas.xmlsoap.org/wsdl/")
_GRAPHQL = frozenset({"graphql", "gql", "graphiql"})
_SOAP_PAGES = (".asmx", ".svc")
_PLAIN_HEADERS = frozenset({"accept", "referer"})


def describes(response: Response) -> bool:
    """Is it a description of an API, whose strings are no links?"""
    if response.status != 200 or response.is_html or not any(mark in response.body for mark in _MARKS):
        return False
    return kind_of(text_of_response(response)) in {"openapi", "wsdl"}


class Imports:
    """Collects operations: those that the user named, and those of descriptions that the site links."""

    def __init__(self, sender: Sender, allows: Callable[[Request | str], bool], scan: ScanRequest) -> None:
        self.notes: list[str] = []
        self._sender = sender
        self._ask = asking(sender)
        self._allows = allows
        self._scan = scan
        self._operations: dict[Request, Operation] = {}
        self._settled: list[Request] = []
        self._answers: dict[Request, Response] = {}
        self._harvest = Harvest()
        self._asked: set[Request] = set()
        self._seen: set[str] = set()
        self._found = 0

    def adopt(self, loaded: Loaded) -> None:
        """Take over what was loaded."""
        for operation in loaded.operations:
            self._operations.setdefault(operation.request, operation)
        self.notes += loaded.warnings

    def pages(self) -> list[str]:
        """URLs of recorded GET requests: a crawl begins from them as well."""
        return [
            request.url
            for request, operation in self._operations.items()
            if not operation.template
            and request.method == "GET"
            and not operation.harmful
            and all(name.lower() in _PLAIN_HEADERS for name, _ in request.headers)
        ]

    async def look(self, exchange: Exchange, asked: Request | None = None) -> None:
        """Import what an answer describes, or what the endpoint behind it tells of itself.

        ``asked`` is the request before the client added its headers.
        """
        request, response = asked or exchange.request, exchange.response
        if request in self._operations:
            self._asked.add(request)
            self._answers[request] = _without_body(response)
            self._harvest.learn(self._operations[request], response)
        if not self._scan.crawl:
            return
        url = request.url.partition("?")[0]
        if describes(response):
            if self._fresh(request.url):
                await self._import(text_of_response(response), request.url)
        elif request.path.rstrip("/").rpartition("/")[2].lower() in _GRAPHQL:
            if self._fresh(url):
                await self._introspect(url.replace("graphiql", "graphql"), response)
        elif (request.path.lower().endswith(_SOAP_PAGES) or _is_soap(response)) and self._fresh(
            f"{url}?wsdl"
        ):
            answer = await self._ask(Request.from_url(f"{url}?wsdl"))
            if answer is not None and describes(answer):
                await self._import(text_of_response(answer), f"{url}?wsdl")

    async def ask_all(self) -> AsyncGenerator[Exchange, None]:
        """Ask each operation once, those that create first; answers lend their values to the rest.

        What changes a record that exists is asked only at the user's risk, what deletes never.
        """
        harvest, statuses = self._harvest, list[int]()
        for number, operation in enumerate(in_order(self._operations.values())):
            filled = harvest.fill(operation)
            self._operations[operation.request] = filled
            self._settled.append(operation.request)
            method = filled.request.method
            changes = method in {"PUT", "PATCH"} and not self._scan.accept_risk
            if filled.harmful or changes or number >= MAX_ASKED or filled.request in self._asked:
                continue
            try:
                exchange = await self._sender.send(filled.request)
                other = harvest.fill(filled, named=True)
                if exchange.response.status == 404 and other.request != filled.request:
                    again = await self._sender.send(other.request)
                    if again.response.status != 404:  # the example is of another installation
                        self._operations[operation.request] = filled = other
                        exchange = again
            except BudgetSpent:
                return
            except NetworkError:
                continue  # whoever tests it will be told
            harvest.learn(filled, exchange.response)
            self._answers[filled.request] = _without_body(exchange.response)
            statuses.append(exchange.response.status)
            yield exchange
        if len(statuses) >= MANY and set(statuses) == {404}:
            self.notes.append(
                f"all {len(statuses)} described requests that were tried answered 404: "
                "does the API lie under another path, or at another --url?"
            )

    def operations(self) -> list[tuple[Operation, Response | None]]:
        """All operations, those that were asked first, with the values they were asked with, and answers.

        The answers have no bodies.
        """
        order = dict.fromkeys([*self._settled, *self._operations])
        found = [self._operations[key] for key in order]
        return [(operation, self._answers.get(operation.request)) for operation in found]

    def templated(self) -> frozenset[Request]:
        """The requests with parameters in their paths."""
        return frozenset(each.request for each in self._operations.values() if each.values)

    def _fresh(self, url: str) -> bool:
        """Is it met for the first time, and worth a look?"""
        if url in self._seen or self._found >= MAX_FOUND:
            return False
        self._seen.add(url)
        return True

    async def _import(self, text: str, url: str) -> None:
        try:
            imported = await import_text(text, url, self._ground(url), self._ask)
        except UsageError as error:
            self.notes.append(f"the API description at {url} cannot be used: {error}")
            return
        self._take(imported, url)

    async def _introspect(self, url: str, response: Response) -> None:
        schema = await introspect(url, self._ask)
        if schema is not None:
            self._take(read_graphql(schema, url, self._ground(url)), url)
        elif b'"errors"' in response.body:
            self.notes.append(f"{url} does not tell its GraphQL schema: give it with --api")

    def _take(self, imported: Imported, url: str) -> None:
        self._found += 1
        loaded = Loaded()
        loaded.take(imported, url, risk=self._scan.accept_risk)
        self.adopt(loaded)

    def _ground(self, url: str) -> Ground:
        target = Request.from_url(self._scan.target_url)
        return Ground(target=target, allows=self._allows, access=Access.of(self._scan), location=url)


def _without_body(response: Response) -> Response:
    return Response(response.status, headers=response.headers)


def _is_soap(response: Response) -> bool:
    return (
        response.content_type.endswith("xml") and b"/soap" in response.body and b":Envelope" in response.body
    )
