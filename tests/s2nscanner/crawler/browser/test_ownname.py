"""The gate's own certificate is new each time, and leaves no file behind."""

import asyncio
import ssl
import tempfile
from pathlib import Path

import pytest

from s2n.s2nscanner.crawler.browser.ownname import own_context
from support.rawserver import Peer, raw_server


async def _shown(context: ssl.SSLContext) -> bytes:
    async def quiet(peer: Peer) -> None:
        await peer.gone()

    async with raw_server(quiet, context) as server:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=trusting)
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        await writer.wait_closed()
        return shown


def test_each_is_new_and_none_stays_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first, second = own_context(), own_context()
    assert asyncio.run(_shown(first)) != asyncio.run(_shown(second))
    assert list(tmp_path.iterdir()) == []
