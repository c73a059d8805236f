"""Runs a site plugin over an in-memory site, and the engine's verification over what it claims."""

import asyncio
from typing import Any

from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.engine.context import Context, Shared
from s2n.s2nscanner.oracles.probe import Fresh
from s2n.s2nscanner.sdk import Claim
from support.site import MemorySender, Site

ROOT = "http://site.test"


def run_site(
    plugin: Any, site: Site, *pages: str, target: str = "/", **options: Any
) -> tuple[list[Claim], list[Request]]:
    """The claims that hold when asked again, and every request that was sent."""
    sender = MemorySender(site)
    scan = ScanRequest(target_url=ROOT + target, **options)
    endpoints = [Request.from_url(page if "://" in page else ROOT + page) for page in pages]

    async def go() -> list[Claim]:
        ctx = Context(plugin.info, Shared(scan, sender, endpoints), Fresh(1))
        claims = [claim async for claim in plugin.run(ctx)]
        ctx.allow(200)
        return [claim for claim in claims if claim.again is not None and await claim.again()]

    return asyncio.run(go()), sender.requests
