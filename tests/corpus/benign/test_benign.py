"""Every active plugin on every ordinary site, in memory; and one whole scan over the wire."""

import asyncio
import random
import re

import pytest
from msgspec.structs import replace

import s2n.s2nscanner.plugins as package
from corpus.benign.sites import SITES, Benign
from s2n import ScanConfig, Scanner
from s2n.model import Request, Response, ScanStatus
from s2n.protocol import Event, Found, ScanRequest
from s2n.s2nscanner.engine.crew import Crew, Member
from s2n.s2nscanner.engine.discovery import discover
from s2n.s2nscanner.engine.plan import plan
from s2n.s2nscanner.oracles.probe import Fresh
from support.site import MemorySender, html
from support.webserver import serving


def active() -> list:
    """The built-in plugins that send, intrusive ones too."""
    found = discover((), package.__name__, None).plugins.values()
    return [loaded for loaded in found if loaded.info.kind != "passive"]


@pytest.mark.parametrize("benign", SITES, ids=lambda benign: benign.name)
def test_no_active_finding(benign: Benign) -> None:
    events: list[Event] = []

    async def go() -> None:
        sender = MemorySender(benign.make(), **({"latency": benign.latency} if benign.latency else {}))
        scan = ScanRequest(target_url="http://site.test/", accept_risk=True)
        seeds = random.Random(benign.name)
        members = [
            Member(loaded, scan, sender, benign.requests, lambda: Fresh(seeds.getrandbits(32)))
            for loaded in active()
        ]
        crew = Crew(members, scan, events.append)
        for member in members:
            if member.has("run"):
                await crew.run(member)
        for target in plan(benign.requests):
            for point in target.points:
                for member in crew.active():
                    await crew.check(member, point)
        await crew.conclude()
        failed = [(ended.plugin, ended.errors) for ended in crew.close() if ended.errors]
        assert failed == []

    asyncio.run(go())
    found = [event.finding for event in events if isinstance(event, Found)]
    assert [(one.plugin, one.url, one.parameter, one.evidence) for one in found] == []


def town(request: Request) -> Response | str:
    """All ordinary sites behind one address, each in a folder of its own, linked from one page."""
    match = re.match(r"/site(\d+)(/.*)", request.target)
    if match is None:
        if request.path != "/":
            return html("<h1>Not found</h1>", 404)
        links = [
            f"<a href='/site{number}{asked.target}'>{benign.name}</a>"
            for number, benign in enumerate(SITES)
            if benign.name in ON_THE_WIRE
            for asked in benign.requests
            if asked.method == "GET"
        ]
        return html(f"<h1>Town</h1>{''.join(links)}")
    site = RUNNING[int(match[1])]
    answer = site(replace(request, target=match[2]))
    response = html(answer) if isinstance(answer, str) else answer
    location = response.header("location")
    if location and location.startswith("/"):
        headers = tuple(
            (name, f"/site{match[1]}{value}" if name.lower() == "location" else value)
            for name, value in response.headers
        )
        response = replace(response, headers=headers)
    return response


ON_THE_WIRE = (
    "search",
    "shop",
    "blog",
    "api",
    "restless",
    "firewall 403",
    "soft 404",
    "languages",
    "members",
)
RUNNING = [benign.make() for benign in SITES]


def test_a_whole_scan_over_the_wire_finds_nothing() -> None:
    names = tuple(loaded.info.id for loaded in active() if not loaded.info.intrusive)
    with serving(town) as web:
        report = Scanner(ScanConfig(target_url=web.url, plugins=names, rate=0, max_time=100)).scan()
    assert [(one.plugin, one.url, one.parameter, one.evidence) for one in report.findings] == []
    assert [(result.plugin_name, result.errors) for result in report.plugin_results if result.errors] == []
    assert report.metadata.status is ScanStatus.COMPLETE, report.metadata.reason
    assert len(web.requests) > 500
