import asyncio
import random

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import TimedOut
from s2n.model import Location, Request, Response
from s2n.s2nscanner.engine.screen import Screen
from s2n.s2nscanner.http.points import InputPoint, header_points, points_of
from support.plugins import Echo
from support.site import MemorySender, Site, html
from support.webserver import serving

PAGE = Request.from_url("http://site.test/page")
WITH_COOKIES = PAGE.with_header("Cookie", "lang=en; zone=3")


def reacting(site: Site, points: list[InputPoint]) -> tuple[list[str], int]:
    """The names of the points that react, and how many requests it took to know."""
    sender = MemorySender(site)
    screen = Screen(sender)

    async def go() -> list[str]:
        return [point.name for point in points if await screen.reacts(point)]

    return asyncio.run(go()), len(sender.requests)


def cookies() -> list[InputPoint]:
    return [point for point in points_of(WITH_COOKIES) if point.location is Location.COOKIE]


def test_a_page_that_does_not_care_costs_five_requests_for_all() -> None:
    names, requests = reacting(lambda _: "<p>same</p>", header_points(PAGE))
    assert names == []
    assert requests == 5


@pytest.mark.parametrize("name", ["User-Agent", "Referer", "X-Forwarded-For"])
def test_an_echo_is_seen(name: str) -> None:
    names, _ = reacting(lambda request: f"<p>you: {request.header(name)}</p>", header_points(PAGE))
    assert names == [name]


def test_an_error_that_only_a_quote_provokes_is_seen() -> None:
    def site(request: Request) -> Response | str:
        return html("oops", 500) if "'" in (request.header("user-agent") or "") else "<p>fine</p>"

    assert reacting(site, header_points(PAGE))[0] == ["User-Agent"]


def test_one_cookie_of_several_is_singled_out() -> None:
    def site(request: Request) -> str:
        return "<p>english</p>" if "lang=en" in (request.header("cookie") or "") else "<p>default</p>"

    assert reacting(site, cookies())[0] == ["lang"]


def test_an_echo_in_a_header_is_seen() -> None:
    names, _ = reacting(lambda r: html("x", x_for=r.header("x-forwarded-for") or ""), header_points(PAGE))
    assert names == ["X-Forwarded-For"]


def test_a_page_that_is_never_the_same_is_not_judged() -> None:
    chance = random.Random(7)

    def site(_: Request) -> str:
        return "".join(f"<{chance.choice('abip')}>{chance.random()}" for _ in range(chance.randrange(5, 60)))

    names, _ = reacting(site, header_points(PAGE))
    assert len(names) == 3


def test_a_page_that_does_not_answer_is_left_to_the_plugins() -> None:
    def site(_: Request) -> str:
        raise TimedOut("late")

    assert len(reacting(site, header_points(PAGE))[0]) == 3


def test_a_scan_tries_headers_only_where_they_matter() -> None:
    def site(request: Request) -> str:
        if request.path == "/":
            return "<a href=/agent>a</a><a href=/deaf>b</a>"
        return f"<p>{request.header('user-agent')}</p>" if request.path == "/agent" else "<p>deaf</p>"

    with serving(site) as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=("echo",)), [Echo()]).scan()
        deaf = [request for request in web.requests if request.path == "/deaf"]
    assert [(f.parameter, f.url) for f in report.findings] == [("User-Agent", f"{web.url}agent")]
    assert len(deaf) < 15
