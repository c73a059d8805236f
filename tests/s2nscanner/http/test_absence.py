import asyncio
import re

import pytest

from s2n.errors import ConnectFailed
from s2n.model import Request
from s2n.s2nscanner.http.absence import MAX_SHOWN, Absences, is_refusal

AT = Request.from_url("http://shop.test/").origin
OTHER = Request.from_url("http://other.test/").origin


class Door:
    """A server's door: closed as often as told, then open."""

    def __init__(self, closed: int) -> None:
        self.closed = closed
        self.knocks = 0
        self.knocked = asyncio.Event()

    async def __call__(self, _: object) -> bool:
        self.knocks += 1
        self.knocked.set()
        await asyncio.sleep(0)
        return self.knocks > self.closed


def absences(closed: int, patience: float = 5.0, in_all: float = 60.0) -> tuple[Absences, Door, list[str]]:
    door, said = Door(closed), []
    held = Absences(door, patience, in_all)
    held.warn = said.append
    return held, door, said


def test_who_comes_back_is_told_once_to_all_who_wait() -> None:
    held, door, said = absences(closed=2)

    async def go() -> list[bool]:
        return await asyncio.gather(*(held.over(AT) for _ in range(10)))

    assert asyncio.run(go()) == [True] * 10
    assert (held.returns, held.gone, door.knocks) == (1, {}, 3)
    (text,) = said
    assert re.fullmatch(
        r"http://shop\.test stopped answering at \d\d:\d\d:\d\d UTC; it came back after 0 s", text
    )


def test_who_was_hardly_away_is_not_told_of() -> None:
    held, _, said = absences(closed=0)
    assert asyncio.run(held.over(AT))
    assert (held.returns, said) == (0, [])


def test_who_does_not_come_back_is_waited_for_once() -> None:
    held, door, said = absences(closed=10**6, patience=0.05)

    async def go() -> list[bool]:
        first = await asyncio.gather(*(held.over(AT) for _ in range(5)))
        door.knocks = 0
        return [*first, await held.over(AT), await held.over(OTHER)]

    assert asyncio.run(go()) == [False] * 7
    assert list(held.gone) == [AT, OTHER]
    assert "http://shop.test" in said[0]
    assert said[0].endswith("it did not come back within 0.05 s, and is not waited for any more")
    assert len(said) == 2


def test_the_scan_waits_for_so_long_in_all() -> None:
    held, door, said = absences(closed=1, in_all=0.01)

    async def go() -> tuple[bool, bool]:
        first = await held.over(AT)
        door.knocks = -10
        return first, await held.over(AT)

    assert asyncio.run(go()) == (True, False)
    assert said[1].endswith("it was waited for long enough, and is not waited for any more")


def test_another_goes_on_waiting_when_the_first_is_called_off() -> None:
    held, door, said = absences(closed=3)

    async def go() -> bool:
        first, second = (asyncio.ensure_future(held.over(AT)) for _ in range(2))
        await door.knocked.wait()
        first.cancel()
        return await second

    assert asyncio.run(go())
    assert len(said) == 1


def asked_before(*broken: Request, last: Request | None = None) -> str:
    held, _, said = absences(closed=1)
    for request in broken:
        held.broke(request)
    held.last = last
    asyncio.run(held.over(AT))
    return said[0].partition(" UTC")[2].rpartition("; ")[0]


LOGIN = Request.from_url("http://shop.test/login", "POST", body=b"name=%27")


@pytest.mark.parametrize(
    ("broken", "last", "words"),
    [
        ([LOGIN], None, ", after POST /login name=%27"),
        (
            [Request.from_url("http://shop.test/a?q=1"), LOGIN],
            None,
            ", after POST /login name=%27, GET /a?q=1",
        ),
        ([LOGIN, LOGIN], None, ", after POST /login name=%27"),
        ([], Request.from_url("http://shop.test/b"), ", after GET /b"),
        ([LOGIN], Request.from_url("http://shop.test/b"), ", after POST /login name=%27"),
        ([Request.from_url("http://other.test/a")], Request.from_url("http://other.test/b"), ""),
        (
            [Request.from_url(f"http://shop.test/{name}") for name in "abcde"],
            None,
            ", after GET /a, GET /b, GET /c and 2 more",
        ),
    ],
)
def test_what_it_was_asked_before_is_named(broken: list[Request], last: Request | None, words: str) -> None:
    assert asked_before(*broken, last=last) == words


def test_what_is_named_is_short_and_printable() -> None:
    told = asked_before(Request.from_url("http://shop.test/", "PUT", body=b"\x1b[31m\n" + b"x" * 9999))
    assert told.startswith(", after PUT / .[31m.xxx")
    assert told.endswith("x…")
    assert len(told) < MAX_SHOWN + 30


def test_a_request_that_broke_long_ago_has_nothing_to_do_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s2n.s2nscanner.http.absence.RECENT", 0.0)
    assert asked_before(LOGIN) == ""


def test_only_a_refused_connection_means_that_nobody_listens() -> None:
    def failed(cause: Exception | None) -> ConnectFailed:
        error = ConnectFailed("no connection")
        error.__cause__ = cause
        return error

    assert is_refusal(failed(ConnectionRefusedError()))
    assert not is_refusal(failed(OSError("no route")))
    assert not is_refusal(failed(None))
    assert not is_refusal(ConnectionRefusedError())


@pytest.mark.parametrize(
    ("broken", "stopped"),
    [
        ([LOGIN], True),
        ([LOGIN, LOGIN.with_header("X-A", "b")], True),
        ([LOGIN, Request.from_url("http://shop.test/a")], False),
        ([], False),
    ],
)
def test_what_alone_was_under_way_has_stopped_it(broken: list[Request], stopped: bool) -> None:
    held, _, _ = absences(closed=1)
    held.last = LOGIN
    for request in broken:
        held.broke(request)
    asyncio.run(held.over(AT))
    assert held.stopped(LOGIN) is stopped
    assert not held.stopped(Request.from_url("http://shop.test/login"))
