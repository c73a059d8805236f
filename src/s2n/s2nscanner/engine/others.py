"""Meeting the other users of ``--auth-as``: each logs in, and looks at all that the site offers."""

from collections.abc import Callable

from msgspec.structs import replace

from s2n.errors import BudgetSpent, LoginFailed, NotTested
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.credentials import login_of
from s2n.s2nscanner.crawler import ledger
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from s2n.s2nscanner.crawler.crawl import Crawler
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.oracles.otherusers import OtherUser
from s2n.s2nscanner.oracles.probe import Fresh

_CUT_SHORT = (ledger.MAX_PAGES, ledger.BUDGET, ledger.FULL)
MAX_FAILED = 0.05
"""The share of requests that may fail in a crawl that still counts as complete."""


async def meet(
    client: HttpClient,
    scan: ScanRequest,
    user: str,
    warn: Callable[[str], None],
    shared: SharedProcess | None = None,
) -> OtherUser | None:
    """The user of ``NAME:PASSWORD``, logged in as ``scan`` says; None, and a warning, if that fails.

    Only a crawl that was not cut short tells what a user is *not* offered, so any other is worth nothing.
    """
    name, _, password = user.partition(":")
    own = replace(scan, username=name, password=password, auth_as=())
    login = login_of(own, shared)
    if login is None:
        return None
    keeper = SessionKeeper(client.apart(), login, own, lambda text: warn(f"as {name}: {text}"))
    try:
        await keeper.begin()
        if keeper.landing:
            own = replace(own, seeds=(*own.seeds, keeper.landing))
        crawler = Crawler(keeper, client.governor.scope, own, Fresh())
        async for _ in crawler.crawl():
            pass
    except BudgetSpent:
        raise
    except NotTested as error:
        warn(f"what {name} may see is not tested: {error}")
        return None
    failure: LoginFailed | None = keeper.failure
    cut = [reason for reason in _CUT_SHORT if crawler.skipped.get(reason)]
    failed = sum(crawler.failures.values())
    if failure is not None or cut or failed > MAX_FAILED * (crawler.pages + failed):
        why = failure or ", ".join(cut) or f"{failed} requests failed"
        warn(f"what {name} may see is not tested: the crawl as this user is not complete: {why}")
        return None
    return OtherUser(name, tuple(crawler.requests), keeper)
