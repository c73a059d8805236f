"""``--api``: the descriptions and recordings that the user names."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from s2n.errors import NetworkError, OutOfScope, UsageError
from s2n.model import Exchange, Request, Response
from s2n.options.apis import files_of, inlined, shown, text_of
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.api.access import Access
from s2n.s2nscanner.crawler.api.detect import kind_of
from s2n.s2nscanner.crawler.api.filed import answering, shelf
from s2n.s2nscanner.crawler.api.graphql import read_graphql
from s2n.s2nscanner.crawler.api.importing import Ask, import_text, introspect, text_of_response
from s2n.s2nscanner.crawler.api.operation import Ground, Imported, Operation


class Sender(Protocol):
    """The HTTP client."""

    async def send(self, request: Request, *, follow: bool = False) -> Exchange:
        """Send ``request``; raises `s2n.errors.NetworkError`."""
        ...


class Loaded(Struct):
    """What all sources add up to; ``warnings`` are sentences for the user."""

    operations: list[Operation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def take(self, imported: Imported, name: str, *, risk: bool) -> None:
        """Add the operations of a source; harmful ones only at the user's ``risk``, and last."""
        named = [replace(operation, source=operation.source or name) for operation in imported.operations]
        kept = [operation for operation in named if not operation.harmful]
        harmful = [operation for operation in named if operation.harmful]
        for operation in () if risk else harmful:
            reason = "they delete or end the session (-y tests them)"
            imported.left_out.append((operation.name, reason))
        self.operations += kept + (harmful if risk else [])
        self.warnings += [f"{name}: {note}" for note in imported.notes]
        if imported.left_out:
            count = len(imported.left_out)
            self.warnings.append(f"{name}: {count} operations were left out: {imported.omissions()}")


async def load_apis(scan: ScanRequest, sender: Sender, allows: Callable[[Request | str], bool]) -> Loaded:
    """The operations of everything that ``scan.apis`` names.

    Raises:
        UsageError: a source cannot be read, or yields no request; the message says why.
    """
    loaded = Loaded()
    target = Request.from_url(scan.target_url)
    ask = asking(sender)
    for each in scan.apis:
        api = await asyncio.to_thread(inlined, each, Path())
        name, text, files = shown(api), text_of(api), files_of(api)
        ground = Ground(
            target=target,
            allows=allows,
            access=Access.of(scan),
            location="" if text is not None else api,
            shelf=shelf(name) if files else "",
        )
        imported = (
            await import_text(text, name, ground, answering(files, ask))
            if text is not None
            else await _at(api, ground, sender)
        )
        before = len(loaded.operations)
        loaded.take(imported, name, risk=scan.accept_risk)
        if len(loaded.operations) == before:
            raise UsageError(
                f"{name}: 0 requests imported: {imported.omissions() or 'it describes none'}",
                "; ".join(imported.notes) or "check the source, and --scope and --allow-host",
            )
    return loaded


def asking(sender: Sender) -> Ask:
    """``sender`` as something that yields None for what is out of scope or fails."""

    async def ask(request: Request) -> Response | None:
        try:
            return (await sender.send(request, follow=True)).response
        except NetworkError:
            return None

    return ask


async def _at(url: str, ground: Ground, sender: Sender) -> Imported:
    """What lies at ``url``: a description, or an endpoint that answers GraphQL introspection."""
    try:
        request = Request.from_url(url)
        exchange = await sender.send(request, follow=True)
    except ValueError as error:
        raise UsageError(f"--api: {error}", "give a URL or a file") from error
    except OutOfScope as error:
        raise UsageError(
            f"--api {url}: {error}", "download it and give the file, or widen the scope with --allow-host"
        ) from error
    except NetworkError as error:
        raise UsageError(f"--api {url} cannot be fetched: {error}", error.remedy) from error
    text = text_of_response(exchange.response)
    if exchange.response.status != 200 or kind_of(text) == "unknown":
        schema = await introspect(url, asking(sender))
        if schema is not None:
            return read_graphql(schema, url, ground)
    if exchange.response.status != 200:
        raise UsageError(
            f"--api {url} answers {exchange.response.status}, and no GraphQL introspection", "check the URL"
        )
    return await import_text(text, url, ground, asking(sender))
