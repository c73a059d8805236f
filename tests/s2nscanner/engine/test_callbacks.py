"""From the option to a finding that came late."""

import asyncio
import socket
from pathlib import Path

import pytest

from s2n import ScanConfig, Scanner
from s2n.errors import ConfigError, UsageError
from s2n.model import Confidence
from s2n.options import build_parser, resolve
from s2n.protocol import Found, ScanRequest
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import BUILT_IN, INJECTED, adopt
from s2n.s2nscanner.sdk import prove_callback
from support.callbacks import call, reachable
from support.plugins import info
from support.site import MemorySender, params, point_at
from support.webserver import serving


class Caller:
    info = info("caller")

    async def check(self, point, ctx):
        if ctx.callbacks is not None:
            proof = await prove_callback(
                await ctx.probe(point), ctx.callbacks, [lambda callback: callback.url]
            )
            if proof is not None:
                yield ctx.finding(proof, point)


@pytest.mark.parametrize("source", [BUILT_IN, INJECTED])
def test_a_call_after_the_plugin_has_ended_is_a_finding(source):
    sent, events = [], []
    scan = ScanRequest(target_url="http://site.test/")

    def site(request):
        sent.append(params(request).get("u", ""))
        return "queued"

    async def go():
        with reachable() as board:
            member = Member(adopt(Caller(), "caller", source), scan, MemorySender(site), [], board=board)
            crew = Crew([member], scan, events.append)
            await crew.check(member, point_at("http://site.test/?u=x", "u"))
            crew.report_late()
            assert events == []
            call(sent[-1])
            crew.report_late()
            crew.report_late()
            crew.close()

    asyncio.run(go())
    (found,) = [event.finding for event in events if isinstance(event, Found)]
    assert (found.plugin, found.parameter, found.confidence) == ("caller", "u", Confidence.CERTAIN)
    assert found.payload == sent[-1]


def test_without_the_option_there_are_no_callbacks():
    with serving(lambda _: "<a href='/?u=x'>u</a>") as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=("caller",)), [Caller()]).scan()
    assert report.findings == ()
    assert not any("s2n" in request.query for request in web.requests)


def test_a_port_in_use_ends_the_scan_before_it_attacks():
    with socket.create_server(("127.0.0.1", 0)) as taken, serving(lambda _: "ok") as web:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match="cannot listen") as caught:
            Scanner(ScanConfig(target_url=web.url, plugins=("caller",), callback=address), [Caller()]).scan()
    assert "another port" in caught.value.remedy
    assert web.requests == []


def options(*argv, env=None):
    namespace = build_parser().parse_args(["-u", "site.test", *argv])
    return resolve(namespace, env or {}, Path.cwd())[0]


def test_the_options():
    request = options("--callback", "192.0.2.7:8053", "--callback-dns", "oob.example")
    assert (request.callback, request.callback_dns) == ("192.0.2.7:8053", "oob.example")
    assert options(env={"S2N_CALLBACK": "[::1]:0"}).callback == "[::1]:0"
    with pytest.raises(UsageError, match="--callback: expected HOST"):
        options("--callback", "http://192.0.2.7/")
    with pytest.raises(ConfigError, match="S2N_CALLBACK_DNS"):
        options(env={"S2N_CALLBACK_DNS": "a b"})
