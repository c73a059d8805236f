"""What a crawl with a session is rarely shown: the page where one logs in, with its form."""

from s2n.errors import BudgetSpent, NetworkError
from s2n.model import Exchange
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.secrets import carries_login
from s2n.s2nscanner.oracles.loginsearch import login_page
from s2n.s2nscanner.oracles.probe import Sender


async def page_for_strangers(sender: Sender, start: Exchange, settings: ScanRequest) -> Exchange | None:
    """The page that asks a stranger to log in; None where ``start`` carried no session, or there is none.

    Ten requests at most, with no session or with cookies of their own.
    """
    if not any(carries_login(name) for name, _ in start.request.headers):
        return None
    try:
        return await login_page(sender, start, settings.login_url)
    except (NetworkError, BudgetSpent):
        return None  # what the crawl asks for next fails alike, and is told of then
