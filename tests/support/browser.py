"""The system's Chromium for tests: skipped where there is none, unless it is required."""

import asyncio
import contextlib
import gc
import os
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.find import why_not
from s2n.s2nscanner.crawler.sights import Heard, Sight
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.site import Site
from support.webserver import SlowSite, Web, serving

if TYPE_CHECKING:
    from s2n.s2nscanner.crawler.browser.browser import Browser  # imports Playwright, which may be missing

REQUIRED = "S2N_REQUIRE_BROWSER"
"""Set to 1 where a missing browser is a failure: in CI, and in the image with the browser."""

_REASON = why_not()

needs_browser = pytest.mark.skipif(
    bool(_REASON) and os.environ.get(REQUIRED) != "1", reason=_REASON or "there is a browser"
)
"""Marks a test, or with ``pytestmark = needs_browser`` a module, that opens pages."""


@contextlib.asynccontextmanager
async def browsing(scan: ScanRequest, client: HttpClient | None = None) -> AsyncIterator["Browser"]:
    """A browser whose requests go through a client of its own, or through ``client``."""
    from s2n.s2nscanner.crawler.browser.browser import Browser

    client = client or HttpClient(scan, Governor.of(scan))
    browser = Browser(client, client.governor.scope.allows, scan, client.jar, client.governor)
    try:
        yield browser
    finally:
        await browser.close()
        await client.close()


def in_browser(
    site: Site | SlowSite, visit: Callable[["Browser", Web], Awaitable[None]], **options: object
) -> Web:
    """Serve ``site``, and let ``visit`` look at it in a browser; ``options`` are those of the scan."""
    with serving(site) as web:

        async def go() -> None:
            async with browsing(ScanRequest(target_url=web.url, **options)) as browser:
                await visit(browser, web)

        asyncio.run(go())
        return web


def heard(sights: list[Sight]) -> list[str]:
    """The requests among ``sights``, as method and target."""
    requests = [sight.exchange.request for sight in sights if isinstance(sight, Heard)]
    return [f"{request.method} {request.target}" for request in requests]


def forget_the_dead() -> None:
    """Collect what a driver that died left behind: its pipes are Playwright's, which closes them no more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
