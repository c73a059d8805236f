"""A tab's record: what was seen, and what is still waited for."""

import asyncio

from s2n.s2nscanner.crawler.browser.record import MANY, Hop, Record
from s2n.s2nscanner.crawler.sights import Message


def test_what_is_under_way_is_counted_and_awaited() -> None:
    async def go() -> None:
        record = Record()
        with record.flight("GET /a"):
            assert (record.in_flight, record.started) == (1, 1)
            landing = asyncio.ensure_future(record.landing())
            await asyncio.sleep(0)
            assert not landing.done()
        await landing
        assert record.in_flight == 0
        await record.landing()  # nothing to wait for

    asyncio.run(go())


def test_nobody_waits_for_streams_polls_and_what_was_given_up() -> None:
    record = Record()
    with record.flight("GET /events", endless=True):
        assert (record.in_flight, record.started) == (0, 0)
    for _ in range(MANY):
        with record.flight("GET /poll"):
            assert record.in_flight == 1
    with record.flight("GET /poll"), record.flight("GET /other"):
        assert record.in_flight == 1
        record.give_up()
        assert record.in_flight == 0
        with record.flight("GET /later"):
            assert record.in_flight == 1


def test_giving_up_ends_the_waiting() -> None:
    async def go() -> None:
        record = Record()
        with record.flight("GET /a"):
            landing = asyncio.ensure_future(record.landing())
            await asyncio.sleep(0)
            record.give_up()
            await landing

    asyncio.run(go())


def test_another_page_begins_anew() -> None:
    record = Record()
    for _ in range(MANY):
        with record.flight("GET /poll"):
            pass
    record.hops["http://site.test/a"] = Hop(3, None)
    record.begin("http://site.test/b#top")
    assert record.hops == {}
    assert record.opens("http://site.test/b")
    assert not record.opens("http://site.test/bc")
    with record.flight("GET /poll"):
        assert record.in_flight == 1


def test_sights_are_taken_once() -> None:
    record = Record()
    sight = Message("ws://site.test/", True, "a")
    record.sights.append(sight)
    assert record.take() == [sight]
    assert record.take() == []
