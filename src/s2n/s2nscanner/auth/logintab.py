"""The tab in which somebody logs in: beside the scan's own pages, and gone afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Error

from s2n.errors import LoginFailed, RuntimeFailed
from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.browser import Browser, Tab
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.http.client import HttpClient

LOGIN_SECONDS = 120.0
"""A login that takes longer will not come to an end; a slow site's takes some ten."""

BRISK = 10.0
"""Requests a second below which --rate makes a login take longer."""


@asynccontextmanager
async def login_tab(
    scan: ScanRequest, visitor: HttpClient, shared: SharedProcess | None = None
) -> AsyncIterator[Tab]:
    """A tab whose requests and cookies are ``visitor``'s, in the ``shared`` process or one of its own.

    Raises:
        LoginFailed: the browser does not start or breaks off, or the login takes too long.
    """
    seconds = LOGIN_SECONDS * max(1.0, BRISK / scan.rate if scan.rate else 1.0)
    browser = Browser(
        visitor,
        visitor.governor.scope.allows,
        scan,
        visitor.jar,
        visitor.governor,
        process=shared.get() if shared is not None else None,
    )
    try:
        async with asyncio.timeout(seconds):
            yield await browser.tab()
    except RuntimeFailed as error:
        raise LoginFailed(f"the login needs the browser: {error}", error.remedy) from error
    except TimeoutError as error:
        raise LoginFailed(
            f"the login in the browser took more than {seconds:g} s",
            "look at it by hand, or write the login as a script: --auth script",
        ) from error
    except Error as error:
        first = str(error).partition("\n")[0]
        raise LoginFailed(
            f"the login in the browser broke off: {first}", "try again, or write the login as a script"
        ) from error
    finally:
        await browser.close()
