"""Chromium starts so that it keeps to itself, and leaves nothing behind."""

import asyncio
import contextlib
import os
import socket
import subprocess
from pathlib import Path

import pytest

from s2n.errors import RuntimeFailed
from s2n.s2nscanner.crawler.browser.find import VARIABLE
from support.browser import forget_the_dead, needs_browser

pytestmark = needs_browser

ASKS_STUN = """async port => {
  const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:' + port}]});
  const done = new Promise(resolve => { peer.onicecandidate = ({candidate}) => candidate || resolve(); });
  peer.createDataChannel('d');
  await peer.setLocalDescription(await peer.createOffer());
  await done;
}"""


def test_no_packet_leaves_past_the_gate() -> None:
    """With the gate's arguments WebRTC sends nothing; without them it does, so the page tries."""
    from playwright.async_api import async_playwright

    from s2n.s2nscanner.crawler.browser.find import chromium
    from s2n.s2nscanner.crawler.browser.launch import arguments

    async def packets(args: list[str], *, wait: bool) -> int:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
            stun.bind(("127.0.0.1", 0))
            stun.setblocking(False)
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=args)
                page = await browser.new_page()
                asking = asyncio.ensure_future(page.evaluate(ASKS_STUN, stun.getsockname()[1]))
                if wait:
                    await asyncio.get_running_loop().sock_recv(stun, 2000)
                else:
                    await asking
                await browser.close()
                await asyncio.gather(asking, return_exceptions=True)
            with contextlib.suppress(BlockingIOError):
                return len(stun.recv(2000))
            return 0

    assert asyncio.run(packets(arguments(9), wait=False)) == 0
    asyncio.run(packets(["--no-sandbox"], wait=True))


@pytest.mark.parametrize("length", [0, 60], ids=["short", "long"])
def test_nothing_is_left_on_the_disk(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether Chromium's sockets fit into its home or not."""
    import tempfile

    from s2n.s2nscanner.crawler.browser.launch import launch

    folder = Path(tempfile.mkdtemp(prefix="t" * length, dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    if not length:
        monkeypatch.setenv("TMPDIR", str(folder))

    async def go() -> None:
        launched = await launch(9)
        assert launched.chromium.is_connected()
        assert str(folder) in launched.home
        await launched.close()

    asyncio.run(go())
    assert list(folder.iterdir()) == []
    folder.rmdir()


def test_what_does_not_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    from s2n.s2nscanner.crawler.browser.launch import launch

    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'no such library' >&2\nexit 127\n")
    broken.chmod(0o755)
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv(VARIABLE, str(broken))
    with pytest.raises(RuntimeFailed, match="does not start: no such library"):
        asyncio.run(launch(9))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(RuntimeFailed, match="no browser: S2N_CHROMIUM names") as caught:
        asyncio.run(launch(9))
    assert "pip install 's2n[browser]'" in caught.value.remedy
    assert list(folder.iterdir()) == []


def test_a_launch_that_is_cancelled_leaves_no_driver() -> None:
    from s2n.s2nscanner.crawler.browser.launch import launch

    def drivers() -> set[str]:
        command = ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())]
        ours = subprocess.run(command, capture_output=True, check=False)
        return {line for line in ours.stdout.decode().splitlines() if "playwright" in line}

    async def go() -> None:
        launching = asyncio.ensure_future(launch(9))
        while not drivers():  # noqa: ASYNC110 -- a process that begins raises no event
            await asyncio.sleep(0.01)
        launching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await launching
        assert drivers() == set()

    asyncio.run(go())


def test_a_driver_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from s2n.s2nscanner.crawler.browser.launch import launch

    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/bin/false")
    with pytest.raises(RuntimeFailed, match="Playwright's driver does not start") as caught:
        asyncio.run(launch(9))
    assert "libatomic1" in caught.value.remedy
    forget_the_dead()
