import asyncio
from collections.abc import AsyncIterator

import pytest

from s2n.errors import BadResponse, BudgetSpent
from s2n.model import MAX_PLACES, Exchange, PluginStatus, Request, Response, Tested
from s2n.protocol import Also, Event, Found, ScanRequest, Warned
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import BUILT_IN, INJECTED, adopt
from s2n.s2nscanner.sdk import CheckContext, Claim, InputPoint, report
from support.plugins import Echo, Once, Title, info
from support.site import MemorySender, Site, html, params, point_at

SCAN = ScanRequest(target_url="http://site.test/", plugin_timeout=2.0)
URL = "http://site.test/search?q=tea"


def echoing(request: Request) -> str:
    return f"<p>{params(request).get('q')}</p>"


class Ground:
    """A crew over an in-memory site, and what it reported."""

    def __init__(self, *plugins: object, site: Site = echoing, source: str = BUILT_IN) -> None:
        self.events: list[Event] = []
        self.sender = MemorySender(site)
        self.plugins = plugins
        self.source = source

    async def __aenter__(self) -> Crew:
        members = [
            Member(adopt(plugin, plugin.info.id, self.source), SCAN, self.sender, [])  # type: ignore[attr-defined]
            for plugin in self.plugins
        ]
        self.crew = Crew(members, SCAN, self.events.append)
        return self.crew

    async def __aexit__(self, *_: object) -> None:
        self.ended = {event.plugin: event for event in self.crew.close()}

    @property
    def found(self) -> list[tuple[str, str, str]]:
        return [
            (event.finding.plugin, event.finding.url.partition("?")[0], event.finding.parameter)
            for event in self.events
            if isinstance(event, Found)
        ]


def check(ground: Ground, *urls: str) -> list[tuple[Tested, str]]:
    async def go() -> list[tuple[Tested, str]]:
        async with ground as crew:
            return [
                await crew.check(member, point_at(url, "q"))
                for url in (urls or (URL,))
                for member in crew.active()
            ]

    return asyncio.run(go())


@pytest.mark.parametrize("source", [BUILT_IN, INJECTED])
def test_a_flaw_is_verified_reported_and_entered(source: str) -> None:
    ground = Ground(Echo(), source=source)
    assert check(ground) == [(Tested.TESTED, "")]
    assert ground.found == [("echo", "http://site.test/search", "q")]
    assert ground.ended["echo"].status is PluginStatus.SUCCESS
    assert ground.ended["echo"].requests_sent == 4
    assert len(ground.sender.requests) == 5  # the baseline; the attack and its control, both once more


def test_the_same_flaw_is_reported_once_and_not_even_verified_again() -> None:
    ground = Ground(Echo())
    check(ground, URL, "http://site.test/search?q=coffee")
    assert len(ground.found) == 1
    assert len(ground.sender.requests) == 8


def test_two_plugins_at_one_place_are_two_findings() -> None:
    class Other(Echo):
        info = info("other", max_requests=10)

    ground = Ground(Echo(), Other())
    check(ground)
    assert [name for name, _, _ in ground.found] == ["echo", "other"]


def test_a_suspicion_that_does_not_hold_is_counted_only() -> None:
    ground = Ground(Once())
    assert check(ground) == [(Tested.TESTED, "")]
    assert ground.found == []
    assert ground.crew.unproved == 1


def passive(ground: Ground, *exchanges: Exchange) -> None:
    async def go() -> None:
        async with ground as crew:
            for exchange in exchanges:
                await crew.inspect(exchange)

    asyncio.run(go())


def page(path: str, body: str = "<title>x</title>") -> Exchange:
    return Exchange(Request.from_url(f"http://site.test{path}"), html(body))


@pytest.mark.parametrize("source", [BUILT_IN, INJECTED])
def test_passive_plugins_report_what_they_read_once_for_each_place(source: str) -> None:
    ground = Ground(Title(), source=source)
    passive(ground, page("/a"), page("/b"), page("/a?x=1"), page("/c", "plain"))
    assert [url for _, url, _ in ground.found] == ["http://site.test/a", "http://site.test/b"]
    assert ground.sender.requests == []
    assert ground.ended["title"].urls_scanned == 4


class Overhearing:
    """Reports what attacks provoke."""

    info = info("overhearing", kind="passive")

    def inspect(self, exchange: Exchange) -> None:
        """Wants nothing of the crawl."""

    def overhear(self, exchange: Exchange) -> list[Claim]:
        return [report(exchange, exchange.response.text)]


def failure(path: str) -> Exchange:
    return Exchange(Request.from_url(f"http://site.test{path}"), html("boom", 500))


@pytest.mark.parametrize("source", [BUILT_IN, INJECTED])
def test_what_attacks_provoke_is_read_by_those_who_want_to(source: str) -> None:
    ground = Ground(Overhearing(), Title(), source=source)

    async def go() -> None:
        async with ground as crew:
            await crew.inspect(page("/a", "plain"))
            crew.overhear(page("/a?q=1"))
            crew.overhear(failure("/a?q=2"))
            assert ground.found == []  # soon, and never inside of the request that brought it
            await crew.conclude()

    asyncio.run(go())
    assert ground.found == [("overhearing", "http://site.test/a", "")]


def test_where_nobody_listens_nothing_is_read() -> None:
    ground = Ground(Title())

    async def go() -> None:
        async with ground as crew:
            crew.overhear(failure("/a"))
            await crew.conclude()

    asyncio.run(go())
    assert ground.found == []
    assert ground.ended["title"].urls_scanned == 0


def test_nothing_is_reported_once_the_accounts_are_closed() -> None:
    ground = Ground(Overhearing())

    async def go() -> None:
        async with ground as crew:
            crew.overhear(failure("/a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(go())
    assert ground.found == []


def test_a_passive_plugin_that_keeps_crashing_is_given_up() -> None:
    calls = []

    class Bad:
        info = info("bad", kind="passive")

        def inspect(self, exchange: Exchange) -> None:
            calls.append(exchange)
            raise KeyError("no")

    ground = Ground(Bad(), Title())
    passive(ground, *(page(f"/{number}x") for number in range(8)))
    assert len(calls) == 5
    assert len(ground.found) == 8
    assert ground.ended["bad"].status is PluginStatus.FAILED


def test_a_plugin_that_keeps_crashing_gets_no_more_points() -> None:
    class Bad:
        info = info("bad")

        async def check(self, point: InputPoint, ctx: CheckContext) -> None:
            raise KeyError("no")

    cells = check(Ground(Bad()), *(f"http://site.test/{number}?q=1" for number in range(7)))
    assert {result for result, _ in cells} == {Tested.FAILED}
    assert cells[4][1] == "KeyError: 'no'"
    assert cells[5][1] == cells[6][1] == "the plugin was stopped after 5 failures"


@pytest.mark.parametrize("hook", ["check", "inspect"])
def test_a_finding_that_cannot_be_written_down_is_the_plugins_failure(hook: str) -> None:
    class Odd:
        info = info("odd", kind="active" if hook == "check" else "passive")

        async def _check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
            yield report(await ctx.get(URL), "e", payload=42)

        def _inspect(self, exchange: Exchange) -> list[Claim]:
            return [report(exchange, "e", severity="very")]

    setattr(Odd, hook, getattr(Odd, f"_{hook}"))
    ground = Ground(Odd(), Title())
    if hook == "check":
        check(ground)
    else:
        passive(ground, page("/a"))
        assert ground.found == [("title", "http://site.test/a", "")]
    assert ground.ended["odd"].status is PluginStatus.PARTIAL
    assert "cannot be written down" in ground.ended["odd"].errors[0].message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (BadResponse("empty"), "could not be verified (BadResponse: empty)"),
        (BudgetSpent("--max-requests"), "could not be verified (the budget was spent)"),
        (TimeoutError(), "could not be verified (TimeoutError: )"),
    ],
)
def test_what_could_not_be_verified_is_a_warning_never_a_finding(error: Exception, words: str) -> None:
    class Unlucky:
        info = info("unlucky")

        async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
            async def again() -> bool:
                raise error

            yield ctx.claim(await ctx.get(URL), "seen", again, point=point)

    ground = Ground(Unlucky())
    check(ground)
    assert ground.found == []
    (warning,) = [event.text for event in ground.events if isinstance(event, Warned)]
    assert words in warning
    assert "unlucky at http://site.test/search" in warning
    assert ground.crew.unproved == 0


def test_a_crash_while_verifying_is_the_plugins_failure() -> None:
    class Clumsy:
        info = info("clumsy")

        async def check(self, point: InputPoint, ctx: CheckContext) -> AsyncIterator[Claim]:
            async def again() -> bool:
                raise ZeroDivisionError("oh")

            yield ctx.claim(await ctx.get(URL), "seen", again, point=point)

    ground = Ground(Clumsy())
    check(ground)
    assert ground.found == []
    assert ground.ended["clumsy"].status is PluginStatus.PARTIAL
    assert ground.ended["clumsy"].errors[0].message == "while verifying: oh"


def test_a_filter_that_answers_for_the_site_makes_the_cell_blocked() -> None:
    class Knocking:
        info = info("knocking")

        async def check(self, point: InputPoint, ctx: CheckContext) -> None:
            for _ in range(4):
                await ctx.get(URL)

    ((result, reason),) = check(Ground(Knocking(), site=lambda _: html("no", 403)))
    assert result is Tested.BLOCKED
    assert reason == "4 of 4 requests were refused (403 ×4)"


def test_a_site_plugin_runs_once_and_sees_the_endpoints() -> None:
    seen: list[object] = []

    class Site:
        info = info("site", kind="site")

        async def run(self, ctx: CheckContext) -> AsyncIterator[Claim]:
            seen.extend(ctx.endpoints)
            exchange = await ctx.get("http://site.test/admin")

            async def again() -> bool:
                return True

            yield ctx.claim(exchange, "open", again)

    ground = Ground(Site())

    async def go() -> tuple[Tested, str]:
        async with ground as crew:
            crew.members[0].shared.endpoints = [Request.from_url(URL)]
            assert crew.active() == []
            return await crew.run(crew.members[0])

    assert asyncio.run(go()) == (Tested.TESTED, "")
    assert seen == [Request.from_url(URL)]
    assert ground.found == [("site", "http://site.test/admin", "")]


class Concluding(Title):
    """Looks once more when everything was tested."""

    info = info("concluding", kind="passive")

    async def conclude(self, ctx: CheckContext) -> None:
        """Sees nothing."""


def test_a_scan_that_ends_early_is_told_of_those_who_had_something_left() -> None:
    async def go() -> None:
        ground = Ground(Echo(), Title(), Concluding())
        async with ground as crew:
            crew.members[0].account.left = 1
            ended = {event.plugin: (event.status, event.reason) for event in crew.close("enough")}
            assert ended == {
                "echo": (PluginStatus.PARTIAL, "enough"),
                "title": (PluginStatus.SUCCESS, ""),
                "concluding": (PluginStatus.PARTIAL, "enough"),
            }
            await crew.conclude()
            assert [event.status for event in crew.close("enough")][2] is PluginStatus.SUCCESS

    asyncio.run(go())


def test_a_scan_that_ends_in_its_crawl_is_partial_for_everybody() -> None:
    async def go() -> None:
        ground = Ground(Echo(), Title())
        async with ground as crew:
            assert [(event.plugin, event.reason) for event in crew.close("enough", crawled=False)] == [
                ("echo", "enough"),
                ("title", "enough"),
            ]

    asyncio.run(go())


def test_the_response_of_a_dead_site_is_not_tested() -> None:
    class Dead(MemorySender):
        async def send(self, request: Request, **options: object) -> Exchange:
            raise BadResponse("it closed the connection")

    ground = Ground(Echo())
    ground.sender = Dead(lambda _: Response(200))
    ((result, reason),) = check(ground)
    assert result is Tested.FAILED
    assert reason == "BadResponse: it closed the connection"


class Looking(Echo):
    """Looks at the site once more when all is tested."""

    async def conclude(self, ctx: CheckContext) -> AsyncIterator[Claim]:
        for _ in range(self.info.max_requests + 1):  # more than it may send to a point
            exchange = await ctx.get("http://site.test/log")
        if "boom" in exchange.response.text:
            raise LookupError("boom")
        yield ctx.claim(exchange, "a trace", again=lambda: asyncio.sleep(0, result=True))


@pytest.mark.parametrize("source", [BUILT_IN, INJECTED])
def test_the_last_look_has_a_budget_of_its_own_and_is_verified(source: str) -> None:
    ground = Ground(Looking(), Echo(), site=lambda _: "<p>log</p>", source=source)

    async def go() -> None:
        async with ground as crew:
            await crew.conclude()

    asyncio.run(go())
    assert [place for _, place, _ in ground.found] == ["http://site.test/log"]
    assert not [event for event in ground.events if isinstance(event, Warned)]


def test_a_last_look_that_fails_is_said_to_be_cut_short() -> None:
    ground = Ground(Looking(), site=lambda _: "<p>boom</p>")

    async def go() -> None:
        async with ground as crew:
            await crew.conclude()

    asyncio.run(go())
    assert ground.found == []
    assert ["cut short" in event.text for event in ground.events if isinstance(event, Warned)] == [True]


def test_pages_that_could_not_be_looked_at_are_named_by_number() -> None:
    class Glancing(Echo):
        async def conclude(self, ctx: CheckContext) -> None:
            for _ in range(3):
                await ctx.glance(Request.from_url(URL))

    class Dead(MemorySender):
        async def send(self, request: Request, **_: object) -> Exchange:
            raise BadResponse("no answer")

    ground = Ground(Glancing())
    ground.sender = Dead(echoing)

    async def go() -> None:
        async with ground as crew:
            await crew.conclude()

    asyncio.run(go())
    (warning,) = [event.text for event in ground.events if isinstance(event, Warned)]
    assert "3 requests were not answered" in warning


class Everywhere:
    """Reports each page, as one flaw of the site."""

    info = info("everywhere", kind="passive")

    def inspect(self, exchange: Exchange) -> list[Claim]:
        return [report(exchange, "seen", per_site=True)]


def also(ground: Ground) -> list[str]:
    return [f"{event.place.method} {event.place.url}" for event in ground.events if isinstance(event, Also)]


def test_a_flaw_of_the_site_is_one_finding_with_the_places_where_it_shows() -> None:
    ground = Ground(Everywhere())
    passive(ground, page("/a"), page("/b?x=1"), page("/b?x=2"), page("/a"))
    assert [url for _, url, _ in ground.found] == ["http://site.test/a"]
    assert also(ground) == ["GET http://site.test/b"]
    (found,) = [event.finding for event in ground.events if isinstance(event, Found)]
    assert {event.fingerprint for event in ground.events if isinstance(event, Also)} == {found.fingerprint}
    assert found.per_site


def test_the_places_that_are_told_have_an_end() -> None:
    ground = Ground(Everywhere())
    passive(ground, *(page(f"/{number}x") for number in range(MAX_PLACES + 10)))
    assert len(also(ground)) == MAX_PLACES


def through(*points: InputPoint, plugin: object | None = None, site: Site = echoing) -> Ground:
    ground = Ground(plugin or Echo(), site=site)

    async def go() -> None:
        async with ground as crew:
            for point in points:
                await crew.check(crew.members[0], point)

    asyncio.run(go())
    return ground


def cookie_at(path: str) -> InputPoint:
    request = Request.from_url(f"http://site.test{path}").with_header("Cookie", "seat=1")
    return point_at("", "seat", request)


def seated(request: Request) -> str:
    """Every page but one reads the cookie."""
    cookie = (request.header("cookie") or "").partition("=")[2]
    return "<p>none</p>" if request.path == "/still" else f"<p>{cookie}</p>"


def test_a_cookie_that_all_pages_read_is_one_finding_proved_at_each_place() -> None:
    ground = through(cookie_at("/a"), cookie_at("/b"), cookie_at("/still"), cookie_at("/b"), site=seated)
    assert [url for _, url, _ in ground.found] == ["http://site.test/a"]
    assert also(ground) == ["GET http://site.test/b"]


def test_a_parameter_of_the_same_name_is_another_finding() -> None:
    ground = through(point_at(URL, "q"), point_at("http://site.test/other?q=tea", "q"))
    assert len(ground.found) == 2
    assert also(ground) == []
