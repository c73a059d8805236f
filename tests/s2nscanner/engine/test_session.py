import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import LoginFailed, SessionLost, Unreachable, Withheld
from s2n.model import Request, Response, ScanReport, ScanStatus, Tested
from s2n.protocol import Covered, Done, Event, ScanRequest, Warned
from s2n.s2nscanner.auth.credentials import login_of, without_credentials
from s2n.s2nscanner.auth.session import Session
from s2n.s2nscanner.engine import session
from s2n.s2nscanner.engine.session import SessionKeeper
from s2n.s2nscanner.engine.tokens import TokenKeeper
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.cookies import Cookie
from s2n.s2nscanner.http.governor import Governor
from support.members import Members, as_json, cookies
from support.plugins import Echo
from support.site import html, params
from support.webserver import Web, serving

Site = Callable[[Request], Response | str]
AUTO = {"auth": "auto", "username": "anna", "password": "s3cret"}


class Kept:
    """A keeper over the running site, and what it warned of."""

    def __init__(self, web: Web, options: dict[str, object]) -> None:
        self.warnings: list[str] = []
        scan = ScanRequest(target_url=web.url, **options)  # type: ignore[arg-type]
        login = login_of(scan)
        assert login is not None
        self.url = web.url
        self.client = HttpClient(without_credentials(scan), Governor.of(scan))
        self.keeper = SessionKeeper(self.client, login, scan, self.warnings.append)

    async def text(self, path: str, **options: bool) -> str:
        exchange = await self.keeper.send(Request.from_url(self.url + path), **options)
        return exchange.response.text


def kept(site: Site, work: Callable[[Kept], Awaitable[None]], **options: object) -> Kept:
    with serving(site) as web:

        async def go() -> Kept:
            held = Kept(web, options or dict(AUTO))
            try:
                await held.keeper.begin()
                await work(held)
            finally:
                await held.client.close()
            return held

        return asyncio.run(go())


async def nothing(_: Kept) -> None:
    """Logging in is all."""


def test_every_answer_is_one_to_somebody_logged_in_though_the_session_ends_all_the_time() -> None:
    site = Members(lifetime=8)

    async def work(held: Kept) -> None:
        for round_ in range(6):
            texts = await asyncio.gather(*(held.text(f"search?q=n{round_}{i}") for i in range(10)))
            assert all(f"You searched for n{round_}{i}" in text for i, text in enumerate(texts))

    held = kept(site, work)
    assert site.logins == held.keeper.logins > 5
    assert site.wrong == 0
    assert held.keeper.failure is None


def test_one_login_serves_all_who_noticed() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        site._inside.clear()
        await asyncio.gather(*(held.text("search?q=a") for _ in range(10)))

    kept(site, work)
    assert site.logins == 2


def test_a_page_that_always_looks_logged_out_is_asked_about_once() -> None:
    members = Members()
    asked: list[str] = []

    def site(request: Request) -> Response | str:
        asked.append(request.path)
        if request.path == "/change":
            return "<form method=post><input type=password name=new></form>"
        return members(request)

    async def work(held: Kept) -> None:
        del asked[:]
        for _ in range(5):
            assert "name=new" in await held.text("change")

    kept(site, work)
    assert asked == ["/change", "/", *["/change"] * 4]
    assert members.logins == 1


def test_a_request_that_ends_the_session_is_found_and_not_sent_again() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        await held.keeper.send(Request.from_url(held.url + "bye"))
        assert "You searched for x" in await held.text("search?q=x")
        left = len(site.left)
        with pytest.raises(Withheld, match="GET /bye ends the session"):
            await held.keeper.send(Request.from_url(held.url + "bye"))
        assert len(site.left) == left

    held = kept(site, work)
    assert [text for text in held.warnings if "bye ends the session" in text]


def test_an_attack_on_the_session_itself_says_nothing_about_it() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        attack = Request.from_url(held.url + "search?q=a", headers=(("Cookie", "sid=attack"),))
        assert (await held.keeper.send(attack)).response.status == 302
        basic = Request.from_url(held.url + "search?q=a", headers=(("Cookie", "x"), ("Authorization", "x")))
        assert (await held.keeper.send(basic)).response.status == 302
        assert held.keeper.logins == 1
        site._inside.clear()
        assert "You searched" in await held.text("search?q=a")

    kept(site, work)
    assert site.logins == 2


def test_a_request_that_holds_a_former_session_is_sent_in_the_present_one() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        old = held.client.jar.header_for(Request.from_url(held.url))
        attack = Request.from_url(held.url + "search?q=a", headers=(("Cookie", f"lang=attack; {old}"),))
        for logins in (2, 3):
            site._inside.clear()
            exchange = await held.keeper.send(attack)
            assert "You searched" in exchange.response.text
            assert cookies(exchange.request)["lang"] == "attack"
            assert site.logins == logins
        assert "You searched" in (await held.keeper.send(attack)).response.text

    kept(site, work)
    assert site.logins == 3


def test_even_where_it_always_looks_logged_out_the_loss_is_noticed_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    members = Members()

    def site(request: Request) -> Response | str:
        if request.path == "/change" and cookies(request).get("sid") in members._inside:
            return "<form method=post><input type=password name=new></form>"
        return members(Request.from_url(members_login)) if request.path == "/change" else members(request)

    members_login = "http://h/login"

    async def work(held: Kept) -> None:
        assert "name=new" in await held.text("change")
        members._inside.clear()
        assert "name=new" not in await held.text("change")
        monkeypatch.setattr(session, "RECHECK", 0.0)
        assert "name=new" in await held.text("change")

    kept(site, work)
    assert members.logins == 2


def test_a_new_password_is_never_set() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        request = Request.from_url(held.url + "search?password_new=a&password_conf=a&q=x")
        for exact in (False, True):
            with pytest.raises(Withheld, match="would change our user's password"):
                await held.keeper.send(request, exact=exact)

    kept(site, work)


def test_requests_with_a_session_of_their_own_are_not_judged() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        request = Request.from_url(held.url + "search?q=a", headers=(("Host", "x"),))
        exchange = await held.keeper.send(request, exact=True)
        assert exchange.response.status == 302

    kept(site, work)
    assert site.logins == 1


def test_a_login_that_does_not_hold_ends_it_after_max_logins() -> None:
    site = Members(one_login=True)

    async def work(held: Kept) -> None:
        site._inside.clear()
        with pytest.raises(SessionLost, match="did not hold"):
            await held.text("search?q=a")
        logins = site.logins
        with pytest.raises(SessionLost):
            await held.text("search?q=b")
        assert site.logins == logins

    held = kept(site, work, **AUTO, max_logins=2)
    assert isinstance(held.keeper.failure, LoginFailed)
    assert site.logins == 3


def test_a_password_that_is_refused_later_is_tried_three_times() -> None:
    site = Members()

    async def work(held: Kept) -> None:
        site._inside.clear()
        site.lock_after = 0
        with pytest.raises(SessionLost, match=r"logging in again failed: .*locked the account"):
            await held.text("search?q=a")

    posts = [0]

    def counted(request: Request) -> Response | str:
        posts[0] += request.method == "POST"
        return site(request)

    kept(counted, work)
    assert posts[0] == 1 + 3


def test_given_credentials_cannot_be_renewed() -> None:
    valid = {"t0k"}

    def site(request: Request) -> Response | str:
        token = (request.header("authorization") or "").removeprefix("Bearer ")
        return as_json({"me": "anna"}) if token in valid else as_json({"error": "unauthorized"}, 401)

    async def work(held: Kept) -> None:
        assert "anna" in await held.text("me")
        valid.clear()
        with pytest.raises(SessionLost, match="--auth bearer are not accepted any more"):
            await held.text("me")

    assert isinstance(kept(site, work, auth="bearer", token="t0k").keeper.failure, LoginFailed)


def test_a_token_that_runs_out_is_fetched_again() -> None:
    given: list[str] = []
    uses = [0]

    def site(request: Request) -> Response | str:
        if request.path == "/token":
            given.append(f"t{len(given)}")
            uses[0] = 0
            return as_json({"access_token": given[-1]})
        uses[0] += 1
        fine = given and request.header("authorization") == f"Bearer {given[-1]}" and uses[0] <= 6
        return as_json({"item": request.path}) if fine else as_json({}, 401)

    async def work(held: Kept) -> None:
        for i in range(20):
            assert f"/i{i}" in await held.text(f"i{i}")

    with serving(site) as web:

        async def go() -> int:
            held = Kept(web, {"auth": "oauth2", "token_url": web.url + "token", "client_id": "x"})
            await held.keeper.begin()
            await work(held)
            await held.client.close()
            return held.keeper.logins

        assert asyncio.run(go()) == len(given) > 3


def test_a_refused_token_is_asked_for_three_times() -> None:
    posts: list[Request] = []

    def site(request: Request) -> Response | str:
        if request.method == "POST":
            posts.append(request)
            return (
                as_json({"access_token": "t"})
                if len(posts) == 1
                else as_json({"error": "invalid_grant"}, 400)
            )
        fine = request.header("authorization") and len(posts) == 1 and request.path != "/end"
        return "<p>in</p>" if fine else as_json({}, 401)

    async def work(held: Kept) -> None:
        posts.append(posts[0])
        with pytest.raises(SessionLost, match="invalid_grant"):
            await held.text("")

    with serving(site) as web:

        async def go() -> None:
            held = Kept(web, {"auth": "oauth2", "token_url": web.url + "token", "client_id": "x"})
            await held.keeper.begin()
            await work(held)
            await held.client.close()

        asyncio.run(go())
    assert len(posts) == 2 + 3


def test_a_login_that_changes_nothing_is_a_failure() -> None:
    def site(request: Request) -> Response | str:
        if request.method == "POST":
            return html("", 302, location="/")
        return "<form method=post action='/in'><input name=user><input type=password name=pw></form>"

    def open_to_all(request: Request) -> Response | str:
        return "<p>The same for all</p>" if request.path == "/" else site(request)

    with pytest.raises(LoginFailed, match="refuses the user or password"):
        kept(site, nothing)
    with pytest.raises(LoginFailed, match="the same comes without it"):
        kept(open_to_all, nothing)


def test_given_credentials_that_change_nothing_are_worth_a_warning() -> None:
    held = kept(lambda _: "<p>The same for all</p>", nothing, auth="bearer", token="x")
    assert "the same comes without the login" in held.warnings[0]
    assert "--auth-check-url" in held.warnings[0]


def test_the_users_own_pattern_decides() -> None:
    def site(request: Request) -> Response | str:
        return "<p>Mrs Brown</p>" if cookies(request).get("sid") else "<p>Who?</p>"

    mine = {"auth": "cookie", "cookies": ("sid=1",)}
    assert not kept(site, nothing, **mine, logged_in_pattern="Mrs Br.wn").warnings
    for wrong in ("Mr Brown", "<p>"):
        with pytest.raises(LoginFailed, match="--logged-in-pattern is not on"):
            kept(site, nothing, **mine, logged_in_pattern=wrong)


def test_a_site_that_does_not_answer_is_unreachable() -> None:
    async def go() -> None:
        held = Kept(Web("http://127.0.0.1:9/", []), dict(AUTO))
        with pytest.raises(Unreachable, match="the login failed"):
            await held.keeper.begin()

    asyncio.run(go())


def scan(web: Web, events: list[Event], **options: object) -> ScanReport:
    config = ScanConfig(target_url=web.url, plugins=("echo",), **(AUTO | options))  # type: ignore[arg-type]
    return Scanner(config, [Echo()], events.append).scan()


def test_a_whole_scan_behind_the_login_whose_session_ends_every_20_requests() -> None:
    site = Members(lifetime=20)
    events: list[Event] = []
    with serving(site) as web:
        report = scan(web, events)
        assert any(url.startswith(f"{web.url}search?") for url in (f.url for f in report.findings))
    assert report.metadata.status is ScanStatus.COMPLETE
    lost = {row.endpoint for row in report.coverage if set(row.results.values()) != {Tested.TESTED}}
    assert lost <= {f"GET {web.url}bye"}
    left_out = [row for row in report.coverage if Tested.SKIPPED in row.results.values()]
    assert all("ends the session" in row.reasons["echo"] for row in left_out)
    assert site.logins > 2
    ours = [sent for sent in map(params, web.requests) if sent.get("who") == "anna"]
    assert {sent["secret"] for sent in ours} == {"s3cret"}
    assert "/logout" not in site.left


def test_a_scan_that_loses_its_session_for_good_says_what_was_not_tested() -> None:
    members = Members(one_login=True)

    def site(request: Request) -> Response | str:
        """The first attack ends the session."""
        if re.fullmatch("[a-z][a-z0-9]{9}", params(request).get("q", "")):
            members._inside.clear()
        return html("", 404) if request.path == "/bye" else members(request)

    events: list[Event] = []
    with serving(site) as web, pytest.raises(LoginFailed, match="did not hold"):
        scan(web, events, max_logins=2)
    done = events[-1]
    assert isinstance(done, Done)
    assert done.status is ScanStatus.NOT_TESTED
    rows = [event.row for event in events if isinstance(event, Covered)]
    assert any(result is Tested.SESSION_LOST for row in rows for result in row.results.values())


def test_a_scan_with_a_wrong_password_tests_nothing() -> None:
    site = Members()
    events: list[Event] = []
    with serving(site) as web, pytest.raises(LoginFailed, match="refuses") as caught:
        scan(web, events, password="x")
    assert caught.value.exit_code == 3
    assert site.wrong == 1
    assert not [event for event in events if isinstance(event, Covered)]
    assert not [event for event in events if isinstance(event, Warned)]
    assert params(Request.from_url(web.url)) == {}


def test_a_login_on_another_host_is_used_and_not_scanned() -> None:
    members = Members()

    def shop(request: Request) -> Response | str:
        """Its users log in elsewhere; cookies know no ports."""
        if request.path == "/login":
            return html("Log in at our identity service", 404)
        return members(request)

    events: list[Event] = []
    with serving(members) as identity, serving(shop) as web:
        report = scan(web, events, login_url=identity.url + "login")
        assert [finding for finding in report.findings if finding.url.startswith(f"{web.url}search?")]
    assert {request.path for request in identity.requests} <= {"/login", "/"}
    assert {request.method for request in identity.requests if request.path == "/"} == {"GET"}


def test_a_busy_site_is_not_taken_for_one_that_has_logged_us_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PAUSES", (0.0,))
    members = Members()
    busy = [0]

    def site(request: Request) -> Response | str:
        if request.path == "/" and busy[0]:
            busy[0] -= 1
            return html("busy", 503)
        return html("", 403) if request.path == "/filtered" else members(request)

    async def work(held: Kept) -> None:
        busy[0] = 1
        await held.text("filtered")
        assert held.keeper.logins == 1
        members._inside.clear()
        busy[0] = 0
        assert "Log out" in await held.text("search?q=a")
        members._inside.clear()
        busy[0] = 3
        assert "Log out" not in await held.text("search?q=b")
        assert "Log out" in await held.text("search?q=c") or busy[0]
        while busy[0]:
            await held.text("filtered?again")
            await held.text("search?q=d")
        assert "Log out" in await held.text("search?q=e")

    kept(site, work)
    assert members.logins == 3


def test_what_is_asked_again_has_fresh_tokens() -> None:
    members = Members()
    numbers = itertools.count(1)
    valid: dict[str, str] = {}

    def site(request: Request) -> Response | str:
        sid = cookies(request).get("sid", "")
        if request.path != "/form" or sid not in members._inside:
            return members(request)
        if request.method == "GET":
            valid[sid] = f"tok{next(numbers)}"
            return f"<form method=post><input type=hidden name=csrf value={valid[sid]}></form>Log out"
        return "<p>Saved</p>Log out" if params(request)["csrf"] == valid.pop(sid, "") else html("no", 403)

    async def work(held: Kept) -> None:
        page = Request.from_url(held.url + "form")
        form = Request.from_url(page.url, "POST").with_body(
            b"csrf=tok0&q=1", "application/x-www-form-urlencoded"
        )
        held.keeper.through = TokenKeeper(held.client, {form: page})
        members._inside.clear()
        assert "Saved" in (await held.keeper.send(form)).response.text

    kept(site, work)
    assert members.logins == 2


def strangers(
    answer: Response | str, member: Response | str = "<p>Orders: 12 teas, for anna alone</p>"
) -> Site:
    """A site whose sessions end after eight requests; strangers get ``answer``, with no word of a login."""
    members = Members(lifetime=8)

    def site(request: Request) -> Response | str:
        if request.path in {"/login", "/"}:
            return members(request)
        return member if members._is_in(cookies(request).get("sid", "")) else answer

    return site


@pytest.mark.parametrize(
    ("stranger", "member"),
    [
        (as_json([]), as_json([{"id": 1}])),
        (as_json({"user": None, "at": "2026-11-24"}), as_json({"user": {"id": 1}, "at": "2026-11-24"})),
        (html("<h1>Not found</h1>", 404), html("<p>Orders</p>")),
        (html("<h1>Server error</h1>", 500), html("<p>Orders</p>")),
        (html("<script>top.location = '/login'</script>"), html("<p>Orders</p>" * 20)),
        (html("<h1>Your session is over</h1>"), html("<p>Orders</p>" * 20)),
        (html("", 302, location="/public"), html("<p>Orders</p>")),
    ],
    ids=["empty list", "null", "404", "500", "script", "notice", "elsewhere"],
)
def test_a_loss_that_no_word_tells_is_noticed_by_what_the_endpoint_gave_before(
    stranger: Response, member: Response
) -> None:
    async def work(held: Kept) -> None:
        texts = [await held.text(f"orders?n={number}") for number in range(40)]
        assert texts == [member.text] * 40
        assert held.keeper.logins > 3

    kept(strangers(stranger, member), work)


def test_a_loss_that_nothing_tells_is_noticed_after_a_while_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "HEARTBEAT", 0.0)
    same = "<p>Welcome</p>"

    async def work(held: Kept) -> None:
        for number in range(20):
            await held.text(f"orders?n={number}")
        assert held.keeper.logins > 1
        assert [text for text in held.warnings if "no answer showed it" in text] == held.warnings
        assert len(held.warnings) == 1

    kept(strangers(same, same), work)


class Doubted:
    """A login that knows a second way, and needs it."""

    renewable = True

    def __init__(self, url: str, *, knows: bool) -> None:
        self.url, self.knows, self.ways = url, knows, [1]

    def other_way(self) -> bool:
        if self.knows:
            self.ways.append(2)
        return self.knows

    async def log_in(self, visitor: HttpClient) -> Session:
        if self.ways[-1] == 2:
            visitor.jar.add(Cookie("sid", "1", "127.0.0.1"))
        return Session(landing=self.url)


@pytest.mark.parametrize("knows", [True, False])
def test_a_login_that_changes_nothing_is_made_the_other_way_if_there_is_one(knows: bool) -> None:
    def site(request: Request) -> str:
        return "<a href=/logout>Log out</a>" if "sid" in cookies(request) else "<p>Welcome</p>"

    async def go(url: str) -> list[int]:
        scan = ScanRequest(target_url=url)
        client = HttpClient(scan, Governor.of(scan))
        login = Doubted(url, knows=knows)
        try:
            await SessionKeeper(client, login, scan, lambda _: None).begin()
        finally:
            await client.close()
        return login.ways

    with serving(site) as web:
        if knows:
            assert asyncio.run(go(web.url)) == [1, 2]
        else:
            with pytest.raises(LoginFailed, match="the login changed nothing"):
                asyncio.run(go(web.url))


@pytest.mark.parametrize("there", [True, False])
def test_where_pages_look_the_same_an_api_may_say_who_we_are(there: bool) -> None:
    def site(request: Request) -> Response | str:
        if request.path == "/enter":
            return as_json({"token": "t1"})
        if request.path == "/api/users/me" and there:
            inside = request.header("authorization") == "Bearer t1"
            return as_json({"name": "anna"}) if inside else as_json({}, 401)
        return "<p>Welcome</p>" if request.path == "/" else html("no", 404)

    async def go(url: str) -> tuple[str, int]:
        scan = ScanRequest(target_url=url, login_url=f"{url}enter", **AUTO)
        client = HttpClient(scan, Governor.of(scan))
        warned: list[str] = []
        login = login_of(scan)
        assert login is not None
        keeper = SessionKeeper(client, login, scan, warned.append)
        try:
            await keeper.begin()
        finally:
            await client.close()
        return keeper._proof.request.path if keeper._proof else "", len(warned)

    with serving(site) as web:
        assert asyncio.run(go(web.url)) == (("/api/users/me", 0) if there else ("", 1))
