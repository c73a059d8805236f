"""Requests of the crawl: a few at a time; what nobody links is believed when a random name is not there."""

import asyncio

import pytest

from s2n.s2nscanner.crawler.fetching import Fetcher
from s2n.s2nscanner.crawler.frontier import Entry
from s2n.s2nscanner.crawler.recognise import Variety, shape_of
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html

URL = "http://site.test/manual"


class Sender:
    """A site in memory that counts what is under way."""

    def __init__(self, site):
        self.memory = MemorySender(site)
        self.now = self.most = 0

    async def send(self, request, *, follow=False, learn=False):
        assert learn
        assert not follow
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0)
        self.now -= 1
        return await self.memory.send(request)


def fetched(site, *entries, concurrency=2):
    sender = Sender(site)

    async def go():
        fetcher = Fetcher(sender, concurrency, Fresh(1))
        fetches = [fetcher.start(entry, shape_of(entry.url), Variety.FIXED) for entry in entries]
        return [await fetch.task for fetch in fetches]

    return asyncio.run(go()), sender


def test_so_many_at_a_time():
    answers, sender = fetched(lambda _: "x", *(Entry(f"{URL}{number}") for number in range(9)))
    assert all(answer.response.status == 200 for answer in answers)
    assert sender.most == 2
    assert len(sender.memory.requests) == 9


@pytest.mark.parametrize(
    ("site", "there"),
    [
        (lambda request: "a page" if request.path == "/manual" else html("nothing", 404), True),
        (lambda _: "<p>nothing here</p>", False),
        (lambda _: html("nothing", 404), False),
        (lambda request: html(f"no {request.path}"), False),
    ],
)
def test_what_is_doubted(site, there):
    (answer,), sender = fetched(site, Entry(URL, doubted=True))
    assert (answer is not None) is there
    assert 1 <= len(sender.memory.requests) <= 4


def test_what_is_linked_is_not_doubted():
    (answer,), sender = fetched(lambda _: "<p>nothing here</p>", Entry(URL))
    assert answer is not None
    assert len(sender.memory.requests) == 1
