"""CPU per request of our HTTP client against wrk: same nginx, same page, keep-alive, 32 connections.

wrk is the physical limit: C, one thread, nothing but the socket. CPU is user plus system time of the client's
process. Client and wrk take turns, and each keeps its best round: what else runs on the machine can only add.
"""

import asyncio
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench._nginx import PATH, need, nginx
from bench.table import Row, bounded
from s2n.model import Request
from s2n.protocol import ScanRequest
from s2n.s2nscanner.http.client import HttpClient
from s2n.s2nscanner.http.governor import Governor
from s2n.s2nscanner.http.scope import Scope
from s2n.s2nscanner.http.transport import Transport, TransportSettings

CONNECTIONS = 32
SECONDS = 1.0
ROUNDS = 6
PAGE = b"<!doctype html><title>bench</title>" + b"<p>A page of ordinary size.</p>" * 30

MAX_RATIO = {"http": 3.0, "https": 2.5}
"""The bar for the whole client (docs/architecture.md, "Parts")."""

Send = Callable[[Request], Awaitable[object]]


def main() -> list[Row]:
    need("nginx", "nginx-light")
    need("wrk", "wrk")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, nginx(Path(folder), PAGE) as urls:
        for scheme, url in urls.items():
            rows += compare(scheme, url, Path(folder))
    return rows


def compare(scheme: str, url: str, folder: Path) -> list[Row]:
    """wrk, the transport and the whole client in turns; each one's best round."""
    wrk: list[float] = []
    transport: list[float] = []
    client: list[float] = []
    for _ in range(ROUNDS):
        wrk.append(of_wrk(url))
        transport.append(asyncio.run(of_transport(url, folder)))
        client.append(asyncio.run(of_client(url, folder)))
    limit = min(wrk)
    return [
        Row(f"{scheme}: wrk", limit, "µs CPU/request"),
        Row(f"{scheme}: transport", min(transport), "µs CPU/request"),
        Row(f"{scheme}: transport ÷ wrk", min(transport) / limit, "×"),
        Row(f"{scheme}: client", min(client), "µs CPU/request"),
        bounded(f"{scheme}: client ÷ wrk", min(client) / limit, "×", MAX_RATIO[scheme]),
    ]


def of_wrk(url: str) -> float:
    """Microseconds of CPU wrk spends on a request."""
    before = os.times()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS:g}s", url],
        capture_output=True, text=True, check=True, env={"PATH": PATH},
    )  # fmt: skip
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    count = re.search(r"(\d+) requests in", done.stdout)
    if count is None or "Non-2xx" in done.stdout:
        raise RuntimeError(f"wrk did not measure what it should:\n{done.stdout}")
    return spent / int(count[1]) * 1e6


async def of_transport(url: str, folder: Path) -> float:
    """Microseconds of CPU the bare wire spends on a request."""
    transport = Transport(TransportSettings(ca_bundle=str(folder / "ca.pem")))
    try:
        return await spend(transport.send, url)
    finally:
        await transport.close()


async def of_client(url: str, folder: Path) -> float:
    """Microseconds of CPU the whole client spends on a request: scope, pace, cookies and capture included."""
    scan = ScanRequest(target_url=url, concurrency=CONNECTIONS, ca_bundle=str(folder / "ca.pem"))
    client = HttpClient(scan, Governor(Scope.of(scan), concurrency=CONNECTIONS))
    try:
        return await spend(client.send, url)
    finally:
        await client.close()


async def spend(send: Send, url: str) -> float:
    """Keep all connections busy; CPU of this process, in microseconds a request."""
    request = Request.from_url(url, headers=(("Host", "localhost"), ("Accept", "*/*")))
    count = 0
    until = 0.0

    async def worker() -> None:
        nonlocal count
        while time.monotonic() < until:
            await send(request)
            count += 1

    async def crowd(seconds: float) -> None:
        nonlocal until
        until = time.monotonic() + seconds
        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))

    await crowd(SECONDS / 10)  # connections opened, handshakes done
    count = 0
    before = time.process_time()
    await crowd(SECONDS)
    return (time.process_time() - before) / count * 1e6
