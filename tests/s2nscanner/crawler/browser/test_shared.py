"""The process that a scan's crawl and logins share is made once, and ended with the scan."""

import asyncio

import pytest

from s2n.protocol import ScanRequest
from s2n.s2nscanner.crawler.browser.shared import SharedProcess
from support.browser import needs_browser


def test_nothing_was_there_and_nothing_is_to_be_ended() -> None:
    asyncio.run(SharedProcess(ScanRequest(target_url="http://127.0.0.1:9/")).close())


@needs_browser
@pytest.mark.parametrize("times", [1, 2])
def test_it_may_be_closed_again(times: int) -> None:
    async def go() -> None:
        shared = SharedProcess(ScanRequest(target_url="http://127.0.0.1:9/"))
        await shared.close()
        process = shared.get()
        assert shared.get() is process
        await process.start()
        for _ in range(times):
            await shared.close()
        assert process.launched is None

    asyncio.run(go())
