import asyncio

import pytest

from corpus.chain import Server, exact, holding, never, seconds
from s2n.errors import BadResponse, TimedOut
from s2n.model import Exchange, Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.oracles.desync import ENCODINGS, FRAMINGS, PATIENCE, ROUNDS, desync
from support.rawserver import answering, raw_server
from support.site import MemorySender

REQUEST = Request.from_url("http://site.test/", "POST", (("Host", "site.test"),))


def judge(front, back, sender=None):
    sender = sender or MemorySender(lambda _: "ok", lambda request: seconds(front, back, request))
    return asyncio.run(desync(sender, REQUEST)), sender


@pytest.mark.parametrize(
    ("front", "back", "kind"), [(never, exact, "CL.TE"), (exact, never, "TE.CL"), (exact, holding, "CL.TE")]
)
def test_who_waits_disagrees(front, back, kind):
    found, _ = judge(Server(front), Server(back))
    assert found.framing.kind == kind
    assert found.waiting.response.elapsed >= PATIENCE
    assert found.control.response.elapsed < 1
    assert found.control.request.body == found.waiting.request.body


def test_who_agrees_answers_at_once_and_costs_one_request_each():
    found, sender = judge(Server(exact), Server(exact))
    assert found is None
    assert len(sender.requests) == 1 + len(FRAMINGS) * len(ENCODINGS)


def test_a_slow_page_is_left_alone():
    found, sender = judge(None, None, MemorySender(lambda _: "ok", lambda _: 3.0))
    assert (found, len(sender.requests)) == (None, 1)


class Wire(MemorySender):
    """A chain that never answers, or hangs up, where it would wait."""

    def __init__(self, front, back, error):
        super().__init__(lambda _: "ok")
        self.chain = Server(front), Server(back)
        self.error = error

    async def send(self, request, **options):
        exchange = await super().send(request, **options)
        if seconds(*self.chain, request) > PATIENCE:
            raise self.error
        return exchange


def test_no_answer_at_all_is_waiting():
    found, sender = judge(None, None, Wire(never, exact, TimedOut("no answer")))
    assert found.waiting.response.status == 0
    assert "no answer within" in found.waiting.response.reason
    assert len(sender.requests) == 1 + 2 * ROUNDS


def test_hanging_up_is_an_answer():
    assert judge(None, None, Wire(never, exact, BadResponse("closed")))[0] is None


def test_a_control_that_is_not_answered_reaches_the_engine():
    class Dead(MemorySender):
        async def send(self, request, **options):
            if self.requests:
                raise TimedOut("no answer")
            return await super().send(request, **options)

    with pytest.raises(TimedOut):
        judge(None, None, Dead(lambda _: "ok"))


def test_nothing_is_left_over_for_others():
    """What a server does not take stays on our own connection, is refused, or is an empty line."""
    by_count, by_chunks = FRAMINGS
    assert by_count.agreeing == len(by_count.body)
    rest_for_chunks = by_count.body.split(b"\r\n")[2]
    assert not set(rest_for_chunks) & set(b"0123456789abcdefABCDEF")
    assert by_chunks.splitting == len(by_chunks.body)
    assert by_chunks.body[by_chunks.agreeing :] == b"\r\n"


def test_it_goes_out_as_it_is_written_each_on_its_own_connection():
    async def go():
        answer = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        async with raw_server(answer) as server:
            scan = ScanRequest(target_url=f"http://127.0.0.1:{server.port}/")
            client = HttpClient(scan, Governor.of(scan))
            request = Request.from_url(scan.target_url, "POST", (("Host", "h"),))
            found = await desync(client, request)
            await client.close()
            return found, server

    found, server = asyncio.run(go())
    assert found is None
    assert server.connections >= len(FRAMINGS) * len(ENCODINGS)
    assert server.received[1].startswith(
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"1\r\nZ\r\nQ\r\n\r\n"
    )
    assert any(b"X-S2n: x\nTransfer-Encoding: chunked\r\n" in data for data in server.received)


def test_an_exchange_is_what_is_shown():
    found, _ = judge(Server(never), Server(exact))
    assert isinstance(found.waiting, Exchange)
    assert found.encoding in ENCODINGS
