"""What a page asks for several times as it is drawn, the site is asked once."""

import asyncio

import pytest

from s2n.model import Request, Response
from s2n.s2nscanner.crawler.browser.recent import MOST, Recent


def request(path: str = "/a", method: str = "GET", **headers: str) -> Request:
    return Request.from_url(f"http://site.test{path}", method, tuple(headers.items()))


async def asks(recent: Recent, wanted: Request, answer: Response | None = None) -> bool:
    """Was the site asked?"""
    async with recent.turn(wanted) as held:
        if held is None:
            await asyncio.sleep(0)
            recent.put(wanted, answer or Response(200, body=b"x"))
        return held is None


def test_the_same_is_asked_once_even_at_the_same_time():
    async def go() -> None:
        recent = Recent()
        assert await asyncio.gather(*(asks(recent, request()) for _ in range(4))) == [
            True,
            False,
            False,
            False,
        ]
        assert await asks(recent, request("/b"))
        assert await asks(recent, request(Accept="text/plain"))
        recent.forget()
        assert await asks(recent, request())

    asyncio.run(go())


def test_other_cookies_make_it_stale():
    async def go() -> None:
        recent = Recent()
        recent.asked_with("a=1")
        assert await asks(recent, request())
        recent.asked_with("a=1")
        assert not await asks(recent, request())
        recent.asked_with("a=2")
        assert await asks(recent, request())

    asyncio.run(go())


def test_what_may_change_something_makes_it_stale():
    async def go() -> None:
        recent = Recent()
        assert await asks(recent, request())
        assert await asks(recent, request(method="POST"))
        assert await asks(recent, request(method="POST"))
        assert await asks(recent, request())

    asyncio.run(go())


@pytest.mark.parametrize("answer", [Response(404), Response(200, headers=(("Set-Cookie", "a=1"),))])
def test_errors_and_cookies_are_not_held(answer):
    async def go() -> None:
        recent = Recent()
        assert await asks(recent, request(), answer)
        assert await asks(recent, request(), answer)

    asyncio.run(go())


def test_an_answer_stands_for_a_moment(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("s2n.s2nscanner.crawler.browser.recent.monotonic", lambda: now[0])

    async def go() -> None:
        recent = Recent()
        assert await asks(recent, request())
        now[0] += 0.9
        assert not await asks(recent, request())
        now[0] += 0.2
        assert await asks(recent, request())
        for number in range(MOST + 1):
            await asks(recent, request(f"/{number}"))
        assert await asks(recent, request("/0"))

    asyncio.run(go())


def test_where_the_first_fails_the_next_one_asks():
    async def go() -> None:
        recent = Recent()
        with pytest.raises(OSError, match="gone"):
            async with recent.turn(request()):
                raise OSError("gone")
        assert await asks(recent, request())

    asyncio.run(go())
