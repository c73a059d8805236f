import asyncio

from s2n.model import Request, Response
from s2n.protocol import ScanRequest
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import browsing, needs_browser
from support.members import as_json
from support.site import html
from support.webserver import serving

pytestmark = needs_browser

START = """<script>
const key = {'X-Access-Token': 'of everybody'};
fetch('/public', {headers: key});
function enter() {
  document.cookie = 'mine=1; path=/deep';
  fetch('/login', {method: 'POST', body: 'x', headers: key}).then(r => r.json()).then(r => {
    if (r.keep) localStorage.tok = r.keep;
    if (r.use) fetch('/own?a=1', {headers: {...key, 'X-Auth-Token': r.use, 'X-CSRF-Token': 'c'}});
    fetch('/denied', {headers: {Authorization: 'refused'}});
  });
}
if (localStorage.tok) fetch('/own?a=2', {headers: {Authorization: 'Own ' + localStorage.tok}});
</script>"""


class Entrance:
    """Answers the login with ``given``."""

    def __init__(self, given: dict[str, str]) -> None:
        self.given = given

    def __call__(self, request: Request) -> Response:
        match request.path:
            case "/login":
                return as_json(self.given)
            case "/own" | "/public":
                return as_json([])
            case "/denied":
                return as_json([], 403)
        return html(START)


def entered(given: dict[str, str]) -> tuple[Session, dict[str, str]]:
    from s2n.s2nscanner.auth.takeover import taken_over

    async def go(url: str) -> tuple[Session, dict[str, str]]:
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        async with browsing(scan, client) as browser:
            tab = await browser.tab()
            await tab.open(url)
            before = tab.take()
            await tab.page.evaluate("enter()")
            await tab.settle()
            session = await taken_over(tab, client.jar, tab.take(), before)
            return session, {cookie.name: cookie.path for cookie in client.jar}

    with serving(Entrance(given)) as web:
        return asyncio.run(go(web.url))


def test_headers_that_the_page_sends_only_now_are_the_session() -> None:
    session, jar = entered({"use": "t1"})
    assert session.headers == (("X-Auth-Token", "t1"),)
    assert session.token
    assert [url.rpartition("/")[2] for url in session.checks] == ["own?a=1"]
    assert session.landing.endswith("/")
    assert jar == {"mine": "/deep"}


def test_a_page_that_keeps_a_token_is_opened_again_to_see_how_it_is_used() -> None:
    session, _ = entered({"keep": "t2"})
    assert session.headers == (("Authorization", "Own t2"),)
    assert list(session.storage.values()) == [{"local": {"tok": "t2"}}]
    assert any(url.endswith("own?a=2") for url in session.checks)


def test_without_a_token_the_cookies_are_all() -> None:
    session, jar = entered({})
    assert (session.headers, session.token, session.storage) == ((), False, {})
    assert jar == {"mine": "/deep"}
