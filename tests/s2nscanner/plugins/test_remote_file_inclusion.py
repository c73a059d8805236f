import asyncio

import pytest

from corpus.classes.remote_file_inclusion import HOME, including, raw, reading, source, without_tags
from corpus.inputs import header, query
from s2n.model import Confidence, Location
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.http.points import points_of
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.plugins.remote_file_inclusion import Plugin
from support.callbacks import reachable
from support.site import MemorySender, point_at, run_check

PAGE = point_at("", "page", HOME)


@pytest.mark.parametrize(
    ("options", "begin"),
    [({}, "data:text/plain,"), ({"after": ".php"}, "data:text/plain,"), ({"clean": without_tags}, "data:")],
)
def test_a_program_in_the_address_itself(options, begin):
    (claim,) = run_check(Plugin(), including(**options)(), PAGE)
    assert claim.confidence is Confidence.CERTAIN
    assert claim.payload.startswith(begin)
    assert "computed" in claim.evidence


@pytest.mark.parametrize(
    ("site", "found"), [(including(data=False), 1), (including(data=False, http=False), 0), (reading(raw), 0)]
)
def test_a_program_from_our_listener(site, found):
    async def go():
        with reachable() as board:
            shared = Shared(ScanRequest(target_url="http://site.test/"), MemorySender(site()), board=board)
            return [claim async for claim in Plugin().check(PAGE, Context(Plugin.info, shared, Fresh(1)))]

    claims = asyncio.run(go())
    assert len(claims) == found
    assert all(claim.payload.startswith("http://listener.test:8053/s2n") for claim in claims)


def test_no_payload_makes_a_shell_write_a_file():
    sender = MemorySender(lambda _: "ok")
    run_check(Plugin(), sender, PAGE)
    assert len(sender.requests) == 3
    assert not any(">" in request.target or "%3E" in request.target for request in sender.requests)


def test_what_is_only_shown_did_not_run():
    assert run_check(Plugin(), reading(source)(), PAGE) == []


@pytest.mark.parametrize("request_", [query("/", id="7"), header("/", "X-Page", "home")])
def test_numbers_and_headers_name_no_file(request_):
    sender = MemorySender(lambda _: "ok")
    for point in points_of(request_):
        if point.location is not Location.PATH:
            assert run_check(Plugin(), sender, point) == []
    assert sender.requests == []
