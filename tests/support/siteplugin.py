"""Driving a site plugin over a function, each claim re-verified as the engine does."""

import asyncio
from collections.abc import Sequence

from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.sdk import Claim
from support.site import MemorySender, Site

SCAN = ScanRequest(target_url="http://site.test/", username="ann", password="secret", accept_risk=True)


def run_site(
    plugin: object, site: Site | MemorySender, endpoints: Sequence[Request], scan: ScanRequest = SCAN
) -> tuple[list[Claim], MemorySender]:
    """The claims of ``plugin`` that hold when asked again, and the sender with all requests."""
    sender = site if isinstance(site, MemorySender) else MemorySender(site)

    async def go() -> list[Claim]:
        ctx = Context(plugin.info, Shared(scan, sender, endpoints), Fresh(1))  # type: ignore[attr-defined]
        found = [claim async for claim in plugin.run(ctx)]  # type: ignore[attr-defined]
        ctx.allow(200)
        return [claim for claim in found if claim.again is None or await claim.again()]

    return asyncio.run(go()), sender
