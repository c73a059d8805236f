import asyncio

import pytest

from s2n.model import Confidence
from s2n.s2nscanner.oracles.connecting import REFUSED, UNKNOWN, prove_connecting
from support.site import MemorySender, context, html, params, point_at


def judge(site):
    sender = MemorySender(site)

    async def go():
        probe = await context(sender).probe(point_at("http://site.test/?u=x", "u"))
        proof = await prove_connecting(probe, lambda host: f"http://{host}/")
        return proof, proof and await proof.again()

    return *asyncio.run(go()), sender


def curl(request):
    """Port or name, as curl says it."""
    value = params(request)["u"]
    if value.startswith("http://127."):
        return "curl: (7) Failed to connect to 127.0.0.1 port 40001"
    return "curl: (6) Could not resolve host: abc.invalid" if "invalid" in value else "ok"


def test_two_addresses_get_their_two_errors():
    proof, again, sender = judge(curl)
    assert proof.confidence is Confidence.FIRM
    assert "curl: (7)" in proof.evidence
    assert "curl: (6)" in proof.evidence
    assert proof.marker in proof.exchange.response.text
    assert again.payload != proof.payload
    assert len(sender.requests) == 5
    assert ".invalid" in proof.control.request.target


@pytest.mark.parametrize(
    "site",
    [
        lambda _: "Connection refused",
        lambda _: "Connection refused; Name or service not known",
        lambda request: "Connection refused" if "127" in request.target else "not allowed",
        lambda request: f"{curl(request)} curl: (6)" if "127" in request.target else curl(request),
        lambda request: f"{curl(request)} curl: (7)" if "invalid" in request.target else curl(request),
        lambda request: "bad address" if "127" in request.target else "getaddrinfo ENOTFOUND",
        lambda request: html(curl(request), 200 if params(request)["u"] == "x" else 403),
        lambda request: params(request)["u"],
    ],
    ids=[
        "refused always",
        "a manual",
        "only refused",
        "both to a port",
        "both to a name",
        "only unknown",
        "a filter",
        "an echo",
    ],
)
def test_one_error_for_all_is_no_connection(site):
    assert judge(site)[0] is None


def test_silence_costs_one_request():
    _, _, sender = judge(lambda _: "ok")
    assert len(sender.requests) == 2  # and the baseline


@pytest.mark.parametrize(
    ("refused", "text"),
    [
        (True, "dial tcp 127.0.0.1:40123: connect: connection refused"),
        (True, "cURL error 7: Failed"),
        (True, "SocketException (10061): target machine actively refused it"),
        (False, "getaddrinfo EAI_AGAIN abc"),
        (False, "php_network_getaddresses: getaddrinfo failed"),
        (False, "cURL error 6: Couldn't resolve host"),
    ],
)
def test_each_stack_has_its_words(refused, text):
    assert bool(REFUSED.search(text)) is refused
    assert bool(UNKNOWN.search(text)) is not refused
