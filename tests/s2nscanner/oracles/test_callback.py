import asyncio

import pytest

from s2n.errors import UsageError
from s2n.model import Confidence
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.http.listener import Address, Arrival
from s2n.s2nscanner.oracles.callback import Callbacks, Switchboard, prove_callback, switchboard
from s2n.s2nscanner.oracles.probe import Fresh
from support.callbacks import call, look_up, reachable
from support.site import INFO, MemorySender, params, point_at

PAYLOADS = (lambda callback: callback.name, lambda callback: callback.url)


def judge(site, payloads=PAYLOADS, **options):
    sender = MemorySender(site)

    async def go():
        with reachable() as board:
            ctx = Context(
                INFO, Shared(ScanRequest(target_url="http://site.test/"), sender, board=board), Fresh(1)
            )
            probe = await ctx.probe(point_at("http://site.test/?u=x", "u"))
            proof = await prove_callback(probe, ctx.callbacks, payloads, **options)
            return proof, proof and await proof.again(), ctx.callbacks.late()

    return *asyncio.run(go()), sender


def fetching(request):
    return f"<p>{(call(params(request)['u']) or b'').decode()}</p>"


def test_a_call_with_the_token_is_the_witness():
    proof, again, late, sender = judge(fetching)
    assert proof.confidence is Confidence.CERTAIN
    assert "GET /s2n" in proof.evidence
    assert "192.0.2.80" in proof.evidence
    assert proof.marker in proof.exchange.response.text
    assert proof.marker
    assert again.payload != proof.payload
    assert late == []
    assert len(sender.requests) == 4  # the baseline, both payloads, and the one that was called once more


def test_a_call_whose_answer_is_not_shown_is_enough():
    def site(request):
        call(params(request)["u"])
        return "thanks"

    proof, *_ = judge(site)
    assert proof.confidence is Confidence.CERTAIN
    assert proof.marker == ""


def test_a_mere_look_up_is_less():
    def site(request):
        look_up(params(request)["u"])
        return "thanks"

    proof, again, *_ = judge(site)
    assert proof.confidence is Confidence.FIRM
    assert "look-up of s2n" in proof.evidence
    assert again is not None


def test_an_echo_of_the_address_is_no_call():
    proof, _, late, _ = judge(lambda request: params(request)["u"])
    assert (proof, late) == (None, [])


def test_a_target_that_calls_whatever_it_can_guess_is_no_proof():
    """The negative control: an address that nobody was told must stay silent."""

    def site(request):
        board = boards[-1]
        for token in board._bodies:
            board.receive(Arrival("http", f"GET /{token} HTTP/1.1", ""))
        return "hm"

    boards = []
    sender = MemorySender(site)

    async def go():
        with reachable() as board:
            boards.append(board)
            ctx = Context(
                INFO, Shared(ScanRequest(target_url="http://site.test/"), sender, board=board), Fresh(1)
            )
            probe = await ctx.probe(point_at("http://site.test/?u=x", "u"))
            return await prove_callback(probe, ctx.callbacks, PAYLOADS)

    assert asyncio.run(go()) is None


def test_what_is_served_can_be_chosen():
    proof, *_ = judge(fetching, body="<?php echo 1;")
    assert "<?php echo 1;" in proof.exchange.response.text
    assert proof.marker == ""


def test_a_late_call_is_remembered_once():
    sent = []

    def site(request):
        sent.append(params(request)["u"])
        return "queued"

    async def go():
        with reachable() as board:
            ctx = Context(
                INFO, Shared(ScanRequest(target_url="http://site.test/"), MemorySender(site), board=board)
            )
            point = point_at("http://site.test/?u=x", "u")
            assert await prove_callback(await ctx.probe(point), ctx.callbacks, PAYLOADS) is None
            assert ctx.callbacks.late() == []
            call(sent[-1])
            ((where, proof),) = ctx.callbacks.late()
            assert where == point
            assert proof.payload == sent[-1]
            assert proof.confidence is Confidence.CERTAIN
            assert await proof.again() is None
            return ctx.callbacks.late()

    assert asyncio.run(go()) == []


def test_tokens_are_unlike_and_unknown_ones_are_nothing():
    board = Switchboard(Address("h", 1))
    assert len({board.new().token for _ in range(100)}) == 100
    assert board.receive(Arrival("http", "GET /s2n0123456789abcdef HTTP/1.1", "")) == b""
    assert board.new().name == ""
    assert not Callbacks(board).named


def test_a_request_counts_before_the_look_up_that_led_to_it():
    board = Switchboard(Address("h", 1), "oob.test")
    callback = board.new()
    board.receive(Arrival("dns", callback.name.upper(), ""))
    assert board.hit(callback).by == "dns"
    board.receive(Arrival("http", f"GET /{callback.token} HTTP/1.1", ""))
    assert board.hit(callback).by == "http"


def ask(**options):
    return ScanRequest(target_url="http://site.test/", **options)


def test_on_loopback_a_real_call_is_heard_while_we_wait():
    async def go():
        async with switchboard(ask(callback="127.0.0.1:0", callback_dns="oob.test:0")) as board:
            callbacks = Callbacks(board)
            callback = callbacks.new()
            assert callback.name.endswith(".oob.test")
            reader, writer = await asyncio.open_connection("127.0.0.1", board.address.port)
            writer.write(f"GET /{callback.token} HTTP/1.1\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return callback, callbacks.hit(callback), answer

    callback, hit, answer = asyncio.run(go())
    assert hit.source == "127.0.0.1"
    assert answer.endswith(callback.marker.encode())
    assert callback.url.startswith("http://127.0.0.1:")


def test_there_is_none_unless_asked_for():
    async def go(scan):
        async with switchboard(scan) as board:
            return board

    assert asyncio.run(go(ask())) is None
    with pytest.raises(UsageError, match="needs --callback"):
        asyncio.run(go(ask(callback_dns="oob.test")))
