import asyncio
from collections.abc import Awaitable, Callable

import pytest

from s2n import ScanConfig, Scanner
from s2n.model import Exchange, Request, Response, ScanReport
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.outside import MAX_HEARD, Outside
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from support.browser import needs_browser
from support.members import Members, as_json, cookies, redirect
from support.site import html
from support.webserver import serving

LONG = "s" + "0123456789abcdef" * 2


def scan(site, **options: object) -> ScanReport:
    fields = {
        "auth": "auto",
        "username": "anna",
        "password": "s3cret",
        "plugins": ("cookie_flags",),
        "browser": "never",
    } | options
    with serving(site) as web:
        return Scanner(ScanConfig(target_url=web.url, **fields)).scan()  # type: ignore[arg-type]


class Careless(Members):
    """Sets ``sid`` at the first visit and anew at the login, with ``attributes``; never again."""

    def __init__(self, attributes: str) -> None:
        super().__init__()
        self.attributes = attributes

    def __call__(self, request: Request) -> Response | str:
        answer = super().__call__(request)
        if not isinstance(answer, Response) or answer.header("set-cookie") is None:
            return answer
        first = answer.header("set-cookie").partition(";")[0]
        kept = [(name, value) for name, value in answer.headers if name.lower() != "set-cookie"]
        if cookies(request).get("sid") != first.partition("=")[2]:
            kept.append(("Set-Cookie", f"{first}; Path=/{self.attributes}"))
        return Response(answer.status, answer.reason, tuple(kept), answer.body)


def test_a_cookie_that_only_the_login_sets_is_inspected() -> None:
    report = scan(Careless(""))
    (found,) = report.findings
    assert (found.plugin, found.parameter) == ("cookie_flags", "sid")
    assert "HttpOnly" in found.title
    assert "SameSite" in found.title
    assert "sid=***" in found.response
    assert "s3cret" not in f"{found.request}{found.response}{found.curl}"


def test_a_careful_site_gives_no_finding() -> None:
    assert scan(Careless("; HttpOnly; SameSite=Lax")).findings == ()


def careless_script(request: Request) -> Response | str:
    """Logs in by a script, whose call is answered with the cookie."""
    if request.path == "/in":
        return html("yes", set_cookie=f"sid={LONG}; Path=/") if request.query == "s3cret" else html("no", 403)
    if cookies(request).get("sid"):
        return "<h1>Hello anna</h1>"
    return (
        "<div id=a></div><script>a.innerHTML = `<input name=user><input type=password id=p>"
        "<button onclick='enter()'>Log in</button>`;"
        "function enter() { fetch('/in?' + p.value, {method: 'POST'}).then(() => location.reload()); }"
        "</script>"
    )


@needs_browser
def test_a_login_in_the_browser_is_heard_too() -> None:
    (found,) = scan(careless_script, browser="auto").findings
    assert (found.plugin, found.parameter, found.method) == ("cookie_flags", "sid", "POST")
    assert LONG not in found.response


def test_a_login_by_token_has_a_stranger_look_at_the_start_page() -> None:
    def site(request: Request) -> Response:
        if request.header("authorization") == "Bearer good-token":
            return html("<h1>Hello anna</h1>")
        return html("<h1>Hello stranger</h1>", set_cookie=f"connect.sid={LONG}; Path=/")

    options = {"auth": "bearer", "token": "good-token", "username": "", "password": ""}
    assert [found.parameter for found in scan(site, **options).findings] == ["connect.sid"]


class Listening:
    """An `Outside` for the running site, and who sends."""

    def __init__(self, url: str) -> None:
        settings = ScanRequest(target_url=url)
        self.client = HttpClient(settings, Governor.of(settings))
        self.outside = Outside(self.client)


def listening(site, work: Callable[[Listening, str], Awaitable[None]]) -> list[Request]:
    async def go(url: str) -> None:
        held = Listening(url)
        try:
            await work(held, url)
        finally:
            await held.client.close()

    with serving(site) as web:
        asyncio.run(go(web.url))
        return web.requests


def test_what_was_heard_is_handed_over_once_with_a_strangers_visit_and_its_redirects() -> None:
    def site(request: Request) -> Response:
        return redirect("/welcome", set_cookie="a=1") if request.path == "/" else html("welcome")

    async def work(held: Listening, url: str) -> None:
        login = Exchange(Request.from_url(url + "login"), html("in"))
        held.outside.hear(login)
        seen = await held.outside.exchanges(url)
        assert [each.request.path for each in seen] == ["/login", "/", "/welcome"]
        held.outside.hear(login)
        assert [each.request.path for each in await held.outside.exchanges(url)] == ["/", "/welcome"]

    assert [request.header("cookie") for request in listening(site, work)] == [None, "a=1"] * 2


def test_what_lies_outside_the_scope_is_not_kept_and_the_rest_is_bounded() -> None:
    async def work(held: Listening, url: str) -> None:
        held.outside.hear(Exchange(Request.from_url("http://elsewhere.test/login"), html("in")))
        for _ in range(MAX_HEARD + 5):
            held.outside.hear(Exchange(Request.from_url(url + "login"), html("in")))
        seen = await held.outside.exchanges(url)
        assert [each.request.path for each in seen] == ["/login"] * MAX_HEARD + ["/"]

    listening(lambda _: html("x"), work)


def test_a_stranger_who_is_not_answered_loses_nothing() -> None:
    async def work(held: Listening, url: str) -> None:
        held.outside.hear(Exchange(Request.from_url(url + "login"), html("in")))
        held.client.governor.stop("max-requests")
        assert len(await held.outside.exchanges(url)) == 1

    assert listening(lambda _: html("x"), work) == []


@pytest.mark.parametrize(
    ("answer", "masked"),
    [
        (html("x", set_cookie=f"sid={LONG}; Path=/"), True),
        (as_json({"user": {"refreshToken": LONG}}), True),
        (html("x", set_cookie=f"theme={LONG[:10]}"), False),
        (as_json({"user": {"id": LONG}}), False),
        (html(f"<p>token: {LONG}</p>"), False),
    ],
)
def test_what_the_login_gave_is_masked_from_then_on(answer: Response, masked: bool) -> None:
    async def work(held: Listening, url: str) -> None:
        held.outside.hear(Exchange(Request.from_url(url + "login"), answer))
        assert LONG in held.client.secrets.clean(f"it is {LONG}")
        await held.outside.exchanges(url)
        assert (LONG not in held.client.secrets.clean(f"it is {LONG}")) is masked

    listening(lambda _: html("x"), work)
